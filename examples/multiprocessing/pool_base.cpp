// SPDX-License-Identifier: MIT
// Document 003, pool-base.py.
#include <fmt/ranges.h>

#include <hilo/multiprocessing.hpp>
#include <string_view>
#include <vector>

namespace mp = hilo::multiprocessing;

int worker(int x) {
  fmt::print("In worker with:  {}\n", x);
  return x * x;
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(mp::start_method(argv[1]));
  mp::Pool pool(4);
  fmt::print("{}\n", pool.map(worker, std::vector{0, 1, 2, 3, 4, 5}));
}
