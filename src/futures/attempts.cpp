// SPDX-License-Identifier: MIT
#include "hilo/detail/futures/attempts.hpp"

#include <algorithm>
#include <chrono>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/futures/job.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/timer.hpp"

namespace hilo::detail::futures {
namespace {

bool is_loss(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const WorkerLostError&) {
    return true;
  } catch (const TimeoutError&) {
    return true;
  } catch (...) {
    return false;
  }
}

}  // namespace

Attempts::Attempts(hilo::futures::TaskOptions options) : options_(std::move(options)) {
  if (options_.retries < 0) throw ValueError("hilo: a task cannot be tried less than once");
  if (auto& timeout = options_.timeout) {
    timeout = std::clamp(*timeout, std::chrono::nanoseconds::zero(), Deadline::k_longest);
  }
}

bool Attempts::again_after(const std::exception_ptr& error) {
  if (options_.retries == 0) return false;
  if (options_.retry_if ? !options_.retry_if(error) : !is_loss(error)) return false;
  --options_.retries;
  return true;
}

std::unique_ptr<Attempts> make_attempts(hilo::futures::TaskOptions options) {
  if (!options.timeout && options.retries == 0) return nullptr;
  return std::make_unique<Attempts>(std::move(options));
}

struct TimeLimit::Alarm {
  explicit Alarm(Job& job, std::chrono::nanoseconds timeout)
      : timer({.daemon = true}, timeout, [held = Ref<Job>::share(&job)] {
          // In this order: who is asked to stop may come back with a result.
          (void)held->fail(
              std::make_exception_ptr(TimeoutError("hilo: the task took longer than its timeout")));
          held->request_stop();
        }) {
    timer.start();
  }
  threading::Timer timer;
};

TimeLimit::TimeLimit(Job& job, const Attempts* attempts) {
  if (attempts == nullptr || !attempts->options().timeout) return;
  alarm_ = std::make_unique<Alarm>(job, *attempts->options().timeout);
}

TimeLimit::~TimeLimit() {
  if (alarm_) alarm_->timer.cancel();
}

}  // namespace hilo::detail::futures
