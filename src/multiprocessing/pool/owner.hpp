// SPDX-License-Identifier: MIT
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "hilo/detail/family/object.hpp"
#include "hilo/detail/pool/process_crew.hpp"
#include "hilo/multiprocessing/connection.hpp"
#include "hilo/multiprocessing/process.hpp"
#include "hilo/threading/thread.hpp"
#include "multiprocessing/fork_server.hpp"
#include "multiprocessing/pool/lane.hpp"
#include "multiprocessing/pool/stopped_watch.hpp"

namespace hilo::detail::pool {

/// A task that waits for a worker, with its call as bytes; these are made anew where it is tried
/// again. Holds its job.
struct Entry {
  RemoteTask* task = nullptr;
  Outgoing message;
};

struct WorkerIdentity {
  WorkerIdentity(std::string name_, int pid_) : name(std::move(name_)), pid(pid_) {}
  const std::string name;
  const int pid;
};

/// A result that was taken out of a lane and not read yet. Holds its job.
struct Outcome {
  RemoteTask* task;
  bool is_error;
  family::Offset block;
  std::uint64_t size;
  std::array<std::byte, Slot::k_room> room;
  std::shared_ptr<const WorkerIdentity> worker;
};

/// A worker, as its owner knows it.
struct Hand {
  struct Given {
    RemoteTask* task = nullptr;  ///< null: nobody wants to know any more
    family::Offset block = 0;    ///< with the call
    std::uint64_t size = 0;
    std::int64_t at = 0;  ///< when it was given
  };

  Lane* lane = nullptr;
  std::optional<multiprocessing::Process> process;
  std::shared_ptr<const WorkerIdentity> identity;
  std::atomic<std::uint32_t> head{0};  ///< the next slot to come back
  std::uint32_t tail = 0;              ///< the next to be given
  std::array<Given, Lane::k_slots> given;
  std::optional<StoppedWatch> stopped_watch;
  std::uint64_t done = 0;
  std::uint64_t failed = 0;
  std::int64_t came_back = 0;  ///< when the last result was taken
  std::int64_t kill_at = 0;    ///< when it was asked to end: until then
  bool dismissed = false;      ///< its death is meant
  bool ready = false;          ///< its initializer is through
  std::string excess;          ///< how it used more memory than it may
  /// What it writes to its standard error comes here; goes on to the owner's.
  std::optional<multiprocessing::Connection> error;
  std::string last_words;
  bool looked_for = false;  ///< it may have ended; the keeper's
  bool to_wake = false;     ///< it slept when it was given something

  void wake() const noexcept;
  [[nodiscard]] Slot& slot(std::uint32_t number) const noexcept {
    return lane->slots[number % Lane::k_slots];
  }
  [[nodiscard]] Given& given_at(std::uint32_t number) noexcept {
    return given[number % Lane::k_slots];
  }
  [[nodiscard]] std::uint32_t count() const noexcept {
    return tail - head.load(std::memory_order_relaxed);
  }
};

/// What a ProcessCrew is made of. Where tasks and results are read and written no lock is held, for
/// that is the program's code.
class ProcessCrew::Owner {
 public:
  explicit Owner(ProcessCrewOptions options);
  ~Owner();
  Owner(const Owner&) = delete;
  Owner& operator=(const Owner&) = delete;

  void start_all();
  /// The keeper's thread.
  void keep();

  /// Gives it the crew's limits if it has none.
  void limit(RemoteTask& task) const;
  void submit(RemoteTask& task);
  void run(RemoteTask& task);
  void shutdown(bool cancel_pending);
  void terminate(Ending ending = Ending::asked);
  void join();
  bool cancel(RemoteTask& task) noexcept;
  bool ensure_started(Deadline deadline);
  [[nodiscard]] std::vector<multiprocessing::pool::WorkerStats> stats();
  [[nodiscard]] bool inert() const noexcept;
  [[nodiscard]] bool is_shut_down() const noexcept { return shut_down_.load(); }
  [[nodiscard]] int size() const noexcept { return static_cast<int>(hands_.size()); }

  std::optional<threading::Thread> keeper;

