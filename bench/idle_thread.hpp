// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <thread>

namespace bench {

/// A second thread that sleeps. glibc's mutexes and malloc use no atomic instruction in a program
/// that has only one thread: a shortcut that no user of hilo's locks would see.
class IdleThread {
 public:
  IdleThread() : thread_([this] { ended_.wait(false); }) {}
  ~IdleThread() {
    ended_ = true;
    ended_.notify_one();
    thread_.join();
  }
  IdleThread(const IdleThread&) = delete;
  IdleThread& operator=(const IdleThread&) = delete;

 private:
  std::atomic<bool> ended_ = false;
  std::thread thread_;
};

}  // namespace bench
