// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <optional>
#include <utility>

#include "hilo/detail/export.hpp"

namespace hilo::detail::futures {

template <class T>
std::optional<T>& worker_place() noexcept {
  thread_local std::optional<T> place;
  return place;
}
[[noreturn]] HILO_EXPORT void refuse_missing_worker_local();

}  // namespace hilo::detail::futures

namespace hilo::multiprocessing::pool {

/// Makes the calling worker's own T anew: in an initializer, for the tasks.
///
///     void open_database(std::string path) { pool::make_worker_local<Database>(path); }
///     int count(std::string table) { return pool::worker_local<Database>().count(table); }
///     mp::Pool pool({.processes = 4, .initializer = {open_database, path}});
///
/// Python: a global variable that the initializer sets; differs: also for threads.
template <class T, class... Args>
T& make_worker_local(Args&&... args) {
  return detail::futures::worker_place<T>().emplace(std::forward<Args>(args)...);
}

/// The calling worker's own T, one for each process, or thread, of a pool; made at its first use if
/// make_worker_local() was not called.
///
/// Throws: RuntimeError if it was not, and a T cannot be made of nothing.
template <class T>
T& worker_local() {
  auto& place = detail::futures::worker_place<T>();
  if (!place) {
    if constexpr (std::default_initializable<T>) {
      place.emplace();
    } else {
      detail::futures::refuse_missing_worker_local();
    }
  }
  return *place;
}

}  // namespace hilo::multiprocessing::pool
