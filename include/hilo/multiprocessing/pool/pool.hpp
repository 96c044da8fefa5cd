// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>

#include "hilo/detail/export.hpp"
#include "hilo/detail/futures/pool_face.hpp"
#include "hilo/detail/pool/process_kind.hpp"
#include "hilo/detail/process_call.hpp"
#include "hilo/multiprocessing/pool/worker_stats.hpp"
#include "hilo/multiprocessing/start_method.hpp"

namespace hilo::multiprocessing::pool {

/// What each worker does first: a function, and its arguments.
///
///     mp::Pool pool({.processes = 4, .initializer = {open_database, path}});
class Initializer {
 public:
  Initializer() = default;
  template <class F, class... Args>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Initializer>)
      Initializer(F&& target, Args&&... args)  // NOLINT(google-explicit-constructor): a function
      : call_(detail::make_call(std::forward<F>(target), std::forward<Args>(args)...)) {}

  [[nodiscard]] const std::shared_ptr<detail::ProcessCall>& call() const noexcept { return call_; }

 private:
  std::shared_ptr<detail::ProcessCall> call_;
};

/// Keyword arguments of Pool.
struct PoolOptions {
  /// How many workers; the processors that the process may use if not given.
  std::optional<int> processes = {};
  /// If it throws, the pool is broken: BrokenProcessPool.
  Initializer initializer = {};
  /// After so many tasks another worker takes a worker's place.
  std::optional<int> maxtasksperchild = {};
  /// How the workers start; as the program's processes if not given.
  std::optional<StartMethod> context = {};
  /// How many are there at least, from the start; others come as there is work. All if neither this
  /// nor `idle_time` is given, none if only that is.
  std::optional<int> min_workers = {};
  /// Those above the least end when they had nothing to do for so long.
  std::optional<std::chrono::nanoseconds> idle_time = {};
  /// How many bytes of memory of its own a worker may use. One that uses more, as is seen within
  /// about a tenth of a second, is ended, and its task fails with WorkerLostError; between tasks it
  /// is just replaced. By fork, what it shares with this process counts too.
  std::optional<std::uint64_t> memory_limit = {};
  /// What a task may cost that does not say so itself; a chunk of a map is one.
  futures::TaskOptions limits = {};
};

/// Processes that do tasks.
///
///     mp::Pool pool(4);
///     std::vector<int> squares = pool.map(square, std::views::iota(0, 6));
///     for (auto&& page : pool.imap_unordered(download, urls)) show(page);
///     auto result = pool.apply_async({.limits = {.timeout = 2s, .retries = 3}}, risky, 7);
///
/// A task is a function or a callable without state, or one that can be turned into bytes; so are
/// its arguments and its result: the compiler says what cannot cross. Handles cross (locks, queues,
/// values, shared memory), but no connections: PicklingError. An error comes home with its
/// type (see RemoteOrigin). A worker that dies fails the one task that it was at, with
/// WorkerLostError, and another takes its place. Leaving the scope terminates the pool.
///
/// Workers may have pools and other daemons of their own, which end with them. The program's end
/// ends the workers, whatever they are at.
///
/// By fork, workers are copies of this process as it is when the pool is made, also later ones;
/// best made before there are threads.
///
/// Throws:    the constructor ValueError; PicklingError for an initializer that cannot cross, where
///            it must; RuntimeError, std::system_error.
/// Python:    multiprocessing.Pool; differs: see above.
/// Safe from: any thread of the process that made it.
class HILO_EXPORT Pool : public detail::futures::PoolFace<detail::pool::ProcessKind> {
 public:
  explicit Pool(PoolOptions options = {});
  explicit Pool(int processes) : Pool(PoolOptions{.processes = processes}) {}
};

}  // namespace hilo::multiprocessing::pool

namespace hilo::multiprocessing {
using pool::Pool;
}  // namespace hilo::multiprocessing
