// SPDX-License-Identifier: MIT
// Workers that die, and those who take their places.
#include <fmt/format.h>

#include <ranges>
#include <string_view>
#include <utility>

#include "futures/news.hpp"
#include "heap/loose.hpp"
#include "hilo/errors.hpp"
#include "multiprocessing/pool/owner.hpp"
#include "multiprocessing/pool/worker.hpp"
#include "os/park.hpp"
#include "threading/target_name.hpp"

namespace hilo::detail::pool {
namespace {

void clear(Lane& lane) noexcept {
  lane.word.store(0);
  lane.stop.store(0);
  lane.standing.store(0);
  lane.note_size = 0;
  for (Slot& slot : lane.slots) {
    const std::uint32_t before = slot.state.exchange(k_free);
    if ((before & k_waited) != 0) os::unpark(slot.state, os::k_everybody, os::ParkScope::shared);
  }
}

}  // namespace

// Buries the dead and starts others in their places. Returns: when to try again.
Deadline ProcessCrew::Owner::mend() {
  constexpr std::int64_t k_pause = 1'000'000'000;
  std::exception_ptr refused;
  for (const auto& hand : hands_) {
    if (hand->process && std::exchange(hand->looked_for, false) && !hand->process->is_alive()) {
      bury(*hand);
    }
    bool wanted = false;
    {
      const Guard guard(mutex_);
      wanted = !hand->process && wants_worker(guard);
    }
    if (!wanted || refused) continue;
    try {
      start_worker(*hand);
    } catch (const std::exception& error) {
      refused = std::make_exception_ptr(BrokenProcessPool(
          fmt::format("hilo: the pool cannot start another worker: {}", error.what())));
      if (hands_.size() == vacant_) break_with(refused);  // else those that are there go on
    }
    const Guard guard(mutex_);
    refill(guard);
  }
  {
    const Guard guard(mutex_);
    refused_ = refused;
  }
  if (!refused) return Deadline::never();
  futures::tell_news(news_);
  return Deadline::never().sooner(k_pause);
}

void ProcessCrew::Owner::start_worker(Hand& hand) {
  auto [error, its_error] = multiprocessing::Pipe({.duplex = false});
  auto call =
      std::make_unique<WorkerCall>(board_, static_cast<std::uint32_t>(hand.lane - board().lanes),
                                   static_cast<std::uint64_t>(options_.most_tasks.value_or(0)),
                                   options_.memory_limit.value_or(0), bell_rope_->duplicate(),
                                   std::move(its_error), options_.initializer, nursery_ != nullptr);
  std::optional<multiprocessing::StartMethod> method = options_.method;
  if (nursery_) method = multiprocessing::StartMethod::forkserver;
  multiprocessing::Process process(
      multiprocessing::ProcessOptions{.daemon = true},
      ProcessMake{.call = std::move(call), .method = method, .nursery = nursery_});
  process.set_name("PoolWorker" + process.name().substr(process.name().find('-')));
  process.start();
  hand.stopped_watch.emplace(*process.pid());
  const Guard guard(mutex_);
  hand.identity = std::make_shared<const WorkerIdentity>(process.name(), *process.pid());
  hand.kill_at = 0;
  hand.dismissed = false;
  hand.error = std::move(error);
  hand.last_words.clear();
  hand.process = std::move(process);
  hand.ready = false;
  hand.excess.clear();
  --vacant_;
  if (terminated_ || error_) dismiss(guard, hand);  // that came meanwhile
}

void ProcessCrew::Owner::bury(Hand& hand) {
  hand.stopped_watch.reset();
  hand.process->join();
  hear(hand);
  const int exitcode = hand.process->exitcode().value_or(0);
  Outcomes outcomes;
  RemoteTask* lost = nullptr;
  std::vector<RemoteTask*> innocent;
  std::exception_ptr broken;
  bool meant = false;
  {
    const Guard guard(mutex_);
    (void)collect(guard, hand, outcomes);
    const auto standing = static_cast<Standing>(hand.lane->standing.load());
    for (std::uint32_t at = hand.head.load(); at != hand.tail; ++at) {
      Slot& slot = hand.slot(at);
      Hand::Given& given = hand.given_at(at);
      const std::uint32_t state = slot.state.load() & ~k_waited;
      if (given.block != 0) family::release(given.block);
      if (const family::Offset made = slot.made.load(); made != 0) {
        family::free_loose(made, family::loose_state(slot.tag));
      }
      RemoteTask* const task = std::exchange(given.task, nullptr);
      if (task == nullptr) continue;
      if (state == k_running) {
        lost = task;
        ++hand.failed;
      } else {
        innocent.push_back(task);
      }
    }
    // The next worker begins with the first slot; numbers only rise.
    hand.tail = (hand.tail + Lane::k_slots - 1) / Lane::k_slots * Lane::k_slots;
    hand.head.store(hand.tail);
    meant = hand.dismissed || standing == Standing::retired;
    early_deaths_ = standing == Standing::starting && !meant ? early_deaths_ + 1 : 0;
    hand.dismissed = true;  // nobody gives it anything until there is another worker
    if (standing == Standing::failed) {
      broken = std::make_exception_ptr(BrokenProcessPool(fmt::format(
          "hilo: the pool's initializer failed: {}",
          std::string_view(reinterpret_cast<const char*>(hand.lane->note), hand.lane->note_size))));
    } else if (early_deaths_ > 2 * size() + 2) {
      broken = std::make_exception_ptr(BrokenProcessPool(fmt::format(
          "hilo: the pool's workers die before they come to work, the last with exit code {}",
          exitcode)));
    }
  }
  settle(outcomes);
  if (lost != nullptr) {
    end_with_error(*lost, loss_of(hand, *lost, exitcode));
    lost->job().drop();
  }
  if (options_.strict && !meant && !broken) {
    broken = std::make_exception_ptr(
        BrokenProcessPool(fmt::format("hilo: worker '{}', id {}, ended with exit code {}",
                                      hand.identity->name, hand.identity->pid, exitcode)));
  }
  {
    const Guard guard(mutex_);
    clear(*hand.lane);  // wakes who waits on a slot
    hand.process.reset();
    hand.ready = false;
    ++vacant_;
    hand.error.reset();
  }
  if (broken) break_with(broken);
  // The last first, so that they stand in front in their order.
  for (RemoteTask* const task : innocent | std::views::reverse) {
    if (task->job().try_again()) requeue(*task);
    task->job().drop();
  }
}

std::exception_ptr ProcessCrew::Owner::loss_of(const Hand& hand, RemoteTask& task, int exitcode) {
  const std::string name = target_name(task.named_after());
  const std::string how = !hand.excess.empty() ? fmt::format("was ended because {},", hand.excess)
                          : exitcode < 0       ? fmt::format("was ended by signal {}", -exitcode)
                                               : fmt::format("ended with exit code {}", exitcode);
  return std::make_exception_ptr(WorkerLostError(
      fmt::format("hilo: worker '{}', id {}, {} in a task{}{}{}{}", hand.identity->name,
                  hand.identity->pid, how, name.empty() ? "" : ", ", name,
                  hand.last_words.empty() ? "" : "; its last words:\n", hand.last_words),
      hand.identity->pid, exitcode, hand.last_words));
}

// Nothing more is taken, and what is there ends with the error.
void ProcessCrew::Owner::break_with(const std::exception_ptr& error) noexcept {
  std::vector<RemoteTask*> all;
  {
    const Guard guard(mutex_);
    if (error_) return;
    error_ = error;
    all = take_all(guard);
  }
  futures::tell_news(news_);
  for (RemoteTask* const task : all) {
    (void)task->job().fail(error);
    task->job().drop();
  }
}

}  // namespace hilo::detail::pool
