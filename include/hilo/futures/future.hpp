// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <coroutine>
#include <exception>
#include <functional>
#include <future>
#include <memory>
#include <type_traits>
#include <utility>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/futures/job.hpp"
#include "hilo/errors.hpp"

namespace hilo::detail::futures {

class FutureAccess;

/// Has `action` called once the job is done, by whoever ends it, or at once. What it throws is
/// printed.
HILO_EXPORT void call_when_done(Job& job, std::function<void()> action);
[[noreturn]] HILO_EXPORT void refuse_second_result();

}  // namespace hilo::detail::futures

namespace hilo::futures {

/// A future whose type of result does not matter: what wait() and as_completed() work with.
class FutureBase {
 public:
  /// Cancels the task if it has not begun; in a process also if it runs, which ends that worker. A
  /// thread is asked to stop, if the task takes a std::stop_token.
  ///
  /// Returns: whether it is cancelled.
  bool cancel() const noexcept { return job_->cancel(); }
  [[nodiscard]] bool cancelled() const noexcept {
    return job_->phase() == detail::futures::Phase::cancelled;
  }
  [[nodiscard]] bool running() const noexcept {
    return job_->phase() == detail::futures::Phase::running;
  }
  /// Whether it has a result or an error, or was cancelled.
  [[nodiscard]] bool done() const noexcept { return job_->done(); }

  /// Waits until it is done; within a task of the same executor that runs it here, if nobody has
  /// begun it.
  void wait() const { (void)job_->wait(detail::Deadline::never()); }
  /// Returns: false if it was not done in `timeout`.
  template <class Rep, class Period>
  bool wait(std::chrono::duration<Rep, Period> timeout) const {
    return job_->wait(detail::Deadline::after(timeout));
  }

  /// Waits. Returns: what the task threw; null if it came to a result.
  /// Throws: CancelledError.
  [[nodiscard]] std::exception_ptr exception() const {
    return exception_until(detail::Deadline::never());
  }
  /// The same within `timeout`. Throws: TimeoutError too.
  template <class Rep, class Period>
  [[nodiscard]] std::exception_ptr exception(std::chrono::duration<Rep, Period> timeout) const {
    return exception_until(detail::Deadline::after(timeout));
  }

  /// Whether both are the same task's.
  friend bool operator==(const FutureBase&, const FutureBase&) noexcept = default;

 protected:
  using JobRef = detail::futures::Ref<detail::futures::Job>;
  explicit FutureBase(JobRef job) noexcept : job_(std::move(job)) {}
  [[nodiscard]] detail::futures::Job& job() const noexcept { return *job_; }

 private:
  friend class detail::futures::FutureAccess;
  [[nodiscard]] std::exception_ptr exception_until(detail::Deadline deadline) const {
    if (!job_->wait(deadline)) throw TimeoutError("hilo: there is no result yet");
    if (cancelled()) throw CancelledError("hilo: the task was cancelled");
    return job_->error();
  }

  JobRef job_;
};

/// What a task will come to. A handle: copies are the same task's.
///
///     futures::Future<int> answer = executor.submit(compute, 6);
///     answer.add_done_callback([](auto& future) { log(future.result()); });
///     int value = answer.result(2s);
///
/// Python:    concurrent.futures.Future; differs: a result that cannot be copied is handed out
/// once;
///            wait(), co_await and to_std().
/// Safe from: any thread.
template <class T>
class Future : public FutureBase {
  using State = detail::futures::ResultJob<T>;
  static constexpr bool k_copies = std::is_void_v<T> || std::copy_constructible<T>;

 public:
  using value_type = T;

  /// A pending one, for who makes results by himself: see set_result().
  Future() : Future(detail::futures::make_job<State>()) {}

