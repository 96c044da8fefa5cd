// SPDX-License-Identifier: MIT
// Document 003, "Using a Pool": the parameters of Pool, each seen at work.
#include <fmt/core.h>

#include <hilo/multiprocessing.hpp>
#include <hilo/os.hpp>
#include <ranges>
#include <set>
#include <string>
#include <vector>

namespace mp = hilo::multiprocessing;

void greet(const std::string& word) { mp::pool::make_worker_local<std::string>(word); }
std::string answer(int n) { return fmt::format("{} {}", mp::pool::worker_local<std::string>(), n); }
int worker(int) { return hilo::os::getpid(); }

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  {
    mp::Pool pool({.processes = 2, .initializer = {greet, "hello"}});
    for (const std::string& text : pool.map(answer, std::views::iota(0, 3))) {
      fmt::print("{}\n", text);
    }
  }
  {
    mp::Pool pool({.processes = 1, .maxtasksperchild = 2});
    const std::vector<int> ids = pool.map(worker, std::views::iota(0, 6), 1);
    fmt::print("six tasks, {} workers\n", std::set(ids.begin(), ids.end()).size());
  }
  mp::Pool pool = mp::get_context("spawn").Pool(1);
  fmt::print("another process: {}\n", pool.apply(worker, 0) != hilo::os::getpid());
}
