// SPDX-License-Identifier: MIT
// How many workers there are, and which of them go.
#include <algorithm>

#include "futures/news.hpp"
#include "hilo/errors.hpp"
#include "hilo/threading/functions.hpp"
#include "multiprocessing/pool/memory_limit.hpp"
#include "multiprocessing/pool/owner.hpp"

namespace hilo::detail::pool {
namespace {

constexpr std::int64_t k_memory_pace = 100'000'000;  ///< between two looks at the workers' memory
constexpr std::int64_t k_least_pause = 1'000'000;    ///< between two looks at who is idle

}  // namespace

// Whether more waits, in the line or behind other tasks, than there are idle workers, and there is
// a place for one more.
bool ProcessCrew::Owner::is_short(const Guard&) const noexcept {
  if (vacant_ == 0) return false;
  std::size_t waiting = line_.size();
  std::size_t idle = 0;
  for (const auto& hand : hands_) {
    if (!hand->process || hand->dismissed) continue;
    const std::uint32_t count = hand->count();
    if (count == 0) {
      ++idle;
    } else {
      waiting += count - 1;
    }
  }
  return waiting > idle;
}

bool ProcessCrew::Owner::wants_worker(const Guard& guard) const noexcept {
  if (error_ || terminated_) return false;
  const bool is_few = hands_.size() - vacant_ < static_cast<std::size_t>(least_);
  return (is_few && !shut_down_.load()) || is_short(guard);
}

// Returns: whether any worker has come to work since.
bool ProcessCrew::Owner::note_ready(const Guard&) noexcept {
  bool any = false;
  for (const auto& hand : hands_) {
    if (!hand->process || hand->ready) continue;
    const auto standing = static_cast<Standing>(hand->lane->standing.load());
    if (standing != Standing::ready && standing != Standing::retired) continue;
    hand->ready = any = true;
    hand->came_back = Deadline::now();
  }
  if (any) futures::tell_news(news_);
  return any;
}

bool ProcessCrew::Owner::ensure_started(Deadline deadline) {
  if (*keeper == threading::current_thread()) {
    throw RuntimeError("hilo: a callback cannot wait for the workers that its own thread starts");
  }
  const int warm = options_.staffing.warm();
  {
    const Guard guard(mutex_);
    least_ = std::max(least_, warm);
  }
  ring();
  return futures::wait_for_news(news_, deadline, [&] {
    const Guard guard(mutex_);
    refuse_if_unusable(guard);
    if (refused_) std::rethrow_exception(refused_);
    return std::ranges::count_if(
               hands_, [](const auto& hand) { return hand->ready && !hand->dismissed; }) >= warm;
  });
}

// The worker ends by itself once it has done what it has.
void ProcessCrew::Owner::send_home(const Guard&, Hand& hand) noexcept {
  if (hand.lane->stop.exchange(1) != 0) return;
  hand.dismissed = true;
  hand.lane->word.fetch_add(Lane::k_one_post);
  hand.wake();
}

// Returns: when to look again, or `next` if that is sooner.
Deadline ProcessCrew::Owner::send_idle_home(Deadline next) {
  if (!options_.staffing.idle_time) return next;
  const std::int64_t idle_time = options_.staffing.idle_time->count();
  const Guard guard(mutex_);
  auto there = std::ranges::count_if(
      hands_, [](const auto& hand) { return hand->process && !hand->dismissed; });
  for (const auto& hand : hands_) {
    if (there <= least_) return next;
    if (!hand->process || hand->dismissed) continue;
    // One that is at work, or not there yet, is idle for so long at the earliest then.
    std::int64_t left = idle_time;
    if (hand->ready && hand->count() == 0) left -= Deadline::now() - hand->came_back;
    if (left <= 0 && hand->ready && hand->count() == 0) {
      send_home(guard, *hand);
      --there;
    } else {
      next = next.sooner(std::max(left, k_least_pause));
    }
  }
  return next;
}

// Ends workers that use too much. What they have not begun goes to others; who has nothing to do
// goes home. Returns: when to look again, or `next` if that is sooner.
Deadline ProcessCrew::Owner::check_memory(Deadline next) {
  if (!options_.memory_limit) return next;
  std::int64_t left = look_at_memory_ - Deadline::now();
  std::vector<RemoteTask*> innocent;
  if (left <= 0) {
    left = k_memory_pace;
    look_at_memory_ = Deadline::now() + left;
    const Guard guard(mutex_);
    for (const auto& hand : hands_) {
      if (!hand->ready || hand->dismissed) continue;
      std::string excess = memory_excess(hand->identity->pid, *options_.memory_limit);
      if (excess.empty()) continue;
      // First of all, so that it cannot begin another task, which would die of what it did not do.
      for (std::uint32_t at = hand->head.load(); at != hand->tail; ++at) {
        if (RemoteTask* const task = take_back(guard, *hand, at)) innocent.push_back(task);
      }
      send_home(guard, *hand);
      const auto is_running = [&](std::uint32_t number) {
        return (hand->slot(number).state.load() & ~k_waited) == k_running;
      };
      for (std::uint32_t at = hand->head.load(); at != hand->tail; ++at) {
        if (!is_running(at)) continue;
        hand->excess = std::move(excess);
        hand->kill_at = Deadline::now();
        hand->process->kill();
        break;
      }
    }
  }
  for (RemoteTask* const task : innocent) {
    if (task->job().try_again()) requeue(*task);
    task->job().drop();
  }
  return next.sooner(left);
}

}  // namespace hilo::detail::pool
