// SPDX-License-Identifier: MIT
// The keeper: a thread that takes results, and sees to workers that die, or must.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "futures/forks.hpp"
#include "heap/loose.hpp"
#include "hilo/detail/queue/look.hpp"
#include "hilo/errors.hpp"
#include "multiprocessing/pool/owner.hpp"
#include "multiprocessing/pool/worker.hpp"
#include "os/park.hpp"
#include "os/self.hpp"
#include "os/stream.hpp"
#include "threading/exit.hpp"
#include "threading/target_name.hpp"

namespace hilo::detail::pool {
namespace {

constexpr std::int64_t k_grace = 1'000'000'000;  ///< from SIGTERM to SIGKILL
constexpr std::int64_t k_long = 20'000'000;      ///< for a task that could be begun at once
constexpr std::int64_t k_nap = 1'000'000;        ///< where a worker has no sentinel

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

// Clears the flag for the worker, so that what is posted before that wakes costs no call.
void Hand::wake() const noexcept {
  lane->word.fetch_and(~Lane::k_asleep, std::memory_order_relaxed);
  os::unpark(lane->word, 1, os::ParkScope::shared);
}

void ProcessCrew::Owner::keep() {
  for (;;) {
    if (look()) continue;
    // It looks a while before it sleeps.
    if (queue::look_if_it_helps(keepers_vain_looks_, [this] {
          for (const auto& hand : hands_) {
            const std::uint32_t head = hand->head.load(std::memory_order_relaxed);
            if ((hand->slot(head).state.load(std::memory_order_acquire) & ~k_waited) == k_done &&
                hand->slot(head).direct == 0) {
              return true;
            }
          }
          return false;
        })) {
      continue;
    }
    {
      const Guard guard(mutex_);
      rebalance(guard);
    }
    mend();
    if (shut_down_.load()) {
      const Guard guard(mutex_);
      dismiss_idle(guard);
    }
    if (is_over()) return;
    const Deadline deadline = check_limits();
    // seq_cst: says that it sleeps, then looks; workers hand over, then look whether it sleeps.
    board().keeper_sleeps.store(1);
    if (look()) {
      board().keeper_sleeps.store(0);
      continue;
    }
    sleep(deadline);
  }
}

// Returns: whether something had come back.
bool ProcessCrew::Owner::look() {
  thread_local Outcomes outcomes;
  {
    const Guard guard(mutex_);
    for (const auto& hand : hands_) collect(guard, *hand, outcomes);
    refill(guard);
  }
  const bool any = !outcomes.empty();
  settle(outcomes);
  return any;
}

void ProcessCrew::Owner::sleep(Deadline deadline) {
  std::vector<os::PollEntry> entries = {{bell_->fileno()}};
  std::vector<Hand*> watched;
  std::vector<Hand*> heard;
  for (const auto& hand : hands_) {
    if (!hand->process) continue;
    try {
      entries.push_back({hand->process->sentinel()});
      watched.push_back(hand.get());
    } catch (const std::system_error&) {
      hand->looked_for = true;
      deadline = deadline.sooner(k_nap);
    }
  }
  for (const auto& hand : hands_) {
    if (!hand->error) continue;
    entries.push_back({hand->error->fileno()});
    heard.push_back(hand.get());
  }
  try {
    (void)os::wait_readable(entries, deadline);
  } catch (const std::system_error&) {
    // The program has closed what is not its own; the next turn asks for new sentinels.
    for (Hand* const hand : watched) hand->looked_for = true;
  }
  for (std::size_t i = 0; i < watched.size(); ++i) {
    if (entries[i + 1].ready) watched[i]->looked_for = true;
  }
  for (std::size_t i = 0; i < heard.size(); ++i) {
    if (entries[watched.size() + 1 + i].ready) hear(*heard[i]);
  }
  board().keeper_sleeps.store(0);
  std::array<std::byte, 64> rings;
  if (entries[0].ready) {
    while (os::receive(bell_->fileno(), rings, true, Deadline::poll()).value_or(0) > 0) {
    }
  }
}

// Passes on what the worker has written to its standard error, and remembers the end of it.
void ProcessCrew::Owner::hear(Hand& hand) noexcept {
  constexpr std::size_t k_remembered = 1024;
  std::array<std::byte, 4096> room;
  try {
    while (hand.error) {
      const auto size = os::receive(hand.error->fileno(), room, true, Deadline::poll());
      if (!size) return;
      if (*size == 0) break;  // nobody is left to write
      const std::string_view text(reinterpret_cast<const char*>(room.data()),
                                  std::min(*size, room.size()));
      os::write_error(text);
      hand.last_words.append(text);
      if (hand.last_words.size() > k_remembered) {
        hand.last_words.erase(0, hand.last_words.size() - k_remembered);
      }
    }
  } catch (const std::system_error&) {  // the program has closed what is not its own
  }
  hand.error.reset();
}

// The one with the most that it has not begun. What stands alone is about to be begun, but not if
// it stands there for long: a worker can be stopped.
Hand* ProcessCrew::Owner::overloaded_hand(const Guard&) noexcept {
  Hand* most = nullptr;
  std::uint32_t most_count = 0;
  const std::int64_t now = Deadline::now();
  for (const auto& hand : hands_) {
    std::uint32_t count = 0;
    for (std::uint32_t at = hand->head.load(); at != hand->tail; ++at) {
      const Hand::Given& given = hand->given_at(at);
      const bool waits = given.task != nullptr && hand->slot(at).state.load() == k_posted;
      if (waits && (at != hand->head.load() || now - given.at > k_long)) ++count;
    }
    if (count > most_count) {
      most = hand.get();
      most_count = count;
    }
  }
  return most;
}

// What stands behind another task goes to who is idle.
void ProcessCrew::Owner::rebalance(const Guard& guard) {
  while (line_.empty()) {
    Hand* const idle = idle_hand(guard);
    if (idle == nullptr) return;
    Hand* const longest = overloaded_hand(guard);
    if (longest == nullptr) return;
    bool moved = false;
    for (std::uint32_t left = longest->count(); left > 0 && !moved; --left) {
      const std::uint32_t at = longest->head.load() + left - 1;
      Hand::Given& given = longest->given_at(at);
      std::uint32_t posted = k_posted;
      if (given.task == nullptr ||
          !longest->slot(at).state.compare_exchange_strong(posted, k_revoked)) {
        continue;
      }
      RemoteTask* const task = std::exchange(given.task, nullptr);
      const Slot& from = longest->slot(at);
      const std::byte* const bytes =
          given.block == 0 ? from.room : family::g_segments.resolve(given.block);
      Entry entry{task, {}};
      entry.message.bulk = {bytes, given.size};
      give(guard, *idle, entry, false);
      moved = true;
    }
    if (!moved) return;
  }
}

// Ends what has taken too long, and who did not end when asked. Returns: when to look again.
Deadline ProcessCrew::Owner::check_limits() {
  Deadline next = Deadline::never();
  std::vector<RemoteTask*> late;
  std::vector<RemoteTask*> stuck;
  {
    const Guard guard(mutex_);
    const std::int64_t now = Deadline::now();
    for (const auto& hand : hands_) {
      if (!hand->process) continue;
      if (hand->kill_at != 0) {
        if (now >= hand->kill_at) {
          hand->process->kill();
        } else {
          next = next.sooner(hand->kill_at - now);
        }
      }
      if (hand->count() == 0) continue;
      // The first that somebody wants; before it there may be what was taken back.
      std::uint32_t head = hand->head.load(std::memory_order_relaxed);
      while (head != hand->tail && hand->given_at(head).task == nullptr) ++head;
      if (head == hand->tail) continue;
      Hand::Given& given = hand->given_at(head);
      const bool waits = hand->slot(head).state.load() == k_posted;
      if (waits && hands_.size() > 1) next = next.sooner(k_long);  // another may be idle then
      if (given.task->attempts() == nullptr) continue;
      const auto& timeout = given.task->attempts()->options().timeout;
      if (!timeout) continue;
      const Slot& slot = hand->slot(head);
      if ((slot.state.load(std::memory_order_acquire) & ~k_waited) != k_running) {
        // A worker that does not even begin it in that time will not.
        const std::int64_t waited = now - std::max(given.at, hand->came_back);
        const bool ready = hand->lane->standing.load() == std::uint32_t(Standing::ready);
        std::uint32_t posted = k_posted;
        if (waited > timeout->count() && ready &&
            hand->slot(head).state.compare_exchange_strong(posted, k_revoked)) {
          stuck.push_back(std::exchange(given.task, nullptr));
          dismiss(guard, *hand);
          next = next.sooner(k_grace);
        } else {
          next = next.sooner(timeout->count());
        }
        continue;
      }
      const std::int64_t left = slot.begun.load(std::memory_order_relaxed) + timeout->count() - now;
      if (left > 0) {
        next = next.sooner(left);
        continue;
      }
      late.push_back(std::exchange(given.task, nullptr));
      dismiss(guard, *hand);
      next = next.sooner(k_grace);
    }
  }
  for (RemoteTask* const task : late) {
    end_with_error(*task, std::make_exception_ptr(
                              TimeoutError("hilo: the task took longer than its timeout")));
    task->job().drop();
  }
  for (RemoteTask* const task : stuck) {
    if (task->job().try_again()) requeue(*task);
    task->job().drop();
  }
  return next;
}

void ProcessCrew::Owner::dismiss(const Guard&, Hand& hand) noexcept {
  if (!hand.process || hand.kill_at != 0) return;
  hand.dismissed = true;
  hand.kill_at = Deadline::now() + k_grace;
  try {
    hand.process->terminate();
  } catch (...) {  // it will be killed
  }
}

// Workers with nothing to do are told that there will be nothing more.
void ProcessCrew::Owner::dismiss_idle(const Guard&) {
  if (!line_.empty()) return;
  for (const auto& hand : hands_) {
    if (!hand->process || hand->count() != 0 || hand->lane->stop.exchange(1) != 0) continue;
    hand->dismissed = true;
    hand->lane->word.fetch_add(Lane::k_one_post);
    hand->wake();
  }
}

bool ProcessCrew::Owner::is_over() {
  const Guard guard(mutex_);
  if (!shut_down_.load() && !error_) return false;
  for (const auto& hand : hands_) {
    if (hand->process) return false;
  }
  return line_.empty() || error_ || terminated_;
}

// Buries the dead and starts others in their places.
void ProcessCrew::Owner::mend() {
  for (const auto& hand : hands_) {
    if (hand->process && std::exchange(hand->looked_for, false) && !hand->process->is_alive()) {
      bury(*hand);
    }
    bool wanted = false;
    {
      const Guard guard(mutex_);
      wanted = !hand->process && !error_ && !terminated_ &&
               (!shut_down_.load() || !line_.empty()) && !program_has_ended();
    }
    if (!wanted) continue;
    try {
      start_worker(*hand);
    } catch (const std::exception& error) {
      break_with(std::make_exception_ptr(BrokenProcessPool(
          fmt::format("hilo: the pool cannot start another worker: {}", error.what()))));
    }
    const Guard guard(mutex_);
    refill(guard);
  }
}

void ProcessCrew::Owner::start_worker(Hand& hand) {
  auto [error, its_error] = multiprocessing::Pipe({.duplex = false});
  auto call = std::make_unique<WorkerCall>(
      board_, static_cast<std::uint32_t>(hand.lane - board().lanes),
      static_cast<std::uint64_t>(options_.most_tasks.value_or(0)), bell_rope_->duplicate(),
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
    collect(guard, hand, outcomes);
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
    hand.error.reset();
  }
  if (broken) break_with(broken);
  // The last first, so that they stand in front in their order.
  for (auto task = innocent.rbegin(); task != innocent.rend(); ++task) {
    if ((*task)->job().try_again()) requeue(**task);
    (*task)->job().drop();
  }
}

std::exception_ptr ProcessCrew::Owner::loss_of(const Hand& hand, RemoteTask& task, int exitcode) {
  const std::string name = target_name(task.named_after());
  const std::string how = exitcode < 0 ? fmt::format("was ended by signal {}", -exitcode)
                                       : fmt::format("ended with exit code {}", exitcode);
  return std::make_exception_ptr(WorkerLostError(
      fmt::format("hilo: worker '{}', id {}, {} in a task{}{}{}{}", hand.identity->name,
                  hand.identity->pid, how, name.empty() ? "" : ", ", name,
                  hand.last_words.empty() ? "" : "; its last words:\n", hand.last_words),
      hand.identity->pid, exitcode, hand.last_words));
}

// Nothing more is taken, and what is there ends with the error.
void ProcessCrew::Owner::break_with(std::exception_ptr error) noexcept {
  std::vector<RemoteTask*> all;
  {
    const Guard guard(mutex_);
    if (error_) return;
    error_ = error;
    for (Entry& entry : line_) all.push_back(entry.task);
    line_.clear();
    for (const auto& hand : hands_) {
      for (std::uint32_t at = hand->head.load(); at != hand->tail; ++at) {
        if (RemoteTask* const task = std::exchange(hand->given_at(at).task, nullptr)) {
          all.push_back(task);
        }
      }
      dismiss(guard, *hand);
    }
  }
  for (RemoteTask* const task : all) {
    (void)task->job().fail(error);
    task->job().drop();
  }
}

}  // namespace hilo::detail::pool
