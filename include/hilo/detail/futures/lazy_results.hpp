// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <iterator>
#include <limits>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/futures/completions.hpp"
#include "hilo/detail/futures/job.hpp"
#include "hilo/detail/next_iterator.hpp"
#include "hilo/errors.hpp"

namespace hilo::detail::futures {

/// The results of a function over a range, as they are asked for: what imap() and the executors'
/// map() return. A limited number of chunks is under way; the input is read when there is room for
/// more, by who asks. One that goes cancels what has not begun.
template <class R>
class LazyResults {
 public:
  using value_type = R;
  using ChunkJob = ResultJob<std::vector<R>>;
  /// Submits the next chunk. Returns: its job; none at the end.
  using Feed = std::function<Ref<ChunkJob>()>;
  static constexpr std::size_t k_everything = std::numeric_limits<std::size_t>::max();

  LazyResults(Feed feed, std::optional<std::size_t> length, bool ordered,
              std::size_t most_under_way, Deadline deadline)
      : feed_(std::move(feed)),
        length_(length),
        ordered_(ordered),
        most_under_way_(most_under_way),
        deadline_(deadline) {
    fill();
    if (under_way_.empty() && refusal_) std::rethrow_exception(std::exchange(refusal_, nullptr));
  }
  LazyResults(LazyResults&&) noexcept = default;
  LazyResults& operator=(LazyResults&&) = delete;
  ~LazyResults() {
    for (auto& [number, job] : under_way_) (void)job->cancel();
  }

  /// The next result, in the order of the input or of the ends.
  ///
  /// Returns: nothing at the end.
  /// Throws:  what the task threw; what the input, or a pool that was closed, throws, behind the
  ///          results of what was under way by then. The next call goes on behind it.
  std::optional<R> next() { return next_until(deadline_); }
  /// The same within `timeout`. Throws: TimeoutError too; the result is still to come.
  template <class Rep, class Period>
  std::optional<R> next(std::chrono::duration<Rep, Period> timeout) {
    return next_until(Deadline::after(timeout));
  }

  /// How many there are in all, the taken ones too, if the input knows.
  [[nodiscard]] std::optional<std::size_t> length_hint() const noexcept { return length_; }

  [[nodiscard]] auto begin() { return NextIterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  void fill() {
    while (!over_ && !refusal_ && under_way_.size() < most_under_way_) {
      Ref<ChunkJob> job;
      try {
        job = feed_();
      } catch (...) {
        refusal_ = std::current_exception();
        return;
      }
      if (!job) {
        over_ = true;
        feed_ = nullptr;
        return;
      }
      if (!ordered_) ended_.watch(job, fed_);
      under_way_.emplace(fed_++, std::move(job));
    }
  }

  std::optional<R> next_until(Deadline deadline) {
    while (at_ == results_.size()) {
      fill();
      if (under_way_.empty()) {
        if (refusal_) std::rethrow_exception(std::exchange(refusal_, nullptr));
        return std::nullopt;
      }
      const auto job = next_ended(deadline);
      job->settle(Deadline::poll());
      results_ = job->take();
      at_ = 0;
      fill();
    }
    return std::optional<R>(std::in_place, std::move(results_[at_++]));
  }

  Ref<ChunkJob> next_ended(Deadline deadline) {
    std::size_t number = got_;
    if (ordered_) {
      if (!under_way_.at(number)->wait(deadline)) refuse_late();
    } else {
      const auto ended = ended_.next(deadline);
      if (!ended) refuse_late();
      number = *ended;
    }
    ++got_;
    return std::move(under_way_.extract(number).mapped());
  }
  [[noreturn]] static void refuse_late() {
    throw TimeoutError("hilo: there is no next result yet");
  }

  Feed feed_;
  std::optional<std::size_t> length_;
  bool ordered_;
  bool over_ = false;
  std::exception_ptr refusal_;  ///< why no more came in
  std::size_t most_under_way_;
  Deadline deadline_;
  std::size_t fed_ = 0;
  std::size_t got_ = 0;
  std::unordered_map<std::size_t, Ref<ChunkJob>> under_way_;
  Completions ended_;
  std::vector<R> results_;
  std::size_t at_ = 0;
};

}  // namespace hilo::detail::futures
