// SPDX-License-Identifier: MIT
#include "hilo/futures/future.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <tuple>

#include "hilo/futures/wait.hpp"
#include "threading/exception_text.hpp"

namespace hilo::detail::futures {
namespace {

void call(const std::function<void()>& action) noexcept {
  try {
    action();
  } catch (...) {
    fmt::print(stderr, "hilo: a future's callback failed: {}\n", describe_current_exception());
  }
}

class Callback final : public Listener {
 public:
  explicit Callback(std::function<void()> action) : action_(std::move(action)) {}
  void job_done(Job&) noexcept override {
    call(action_);
    delete this;
  }
  [[nodiscard]] const std::function<void()>& action() const noexcept { return action_; }

 private:
  std::function<void()> action_;
};

}  // namespace

void call_when_done(Job& job, std::function<void()> action) {
  auto callback = std::make_unique<Callback>(std::move(action));
  if (job.listen(*callback)) {
    std::ignore = callback.release();
  } else {
    call(callback->action());
  }
}

void refuse_second_take() {
  throw RuntimeError("hilo: this result cannot be copied, and was handed out before");
}

void refuse_second_result() { throw InvalidStateError("hilo: this future is done already"); }

void throw_unfinished(std::size_t left, std::size_t all) {
  throw TimeoutError(fmt::format("hilo: {} of {} futures are not done", left, all));
}

}  // namespace hilo::detail::futures
