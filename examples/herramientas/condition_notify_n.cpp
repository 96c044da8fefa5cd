// SPDX-License-Identifier: MIT
// Document 000, "notify()", "notify_all()" and "Condition(lock=my_lock)": exactly n waiters wake,
// and then the rest.
#include <fmt/core.h>

#include <chrono>
#include <hilo/multiprocessing.hpp>
#include <mutex>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

constexpr int k_waiters = 5;

void waiter(mp::Condition condition, mp::Semaphore waiting, mp::Semaphore woken) {
  std::scoped_lock guard(condition);
  waiting.release();
  condition.wait();
  woken.release();
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);

  mp::Lock my_lock;
  mp::Condition condition(my_lock);
  mp::Semaphore waiting(0);
  mp::Semaphore woken(0);
  for (int i = 0; i < k_waiters; ++i) mp::Process(waiter, condition, waiting, woken).start();
  for (int i = 0; i < k_waiters; ++i) waiting.acquire();

  {
    // each waiter holds the lock until it waits: whoever holds it now, knows that all five do
    std::scoped_lock guard(my_lock);
    condition.notify(2);
  }
  woken.acquire();
  woken.acquire();
  fmt::print("notify(2): 2 woke up, a third one: {}\n", woken.acquire(300ms));

  {
    std::scoped_lock guard(condition);
    condition.notify_all();
  }
  for (int i = 0; i < k_waiters - 2; ++i) woken.acquire();
  fmt::print("notify_all(): the other {} woke up\n", k_waiters - 2);
}
