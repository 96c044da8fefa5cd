// SPDX-License-Identifier: MIT
// A user's program: it holds a lock and starts a process, whichever way hilo came to it.
#include <hilo/multiprocessing.hpp>
#include <hilo/threading/lock.hpp>
#include <mutex>

namespace mp = hilo::multiprocessing;

void work(int number) { throw hilo::SystemExit(number); }

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  hilo::threading::Lock lock;
  const std::scoped_lock guard(lock);
  mp::Process process(work, 7);
  process.start();
  process.join();
  return process.exitcode() == 7 && lock.locked() ? 0 : 1;
}
