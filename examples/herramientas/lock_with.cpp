// SPDX-License-Identifier: MIT
// Document 000, "with lock:": the section is exclusive between processes, and the lock is released
// even if the section throws.
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <hilo/multiprocessing.hpp>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

void task(mp::Lock lock, int number) {
  // adquisición del candado
  std::scoped_lock guard(lock);
  // sección crítica
  fmt::print("process {} enters\n", number);
  std::fflush(stdout);
  std::this_thread::sleep_for(100ms);
  fmt::print("process {} leaves\n", number);
  std::fflush(stdout);
}

void failing_task(mp::Lock lock) {
  std::scoped_lock guard(lock);
  throw std::runtime_error("error in the critical section");
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);

  // creación del candado
  mp::Lock lock;
  std::vector<mp::Process> processes;
  for (int number = 0; number < 4; ++number) processes.emplace_back(task, lock, number);
  for (auto& process : processes) process.start();
  for (auto& process : processes) process.join();

  mp::Process failing(failing_task, lock);
  failing.start();
  failing.join();
  fmt::print("locked after the error: {}\n", lock.locked());
}
