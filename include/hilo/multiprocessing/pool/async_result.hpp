// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <exception>
#include <functional>
#include <type_traits>
#include <utility>

#include "hilo/errors.hpp"
#include "hilo/futures/future.hpp"
#include "hilo/futures/task_options.hpp"

namespace hilo::multiprocessing::pool {

/// What apply_async() and its kin return: a future, in the words of the pool.
///
///     auto result = pool.apply_async(work, 7);
///     result.get(2s);
///
/// Python:    multiprocessing.pool.AsyncResult; differs: it is a Future too, so futures::wait()
///            takes it, and it can be cancelled.
/// Safe from: any thread.
template <class T>
class AsyncResult : public futures::Future<T> {
 public:
  AsyncResult(futures::Future<T> future) noexcept  // NOLINT: it is the same
      : futures::Future<T>(std::move(future)) {}

  /// Waits. Returns: the result. Throws: what the task threw; CancelledError.
  T get() const { return this->result(); }
  /// The same within `timeout`. Throws: TimeoutError too.
  template <class Rep, class Period>
  T get(std::chrono::duration<Rep, Period> timeout) const {
    return this->result(timeout);
  }
  /// Whether it is done.
  [[nodiscard]] bool ready() const noexcept { return this->done(); }
  /// Whether it came to a result. Throws: ValueError if it is not ready.
  [[nodiscard]] bool successful() const {
    if (!ready()) throw ValueError("hilo: the task is not done, so nobody knows");
    return !this->cancelled() && this->exception() == nullptr;
  }
};

/// What is done with a result of type R.
template <class R>
struct CallbackOf {
  using type = std::function<void(const R&)>;
};
template <>
struct CallbackOf<void> {
  using type = std::function<void()>;
};

/// Keyword arguments of apply_async() and map_async(). The callbacks are called as by
/// Future::add_done_callback().
template <class R>
struct AsyncOptions {
  typename CallbackOf<R>::type callback = {};
  std::function<void(const std::exception_ptr&)> error_callback = {};
  futures::TaskOptions limits = {};
};

/// Keyword arguments of imap().
struct ImapOptions {
  /// How many items a task has.
  std::size_t chunksize = 1;
  /// How many items are read ahead of the results, at most; 0 for four tasks for each worker.
  std::size_t buffersize = 0;
};

}  // namespace hilo::multiprocessing::pool

namespace hilo::detail::futures {

template <class R>
void add_callbacks(const hilo::futures::Future<R>& future,
                   multiprocessing::pool::AsyncOptions<R> options) {
  if (!options.callback && !options.error_callback) return;
  future.add_done_callback([options = std::move(options)](hilo::futures::Future<R>& done) {
    const Job& job = FutureAccess::job(done);
    if (job.phase() == Phase::finished && !job.error()) {
      if (!options.callback) return;
      if constexpr (std::is_void_v<R>) {
        options.callback();
      } else {
        options.callback(FutureAccess::state(done).value());
      }
    } else if (options.error_callback) {
      options.error_callback(
          job.error() ? job.error()
                      : std::make_exception_ptr(CancelledError("hilo: the task was cancelled")));
    }
  });
}

}  // namespace hilo::detail::futures
