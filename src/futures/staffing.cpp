// SPDX-License-Identifier: MIT
#include "hilo/detail/futures/staffing.hpp"

#include <algorithm>

#include "hilo/detail/deadline.hpp"
#include "hilo/errors.hpp"

namespace hilo::detail::futures {

Staffing make_staffing(int most, std::optional<int> least,
                       std::optional<std::chrono::nanoseconds> idle_time, int usual_least) {
  if (most < 1) throw ValueError("hilo: a pool needs at least one worker");
  if (least && (*least < 0 || *least > most)) {
    throw ValueError("hilo: a pool's least number of workers is between none and its most");
  }
  if (idle_time) {
    idle_time = std::clamp(*idle_time, std::chrono::nanoseconds::zero(), Deadline::k_longest);
  }
  return {most, least.value_or(idle_time ? 0 : usual_least), idle_time};
}

}  // namespace hilo::detail::futures
