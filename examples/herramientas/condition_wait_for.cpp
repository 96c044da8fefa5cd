// SPDX-License-Identifier: MIT
// Document 000, "condition.wait_for(all_data_collected)": each notification only makes it look; the
// function decides.
#include <fmt/core.h>

#include <chrono>
#include <hilo/multiprocessing.hpp>
#include <mutex>
#include <thread>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

constexpr int k_pieces = 3;

void task(mp::Condition condition, mp::Value<int> collected) {
  for (int piece = 0; piece < k_pieces; ++piece) {
    std::this_thread::sleep_for(200ms);
    std::scoped_lock guard(condition);
    collected.value() += 1;
    condition.notify();
  }
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);

  mp::Condition condition;
  mp::Value<int> collected(0);
  const auto all_data_collected = [&] {
    fmt::print("collected {} of {}\n", collected.value().load(), k_pieces);
    return collected.value() == k_pieces;
  };

  // acquire the condition
  std::scoped_lock guard(condition);
  mp::Process worker(task, condition, collected);
  worker.start();
  // wait to be notified and a function to return true
  fmt::print("all data collected: {}\n", condition.wait_for(all_data_collected));
}
