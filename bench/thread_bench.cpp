// SPDX-License-Identifier: MIT
#include "hilo/threading/thread.hpp"

#include <benchmark/benchmark.h>

#include <thread>

namespace {

namespace threading = hilo::threading;

void do_nothing() {}

template <class Thread>
void BM_Thread_start_join(benchmark::State& state) {
  for (auto _ : state) {
    Thread thread(do_nothing);
    if constexpr (requires { thread.start(); }) thread.start();
    thread.join();
  }
}
BENCHMARK_TEMPLATE(BM_Thread_start_join, threading::Thread)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Thread_start_join, std::thread)->UseRealTime();

}  // namespace
