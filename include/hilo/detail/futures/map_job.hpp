// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <concepts>
#include <cstddef>
#include <exception>
#include <functional>
#include <optional>
#include <ranges>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/detail/futures/call_job.hpp"
#include "hilo/detail/futures/job.hpp"
#include "hilo/detail/trace.hpp"

namespace hilo::detail::futures {

/// How a function is called with one item: with it, or, by starmap, with what it is a tuple of.
struct OneArgument {
  template <class F, class Item>
  static decltype(auto) call(F& target, Item&& item) {
    return std::invoke(target, std::forward<Item>(item));
  }
};
struct ManyArguments {
  template <class F, class Item>
  static decltype(auto) call(F& target, Item&& item) {
    return std::apply(target, std::forward<Item>(item));
  }
};

/// What it comes to with an item of the range.
template <class Style, class F, class Item>
using ItemResult = Kept<decltype(Style::call(std::declval<F&>(), std::declval<Item>()))>;

/// target(item) as a value, also if it is void.
template <class Style, class F, class Item>
ItemResult<Style, F, Item> result_of(F& target, Item&& item) {
  if constexpr (std::is_void_v<decltype(Style::call(target, std::forward<Item>(item)))>) {
    Style::call(target, std::forward<Item>(item));
    return {};
  } else {
    return Style::call(target, std::forward<Item>(item));
  }
}

/// As Python's map(): four chunks for each worker.
[[nodiscard]] constexpr std::size_t default_chunk(std::size_t size, int workers) noexcept {
  const std::size_t parts = 4 * static_cast<std::size_t>(workers);
  return std::max<std::size_t>(1, (size + parts - 1) / parts);
}

/// Places for results that come in any order: the vector itself, where it can have empty ones.
template <class R>
class Results {
  static constexpr bool k_direct = std::default_initializable<R> && !std::is_same_v<R, bool> &&
                                   std::is_trivially_destructible_v<R>;

 public:
  explicit Results(std::size_t size) : places_(size) {}
  template <class Value>
  void put(std::size_t at, Value&& value) {
    places_[at] = std::forward<Value>(value);
  }
  [[nodiscard]] std::vector<R> take() {
    if constexpr (k_direct) {
      return std::move(places_);
    } else {
      std::vector<R> all;
      all.reserve(places_.size());
      for (auto& place : places_) all.push_back(std::move(*place));
      return all;
    }
  }

 private:
  std::vector<std::conditional_t<k_direct, R, std::optional<R>>> places_;
};

/// A map over a random access range: one job, which stands in the line once for each worker. They
/// take chunks by a counter, and who does the last one ends the job.
template <class Style, class F, class Range>
class MapJob final
    : public ResultJob<
          std::vector<ItemResult<Style, F, std::ranges::range_reference_t<const Range>>>> {
  using Item = std::ranges::range_reference_t<const Range>;
  using R = ItemResult<Style, F, Item>;

 public:
  using Value = std::vector<R>;

  MapJob(F target, Range range, std::size_t chunk)
      : target_(std::move(target)),
        range_(std::move(range)),
        chunk_(chunk),
        size_(std::ranges::size(range_)),
        left_(chunks()),
        results_(size_) {}

  [[nodiscard]] std::size_t chunks() const noexcept {
    return size_ / chunk_ + (size_ % chunk_ == 0 ? 0 : 1);
  }

  bool run() noexcept override {
    if (!this->claim() && this->phase() != Phase::running) return false;
    if (size_ == 0) return end();
    for (;;) {
      // relaxed: a chunk is nobody else's. Not beyond the last one, however often this is called.
      if (next_.load(std::memory_order_relaxed) >= chunks()) return false;
      const std::size_t number = next_.fetch_add(1, std::memory_order_relaxed);
      if (number >= chunks()) return false;
      run_chunk(number);
      // acq_rel: who does the last one sees the results of all.
      if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) return end();
    }
  }

  [[nodiscard]] bool stoppable() const noexcept override { return true; }
  [[nodiscard]] NameSource named_after() const noexcept override { return name_source(target_); }
  void request_stop() noexcept override { stopped_.store(true, std::memory_order_relaxed); }

 private:
  void run_chunk(std::size_t number) noexcept {
    if (stopped_.load(std::memory_order_relaxed)) return;
    const trace::Task traced(target_);
    const std::size_t from = number * chunk_;
    const std::size_t to = std::min(size_, from + chunk_);
    try {
      auto item = std::ranges::begin(range_) + static_cast<std::ptrdiff_t>(from);
      for (std::size_t at = from; at < to; ++at, ++item) {
        results_.put(at, result_of<Style>(target_, *item));
      }
    } catch (...) {
      // The first error is the map's; the other chunks are done all the same, as in Python.
      if (!failed_.exchange(true)) first_error_ = std::current_exception();
    }
  }
  bool end() noexcept {
    if (stopped_.load(std::memory_order_relaxed)) {
      (void)this->give_up();
    } else if (first_error_) {
      (void)this->fail(std::move(first_error_));
    } else {
      try {
        this->set_value(results_.take());
        (void)this->finish();
      } catch (...) {
        (void)this->fail(std::current_exception());
      }
    }
    return true;
  }

  F target_;
  const Range range_;
  const std::size_t chunk_;
  const std::size_t size_;
  alignas(64) std::atomic<std::size_t> next_{0};
  std::atomic<std::size_t> left_;
  std::atomic<bool> failed_{false};
  std::atomic<bool> stopped_{false};
  std::exception_ptr first_error_;  ///< by who set failed_
  alignas(64) Results<R> results_;
};

}  // namespace hilo::detail::futures
