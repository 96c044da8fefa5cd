// SPDX-License-Identifier: MIT
#pragma once

#include <memory>
#include <ranges>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/detail/futures/map_job.hpp"
#include "hilo/detail/pool/map_task.hpp"
#include "hilo/detail/pool/process_crew.hpp"
#include "hilo/detail/pool/remote_task.hpp"

namespace hilo::detail::pool {

/// What a call in another process comes to.
template <class F, class... Args>
struct RemoteResult
    : std::conditional_t<std::is_invocable_v<F, Args...>, std::invoke_result<F, Args...>,
                         std::invoke_result<F, decltype(as_c_string(std::declval<Args&>()))...>> {};

/// How a pool or an executor of processes makes its jobs.
struct ProcessKind {
  using Crew = ProcessCrew;
  using CrewPointer = std::shared_ptr<ProcessCrew>;

  template <class F, class... Args>
  using Result = std::decay_t<typename RemoteResult<std::decay_t<F>, KeptArgument<Args>...>::type>;

  template <class F, class... Args>
  static auto call(std::unique_ptr<futures::Attempts> attempts, F&& target, Args&&... args) {
    using Job = RemoteJob<CallOnce, Result<F, Args...>, std::decay_t<F>, KeptArgument<Args>...>;
    return futures::make_job<Job>(std::move(attempts), std::decay_t<F>(std::forward<F>(target)),
                                  std::forward<Args>(args)...);
  }

  template <class J>
  static void submit_and_wait(Crew& crew, const futures::Ref<J>& job) {
    crew.submit_and_wait(job);
  }

  template <class Style, class F, class Item>
  static auto chunk(const std::shared_ptr<F>& target, std::vector<Item> items) {
    using Value = std::vector<futures::ItemResult<Style, F, Item>>;
    using Job = RemoteJob<CallForEach<Style>, Value, F, std::vector<Item>>;
    return futures::make_job<Job>(nullptr, *target, std::move(items));
  }

  template <class Style, class F, std::ranges::input_range Range>
  static auto map(Crew& crew, F target, Range range, std::size_t chunk) {
    if constexpr (std::ranges::random_access_range<const Range> &&
                  std::ranges::sized_range<const Range>) {
      using Job = MapJob<Style, F, Range>;
      if (chunk == 0) chunk = futures::default_chunk(std::ranges::size(range), crew.size());
      auto job = futures::make_job<Job>(std::move(target), std::move(range), chunk);
      job->submit_to(crew);
      return futures::Ref<futures::ResultJob<typename Job::Value>>(std::move(job));
    } else {
      std::vector<std::ranges::range_value_t<Range>> items;
      for (auto&& item : range) items.push_back(std::forward<decltype(item)>(item));
      return map<Style>(crew, std::move(target), std::move(items), chunk);
    }
  }
};

}  // namespace hilo::detail::pool
