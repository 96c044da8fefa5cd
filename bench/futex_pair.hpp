// SPDX-License-Identifier: MIT
#pragma once

#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>

#include "shared.hpp"

namespace bench {

/// Sleeps at once, as who knows nothing but the futex does.
class FutexPair {
 public:
  void send(bool to, int item) {
    std::atomic<int>& word = to ? words_->to : words_->fro;
    word.store(item);
    ::syscall(SYS_futex, &word, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
  int receive(bool to, int before) {
    std::atomic<int>& word = to ? words_->to : words_->fro;
    while (word.load() == before) {
      ::syscall(SYS_futex, &word, FUTEX_WAIT, before, nullptr, nullptr, 0);
    }
    return word.load();
  }

 private:
  struct Words {
    alignas(64) std::atomic<int> to{0};
    alignas(64) std::atomic<int> fro{0};
  };
  bench::Shared<Words> words_;
};

}  // namespace bench
