// SPDX-License-Identifier: MIT
// Document 004: Value and Array in shared memory.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <hilo/multiprocessing.hpp>
#include <ranges>

namespace mp = hilo::multiprocessing;

void f(mp::Value<double> n, mp::Array<int> a) {
  n.value() = 3.1415927;
  for (auto&& x : a) x = -x;
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  mp::Value num(mp::typecode<'d'>, 0.0);
  mp::Array arr(mp::typecode<'i'>, std::views::iota(0, 10));

  mp::Process p(f, num, arr);
  p.start();
  p.join();

  fmt::print("{}\n", num.value().load());
  fmt::print("{}\n", arr.slice());
}
