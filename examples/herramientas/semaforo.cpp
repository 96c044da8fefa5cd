// SPDX-License-Identifier: MIT
// Document 000, "Semáforo": multiprocessing.Semaphore(100) lets a hundred processes in at once, and
// the public methods that In [8] lists: acquire, get_value, release.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <hilo/multiprocessing.hpp>
#include <mutex>
#include <thread>
#include <vector>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

constexpr int k_limit = 100;
constexpr int k_processes = 120;

struct Count {
  int inside = 0;
  int most = 0;
  int done = 0;
};

void task(mp::Semaphore semaphore, mp::Value<Count> count) {
  std::scoped_lock slot(semaphore);
  {
    std::scoped_lock guard(count);
    Count& now = count.get_obj();
    now.most = std::max(now.most, ++now.inside);
  }
  std::this_thread::sleep_for(300ms);
  std::scoped_lock guard(count);
  count.get_obj().inside -= 1;
  count.get_obj().done += 1;
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);

  mp::Semaphore semaphore(k_limit);
  mp::Value<Count> count;
  std::vector<mp::Process> processes;
  for (int i = 0; i < k_processes; ++i) processes.emplace_back(task, semaphore, count);
  for (auto& process : processes) process.start();
  for (auto& process : processes) process.join();
  const Count result = count.value();
  fmt::print("{} done, most inside at once: {}\n", result.done, result.most);

  fmt::print("get_value: {}\n", semaphore.get_value());
  semaphore.acquire();
  fmt::print("after acquire: {}\n", semaphore.get_value());
  semaphore.release();
  fmt::print("after release: {}\n", semaphore.get_value());
}
