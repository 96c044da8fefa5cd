// SPDX-License-Identifier: MIT
// Document 003, "Uso de Process": three workers print their letters side by side. The pauses are a
// tenth of the original's, and the workers wait for "Done", which the original leaves to chance.
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <hilo/multiprocessing.hpp>
#include <string>
#include <thread>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

void worker(mp::Event all_started, const std::string& msg) {
  all_started.wait();
  for (int i = 0; i < 10; ++i) {
    fmt::print("{}", msg);
    std::fflush(stdout);
    std::this_thread::sleep_for(100ms);
  }
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  fmt::print("Starting\n");

  mp::Event all_started;
  mp::Process t2(worker, all_started, "A");
  mp::Process t3(worker, all_started, "B");
  mp::Process t4(worker, all_started, "C");

  t2.start();
  t3.start();
  t4.start();

  fmt::print("Done\n");
  std::fflush(stdout);
  all_started.set();
}