 private:
  using Guard = std::unique_lock<std::mutex>;
  using Outcomes = std::vector<Outcome>;

  [[nodiscard]] Board& board() const noexcept { return *static_cast<Board*>(board_.payload()); }

  // owner.cpp: tasks and results. Those with a Guard are called under the mutex.
  void refuse_if_unusable(const Guard&);
  bool pack(Entry& entry) noexcept;
  [[nodiscard]] Hand* idle_hand(const Guard&) noexcept;
  [[nodiscard]] Hand* hand_with_room(const Guard&) noexcept;
  void give(const Guard&, Hand& hand, Entry& entry, bool direct);
  void give_or_fail(const Guard&, Hand& hand, Entry& entry) noexcept;
  void wake_given(const Guard&) noexcept;
  bool place(const Guard&, Entry& entry);
  [[nodiscard]] bool collect(const Guard&, Hand& hand, Outcomes& outcomes);
  void refill(const Guard&);
  [[nodiscard]] std::vector<RemoteTask*> take_unbegun(const Guard&);
  [[nodiscard]] std::vector<RemoteTask*> take_all(const Guard&,
                                                  Ending ending = Ending::asked) noexcept;
  void settle(Outcomes& outcomes) noexcept;
  void settle(Outcome& outcome) noexcept;
  void read(Outcome& outcome);
  void end_with_error(RemoteTask& task, std::exception_ptr error) noexcept;
  void requeue(RemoteTask& task) noexcept;
  [[nodiscard]] static RemoteTask* take_back(const Guard&, Hand& hand,
                                             std::uint32_t number) noexcept;
  void ring() noexcept;

  // staffing.cpp: how many workers there are.
  [[nodiscard]] bool is_short(const Guard&) const noexcept;
  [[nodiscard]] bool wants_worker(const Guard&) const noexcept;
  bool note_ready(const Guard&) noexcept;
  Deadline send_idle_home(Deadline next);
  static void send_home(const Guard&, Hand& hand) noexcept;
  Deadline check_memory(Deadline next);

  // keeper.cpp, staff.cpp: what happens to workers.
  void start_worker(Hand& hand);
  void sleep(Deadline deadline);
  static void hear(Hand& hand) noexcept;
  bool look();
  void rebalance(const Guard&);
  [[nodiscard]] Hand* overloaded_hand(const Guard&) noexcept;
  Deadline check_limits(Deadline next);
  Deadline mend();
  void bury(Hand& hand);
  [[nodiscard]] std::exception_ptr loss_of(const Hand& hand, RemoteTask& task, int exitcode);
  void break_with(const std::exception_ptr& error) noexcept;
  void dismiss_idle(const Guard&);
  void dismiss(const Guard&, Hand& hand, Ending ending = Ending::asked) noexcept;
  [[nodiscard]] bool is_over();

  const ProcessCrewOptions options_;
  const unsigned generation_;
  family::ObjectRef board_;
  std::shared_ptr<ForkServer> nursery_;
  // Where workers ring for the keeper.
  std::optional<multiprocessing::Connection> bell_;
  std::optional<multiprocessing::Connection> bell_rope_;

  std::mutex mutex_;
  std::vector<std::unique_ptr<Hand>> hands_;
  std::deque<Entry> line_;
  std::size_t last_used_ = 0;
  // How those who wait for a result, and the keeper, look for one.
  std::atomic<std::uint32_t> vain_looks_{0};
  std::atomic<std::uint32_t> keepers_vain_looks_{0};
  std::exception_ptr error_;    ///< what broke it
  std::exception_ptr refused_;  ///< why a worker that it wants could not be started
  int least_ = 0;               ///< how many workers there shall be, at least
  std::size_t vacant_ = 0;      ///< how many there are not
  int early_deaths_ = 0;        ///< in a row, of workers that did not come to work
  std::uint32_t tags_ = 0;
  std::atomic<bool> shut_down_{false};
  std::atomic<bool> rung_{false};  ///< for the keeper, that may not sleep yet
  std::atomic<std::uint32_t> news_{0};
  std::int64_t look_at_memory_ = 0;  ///< when; the keeper's
  bool terminated_ = false;
};

}  // namespace hilo::detail::pool
