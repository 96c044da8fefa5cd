// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <ranges>
#include <type_traits>
#include <utility>

#include "hilo/detail/futures/attempts.hpp"
#include "hilo/detail/futures/crew_face.hpp"
#include "hilo/detail/futures/pool_face.hpp"
#include "hilo/detail/futures/zip.hpp"
#include "hilo/futures/future.hpp"

namespace hilo::futures {

/// Keyword arguments of an executor's map().
struct MapOptions {
  /// Within which all results have to come, from the call on.
  std::optional<std::chrono::nanoseconds> timeout = {};
  /// How many items a task has.
  std::size_t chunksize = 1;
  /// How many tasks are under way at most; none: all items are read and submitted at once.
  std::optional<std::size_t> buffersize = {};
};

/// Keyword arguments of an executor's shutdown().
struct ShutdownOptions {
  bool wait = true;
  /// What has not begun is cancelled instead of done.
  bool cancel_futures = false;
};

}  // namespace hilo::futures

namespace hilo::detail::futures {

/// What all executors offer, whatever their workers are; tasks as in PoolFace.
template <class Kind>
class ExecutorFace : public CrewFace<Kind> {
 public:
  template <class F, class... Args>
  using Result = typename Kind::template Result<F, Args...>;
  using TaskOptions = hilo::futures::TaskOptions;
  using MapOptions = hilo::futures::MapOptions;
  using ShutdownOptions = hilo::futures::ShutdownOptions;

  /// Has `target(args...)` called by a worker.
  ///
  /// Blocks: only if the number of pending tasks is limited.
  /// Throws: RuntimeError after shutdown(), and in a forked child; BrokenExecutor's kin.
  template <class F, class... Args>
  hilo::futures::Future<Result<F, Args...>> submit(F&& target, Args&&... args) {
    return submit(TaskOptions(), std::forward<F>(target), std::forward<Args>(args)...);
  }
  /// The same within limits: `submit({.timeout = 2s, .retries = 3}, risky, 7)`.
  template <class F, class... Args>
  hilo::futures::Future<Result<F, Args...>> submit(TaskOptions options, F&& target,
                                                   Args&&... args) {
    auto job = Kind::call(make_attempts(std::move(options)), std::forward<F>(target),
                          std::forward<Args>(args)...);
    crew().submit(job);
    return FutureAccess::future(Ref<ResultJob<Result<F, Args...>>>(std::move(job)));
  }

  /// `target(a, b...)` of the n-th items of the ranges, as long as the shortest; the results are to
  /// be iterated over once, in order. Those that go cancel what has not begun.
  ///
  /// Throws: a step what its task threw, and the next one goes on; TimeoutError; ValueError.
  template <class F, std::ranges::viewable_range... Ranges>
  [[nodiscard]] auto map(F&& target, Ranges&&... ranges) {
    return map(MapOptions(), std::forward<F>(target), std::forward<Ranges>(ranges)...);
  }
  template <class F, std::ranges::viewable_range... Ranges>
  [[nodiscard]] auto map(MapOptions options, F&& target, Ranges&&... ranges) {
    if (options.buffersize == 0) throw ValueError("hilo: a buffer has room for something");
    const Deadline deadline =
        options.timeout ? Deadline::after(*options.timeout) : Deadline::never();
    return lazy_map<Kind, ManyArguments>(
        this->crew_pointer(), std::forward<F>(target),
        Zip<std::views::all_t<Ranges>...>(std::views::all(std::forward<Ranges>(ranges))...),
        checked_chunk(options.chunksize), true,
        options.buffersize.value_or(LazyResults<int>::k_everything), deadline);
  }

  /// No more tasks are taken. As often as you like.
  void shutdown(ShutdownOptions options = {}) {
    crew().shutdown(options.cancel_futures);
    if (options.wait) crew().join();
  }
  void shutdown(bool wait) { shutdown(ShutdownOptions{.wait = wait}); }

 protected:
  explicit ExecutorFace(typename Kind::CrewPointer pointer) noexcept
      : CrewFace<Kind>(std::move(pointer)) {}
  ~ExecutorFace() { shutdown(); }
  using CrewFace<Kind>::crew;
};

}  // namespace hilo::detail::futures
