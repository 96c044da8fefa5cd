// SPDX-License-Identifier: MIT
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <optional>
#include <type_traits>
#include <utility>
#include <variant>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/queue/waiters.hpp"
#include "hilo/detail/thread_work.hpp"

/// What futures, pools and executors are made of (docs/design/pool.md).
namespace hilo::detail::futures {

class Job;

/// Somebody who is told once, by whoever ends the job, that it is done.
class Listener {
 public:
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  virtual void job_done(Job& job) noexcept = 0;

 protected:
  Listener() = default;
  virtual ~Listener() = default;

 private:
  friend class Job;
  Listener* next_ = nullptr;
};

enum class Phase : std::uint32_t { pending, running, ending, cancelled, finished };

/// A task, the state of its future, and in what derives from it the room for its result. Whoever
/// holds it counts; the last one deletes it.
class HILO_EXPORT Job {
 public:
  Job() = default;
  Job(const Job&) = delete;
  Job& operator=(const Job&) = delete;

  /// By a worker: does what there is to do, if nobody else has begun or ended it.
  /// Returns: whether this was what there was to do, to its end.
  virtual bool run() noexcept { return false; }
  /// It was cancelled while it runs. Returns: whether it is cancelled now.
  virtual bool cancel_running() noexcept { return false; }
  /// Asks the task that runs to end by itself, where it takes a std::stop_token.
  virtual void request_stop() noexcept {}
  [[nodiscard]] virtual bool stoppable() const noexcept { return false; }
  /// What the task is called after, for people.
  [[nodiscard]] virtual NameSource named_after() const noexcept { return {}; }

  [[nodiscard]] Phase phase() const noexcept {
    // acquire: the result was written before the job was done.
    return phase_of(word_.load(std::memory_order_acquire));
  }
  [[nodiscard]] bool done() const noexcept { return phase() >= Phase::cancelled; }

  // Each returns whether the caller was the one to do it: the job may have moved on.

  /// pending -> running.
  bool claim() noexcept { return move(Phase::pending, Phase::running); }
  /// running -> pending.
  bool try_again() noexcept { return move(Phase::running, Phase::pending); }
  /// running -> finished; the value was written before.
  bool finish() noexcept { return end(Phase::running, Phase::finished); }
  /// pending or running -> finished, with an error.
  bool fail(std::exception_ptr error) noexcept;
  /// pending -> cancelled; running too if the job knows how.
  bool cancel() noexcept;
  /// pending or running -> cancelled.
  bool give_up() noexcept;

  /// Waits until it is done. A worker of the crew whose job it is runs it meanwhile, if nobody has
  /// begun it: so tasks that wait for tasks never wait for a worker.
  /// Returns: false if `deadline` passed first. Throws: as refuse_vain_wait().
  bool wait(Deadline deadline);

  /// The error that it ended with, if any; once it is done and not cancelled.
  [[nodiscard]] const std::exception_ptr& error() const noexcept { return error_; }

  /// Waits. Throws: TimeoutError, CancelledError, the job's error.
  void settle(Deadline deadline);

  /// Returns: false if it is done already; then `listener` is not told.
  [[nodiscard]] bool listen(Listener& listener);
  /// Returns: false if the listener was told, or is just being told.
  bool unlisten(Listener& listener) noexcept;

  /// Whose line it stands in; of a worker's thread, whose it is. Compared, never followed.
  void set_crew(const void* crew) noexcept { crew_ = crew; }
  [[nodiscard]] const void* crew() const noexcept { return crew_; }

