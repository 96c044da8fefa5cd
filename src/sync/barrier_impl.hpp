// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/sync/barrier.hpp"
#include "hilo/errors.hpp"
#include "sync/lock_impl.hpp"
#include "sync/sleeper.hpp"

namespace hilo::detail::sync {

[[noreturn]] inline void throw_broken() { throw BrokenBarrierError("hilo: the barrier is broken"); }

/// Holds the barrier's lock: the only place where the phase and the arrivals change.
template <class Scope>
class Barrier<Scope>::Section {
 public:
  explicit Section(Barrier& barrier) : barrier_(barrier) {
    (void)barrier.section_.acquire(Deadline::never());
    if (barrier.section_.recovered()) check_arrivals();
  }
  ~Section() {
    barrier_.section_.release();  // throws only if nobody holds it
    if (wake_) wake<Scope>(barrier_.phase_, os::k_everybody);
  }
  Section(const Section&) = delete;
  Section& operator=(const Section&) = delete;

  [[nodiscard]] std::uint32_t phase() const noexcept {
    return barrier_.phase_.load(std::memory_order_relaxed);
  }
  [[nodiscard]] Status status() const noexcept { return Status(phase() & k_status); }
  [[nodiscard]] bool same_phase(const Arrival& arrival) const noexcept {
    return ((phase() ^ arrival.phase) & k_completions) == 0;
  }
  [[nodiscard]] std::uint32_t arrived() const noexcept {
    return barrier_.arrived_.load(std::memory_order_relaxed);
  }

  void set_status(Status status) noexcept { change(k_status, status); }

  /// All have come and none has left: the next phase begins.
  void complete() noexcept {
    change(k_status | k_completions, (phase() & k_completions) + k_completion);
    set_arrived(0);
  }

  [[nodiscard]] Arrival enter() {
    Arrival mine{arrived(), phase(), nullptr};
    if constexpr (Scope::k_shared) mine.slot = &claim();
    set_arrived(arrived() + 1);
    return mine;
  }

  /// Out of a phase that failed. The last one out ends a reset.
  void leave(const Arrival& mine) noexcept {
    if (mine.slot != nullptr) mine.slot->owner.store(0, std::memory_order_relaxed);
    set_arrived(arrived() - 1);
    end_reset();
  }

  /// Among processes: a dead one's arrival breaks a phase that lasts, and leaves one that failed.
  /// Counts anew, since a holder may have died between a slot and the count.
  void check_arrivals() {
    if constexpr (Scope::k_shared) {
      std::uint32_t living = 0;
      bool somebody_died = false;
      barrier_.slots_.find([&](Slot& slot, std::uint32_t) {
        const std::uint32_t owner = slot.owner.load(std::memory_order_relaxed);
        if (owner == 0 || !is_current(slot)) return false;
        if (Scope::died(owner)) {
          somebody_died = true;
          slot.owner.store(0, std::memory_order_relaxed);
        } else {
          ++living;
        }
        return false;
      });
      // The count follows the status: killed between them, the holder leaves the next one to count.
      if (somebody_died && (status() == k_filling || status() == k_acting)) set_status(k_broken);
      set_arrived(living);
      end_reset();
    }
  }

 private:
  /// release: whoever sees the phase sees what was done before it.
  void change(std::uint32_t mask, std::uint32_t bits) noexcept {
    std::uint32_t seen = phase();
    const auto wanted = [&] { return (seen & ~(mask | k_sleepers)) | bits; };
    while (!barrier_.phase_.compare_exchange_weak(seen, wanted(), std::memory_order_acq_rel,
                                                  std::memory_order_relaxed)) {
    }
    wake_ = wake_ || (seen & k_sleepers) != 0;
  }
  void set_arrived(std::uint32_t count) noexcept {
    barrier_.arrived_.store(count, std::memory_order_relaxed);
  }
  void end_reset() noexcept {
    if (status() == k_resetting && arrived() == 0) set_status(k_filling);
  }
  [[nodiscard]] bool is_current(const Slot& slot) const noexcept {
    return slot.completion.load(std::memory_order_relaxed) == (phase() & k_completions);
  }

  Slot& claim() {
    for (;;) {
      Slot* slot = barrier_.slots_.find([&](Slot& candidate, std::uint32_t) {
        return candidate.owner.load(std::memory_order_relaxed) == 0 || !is_current(candidate);
      });
      if (slot == nullptr) {
        barrier_.slots_.grow(&barrier_);
        continue;
      }
      // A slot of an earlier phase must not become one of this phase with its old owner.
      slot->owner.store(0, std::memory_order_relaxed);
      slot->completion.store(phase() & k_completions, std::memory_order_release);
      slot->owner.store(Scope::self(), std::memory_order_release);
      return *slot;
    }
  }

