// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "hilo/detail/futures/chunk_source.hpp"
#include "hilo/detail/futures/crew_face.hpp"
#include "hilo/detail/futures/lazy_results.hpp"
#include "hilo/detail/futures/map_job.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing/pool/async_result.hpp"

namespace hilo::detail::futures {

/// A chunk size that was given. Throws: ValueError.
[[nodiscard]] inline std::size_t checked_chunk(std::size_t chunk) {
  if (chunk == 0) throw ValueError("hilo: a chunk has at least one item");
  return chunk;
}

template <class Kind, class Style, class F, std::ranges::viewable_range Range>
auto lazy_map(typename Kind::CrewPointer crew, F&& target, Range&& range, std::size_t chunk,
              bool ordered, std::size_t most_under_way, Deadline deadline) {
  using Function = std::decay_t<F>;
  using Source = ChunkSource<std::views::all_t<Range>>;
  using R = ItemResult<Style, Function, typename Source::Item>;
  std::optional<std::size_t> length;
  if constexpr (std::ranges::sized_range<Range>) {
    length = static_cast<std::size_t>(std::ranges::size(range));
  }
  auto function = std::make_shared<Function>(std::forward<F>(target));
  auto source = std::make_shared<Source>(std::views::all(std::forward<Range>(range)), chunk);
  auto feed = [crew = std::move(crew), function, source]() -> Ref<ResultJob<std::vector<R>>> {
    auto items = source->next();
    if (items.empty()) return {};
    auto job = Kind::template chunk<Style>(function, std::move(items));
    crew->submit(job);
    return Ref<ResultJob<std::vector<R>>>(std::move(job));
  };
  return LazyResults<R>(std::move(feed), length, ordered, most_under_way, deadline);
}

/// What all pools offer, whatever their workers are.
///
/// A task's function and its arguments are copied or moved. `chunksize` is how many items of a
/// range make a task; 0 takes four tasks for each worker, as Python. An exception that leaves a
/// task is thrown by who gets its result.
///
/// Throws:    what submits: RuntimeError after close() or terminate(), and in a forked child, where
///            a pool has no workers; BrokenExecutor's kin if the pool is broken.
/// Safe from: any thread, also from a task of the same pool: who waits for a task there that nobody
///            has begun does it himself.
template <class Kind>
class PoolFace : public CrewFace<Kind> {
 public:
  template <class F, class... Args>
  using Result = typename Kind::template Result<F, Args...>;
  using ImapOptions = multiprocessing::pool::ImapOptions;
  template <class R>
  using AsyncResult = multiprocessing::pool::AsyncResult<R>;
  template <class R>
  using AsyncOptions = multiprocessing::pool::AsyncOptions<R>;

  /// Calls `target(args...)` in a worker, and waits.
  template <class F, class... Args>
  Result<F, Args...> apply(F&& target, Args&&... args) {
    auto job = Kind::call(nullptr, std::forward<F>(target), std::forward<Args>(args)...);
    Kind::submit_and_wait(crew(), job);
    job->settle(Deadline::never());
    if constexpr (!std::is_void_v<Result<F, Args...>>) return job->take();
  }

  /// The same without waiting.
  template <class F, class... Args>
  AsyncResult<Result<F, Args...>> apply_async(F&& target, Args&&... args) {
    return apply_async(AsyncOptions<Result<F, Args...>>(), std::forward<F>(target),
                       std::forward<Args>(args)...);
  }
  template <class F, class... Args>
  AsyncResult<Result<F, Args...>> apply_async(AsyncOptions<Result<F, Args...>> options, F&& target,
                                              Args&&... args) {
    auto job = Kind::call(make_attempts(std::move(options.limits)), std::forward<F>(target),
                          std::forward<Args>(args)...);
    auto future = FutureAccess::future(Ref<ResultJob<Result<F, Args...>>>(job));
    add_callbacks(future, std::move(options));
    crew().submit(job);
    return future;
  }

  /// `target(item)` for each item of the range, in its order. Waits for all of them, and throws the
  /// first error then. The range is neither copied nor read before it is needed, if it is a random
  /// access range.
  ///
  /// Returns: a vector; nothing if the target returns nothing.
  template <class F, std::ranges::viewable_range Range>
  auto map(F&& target, Range&& range, std::size_t chunksize = 0) {
    return map_and_wait<OneArgument>(std::forward<F>(target), std::forward<Range>(range),
                                     chunksize);
  }
  /// `target(a, b...)` for each item, a tuple or a pair.
  template <class F, std::ranges::viewable_range Range>
  auto starmap(F&& target, Range&& range, std::size_t chunksize = 0) {
    return map_and_wait<ManyArguments>(std::forward<F>(target), std::forward<Range>(range),
                                       chunksize);
  }

