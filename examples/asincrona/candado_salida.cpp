// SPDX-License-Identifier: MIT
// Document 004: one process at a time prints to standard output. What Python's print() has in its
// buffer is written when the child ends; the line is flushed while the lock is held.
#include <fmt/core.h>

#include <cstdio>
#include <hilo/multiprocessing.hpp>
#include <mutex>

namespace mp = hilo::multiprocessing;

void f(mp::Lock l, int i) {
  std::scoped_lock guard(l);
  fmt::print("hello world {}\n", i);
  std::fflush(stdout);
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  mp::Lock lock;

  for (int num = 0; num < 10; ++num) mp::Process(f, lock, num).start();
}