  /// Waits. Returns: what the task returned. Throws: what it threw; CancelledError.
  T result() const { return result_until(detail::Deadline::never()); }
  /// The same within `timeout`. Throws: TimeoutError too; the task goes on.
  template <class Rep, class Period>
  T result(std::chrono::duration<Rep, Period> timeout) const {
    return result_until(detail::Deadline::after(timeout));
  }

  /// Has `callback(future)` called when the task is done: in the order of these calls, by the
  /// thread that ends it; at once if it is done. What the callback throws is printed. The thread of
  /// a pool of processes that does so cannot wait for the same pool: RuntimeError; submitting is
  /// fine.
  template <std::invocable<Future&> Callback>
  void add_done_callback(Callback callback) const {
    detail::futures::call_when_done(
        job(), [future = Future(*this), callback = std::make_shared<Callback>(std::move(
                                            callback))]() mutable { (*callback)(future); });
  }

  /// The same as a std::future, which gets the result too.
  [[nodiscard]] std::future<T> to_std() const requires k_copies {
    auto promise = std::make_shared<std::promise<T>>();
    std::future<T> same = promise->get_future();
    add_done_callback([promise](Future& future) {
      try {
        if constexpr (std::is_void_v<T>) {
          future.result();
          promise->set_value();
        } else {
          promise->set_value(future.result());
        }
      } catch (...) {
        promise->set_exception(std::current_exception());
      }
    });
    return same;
  }

  /// `co_await future` in any coroutine: it goes on in the thread that ends the task.
  auto operator co_await() const noexcept {
    struct Awaiter {
      Future future;
      [[nodiscard]] bool await_ready() const noexcept { return future.done(); }
      void await_suspend(std::coroutine_handle<> coroutine) const {
        future.add_done_callback([coroutine](Future&) { coroutine.resume(); });
      }
      T await_resume() const { return future.result(); }
    };
    return Awaiter{*this};
  }

  // For who makes an executor.

  /// Begins. Returns: false if it was cancelled. Throws: RuntimeError if it had begun.
  [[nodiscard]] bool set_running_or_notify_cancel() const {
    if (job().claim()) return true;
    if (cancelled()) return false;
    throw RuntimeError("hilo: this future has begun before");
  }
  /// Throws: InvalidStateError if it is done.
  template <class... Value>
  void set_result(Value&&... value) const {
    if (done() || (!running() && !job().claim())) detail::futures::refuse_second_result();
    state().set_value(std::forward<Value>(value)...);
    if (!job().finish()) detail::futures::refuse_second_result();
  }
  /// Throws: InvalidStateError if it is done; ValueError without an error.
  void set_exception(std::exception_ptr error) const {
    if (error == nullptr) throw ValueError("hilo: a future that fails needs an error");
    if (!job().fail(std::move(error))) detail::futures::refuse_second_result();
  }

 private:
  friend class detail::futures::FutureAccess;
  explicit Future(detail::futures::Ref<State> job) noexcept : FutureBase(std::move(job)) {}
  [[nodiscard]] State& state() const noexcept { return static_cast<State&>(job()); }

  T result_until(detail::Deadline deadline) const {
    job().settle(deadline);
    if constexpr (std::is_void_v<T>) {
      return;
    } else if constexpr (k_copies) {
      return static_cast<const T&>(state().value());
    } else {
      return state().take();
    }
  }
};

}  // namespace hilo::futures

namespace hilo::detail::futures {

/// How the library makes futures of its jobs, and finds these.
class FutureAccess {
 public:
  template <class T>
  static hilo::futures::Future<T> future(Ref<ResultJob<T>> job) noexcept {
    return hilo::futures::Future<T>(std::move(job));
  }
  static Job& job(const hilo::futures::FutureBase& future) noexcept { return *future.job_; }
  static Ref<Job> reference(const hilo::futures::FutureBase& future) noexcept {
    return future.job_;
  }
  template <class T>
  static ResultJob<T>& state(const hilo::futures::Future<T>& future) noexcept {
    return future.state();
  }
};

}  // namespace hilo::detail::futures
