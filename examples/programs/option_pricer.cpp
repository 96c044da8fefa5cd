// SPDX-License-Identifier: MIT
// Prices a European call option by Monte Carlo, in processes. Each task has a seed of its own, so
// its result is the same wherever, and however often, it is computed: a worker that is killed in
// the middle of a task costs time, and not one digit of the price.
//
//     option_pricer [fork|spawn|forkserver]
#include <fmt/core.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <csignal>
#include <exception>
#include <hilo/futures.hpp>
#include <hilo/futures/process_pool_executor.hpp>
#include <hilo/multiprocessing.hpp>
#include <random>
#include <thread>
#include <vector>

namespace futures = hilo::futures;
namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

/// The right to buy at `strike`, in so many years, what now costs `spot`.
struct Option {
  double spot;
  double strike;
  double rate;        // of interest, a year
  double volatility;  // standard deviation of the return, a year
  double years;

  [[nodiscard]] double discount() const { return std::exp(-rate * years); }
};

struct Payoffs {
  double sum = 0;
  double squares = 0;
};

constexpr int k_tasks = 300;
constexpr int k_paths = 20'000;  // of a task

Payoffs simulate(Option option, int task) {
  std::mt19937_64 random(static_cast<unsigned>(task));
  std::normal_distribution<double> normal;
  const double spread = option.volatility * std::sqrt(option.years);
  const double drift = option.rate * option.years - spread * spread / 2;
  Payoffs payoffs;
  for (int path = 0; path < k_paths; ++path) {
    const double price = option.spot * std::exp(drift + spread * normal(random));
    const double payoff = std::max(0.0, price - option.strike);
    payoffs.sum += payoff;
    payoffs.squares += payoff * payoff;
  }
  return payoffs;
}

struct Estimate {
  double price;
  double error;  // standard deviation
  int lost;      // attempts at tasks whose workers died
};

using Tasks = std::vector<futures::Future<Payoffs>>;

/// Kills workers in the middle of a task, until one was surely there: another may just have ended
/// what it was seen at.
void kill_a_worker(const futures::ProcessPoolExecutor& executor, const Tasks& tasks,
                   const std::atomic<int>& lost) {
  while (lost == 0 && !std::ranges::all_of(tasks, &futures::FutureBase::done)) {
    const auto workers = executor.stats();
    const auto busy =
        std::ranges::find_if(workers, [](const auto& worker) { return worker.since.has_value(); });
    if (busy != workers.end()) ::kill(busy->pid, SIGKILL);
    std::this_thread::sleep_for(10ms);
  }
}

Estimate estimate(futures::ProcessPoolExecutor& executor, const Option& option, bool kill) {
  std::atomic<int> lost = 0;
  const futures::TaskOptions limits = {
      .timeout = 20s, .retries = 3, .retry_if = [&](const std::exception_ptr&) {
        ++lost;
        return true;
      }};
  Tasks tasks;
  for (int task = 0; task < k_tasks; ++task) {
    tasks.push_back(executor.submit(limits, simulate, option, task));
  }
  if (kill) kill_a_worker(executor, tasks, lost);

  // A sum of floating point numbers depends on their order: it is the tasks', not that of their
  // ends.
  Payoffs all;
  for (const auto& task : tasks) {
    const Payoffs payoffs = task.result();
    all.sum += payoffs.sum;
    all.squares += payoffs.squares;
  }
  constexpr double k_count = 1.0 * k_tasks * k_paths;
  const double mean = all.sum / k_count;
  const double variance = all.squares / k_count - mean * mean;
  return {option.discount() * mean, option.discount() * std::sqrt(variance / k_count), lost};
}

double black_scholes(const Option& option) {
  const auto normal = [](double x) { return std::erfc(-x / std::sqrt(2)) / 2; };
  const double spread = option.volatility * std::sqrt(option.years);
  const double d1 =
      (std::log(option.spot / option.strike) + option.rate * option.years) / spread + spread / 2;
  return option.spot * normal(d1) - option.strike * option.discount() * normal(d1 - spread);
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(mp::start_method(argv[1]));
  futures::ProcessPoolExecutor executor(4);
  const Option option = {.spot = 100, .strike = 105, .rate = 0.03, .volatility = 0.2, .years = 1};

  const Estimate calm = estimate(executor, option, false);
  const double exact = black_scholes(option);
  fmt::print("Monte Carlo:   {:.4f}, standard error {:.4f}\n", calm.price, calm.error);
  fmt::print("Black-Scholes: {:.4f}, within three standard errors: {}\n", exact,
             std::abs(calm.price - exact) < 3 * calm.error);

  const Estimate troubled = estimate(executor, option, true);
  fmt::print("a worker killed in the middle of its task: {}\n", troubled.lost > 0);
  fmt::print("the same to the last digit: {}\n",
             troubled.price == calm.price && troubled.error == calm.error);
}
