// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/detail/futures/completions.hpp"
#include "hilo/detail/next_iterator.hpp"
#include "hilo/detail/queue/patience.hpp"
#include "hilo/futures/future.hpp"

namespace hilo::futures {

/// How long a call waits: true for ever, false not at all, or a duration.
using Patience = detail::queue::Patience;

enum class ReturnWhen : std::uint8_t {
  all_completed,
  first_completed,
  first_exception,  ///< or all, if there is none
};

/// Futures, or what else knows its job.
template <class R>
concept FutureRange =
    std::ranges::input_range<R> && std::derived_from<std::ranges::range_value_t<R>, FutureBase>;

/// What wait() found, each in the order of the futures that it was given.
template <class F>
struct DoneAndNotDone {
  std::vector<F> done;
  std::vector<F> not_done;
};

}  // namespace hilo::futures

namespace hilo::detail::futures {

/// Each once, in the order of their first places.
template <hilo::futures::FutureRange R>
std::vector<std::ranges::range_value_t<R>> distinct(R&& range) {
  std::vector<std::ranges::range_value_t<R>> all;
  for (auto&& future : range) all.push_back(future);
  std::vector<const void*> seen;
  seen.reserve(all.size());
  for (const auto& future : all) seen.push_back(&FutureAccess::job(future));
  std::ranges::sort(seen);
  if (std::ranges::adjacent_find(seen) == seen.end()) return all;
  std::vector<std::ranges::range_value_t<R>> once;
  for (auto& future : all) {
    if (std::ranges::find(once, future) == once.end()) once.push_back(std::move(future));
  }
  return once;
}

[[noreturn]] HILO_EXPORT void throw_unfinished(std::size_t left, std::size_t all);

}  // namespace hilo::detail::futures

namespace hilo::futures {

/// Waits for futures, of whatever executors.
///
///     auto [done, not_done] = futures::wait(downloads, 10s, futures::ReturnWhen::first_completed);
///
/// Blocks: at most `patience`.
/// Throws: ValueError for a timeout that is not a number; not when time is up.
/// Python: concurrent.futures.wait(fs, timeout, return_when).
template <FutureRange R>
DoneAndNotDone<std::ranges::range_value_t<R>> wait(
    R&& range, Patience patience = true, ReturnWhen return_when = ReturnWhen::all_completed) {
  using F = std::ranges::range_value_t<R>;
  const detail::Deadline deadline = patience.deadline();
  std::vector<F> all = detail::futures::distinct(range);
  const auto ends_it = [return_when](const F& future) {
    if (return_when == ReturnWhen::first_completed) return future.done();
    return return_when == ReturnWhen::first_exception && future.done() && !future.cancelled() &&
           detail::futures::FutureAccess::job(future).error() != nullptr;
  };
  if (std::ranges::none_of(all, ends_it)) {
    detail::futures::Completions completions;
    std::size_t left = 0;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (all[i].done()) continue;
      completions.watch(detail::futures::FutureAccess::reference(all[i]), i);
      ++left;
    }
    for (; left > 0; --left) {
      const auto next = completions.next(deadline);
      if (!next || ends_it(all[*next])) break;
    }
  }
  DoneAndNotDone<F> result;
  for (F& future : all) {
    (future.done() ? result.done : result.not_done).push_back(std::move(future));
  }
  return result;
}

/// The futures in the order of their ends; see as_completed().
template <class F>
class AsCompleted {
 public:
  using value_type = F;

  AsCompleted(std::vector<F> all, detail::Deadline deadline)
      : all_(std::make_move_iterator(all.begin()), std::make_move_iterator(all.end())),
        left_(all_.size()),
        deadline_(deadline) {
    for (std::size_t i = 0; i < all_.size(); ++i) {
      completions_.watch(detail::futures::FutureAccess::reference(*all_[i]), i);
    }
  }

  /// Returns: the next one; nothing when there are no more.
  /// Throws:  TimeoutError.
  std::optional<F> next() {
    if (left_ == 0) return std::nullopt;
    const auto number = completions_.next(deadline_);
    if (!number) detail::futures::throw_unfinished(left_, all_.size());
    --left_;
    return std::exchange(all_[*number], std::nullopt);
  }

  [[nodiscard]] auto begin() { return detail::NextIterator<AsCompleted, F&>(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  std::vector<std::optional<F>> all_;
  std::size_t left_;
  detail::Deadline deadline_;
  detail::futures::Completions completions_;
};

/// Futures, of whatever executors, as they are done.
///
///     for (auto& future : futures::as_completed(downloads)) show(future.result());
///
/// Blocks: each step until there is one; all of them together at most `patience`, from this call.
/// Throws: a step TimeoutError that says how many remain.
/// Python: concurrent.futures.as_completed(fs, timeout).
template <FutureRange R>
[[nodiscard]] AsCompleted<std::ranges::range_value_t<R>> as_completed(R&& range,
                                                                      Patience patience = true) {
  return {detail::futures::distinct(range), patience.deadline()};
}

}  // namespace hilo::futures
