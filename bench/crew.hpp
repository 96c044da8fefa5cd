// SPDX-License-Identifier: MIT
#pragma once

#include <thread>
#include <utility>
#include <vector>

#include "hilo/multiprocessing/context.hpp"

/// The other side of a benchmark: threads of this process, or processes forked from it.
namespace bench {

struct Threads {
  using Member = std::jthread;
  template <class Work>
  static Member start(const Work& work) {
    return std::jthread(work);
  }
};

struct Processes {
  class Member {
   public:
    explicit Member(hilo::multiprocessing::Process process) : process_(std::move(process)) {
      process_.start();
    }
    Member(Member&&) = default;
    ~Member() {
      if (process_.pid()) process_.join();
    }

   private:
    hilo::multiprocessing::Process process_;
  };
  template <class Work>
  static Member start(const Work& work) {
    namespace mp = hilo::multiprocessing;
    return Member(mp::get_context(mp::StartMethod::fork).Process(work));
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

 private:
  std::vector<typename Kind::Member> members_;
};

}  // namespace bench
