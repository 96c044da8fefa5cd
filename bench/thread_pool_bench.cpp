// SPDX-License-Identifier: MIT
#include "hilo/futures/thread_pool_executor.hpp"

#include <benchmark/benchmark.h>
#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>

#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_future.hpp>
#include <future>
#include <numeric>
#include <type_traits>
#include <vector>

#include "hilo/multiprocessing/pool/thread_pool.hpp"

namespace {

constexpr int k_workers = 2;
constexpr int k_tasks = 100'000;
constexpr int k_numbers = 1'000'000;

int square(int n) { return static_cast<int>(static_cast<unsigned>(n) * static_cast<unsigned>(n)); }

template <class Submit>
void submit_and_get(benchmark::State& state, Submit&& submit) {
  for (auto _ : state) {
    std::vector<decltype(submit())> all;
    all.reserve(k_tasks);
    for (int i = 0; i < k_tasks; ++i) all.push_back(submit());
    for (auto& future : all) future.wait();
  }
  state.SetItemsProcessed(state.iterations() * k_tasks);
}

using Executor = hilo::futures::ThreadPoolExecutor;
using Pool = hilo::multiprocessing::pool::ThreadPool;

template <class Workers>
void BM_ThreadPool_submit(benchmark::State& state) {
  Workers workers(k_workers);
  submit_and_get(state, [&] {
    if constexpr (std::is_same_v<Workers, Pool>) {
      return workers.apply_async([] {});
    } else {
      return workers.submit([] {});
    }
  });
}
BENCHMARK(BM_ThreadPool_submit<Executor>)->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(BM_ThreadPool_submit<Pool>)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_ThreadPool_submit_asio(benchmark::State& state) {
  boost::asio::thread_pool pool(k_workers);
  submit_and_get(state, [&] { return boost::asio::post(pool, boost::asio::use_future([] {})); });
}
BENCHMARK(BM_ThreadPool_submit_asio)->UseRealTime()->Unit(benchmark::kMillisecond);

/// A thread for each task: fewer of them, or it takes a minute.
void BM_ThreadPool_submit_async(benchmark::State& state) {
  constexpr int k_few = 1000;
  for (auto _ : state) {
    std::vector<std::future<void>> all;
    for (int i = 0; i < k_few; ++i) all.push_back(std::async(std::launch::async, [] {}));
    for (auto& future : all) future.wait();
  }
  state.SetItemsProcessed(state.iterations() * k_few);
}
BENCHMARK(BM_ThreadPool_submit_async)->UseRealTime()->Unit(benchmark::kMillisecond);

std::vector<int> numbers() {
  std::vector<int> all(k_numbers);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

void BM_ThreadPool_map(benchmark::State& state) {
  Pool pool(k_workers);
  const std::vector<int> input = numbers();
  for (auto _ : state) {
    std::vector<int> squares = pool.map([](int n) { return square(n); }, input);
    benchmark::DoNotOptimize(squares.data());
  }
}
BENCHMARK(BM_ThreadPool_map)->UseRealTime();

void BM_ThreadPool_map_tbb(benchmark::State& state) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, k_workers);
  const std::vector<int> input = numbers();
  for (auto _ : state) {
    std::vector<int> squares(input.size());
    tbb::parallel_for(tbb::blocked_range<std::size_t>(0, input.size()), [&](const auto& range) {
      for (std::size_t i = range.begin(); i != range.end(); ++i) squares[i] = square(input[i]);
    });
    benchmark::DoNotOptimize(squares.data());
  }
}
BENCHMARK(BM_ThreadPool_map_tbb)->UseRealTime();

}  // namespace
