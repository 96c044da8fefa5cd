// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/process.hpp"

#include <benchmark/benchmark.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <exception>

#include "ballast.hpp"
#include "hilo/multiprocessing/context.hpp"
#include "nothing.hpp"

namespace {

namespace mp = hilo::multiprocessing;

void do_nothing() {}

template <mp::StartMethod method>
struct Hilo {
  static void run() {
    mp::Process process = mp::get_context(method).Process(do_nothing);
    process.start();
    process.join();
    if (process.exitcode() != 0) std::terminate();
  }
};
using HiloFork = Hilo<mp::StartMethod::fork>;
using HiloSpawn = Hilo<mp::StartMethod::spawn>;
using HiloForkserver = Hilo<mp::StartMethod::forkserver>;

void wait_for(pid_t child) {
  int status = 0;
  if (waitpid(child, &status, 0) != child || status != 0) std::terminate();
}

struct RawFork {
  static void run() {
    const pid_t child = fork();
    if (child == 0) _exit(0);
    wait_for(child);
  }
};

struct PosixSpawn {
  static void run() {
    char name[] = "process_bench";
    char* arguments[] = {name, bench::k_do_nothing, nullptr};
    pid_t child = 0;
    if (posix_spawn(&child, "/proc/self/exe", nullptr, nullptr, arguments, environ) != 0)
      std::terminate();
    wait_for(child);
  }
};

template <class Start>
void BM_Process_start_join(benchmark::State& state) {
  for (auto _ : state) Start::run();
}
BENCHMARK_TEMPLATE(BM_Process_start_join, HiloFork)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Process_start_join, RawFork)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Process_start_join, HiloForkserver)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Process_start_join, HiloSpawn)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Process_start_join, PosixSpawn)->UseRealTime();

using bench::Ballast;

/// Started by a parent that holds so many bytes.
template <class Start>
void BM_Process_heavy_parent(benchmark::State& state) {
  const Ballast ballast(static_cast<std::size_t>(state.range(0)));
  for (auto _ : state) Start::run();
}
BENCHMARK_TEMPLATE(BM_Process_heavy_parent, HiloSpawn)->Arg(0)->Arg(1 << 30)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Process_heavy_parent, HiloForkserver)->Arg(1 << 30)->UseRealTime();

}  // namespace