  /// The same without waiting; a range that is not a view is copied.
  template <class F, std::ranges::viewable_range Range>
  auto map_async(F&& target, Range&& range, std::size_t chunksize = 0) {
    return start_map<OneArgument>(std::forward<F>(target), std::forward<Range>(range), chunksize);
  }
  template <class F, std::ranges::viewable_range Range>
  auto map_async(
      AsyncOptions<
          std::vector<ItemResult<OneArgument, std::decay_t<F>, std::ranges::range_value_t<Range>>>>
          options,
      F&& target, Range&& range, std::size_t chunksize = 0) {
    auto result = map_async(std::forward<F>(target), std::forward<Range>(range), chunksize);
    add_callbacks(result, std::move(options));
    return result;
  }
  template <class F, std::ranges::viewable_range Range>
  auto starmap_async(F&& target, Range&& range, std::size_t chunksize = 0) {
    return start_map<ManyArguments>(std::forward<F>(target), std::forward<Range>(range), chunksize);
  }
  template <class F, std::ranges::viewable_range Range>
  auto starmap_async(AsyncOptions<std::vector<ItemResult<ManyArguments, std::decay_t<F>,
                                                         std::ranges::range_value_t<Range>>>>
                         options,
                     F&& target, Range&& range, std::size_t chunksize = 0) {
    auto result = starmap_async(std::forward<F>(target), std::forward<Range>(range), chunksize);
    add_callbacks(result, std::move(options));
    return result;
  }

  /// The results as they are asked for, to be iterated over once: in the order of the range, which
  /// is read as there is room for more tasks, and can be of any kind. A range that is not a view
  /// must outlive them.
  ///
  /// Throws: a step what its task threw, and the next one goes on; ValueError.
  /// Python: imap(func, iterable, chunksize=1, buffersize=None); differs: never reads all at once.
  template <class F, std::ranges::viewable_range Range>
  [[nodiscard]] auto imap(F&& target, Range&& range, ImapOptions options = {}) {
    return lazy(std::forward<F>(target), std::forward<Range>(range), options, true);
  }
  /// The same in the order in which the tasks end.
  template <class F, std::ranges::viewable_range Range>
  [[nodiscard]] auto imap_unordered(F&& target, Range&& range, ImapOptions options = {}) {
    return lazy(std::forward<F>(target), std::forward<Range>(range), options, false);
  }

  /// No more tasks are taken; those that are there are done.
  void close() { crew().shutdown(false); }
  /// The same, but what has not begun is cancelled, and what runs is ended: processes at once,
  /// threads when their tasks come back.
  void terminate() { crew().terminate(); }
  /// Waits until all workers are gone.
  ///
  /// Throws: ValueError before close() or terminate().
  void join() {
    if (!crew().inert() && !crew().is_shut_down()) {
      throw ValueError("hilo: a pool is joined after close() or terminate()");
    }
    crew().join();
  }

 protected:
  explicit PoolFace(typename Kind::CrewPointer pointer) noexcept
      : CrewFace<Kind>(std::move(pointer)) {}
  ~PoolFace() {
    crew().terminate();
    crew().join();
  }
  using CrewFace<Kind>::crew;

 private:
  template <class Style, class F, class Range>
  auto map_and_wait(F&& target, Range&& range, std::size_t chunksize) {
    refuse_vain_wait(crew().identity());  // before anything reads the caller's range
    auto job = Kind::template map<Style>(crew(), std::decay_t<F>(std::forward<F>(target)),
                                         std::views::all(std::forward<Range>(range)), chunksize);
    job->settle(Deadline::never());
    auto results = job->take();
    if constexpr (!std::is_same_v<decltype(results), std::vector<std::monostate>>) return results;
  }
  template <class Style, class F, class Range>
  auto start_map(F&& target, Range&& range, std::size_t chunksize) {
    if constexpr (std::ranges::view<std::remove_cvref_t<Range>>) {
      return result_of_map(Kind::template map<Style>(
          crew(), std::decay_t<F>(std::forward<F>(target)), std::forward<Range>(range), chunksize));
    } else {
      std::vector<std::ranges::range_value_t<Range>> items;
      for (auto&& item : range) items.push_back(std::forward<decltype(item)>(item));
      return result_of_map(Kind::template map<Style>(
          crew(), std::decay_t<F>(std::forward<F>(target)), std::move(items), chunksize));
    }
  }
  template <class R>
  static AsyncResult<R> result_of_map(Ref<ResultJob<R>> job) {
    return FutureAccess::future(std::move(job));
  }
  template <class F, class Range>
  auto lazy(F&& target, Range&& range, ImapOptions options, bool ordered) {
    const std::size_t chunk = checked_chunk(options.chunksize);
    const std::size_t chunks = options.buffersize == 0
                                   ? 4 * static_cast<std::size_t>(crew().size())
                                   : std::max<std::size_t>(1, options.buffersize / chunk);
    return lazy_map<Kind, OneArgument>(this->crew_pointer(), std::forward<F>(target),
                                       std::forward<Range>(range), chunk, ordered, chunks,
                                       Deadline::never());
  }
};

}  // namespace hilo::detail::futures
