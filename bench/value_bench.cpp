// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <atomic>

#include "crew.hpp"
#include "hilo/multiprocessing/value.hpp"
#include "shared.hpp"

namespace {

namespace mp = hilo::multiprocessing;

class Locked {
 public:
  void add() { value_.value() += 1; }
  [[nodiscard]] long total() { return value_.value(); }

 private:
  mp::Value<long> value_{0};
};

class FetchAdd {
 public:
  void add() { value_->fetch_add(1); }
  [[nodiscard]] long total() { return value_->load(); }

 private:
  bench::Shared<std::atomic<long>> value_{0};
};

/// Two processes add one to the same number, without a pause.
template <class Number>
void BM_Value_add(benchmark::State& state) {
  constexpr long k_turns = 100'000;
  constexpr int k_members = 2;
  Number number;
  const bench::Rounds<bench::Processes> rounds(k_members, [&number] {
    for (long turn = 0; turn < k_turns; ++turn) number.add();
  });
  for (auto _ : state) rounds.run();
  const long turns = state.iterations() * k_members * k_turns;
  state.SetItemsProcessed(turns);
  if (number.total() != turns) state.SkipWithError("a step was lost");
}
BENCHMARK_TEMPLATE(BM_Value_add, Locked)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Value_add, FetchAdd)->UseRealTime();

}  // namespace
