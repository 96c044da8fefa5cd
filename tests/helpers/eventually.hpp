// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <thread>
#include <vector>

namespace hilo::test {

/// Longer than anything takes on a busy machine, short enough to fail before the test's time-out.
constexpr std::chrono::seconds k_soon{30};

/// Waits until `condition()` holds. Returns: false if it does not in k_soon.
template <class Condition>
[[nodiscard]] bool eventually(Condition&& condition) {
  const auto end = std::chrono::steady_clock::now() + k_soon;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::yield();
  }
  return true;
}

/// Runs `work(number)` in `count` threads at once and joins them.
template <class Work>
void in_threads(int count, Work&& work) {
  std::vector<std::thread> threads;
  for (int number = 0; number < count; ++number)
    threads.emplace_back([&, number] { work(number); });
  for (std::thread& thread : threads) thread.join();
}

/// How long `work()` takes.
template <class Work>
[[nodiscard]] std::chrono::nanoseconds time_of(Work&& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::steady_clock::now() - start;
}

}  // namespace hilo::test
