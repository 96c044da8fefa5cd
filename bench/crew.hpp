// SPDX-License-Identifier: MIT
#pragma once

#include <thread>
#include <utility>
#include <vector>

#include "hilo/multiprocessing/context.hpp"

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

}  // namespace bench
