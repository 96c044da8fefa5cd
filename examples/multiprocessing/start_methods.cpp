// SPDX-License-Identifier: MIT
// Document 003, "Alternative Ways to Start a Process": set_start_method() and its table. The pauses
// are a tenth of the original's; a function has no module name in C++, so the process is named.
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <hilo/errors.hpp>
#include <hilo/multiprocessing.hpp>
#include <hilo/os.hpp>
#include <string>
#include <thread>

namespace mp = hilo::multiprocessing;
namespace os = hilo::os;
using namespace std::chrono_literals;

void worker(const std::string& msg) {
  fmt::print("process name: {}\n", mp::current_process().name());
  fmt::print("parent process: {}\n", os::getppid());
  fmt::print("process id: {}\n", os::getpid());
  for (int i = 0; i < 10; ++i) {
    fmt::print("{}", msg);
    std::fflush(stdout);
    std::this_thread::sleep_for(100ms);
  }
  fmt::print("\n");
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);  // a spawned child goes to work here

  fmt::print("Starting\n");
  fmt::print("Root application process id: {}\n", os::getpid());
  mp::set_start_method("spawn");
  mp::Process t(worker, "A");
  t.start();
  t.join();

  try {
    mp::set_start_method("fork");
  } catch (const hilo::RuntimeError& error) {
    fmt::print("choosing twice: {}\n", error.what());
  }

  // a part of the program can still have its own method
  mp::Process forked = mp::get_context("fork").Process(worker, "B");
  forked.start();
  forked.join();

  // the parent of what the forkserver forks is the server, a process that only does that
  mp::Process served = mp::get_context("forkserver").Process(worker, "C");
  served.start();
  served.join();
  fmt::print("Done\n");
}
