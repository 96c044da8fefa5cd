// SPDX-License-Identifier: MIT
#include "hilo/threading/timer.hpp"

#include <algorithm>
#include <cmath>

#include "hilo/errors.hpp"
#include "hilo/threading/event.hpp"
#include "hilo/threading/repeating_timer.hpp"
#include "threading/thread_record.hpp"
#include "threading/timer_schedule.hpp"

namespace hilo::threading {

using detail::ThreadAccess;

Timer::Timer(ThreadOptions options, Seconds interval, std::unique_ptr<detail::ThreadWork> work)
    : Thread(std::move(options), std::move(work)) {
  if (std::isnan(interval.count())) throw ValueError("hilo: the interval is not a number");
  ThreadAccess::record(*this)->alarm = std::make_shared<detail::Alarm>(interval);
}

bool Timer::cancel() noexcept { return detail::cancel_alarm(ThreadAccess::record(*this)); }

const std::type_info& Timer::handle_type() const noexcept { return typeid(Timer); }

void RepeatingTimer::check(Seconds delay, Seconds interval) {
  if (!(interval >= std::chrono::nanoseconds(1)) || std::isinf(interval.count())) {
    throw ValueError("hilo: the interval is not a finite time of a nanosecond or more");
  }
  if (std::isnan(delay.count())) throw ValueError("hilo: the delay is not a number");
}

void RepeatingTimer::repeat(const std::stop_token& token, Seconds delay, Seconds interval,
                            const std::function<void()>& call) {
  Event cancelled;
  const std::stop_callback on_cancel(token, [&] { cancelled.set(); });
  delay = std::max(delay, Seconds::zero());  // also one of minus infinity
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  const auto since_start = [start] { return Seconds(Clock::now() - start); };
  // In whole intervals from one moment, so that no error adds up.
  for (double tick = 0; !cancelled.wait(delay + tick * interval - since_start());) {
    call();
    tick = std::max(tick, std::floor((since_start() - delay) / interval)) + 1;
  }
}

const std::type_info& RepeatingTimer::handle_type() const noexcept {
  return typeid(RepeatingTimer);
}

}  // namespace hilo::threading
