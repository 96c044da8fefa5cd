// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <ostream>
#include <string>
#include <utility>

#include "helpers/mailbox.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
inline void PrintTo(StartMethod method, std::ostream* out) { *out << to_string(method); }
}  // namespace hilo::multiprocessing

namespace hilo::test {

inline void do_nothing() {}
/// Not for ever, lest it outlives a test that fails.
inline void wait_for_a_signal() {
  ::alarm(60);
  for (;;) ::pause();
}
inline void end_with(int code) { throw SystemExit(code); }
inline void tell_name(const std::string& path) {
  Mailbox::post(path, mp::current_process().name());
}

/// What holds however processes start: a suite derives from this, and runs once for each method.
class ProcessTestBase : public ::testing::TestWithParam<mp::StartMethod> {
 protected:
  template <mp::ProcessTarget F, class... Args>
  [[nodiscard]] mp::Process make(F&& target, Args&&... args) const {
    return context_.Process(std::forward<F>(target), std::forward<Args>(args)...);
  }
  template <class... Args>
  [[nodiscard]] mp::Process make(mp::ProcessOptions options, Args&&... args) const {
    return context_.Process(std::move(options), std::forward<Args>(args)...);
  }
  /// Waits for the end, but not for ever.
  static int end_of(mp::Process& process) {
    if (!process.join(std::chrono::seconds(20))) process.kill();
    process.join();
    return *process.exitcode();
  }
  template <class... Args>
  int run(Args&&... args) const {
    mp::Process process = make(std::forward<Args>(args)...);
    process.start();
    return end_of(process);
  }

  mp::Context context_{GetParam()};
  Mailbox mailbox_;
};

}  // namespace hilo::test

#define HILO_TEST_BY_EVERY_METHOD(Suite)                                                           \
  INSTANTIATE_TEST_SUITE_P(                                                                        \
      Methods, Suite,                                                                              \
      testing::Values(mp::StartMethod::fork, mp::StartMethod::spawn, mp::StartMethod::forkserver), \
      [](const auto& method) { return std::string(mp::to_string(method.param)); })
