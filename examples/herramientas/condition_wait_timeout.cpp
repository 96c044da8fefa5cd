// SPDX-License-Identifier: MIT
// Document 000, "condition.wait(timeout=10)": waits until notified, or until its time is up.
#include <fmt/core.h>

#include <chrono>
#include <hilo/multiprocessing.hpp>
#include <mutex>
#include <thread>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

void task(mp::Condition condition) {
  std::this_thread::sleep_for(300ms);
  std::scoped_lock guard(condition);
  condition.notify();
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);

  mp::Condition condition;
  // acquire the condition
  std::scoped_lock guard(condition);
  mp::Process worker(task, condition);
  worker.start();

  // wait to be notified
  fmt::print("notified within 10 s: {}\n", condition.wait(10s));
  // nobody notifies any more
  fmt::print("notified within 0.5 s: {}\n", condition.wait(500ms));
}
