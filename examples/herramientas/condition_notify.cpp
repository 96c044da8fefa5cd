// SPDX-License-Identifier: MIT
// Document 000, In [1]: a process prepares some work and notifies the one that waits for it.
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <hilo/multiprocessing.hpp>
#include <mutex>
#include <thread>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

// target function to prepare some work
void task(mp::Condition condition) {
  // block for a moment
  std::this_thread::sleep_for(1s);
  // notify a waiting process that the work is done
  fmt::print("Child process sending notification...\n");
  std::fflush(stdout);
  {
    std::scoped_lock guard(condition);
    condition.notify();
  }
  // do something else...
  std::this_thread::sleep_for(1s);
}

// entry point
int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);

  // create a condition
  mp::Condition condition;
  // wait to be notified that the data is ready
  fmt::print("Main process waiting for data...\n");
  {
    std::scoped_lock guard(condition);
    // start a new process to perform some work
    mp::Process worker(task, condition);
    worker.start();
    // wait to be notified
    condition.wait();
  }
  // we know the data is ready
  fmt::print("Main process all done\n");
}
