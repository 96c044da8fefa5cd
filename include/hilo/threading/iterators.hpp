// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

#include "hilo/detail/next_iterator.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/lock.hpp"

namespace hilo::threading {

/// The items of a range for many threads: each item goes to one of them. The range's own code runs
/// under a lock.
///
///     threading::serialize_iterator lines(std::views::istream<std::string>(file));
///     // in each thread:
///     for (std::string line : lines) work(line);
///
/// Throws:    next() what the range throws.
/// Python:    threading.serialize_iterator(iterable).
/// Safe from: any thread; not from the range's own code.
template <std::ranges::input_range Range>
class serialize_iterator {  // NOLINT(readability-identifier-naming): Python's name
 public:
  using value_type = std::ranges::range_value_t<Range>;

  explicit serialize_iterator(Range range) : range_(std::move(range)) {}
  serialize_iterator(const serialize_iterator&) = delete;
  serialize_iterator& operator=(const serialize_iterator&) = delete;

  /// Returns: the next item; nothing at the end.
  std::optional<value_type> next() {
    const std::scoped_lock guard(lock_);
    if (!at_) {
      at_.emplace(std::ranges::begin(range_));
    } else if (*at_ != std::ranges::end(range_)) {
      ++*at_;
    }
    if (*at_ == std::ranges::end(range_)) return std::nullopt;
    return std::optional<value_type>(std::in_place, **at_);
  }

  [[nodiscard]] auto begin() { return detail::NextIterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  Lock lock_;
  Range range_;
  std::optional<std::ranges::iterator_t<Range>> at_;  // none before the first item
};

template <class Range>
serialize_iterator(Range&&) -> serialize_iterator<std::views::all_t<Range>>;

/// Makes a function that returns a range return it serialized.
///
/// Python: threading.synchronized_iterator(func), a decorator.
template <class Function>
[[nodiscard]] auto synchronized_iterator(Function function) {
  return [function = std::move(function)]<class... Args>(Args&&... args) {
    return serialize_iterator(std::invoke(function, std::forward<Args>(args)...));
  };
}

/// One of the results of concurrent_tee(): all items of the range, for one consumer.
template <std::ranges::input_range Range>
class TeeBranch {
 public:
  using value_type = std::ranges::range_value_t<Range>;

  TeeBranch(TeeBranch&&) noexcept = default;
  TeeBranch& operator=(TeeBranch&&) = delete;
  ~TeeBranch() {
    if (!state_) return;
    std::optional<std::deque<value_type>> mine;  // destroyed without the lock
    const std::scoped_lock guard(state_->lock);
    mine.swap(state_->pending[index_]);
  }

  /// Returns: the next item; nothing at the end.
  std::optional<value_type> next() {
    const std::scoped_lock guard(state_->lock);
    auto& mine = *state_->pending[index_];
    if (mine.empty()) {
      const std::optional<value_type> item = state_->source.next();
      if (!item) return std::nullopt;
      for (auto& pending : state_->pending) {
        if (pending) pending->push_back(*item);
      }
    }
    std::optional<value_type> item(std::move(mine.front()));
    mine.pop_front();
    return item;
  }

  [[nodiscard]] auto begin() { return detail::NextIterator(*this); }
  [[nodiscard]] std::default_sentinel_t end() const noexcept { return {}; }

 private:
  template <std::ranges::viewable_range R>
  friend auto concurrent_tee(R&& range, std::int64_t n);

  struct State {
    explicit State(Range range) : source(std::move(range)) {}
    Lock lock;
    serialize_iterator<Range> source;
    std::vector<std::optional<std::deque<value_type>>> pending;  // none for a branch that is gone
  };

  TeeBranch(std::shared_ptr<State> state, std::size_t index) noexcept
      : state_(std::move(state)), index_(index) {}

  std::shared_ptr<State> state_;
  std::size_t index_;
};

/// `n` iterators over one range, each of which gives all its items, copied, to one thread. What one
/// has had and another not yet is kept.
///
/// Throws:    ValueError if `n` is negative.
/// Python:    threading.concurrent_tee(iterable, n=2).
/// Safe from: any thread; each branch from one at a time.
template <std::ranges::viewable_range R>
[[nodiscard]] auto concurrent_tee(R&& range, std::int64_t n = 2) {
  using Branch = TeeBranch<std::views::all_t<R>>;
  if (n < 0) throw ValueError("hilo: concurrent_tee wants no negative number of branches");
  auto state = std::make_shared<typename Branch::State>(std::views::all(std::forward<R>(range)));
  state->pending.resize(static_cast<std::size_t>(n), std::deque<typename Branch::value_type>());
  std::vector<Branch> branches;
  branches.reserve(state->pending.size());
  for (std::size_t i = 0; i < state->pending.size(); ++i) branches.push_back(Branch(state, i));
  return branches;
}

}  // namespace hilo::threading
