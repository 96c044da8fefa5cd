// SPDX-License-Identifier: MIT
// Document 000, "Lock": the arguments `blocking` and `timeout` of acquire(), and locked().
#include <fmt/core.h>

#include <chrono>
#include <hilo/multiprocessing.hpp>
#include <mutex>
#include <thread>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

void hold(mp::Lock lock, mp::Event held) {
  std::scoped_lock guard(lock);
  held.set();
  std::this_thread::sleep_for(1s);
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);

  mp::Lock lock;
  mp::Event held;
  fmt::print("locked: {}\n", lock.locked());

  mp::Process holder(hold, lock, held);
  holder.start();
  held.wait();
  fmt::print("locked: {}\n", lock.locked());
  fmt::print("acquire(blocking=False): {}\n", lock.acquire(false));
  fmt::print("acquire(timeout=0.3): {}\n", lock.acquire(300ms));
  fmt::print("acquire(timeout=10): {}\n", lock.acquire(10s));  // as soon as the holder is done

  fmt::print("locked: {}\n", lock.locked());
  lock.release();
  fmt::print("locked: {}\n", lock.locked());
}