  // relaxed: whoever adds holds one already.
  void hold() noexcept { references_.fetch_add(1, std::memory_order_relaxed); }
  void drop() noexcept {
    // acq_rel: what all holders did stands before the end.
    if (references_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }
  /// Whether the caller is the only holder.
  [[nodiscard]] bool is_unique() const noexcept {
    return references_.load(std::memory_order_acquire) == 1;
  }

 protected:
  virtual ~Job();

 private:
  static constexpr std::uint32_t k_phase = 7;
  static constexpr std::uint32_t k_sleepers = 8;
  static constexpr std::uint32_t k_listeners = 16;
  static Phase phase_of(std::uint32_t word) noexcept { return Phase(word & k_phase); }

  // The word's bits stay, only the phase changes. Returns the word before, if it was in `from`.
  std::optional<std::uint32_t> exchange(Phase from, Phase to) noexcept {
    // relaxed: a failure decides nothing.
    std::uint32_t seen = word_.load(std::memory_order_relaxed);
    do {
      if (phase_of(seen) != from) return std::nullopt;
      // acq_rel: an end is released with the value; a claim acquires what the submitter wrote.
    } while (!word_.compare_exchange_weak(seen, (seen & ~k_phase) | std::uint32_t(to),
                                          std::memory_order_acq_rel, std::memory_order_relaxed));
    return seen;
  }
  bool move(Phase from, Phase to) noexcept { return exchange(from, to).has_value(); }
  bool end(Phase from, Phase to) noexcept {
    const auto before = exchange(from, to);
    if (!before) return false;
    if ((*before & (k_sleepers | k_listeners)) != 0) [[unlikely]]
      tell(*before);
    return true;
  }
  void tell(std::uint32_t before) noexcept;

  std::atomic<std::uint32_t> word_{0};
  std::atomic<std::uint32_t> references_{1};
  const void* crew_ = nullptr;
  std::exception_ptr error_;  ///< written in `ending`
  queue::Lock lock_{};        ///< of the listeners
  Listener* first_ = nullptr;
  Listener* last_ = nullptr;
};

/// The crew that the calling thread works for; null for any other thread.
[[nodiscard]] HILO_EXPORT const void* current_crew() noexcept;

/// Throws: RuntimeError if the calling thread is the one that brings the crew's results.
HILO_EXPORT void refuse_vain_wait(const void* crew);

/// Holds a job.
template <class J>
class Ref {
 public:
  Ref() noexcept = default;
  /// The reference that a new job is born with, or one that was let go of.
  static Ref adopt(J* job) noexcept { return Ref(job); }
  /// One more.
  static Ref share(J* job) noexcept {
    if (job != nullptr) job->hold();
    return Ref(job);
  }
  Ref(const Ref& other) noexcept : job_(other.job_) {
    if (job_ != nullptr) job_->hold();
  }
  Ref(Ref&& other) noexcept : job_(other.release()) {}
  template <class Other>
  requires std::is_convertible_v<Other*, J*> Ref(Ref<Other> other)  // NOLINT: as for a pointer
  noexcept : job_(other.release()) {}
  Ref& operator=(Ref other) noexcept {
    std::swap(job_, other.job_);
    return *this;
  }
  ~Ref() {
    if (job_ != nullptr) job_->drop();
  }

  [[nodiscard]] J* get() const noexcept { return job_; }
  [[nodiscard]] J* release() noexcept { return std::exchange(job_, nullptr); }
  J* operator->() const noexcept { return job_; }
  J& operator*() const noexcept { return *job_; }
  explicit operator bool() const noexcept { return job_ != nullptr; }
  friend bool operator==(const Ref&, const Ref&) noexcept = default;

 private:
  explicit Ref(J* job) noexcept : job_(job) {}
  J* job_ = nullptr;
};

template <class J, class... Args>
Ref<J> make_job(Args&&... args) {
  return Ref<J>::adopt(new J(std::forward<Args>(args)...));
}

/// What a result of type R is kept as: a void one is something too.
template <class R>
using Kept = std::conditional_t<std::is_void_v<R>, std::monostate, std::decay_t<R>>;

[[noreturn]] HILO_EXPORT void refuse_second_take();

/// A job with room for its result.
template <class T>
class ResultJob : public Job {
 public:
  /// By who runs it, before finish().
  template <class... Args>
  void set_value(Args&&... args) {
    value_.emplace(std::forward<Args>(args)...);
  }
  /// Once it is finished without an error.
  [[nodiscard]] Kept<T>& value() noexcept { return *value_; }
  /// The same for one who takes it away, once. Throws: RuntimeError.
  [[nodiscard]] Kept<T> take() {
    if (taken_.exchange(true, std::memory_order_relaxed)) refuse_second_take();
    return std::move(*value_);
  }

 private:
  std::optional<Kept<T>> value_;
  std::atomic<bool> taken_{false};
};

}  // namespace hilo::detail::futures
