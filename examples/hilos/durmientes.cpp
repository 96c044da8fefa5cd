// SPDX-License-Identifier: MIT
// Document 002, In [3]: ten sleepers, only the last one joined; the program waits for the others.
#include <fmt/core.h>

#include <chrono>
#include <hilo/threading.hpp>
#include <optional>
#include <thread>

using hilo::threading::Thread;
using namespace std::chrono_literals;

void sleeper(int i) {
  fmt::print("thread {} sleeps for 5 seconds\n", i);
  std::this_thread::sleep_for(5s);
  fmt::print("thread {} woke up\n", i);
}

int main() {
  std::optional<Thread> t;
  for (int i = 0; i < 10; ++i) {
    t.emplace(sleeper, i);
    t->start();
  }

  t->join();
}
