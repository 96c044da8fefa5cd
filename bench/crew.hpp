// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <functional>
#include <thread>
#include <utility>
#include <vector>

#include "hilo/multiprocessing/context.hpp"
#include "shared.hpp"

/// The other side of a benchmark: threads of this process, or processes forked from it.
namespace bench {

struct Threads {
  template <class Work>
  static std::thread start(const Work& work) {
    return std::thread(work);
  }
};

struct Processes {
  /// Daemons: they end with the benchmark, however that ends.
  template <class Work>
  static hilo::multiprocessing::Process start(const Work& work) {
    namespace mp = hilo::multiprocessing;
    mp::Process process = mp::get_context(mp::StartMethod::fork).Process({.daemon = true}, work);
    process.start();
    return process;
  }
};

/// Runs `work` in `size` more threads or processes; its destructor waits until all have come back.
template <class Kind>
class Crew {
 public:
  template <class Work>
  Crew(int size, const Work& work) {
    for (int i = 0; i < size; ++i) members_.push_back(Kind::start(work));
  }
  ~Crew() {
    for (auto& member : members_) member.join();
  }
  Crew(const Crew&) = delete;
  Crew& operator=(const Crew&) = delete;

 private:
  std::vector<decltype(Kind::start([] {}))> members_;
};

/// The calling thread and `members - 1` more threads or processes, that do the same in rounds.
template <class Kind>
class Rounds {
 public:
  template <class Work>
  Rounds(int members, const Work& work)
      : others_(members - 1), work_(work), crew_(others_, [this, work] {
          for (int seen = 0;;) {
            int round;
            while ((round = state_->round.load()) == seen) std::this_thread::yield();
            if (round == k_end) return;
            seen = round;
            work();
            ++state_->done;
          }
        }) {}
  ~Rounds() { state_->round = k_end; }
  Rounds(const Rounds&) = delete;
  Rounds& operator=(const Rounds&) = delete;

  /// Returns when all have done it.
  void run() const {
    state_->done = 0;
    ++state_->round;
    work_();
    while (state_->done.load() != others_) std::this_thread::yield();
  }

 private:
  static constexpr int k_end = -1;
  struct State {
    std::atomic<int> round = 0;
    std::atomic<int> done = 0;
  };

  const int others_;
  const std::function<void()> work_;
  const Shared<State> state_;
  const Crew<Kind> crew_;
};

}  // namespace bench
