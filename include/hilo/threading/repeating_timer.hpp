// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "hilo/detail/export.hpp"
#include "hilo/detail/thread_work.hpp"
#include "hilo/threading/thread.hpp"

namespace hilo::threading {

/// Those of ThreadOptions, and when the first call is due.
struct RepeatingTimerOptions {
  std::string name = {};
  std::optional<bool> daemon = {};
  /// From start() to the first call; zero or less is over at once. None: one interval.
  std::optional<std::chrono::duration<double>> delay = {};
};

/// A thread that calls a function again and again, at a fixed rate, until it is cancelled.
///
/// The calls are due at one interval after start(), two, three, and so on, however long they take:
/// they do not drift. They never overlap: those that come due while one is under way are left out.
/// All run in one thread. A function that takes a std::stop_token first is asked by it to end when
/// the timer is cancelled, which request_stop() does as well. An exception that leaves the function
/// ends the timer, and is dealt with as any thread's. The program's end waits until a timer that is
/// not a daemon is cancelled.
///
///     threading::RepeatingTimer clock({.daemon = true}, 1s, show_time);
///     clock.start();
///
/// Python:    has none; the usual class of this name, on threading.Timer, drifts.
/// Safe from: any thread; cancel() also from the function itself.
class HILO_EXPORT RepeatingTimer : public Thread {
 public:
  using Seconds = std::chrono::duration<double>;

  /// A timer that will call `function(args...)`, with the same copies each time. Does not start.
  ///
  /// Throws: ValueError if `interval` is less than a nanosecond or not finite, or the delay is not
  /// a
  ///         number.
  template <ThreadTarget Function, class... Args>
  RepeatingTimer(Seconds interval, Function&& function, Args&&... args)
      : RepeatingTimer(RepeatingTimerOptions{}, interval, std::forward<Function>(function),
                       std::forward<Args>(args)...) {}

  template <ThreadTarget Function, class... Args>
  RepeatingTimer(RepeatingTimerOptions options, Seconds interval, Function&& function,
                 Args&&... args)
      : Thread({.name = std::move(options.name), .daemon = options.daemon},
               make_work(options.delay.value_or(interval), interval,
                         std::tuple<std::decay_t<Function>, std::decay_t<Args>...>(
                             std::forward<Function>(function), std::forward<Args>(args)...))) {}

  /// Ends the timer: no further call begins; join() waits for one that is under way. Also before
  /// start(), and from the function itself.
  void cancel() noexcept { request_stop(); }

 private:
  template <class Function, class... Args>
  static std::unique_ptr<detail::ThreadWork> make_work(Seconds delay, Seconds interval,
                                                       std::tuple<Function, Args...> call) {
    constexpr bool k_takes_token = detail::k_takes_stop_token<Function&, Args&...>;
    static_assert(
        k_takes_token || std::is_invocable_v<Function&, Args&...>,
        "hilo: RepeatingTimer(interval, function, args...): function cannot be called with these "
        "arguments; they are handed to it as lvalues, the same at each call");
    check(delay, interval);
    const detail::NameSource name = detail::name_source(std::get<0>(call));
    auto work = detail::make_thread_work(
        [delay, interval, call = std::move(call)](const std::stop_token& cancelled) mutable {
          const auto invoke = [&](Function& function, Args&... args) {
            if constexpr (k_takes_token) {
              std::invoke(function, cancelled, args...);
            } else {
              std::invoke(function, args...);
            }
          };
          repeat(cancelled, delay, interval, [&] { std::apply(invoke, call); });
        });
    work->named_after = name;
    return work;
  }

  static void check(Seconds delay, Seconds interval);
  static void repeat(const std::stop_token& token, Seconds delay, Seconds interval,
                     const std::function<void()>& call);
  [[nodiscard]] const std::type_info& handle_type() const noexcept override;
};

}  // namespace hilo::threading
