// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/pool/pool.hpp"

#include <benchmark/benchmark.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <tbb/global_control.h>
#include <tbb/task_group.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <exception>
#include <numeric>
#include <thread>
#include <vector>

#include "ballast.hpp"
#include "crew.hpp"
#include "futex_pair.hpp"
#include "hilo/futures/process_pool_executor.hpp"
#include "hilo/multiprocessing/context.hpp"
#include "hilo/multiprocessing/pool/thread_pool.hpp"

namespace {

namespace mp = hilo::multiprocessing;

constexpr int k_workers = 2;
constexpr int k_numbers = 1'000'000;

int square(int n) { return static_cast<int>(static_cast<unsigned>(n) * static_cast<unsigned>(n)); }
void nothing() {}
void one_millisecond(int) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(1);
  while (std::chrono::steady_clock::now() < end) {
  }
}

std::vector<int> numbers() {
  std::vector<int> all(k_numbers);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

void BM_Pool_map_million(benchmark::State& state) {
  mp::Pool pool(k_workers);
  const std::vector<int> input = numbers();
  for (auto _ : state) {
    std::vector<int> squares = pool.map([](int n) { return square(n); }, input);
    benchmark::DoNotOptimize(squares.data());
  }
}
BENCHMARK(BM_Pool_map_million)->UseRealTime();

/// What one would write for it: a process for each half, an array that both see.
void BM_Pool_map_million_by_hand(benchmark::State& state) {
  const std::vector<int> input = numbers();
  constexpr std::size_t k_bytes = k_numbers * sizeof(int);
  for (auto _ : state) {
    auto* const results = static_cast<int*>(
        mmap(nullptr, k_bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0));
    if (results == MAP_FAILED) std::terminate();
    std::vector<pid_t> children;
    for (int worker = 0; worker < k_workers; ++worker) {
      const pid_t child = fork();
      if (child == 0) {
        constexpr int k_half = k_numbers / k_workers;
        for (int i = worker * k_half; i < (worker + 1) * k_half; ++i) {
          results[i] = square(input[static_cast<std::size_t>(i)]);
        }
        _exit(0);
      }
      children.push_back(child);
    }
    for (const pid_t child : children) waitpid(child, nullptr, 0);
    std::vector<int> squares(results, results + k_numbers);
    benchmark::DoNotOptimize(squares.data());
    munmap(results, k_bytes);
  }
}
BENCHMARK(BM_Pool_map_million_by_hand)->UseRealTime();

void BM_Pool_map_milliseconds(benchmark::State& state) {
  mp::Pool pool(k_workers);
  for (auto _ : state) pool.map(one_millisecond, std::vector<int>(2000));
}
BENCHMARK(BM_Pool_map_milliseconds)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(1);

/// The same work, divided by as many threads, with nothing around it.
void BM_Pool_milliseconds_ideal(benchmark::State& state) {
  for (auto _ : state) {
    const bench::Crew<bench::Threads> crew(k_workers, [] {
      for (int i = 0; i < 2000 / k_workers; ++i) one_millisecond(i);
    });
  }
}
BENCHMARK(BM_Pool_milliseconds_ideal)->UseRealTime()->Unit(benchmark::kMillisecond)->Iterations(1);

void BM_Pool_apply(benchmark::State& state) {
  mp::Pool pool(1);
  for (auto _ : state) pool.apply(nothing);
}
BENCHMARK(BM_Pool_apply)->UseRealTime();

void BM_Pool_futex_ping_pong(benchmark::State& state) {
  bench::FutexPair pair;
  constexpr int k_end = -1;
  const bench::Crew<bench::Processes> other(1, [&] {
    for (int item = 0; item != k_end;) {
      item = pair.receive(true, item);
      pair.send(false, item);
    }
  });
  int turn = 0;
  for (auto _ : state) {
    pair.send(true, turn + 1);
    turn = pair.receive(false, turn);
  }
  pair.send(true, k_end);
  (void)pair.receive(false, turn);
}
BENCHMARK(BM_Pool_futex_ping_pong)->UseRealTime();

void BM_Pool_apply_async(benchmark::State& state) {
  mp::Pool pool(k_workers);
  constexpr int k_tasks = 100'000;
  for (auto _ : state) {
    std::vector<mp::pool::AsyncResult<void>> all;
    all.reserve(k_tasks);
    for (int i = 0; i < k_tasks; ++i) all.push_back(pool.apply_async(nothing));
    for (auto& result : all) result.get();
  }
  state.SetItemsProcessed(state.iterations() * k_tasks);
}
BENCHMARK(BM_Pool_apply_async)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_Pool_apply_async_tbb(benchmark::State& state) {
  const tbb::global_control limit(tbb::global_control::max_allowed_parallelism, k_workers);
  constexpr int k_tasks = 100'000;
  for (auto _ : state) {
    tbb::task_group tasks;
    for (int i = 0; i < k_tasks; ++i) tasks.run(nothing);
    tasks.wait();
  }
  state.SetItemsProcessed(state.iterations() * k_tasks);
}
BENCHMARK(BM_Pool_apply_async_tbb)->UseRealTime()->Unit(benchmark::kMillisecond);

void BM_Pool_executor_round_trip(benchmark::State& state) {
  hilo::futures::ProcessPoolExecutor executor(1);
  for (auto _ : state) executor.submit(nothing).result();
}
BENCHMARK(BM_Pool_executor_round_trip)->UseRealTime();

void BM_Pool_start_stop(benchmark::State& state) {
  const bench::Ballast ballast(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) {
    mp::Pool pool({.processes = k_workers, .context = mp::StartMethod::forkserver});
    pool.apply(nothing);
  }
}
BENCHMARK(BM_Pool_start_stop)->Arg(0)->Arg(1 << 30)->UseRealTime();

int worker_id() { return getpid(); }

void BM_Pool_replace_worker(benchmark::State& state) {
  mp::Pool pool({.processes = 1, .context = mp::StartMethod::forkserver});
  int worker = pool.apply(worker_id);
  for (auto _ : state) {
    kill(worker, SIGKILL);
    int next = worker;
    do {
      next = pool.apply_async({.limits = {.retries = 1}}, worker_id).get();
    } while (next == worker);
    worker = next;
  }
}
BENCHMARK(BM_Pool_replace_worker)->UseRealTime();

/// A process by the same method, from its start to its end: what a replacement takes at least.
void BM_Pool_replace_worker_process(benchmark::State& state) {
  for (auto _ : state) {
    mp::Process process = mp::get_context(mp::StartMethod::forkserver).Process(nothing);
    process.start();
    process.join();
  }
}
BENCHMARK(BM_Pool_replace_worker_process)->UseRealTime();

}  // namespace
