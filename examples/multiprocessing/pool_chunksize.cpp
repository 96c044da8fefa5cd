// SPDX-License-Identifier: MIT
// Document 003, "modo de uso de los métodos de Pool": the chunks of map().
#include <fmt/ranges.h>

#include <hilo/multiprocessing.hpp>
#include <vector>

namespace mp = hilo::multiprocessing;

int worker(int x) { return x * x; }

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  mp::Pool pool(4);
  for (const std::size_t chunksize : {1, 2, 100}) {
    fmt::print("{}\n", pool.map(worker, std::vector{0, 1, 2, 3, 4, 5}, chunksize));
  }
}
