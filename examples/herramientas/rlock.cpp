// SPDX-License-Identifier: MIT
// Document 000, "RLock": its owner may acquire it more than once, and it is free after as many
// releases.
#include <fmt/core.h>

#include <hilo/multiprocessing.hpp>

namespace mp = hilo::multiprocessing;

void visitor(mp::RLock lock) {
  const bool acquired = lock.acquire(false);
  fmt::print("another process acquires it: {}\n", acquired);
  if (acquired) lock.release();
}

void send_visitor(const mp::RLock& lock) {
  mp::Process process(visitor, lock);
  process.start();
  process.join();
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);

  mp::RLock lock;
  lock.acquire();
  fmt::print("the owner acquires it again: {}\n", lock.acquire(false));
  send_visitor(lock);

  lock.release();
  fmt::print("released once\n");
  send_visitor(lock);

  lock.release();
  fmt::print("released twice\n");
  send_visitor(lock);
}
