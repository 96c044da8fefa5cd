// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <iterator>
#include <memory>
#include <ranges>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/detail/futures/map_job.hpp"
#include "hilo/detail/pool/outgoing.hpp"
#include "hilo/detail/pool/remote_task.hpp"
#include "hilo/detail/trace.hpp"

namespace hilo::detail::pool {

/// A map over a random access range in worker processes: the job of the whole. Its chunks are tasks
/// of their own, which read from the range and write to the results.
template <class Style, class F, class Range>
class MapJob final
    : public futures::ResultJob<
          std::vector<futures::ItemResult<Style, F, std::ranges::range_value_t<Range>>>> {
 public:
  using Item = std::ranges::range_value_t<Range>;
  using R = futures::ItemResult<Style, F, Item>;
  using Value = std::vector<R>;

  MapJob(F target, Range range, std::size_t chunk)
      : target_(std::move(target)),
        range_(std::move(range)),
        chunk_(chunk),
        size_(std::ranges::size(range_)),
        left_(chunks()),
        results_(size_) {
    require_crossing<R, F, Item>();
  }

  [[nodiscard]] std::size_t chunks() const noexcept {
    return size_ / chunk_ + (size_ % chunk_ == 0 ? 0 : 1);
  }

  class Chunk;
  /// Throws: what submitting throws, if nothing was submitted.
  template <class Crew>
  void submit_to(Crew& crew) {
    this->set_crew(crew.identity());
    (void)this->claim();
    if (size_ == 0) return end();
    for (std::size_t number = 0; number < chunks(); ++number) {
      auto chunk = futures::make_job<Chunk>(futures::Ref<MapJob>::share(this), number);
      (void)chunk->listen(*chunk);
      try {
        crew.submit(chunk);
      } catch (...) {
        if (number == 0) throw;
        (void)chunk->fail(std::current_exception());
      }
    }
  }

 private:
  void chunk_ended(const futures::Job& chunk) noexcept {
    std::exception_ptr error = chunk.error();
    if (chunk.phase() == futures::Phase::cancelled) cancelled_.store(true);
    if (error && !failed_.exchange(true)) first_error_ = std::move(error);
    // acq_rel: who is the last sees the results of all.
    if (left_.fetch_sub(1, std::memory_order_acq_rel) == 1) end();
  }
  void end() noexcept {
    if (first_error_) {
      (void)this->fail(std::move(first_error_));
    } else if (cancelled_.load()) {
      (void)this->give_up();
    } else {
      try {
        this->set_value(results_.take());
        (void)this->finish();
      } catch (...) {
        (void)this->fail(std::current_exception());
      }
    }
  }

  const F target_;
  const Range range_;
  const std::size_t chunk_;
  const std::size_t size_;
  std::atomic<std::size_t> left_;
  std::atomic<bool> failed_{false};
  std::atomic<bool> cancelled_{false};
  std::exception_ptr first_error_;  ///< by who set failed_
  futures::Results<R> results_;
};

template <class Style, class F, class Range>
class MapJob<Style, F, Range>::Chunk final : public futures::Job,
                                             public RemoteTask,
                                             public futures::Listener {
 public:
  Chunk(futures::Ref<MapJob> whole, std::size_t number)
      : RemoteTask(nullptr),
        whole_(std::move(whole)),
        from_(number * whole_->chunk_),
        count_(std::min(whole_->chunk_, whole_->size_ - from_)) {}

  futures::Job& job() noexcept override { return *this; }
  bool cancel_running() noexcept override { return cancel_in_worker(); }
  void job_done(Job& job) noexcept override { whole_->chunk_ended(job); }
  [[nodiscard]] NameSource named_after() const noexcept override {
    return name_source(whole_->target_);
  }

  void pack(Outgoing& out) const override {
    Execute code = &execute;
    write_code_tag(out.head, reinterpret_cast<const void*>(code));
    write_target(out.head, whole_->target_);
    out.head.write_count(count_, marshal::detail::least_size<Item>());
    const auto first = std::ranges::begin(whole_->range_) + static_cast<std::ptrdiff_t>(from_);
    if constexpr (Lendable<std::vector<Item>> && std::ranges::contiguous_range<const Range>) {
      out.lend(std::as_bytes(std::span<const Item>(std::to_address(first), count_)));
    } else {
      auto at = first;
      for (std::size_t i = 0; i < count_; ++i, ++at) {
        marshal::dump_to(out.head, static_cast<const Item&>(*at));
      }
    }
  }

  void accept(marshal::Reader& in) override {
    if (in.read_count(marshal::detail::least_size<R>()) != count_) {
      in.refuse("a task of a map has another number of results than of items");
    }
    for (std::size_t i = 0; i < count_; ++i) {
      whole_->results_.put(from_ + i, marshal::load_from<R>(in));
    }
    in.finish();
  }

 private:
  static void execute(marshal::Reader& in, Outgoing& out) {
    F target = read_target<F>(in);
    const trace::Task traced(target);
    const std::size_t count = in.read_count(marshal::detail::least_size<Item>());
    std::vector<R> results;
    results.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      results.push_back(futures::result_of<Style, F, Item>(target, marshal::load_from<Item>(in)));
    }
    in.finish();
    end_with(out, std::move(results));
  }

  const futures::Ref<MapJob> whole_;
  const std::size_t from_;
  const std::size_t count_;
};

}  // namespace hilo::detail::pool
