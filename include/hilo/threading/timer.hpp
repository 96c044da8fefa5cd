// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <typeinfo>
#include <utility>

#include "hilo/detail/export.hpp"
#include "hilo/detail/thread_work.hpp"
#include "hilo/threading/thread.hpp"

namespace hilo::threading {

/// A thread that calls a function when an interval has passed since start(), unless it is cancelled
/// before.
///
/// A Thread in all else: alive from start() on, so enumerate() shows it and the program's end waits
/// for it unless it is a daemon; join() waits for the function's end, or for cancel(). The function
/// runs in a thread of its own, which the system starts when the time has come. Until then a Timer
/// costs no thread: one waits for all of them. If the system refuses the thread then, the timer
/// ends with that error, as if the function had thrown it.
///
///     threading::Timer timer(5s, show_time);
///     timer.start();
///     timer.cancel();
///
/// Python:    threading.Timer; differs: cancel() tells whether it was in time, ident() is known
///            when the interval has passed, and a subclass's run() is called then.
/// Safe from: any thread.
class HILO_EXPORT Timer : public Thread {
 public:
  using Seconds = std::chrono::duration<double>;

  /// A timer that will call `function(args...)`; both are copied or moved into it. Does not start.
  /// An interval of zero or less is over at once.
  ///
  /// Throws: ValueError for an interval that is not a number.
  template <ThreadTarget Function, class... Args>
  Timer(Seconds interval, Function&& function, Args&&... args)
      : Timer(ThreadOptions{}, interval, std::forward<Function>(function),
              std::forward<Args>(args)...) {}

  template <ThreadTarget Function, class... Args>
  Timer(ThreadOptions options, Seconds interval, Function&& function, Args&&... args)
      : Timer(std::move(options), interval,
              detail::make_thread_work(std::forward<Function>(function),
                                       std::forward<Args>(args)...)) {}

  /// Keeps the function from being called, if its time has not come; also before start().
  ///
  /// Returns: whether this call stopped it: false if it is too late, or if it was cancelled before.
  bool cancel() noexcept;

 private:
  Timer(ThreadOptions options, Seconds interval, std::unique_ptr<detail::ThreadWork> work);
  [[nodiscard]] const std::type_info& handle_type() const noexcept override;
};

}  // namespace hilo::threading