  Barrier& barrier_;
  bool wake_ = false;
};

template <class Scope>
std::uint32_t Barrier<Scope>::wait(Deadline deadline, const std::function<void()>& action) {
  const Arrival mine = arrive(deadline, action != nullptr);
  if (mine.index + 1 < parties_) {
    wait_for_others(mine, deadline);
  } else if (action) {
    act(mine, action);
  }
  return mine.index;
}

/// Comes in, as soon as the phase before is over. The last one to come completes the phase, or
/// leaves that to act().
template <class Scope>
auto Barrier<Scope>::arrive(Deadline deadline, bool has_action) -> Arrival {
  Sleeper<Scope> sleeper("Barrier.wait");
  for (bool out_of_time = false;;) {
    std::uint32_t seen = 0;
    {
      Section section(*this);
      if (section.status() != k_filling || section.arrived() + 1 == parties_) {
        section.check_arrivals();
      }
      if (section.status() == k_resetting && out_of_time) section.set_status(k_broken);
      if (section.status() == k_broken) throw_broken();
      if (section.status() == k_filling) {
        const Arrival mine = section.enter();
        if (mine.index + 1 == parties_) {
          has_action ? section.set_status(k_acting) : section.complete();
        }
        return mine;
      }
      seen = section.phase();
    }
    out_of_time = sleep_on(seen, sleeper, deadline) == Slept::timed_out;
  }
}

/// Throws: BrokenBarrierError if the phase failed.
template <class Scope>
void Barrier<Scope>::wait_for_others(const Arrival& mine, Deadline deadline) {
  std::uint32_t seen = 0;
  const auto over = [&] {
    // acquire: what the others did before they came stands before what the caller does.
    seen = phase_.load(std::memory_order_acquire);
    return ((seen ^ mine.phase) & k_completions) != 0;
  };
  if (!deadline.passed()) spin(over);
  Sleeper<Scope> sleeper("Barrier.wait");
  for (bool out_of_time = false; !over();) {
    const std::uint32_t status = seen & k_status;
    if (status == k_broken || status == k_resetting) {
      Section(*this).leave(mine);
      throw_broken();
    }
    if (out_of_time && status == k_filling) {
      Section section(*this);
      if (section.same_phase(mine) && section.status() == k_filling) section.set_status(k_broken);
      continue;
    }
    const Slept slept = sleep_on(seen, sleeper, deadline);
    if (slept == Slept::slice_over) Section(*this).check_arrivals();
    out_of_time = slept == Slept::timed_out;
  }
}

/// An action that runs is not interrupted: even who is out of time waits for its end.
template <class Scope>
Slept Barrier<Scope>::sleep_on(std::uint32_t seen, Sleeper<Scope>& sleeper, Deadline deadline) {
  const std::uint32_t wanted = seen | k_sleepers;
  // relaxed: the flag guards nothing, and park() compares the word again.
  if (wanted != seen && !phase_.compare_exchange_strong(seen, wanted, std::memory_order_relaxed)) {
    return Slept::woken;
  }
  return sleeper.sleep(phase_, wanted,
                       (seen & k_status) == k_acting ? Deadline::never() : deadline);
}

/// Outside the section, so that the action may use the barrier.
template <class Scope>
void Barrier<Scope>::act(const Arrival& mine, const std::function<void()>& action) {
  try {
    action();
  } catch (...) {
    Section section(*this);
    if (section.status() == k_acting) section.set_status(k_broken);
    section.leave(mine);
    throw;
  }
  {
    Section section(*this);
    if (section.status() == k_acting) return section.complete();
    section.leave(mine);
  }
  throw_broken();
}

template <class Scope>
void Barrier<Scope>::reset() {
  Section section(*this);
  section.check_arrivals();
  section.set_status(section.arrived() == 0 ? k_filling : k_resetting);
}

template <class Scope>
void Barrier<Scope>::abort() {
  Section(*this).set_status(k_broken);
}

template <class Scope>
std::uint32_t Barrier<Scope>::waiting() const noexcept {
  const std::uint32_t status = phase_.load(std::memory_order_acquire) & k_status;
  const bool whole = status == k_filling || status == k_acting;
  return whole ? arrived_.load(std::memory_order_relaxed) : 0;
}

template <class Scope>
bool Barrier<Scope>::broken() const noexcept {
  return (phase_.load(std::memory_order_acquire) & k_status) == k_broken;
}

}  // namespace hilo::detail::sync
