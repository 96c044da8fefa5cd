// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/detail/futures/call_job.hpp"
#include "hilo/detail/futures/map_job.hpp"
#include "hilo/detail/futures/thread_crew.hpp"

namespace hilo::detail::futures {

/// How a pool or an executor of threads makes its jobs.
struct ThreadKind {
  using Crew = ThreadCrew;
  using CrewPointer = std::shared_ptr<ThreadCrew>;

  template <class F, class... Args>
  using Result = CallResult<F, Args...>;

  template <class F, class... Args>
  static auto call(std::unique_ptr<Attempts> attempts, F&& target, Args&&... args) {
    return make_call_job(std::move(attempts), std::forward<F>(target), std::forward<Args>(args)...);
  }

  template <class R>
  static void submit_and_wait(Crew& crew, const Ref<R>& job) {
    crew.submit(job);
  }

  /// Of the items that a chunk job is given.
  template <class Style, class F, class Item>
  static auto chunk(const std::shared_ptr<F>& target, std::vector<Item> items) {
    using R = ItemResult<Style, F, Item>;
    return make_call_job(
        nullptr,
        [](const std::shared_ptr<F>& function, std::vector<Item> all) {
          std::vector<R> results;
          results.reserve(all.size());
          for (auto&& item : all) {
            results.push_back(result_of<Style, F, Item>(*function, std::move(item)));
          }
          return results;
        },
        target, std::move(items));
  }

  /// The map of a range, submitted. What is not random access is listed first.
  template <class Style, class F, std::ranges::input_range Range>
  static auto map(Crew& crew, F target, Range range, std::size_t chunk) {
    if constexpr (std::ranges::random_access_range<const Range> &&
                  std::ranges::sized_range<const Range>) {
      if (chunk == 0) chunk = default_chunk(std::ranges::size(range), crew.size());
      auto job = make_job<MapJob<Style, F, Range>>(std::move(target), std::move(range), chunk);
      const auto workers = static_cast<std::size_t>(crew.size());
      const std::size_t times = std::clamp<std::size_t>(job->chunks(), 1, workers);
      for (std::size_t i = 0; i < times; ++i) crew.submit(job);
      return Ref<ResultJob<typename MapJob<Style, F, Range>::Value>>(std::move(job));
    } else {
      std::vector<std::ranges::range_value_t<Range>> items;
      for (auto&& item : range) items.push_back(std::forward<decltype(item)>(item));
      return map<Style>(crew, std::move(target), std::move(items), chunk);
    }
  }
};

}  // namespace hilo::detail::futures
