// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <cstring>

#include "hilo/multiprocessing/freeze_support.hpp"
#include "nothing.hpp"

int main(int argc, char** argv) {
  // What the peer of a spawned process runs: this program, and nothing in it.
  if (argc == 2 && std::strcmp(argv[1], bench::k_do_nothing) == 0) return 0;
  hilo::multiprocessing::freeze_support(argc, argv);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 1;
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
