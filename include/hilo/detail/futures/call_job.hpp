// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <tuple>
#include <type_traits>
#include <utility>

#include "hilo/detail/futures/attempts.hpp"
#include "hilo/detail/futures/job.hpp"
#include "hilo/detail/thread_work.hpp"
#include "hilo/detail/trace.hpp"

namespace hilo::detail::futures {

/// What `F(Args...)` comes to, as a task: an lvalue of something is a copy of it.
template <class F, class... Args>
using CallResult =
    std::decay_t<typename ThreadValueOf<std::decay_t<F>, std::decay_t<Args>...>::type>;

/// One of those that may do one task: catches whatever it throws, and ends the job.
template <class R>
class AttemptedJob : public ResultJob<R> {
 public:
  explicit AttemptedJob(std::unique_ptr<Attempts> attempts) : attempts_(std::move(attempts)) {}

 protected:
  [[nodiscard]] Attempts* attempts() const noexcept { return attempts_.get(); }

 private:
  std::unique_ptr<Attempts> attempts_;
};

/// A call in this process.
template <class R, class F, class... Args>
class CallJob final : public AttemptedJob<R> {
  static constexpr bool k_takes_stop = k_takes_stop_token<F, Args...>;

 public:
  template <class... Given>
  explicit CallJob(std::unique_ptr<Attempts> attempts, Given&&... given)
      : AttemptedJob<R>(std::move(attempts)),
        call_(std::in_place, std::forward<Given>(given)...),
        name_(name_source(std::get<0>(*call_))) {}

  bool run() noexcept override {
    if (!this->claim()) return false;
    const TimeLimit limit(*this, this->attempts());
    for (;;) {
      try {
        if constexpr (std::is_void_v<R>) {
          invoke();
          this->set_value();
        } else {
          this->set_value(invoke());
        }
      } catch (...) {
        if (tries_again()) continue;
        std::exception_ptr error = std::current_exception();
        call_.reset();
        (void)this->fail(std::move(error));
        return true;
      }
      // What the task held goes before anybody learns of its end.
      call_.reset();
      (void)this->finish();
      return true;
    }
  }

  void request_stop() noexcept override {
    if constexpr (k_takes_stop) stop_.request_stop();
  }
  [[nodiscard]] bool stoppable() const noexcept override { return k_takes_stop; }
  [[nodiscard]] NameSource named_after() const noexcept override { return name_; }
  bool cancel_running() noexcept override {
    request_stop();
    return false;
  }

 private:
  static constexpr bool k_repeatable =
      std::is_copy_constructible_v<F> && (std::is_copy_constructible_v<Args> && ...);

  bool tries_again() noexcept {
    if constexpr (k_repeatable) {
      try {
        return this->attempts() != nullptr && !this->done() &&
               this->attempts()->again_after(std::current_exception());
      } catch (...) {  // the program's own retry_if
      }
    }
    return false;
  }

  // Moves the arguments in, unless it may have to be done again.
  R invoke() {
    if constexpr (k_repeatable) {
      if (this->attempts() != nullptr && this->attempts()->has_more()) {
        auto copy = *call_;
        return invoke(copy);
      }
    }
    return invoke(*call_);
  }
  R invoke(std::tuple<F, Args...>& call) {
    const trace::Task traced(std::get<0>(call));
    return std::apply(
        [](auto& stop, F& target, Args&... args) -> R {
          if constexpr (k_takes_stop) {
            return std::invoke(std::move(target), stop.get_token(), std::move(args)...);
          } else {
            (void)stop;
            return std::invoke(std::move(target), std::move(args)...);
          }
        },
        std::tuple_cat(std::tie(stop_),
                       std::apply([](auto&... each) { return std::tie(each...); }, call)));
  }

  struct NoStop {};
  std::optional<std::tuple<F, Args...>> call_;
  const NameSource name_;
  [[no_unique_address]] std::conditional_t<k_takes_stop, std::stop_source, NoStop> stop_;
};

template <class F, class... Args>
Ref<ResultJob<CallResult<F, Args...>>> make_call_job(std::unique_ptr<Attempts> attempts, F&& target,
                                                     Args&&... args) {
  using Function = std::decay_t<F>;
  static_assert(std::is_invocable_v<Function, std::decay_t<Args>...> ||
                    k_takes_stop_token<Function, std::decay_t<Args>...>,
                "hilo: the task cannot be called with these arguments; they are handed to it as "
                "rvalues of their own types: use std::ref for a reference");
  return make_job<CallJob<CallResult<F, Args...>, Function, std::decay_t<Args>...>>(
      std::move(attempts), std::forward<F>(target), std::forward<Args>(args)...);
}

}  // namespace hilo::detail::futures
