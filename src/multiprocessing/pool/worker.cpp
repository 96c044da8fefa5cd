// SPDX-License-Identifier: MIT
#include "multiprocessing/pool/worker.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <mutex>
#include <span>
#include <string>
#include <utility>

#include "futures/forks.hpp"
#include "heap/loose.hpp"
#include "hilo/detail/family/handle.hpp"
#include "hilo/detail/family/in_flight.hpp"
#include "hilo/detail/pool/remote_task.hpp"
#include "hilo/detail/queue/look.hpp"
#include "hilo/errors.hpp"
#include "hilo/os.hpp"
#include "multiprocessing/pool/error_travel.hpp"
#include "multiprocessing/pool/lane.hpp"
#include "multiprocessing/pool/memory_limit.hpp"
#include "multiprocessing/registry.hpp"
#include "os/interrupt.hpp"
#include "os/park.hpp"
#include "os/self.hpp"
#include "os/stream.hpp"
#include "os/surroundings.hpp"
#include "threading/exception_text.hpp"

namespace hilo::detail::pool {
namespace {

class Worker {
 public:
  Worker(const family::ObjectRef& board, std::uint32_t lane, int bell, std::uint64_t memory_limit)
      : carrier_(board),
        board_(*static_cast<Board*>(board.payload())),
        lane_(board_.lanes[lane]),
        bell_(bell),
        memory_limit_(memory_limit) {}

  void prepare(ProcessCall* initializer) {
    try {
      if (initializer != nullptr) initializer->run();
      end_copy(false);
      // Its successors would be no better.
      if (const std::string text = excess(); !text.empty()) throw RuntimeError(text);
      lane_.standing.store(static_cast<std::uint32_t>(Standing::ready));
      ring();
    } catch (const abi::__forced_unwind&) {
      throw;
    } catch (...) {
      end_copy(true);
      const std::string text = describe_current_exception();
      lane_.note_size = static_cast<std::uint32_t>(std::min(text.size(), sizeof lane_.note));
      std::memcpy(lane_.note, text.data(), lane_.note_size);
      lane_.standing.store(static_cast<std::uint32_t>(Standing::failed));
      throw SystemExit(1);
    }
  }

  void work(std::uint64_t most_tasks) {
    std::uint64_t done = 0;
    for (std::uint32_t number = 0;; ++number) {
      Slot& slot = lane_.slots[number % Lane::k_slots];
      if (!wait_for(slot)) return;
      if (!begin(slot)) continue;
      execute(slot);
      // Told before the last result is: whoever reads that knows that there is nobody any more.
      const bool last = ++done == most_tasks || !excess().empty();
      if (last) lane_.standing.store(static_cast<std::uint32_t>(Standing::retired));
      hand_over(slot);
      if (last) return;
    }
  }

 private:
  static bool is_there(const Slot& slot) noexcept {
    // acquire: the call was written before.
    const std::uint32_t state = slot.state.load(std::memory_order_acquire) & ~k_waited;
    return state == k_posted || state == k_revoked;
  }

  // Returns: false if there is nothing left and the worker is to end.
  bool wait_for(const Slot& slot) {
    while (!is_there(slot) &&
           !queue::look_if_it_helps(lane_.vain_looks, [&] { return is_there(slot); })) {
      // seq_cst: the owner posts, then looks whether anybody sleeps.
      const std::uint32_t seen = lane_.word.fetch_or(Lane::k_asleep) | Lane::k_asleep;
      const bool there = is_there(slot);
      const bool over = !there && lane_.stop.load() != 0;
      // The owner's death ends this process, so nobody need look whether it lives.
      if (!there && !over) os::park(lane_.word, seen, Deadline::never(), os::ParkScope::shared);
      lane_.word.fetch_and(~Lane::k_asleep, std::memory_order_relaxed);
      if (over) return false;
    }
    return true;
  }

  // Returns: false if the owner took the task back.
  bool begin(Slot& slot) const {
    slot.begun.store(Deadline::now(), std::memory_order_relaxed);
    std::uint32_t seen = slot.state.load(std::memory_order_acquire);
    while ((seen & ~k_waited) == k_posted) {
      if (slot.state.compare_exchange_weak(seen, k_running | (seen & k_waited))) return true;
    }
    slot.is_error = 0;
    slot.size = slot.block = 0;
    // As a result: a keeper that waits for this lane to be empty learns of it.
    slot.state.exchange(k_done);
    ring();
    return false;
  }

  void execute(Slot& slot) {
    result_.clear();
    try {
      const std::byte* const bytes =
          slot.block == 0 ? slot.room : family::g_segments.resolve(slot.block);
      family::Arrival arrival(carrier_);
      marshal::Reader in({bytes, slot.size});
      in.set_receiver(&arrival);
      family::InFlight handles(carrier_);
      result_.head.set_transfer(&handles);
      const auto code = reinterpret_cast<Execute>(const_cast<void*>(read_code_tag(in)));  // NOLINT
      code(in, result_);
      end_copy(false);
      store(slot, false);
      handles.commit();
    } catch (const abi::__forced_unwind&) {
      throw;  // a thread that ends itself ends the worker
    } catch (...) {
      end_copy(true);
      result_.clear();
      result_.head.set_transfer(nullptr);
      write_current_exception(result_.head);
      store(slot, true);
    }
    result_.clear();  // it was copied, and can be large
    result_.head.set_transfer(nullptr);
  }

  // A task may fork, and both come back from it: only one is the worker.
  void end_copy(bool failed) const {
    if (futures::fork_generation() == generation_) return;
    os::flush_standard_streams();
    if (failed) {
      os::write_error(fmt::format("hilo: a process that a task of a pool forked failed:\n  {}\n",
                                  describe_current_exception()));
    }
    os::leave(failed ? 1 : 0);
  }

  void store(Slot& slot, bool is_error) {
    const std::size_t size = result_.size();
    std::byte* place = slot.room;
    family::Offset block = 0;
    if (size > Slot::k_room) {
      block = family::allocate(size);
      place = family::g_segments.resolve(block);
    }
    result_.copy_to(place);
    if (block != 0) {
      // From here on it is the board's, or the owner finds it in `made`.
      slot.made.store(block);
      family::give_to_object(block, carrier_.offset(), slot.tag);
    }
    slot.block = block;
    slot.size = size;
    slot.is_error = is_error ? 1 : 0;
  }

  void hand_over(Slot& slot) {
    // Whoever has the result may end this process at once.
    os::flush_standard_streams();
    const bool direct = slot.direct != 0;
    // seq_cst: the result is there, before this looks whether the keeper sleeps.
    const std::uint32_t before = slot.state.exchange(k_done);
    if ((before & k_waited) != 0) os::unpark(slot.state, os::k_everybody, os::ParkScope::shared);
    if (!direct) ring();
  }

  // Behind the exchange of what the keeper looks at after it said that it sleeps.
  void ring() const {
    if (board_.keeper_sleeps.load() == 0 || board_.keeper_sleeps.exchange(0) == 0) return;
    std::size_t sent = 0;
    const std::array<std::byte, 1> word{};
    (void)os::send(bell_, {}, word, Deadline::never(), sent);
  }

  [[nodiscard]] std::string excess() const {
    return memory_limit_ == 0 ? std::string() : memory_excess(os::getpid(), memory_limit_);
  }

  const family::ObjectRef& carrier_;
  Board& board_;
  Lane& lane_;
  const int bell_;
  const std::uint64_t memory_limit_;
  const unsigned generation_ = futures::fork_generation();
  Outgoing result_;
};

// Pools in tasks: their workers end with this one, however it ends.
void allow_daemons() {
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  registry.current->may_have_daemons = true;
}

}  // namespace

WorkerCall::WorkerCall(family::ObjectRef board, std::uint32_t lane, std::uint64_t most_tasks,
                       std::uint64_t memory_limit, multiprocessing::Connection bell,
                       multiprocessing::Connection error, std::shared_ptr<ProcessCall> initializer,
                       bool in_copy)
    : board_(std::move(board)),
      lane_(lane),
      most_tasks_(most_tasks),
      memory_limit_(memory_limit),
      bell_(std::move(bell)),
      error_(std::move(error)),
      initializer_(std::move(initializer)),
      in_copy_(in_copy) {}

void WorkerCall::run() {
  allow_daemons();
  os::ignore_interrupts();  // Control-C is the owner's
  os::redirect_error(error_.fileno());
  error_.close();
  Worker worker(board_, lane_, bell_.fileno(), memory_limit_);
  worker.prepare(initializer_.get());
  worker.work(most_tasks_);
}

void WorkerCall::pack(marshal::Writer& out) const {
  UnpackCall unpack_call = &unpack;
  write_code(out, reinterpret_cast<const void*>(unpack_call));
  marshal::dump_to(out, board_);
  marshal::dump_to(out, lane_);
  marshal::dump_to(out, most_tasks_);
  marshal::dump_to(out, memory_limit_);
  marshal::dump_to(out, bell_);
  marshal::dump_to(out, error_);
  marshal::dump_to(out, initializer_ != nullptr);
  marshal::dump_to(out, in_copy_);
  if (initializer_ == nullptr) return;
  if (in_copy_) {
    out.write_scalar(reinterpret_cast<std::uintptr_t>(initializer_.get()));
  } else {
    initializer_->pack(out);
  }
}

std::unique_ptr<ProcessCall> WorkerCall::unpack(marshal::Reader& in) {
  auto board = marshal::load_from<family::ObjectRef>(in);
  const auto lane = marshal::load_from<std::uint32_t>(in);
  const auto most_tasks = marshal::load_from<std::uint64_t>(in);
  const auto memory_limit = marshal::load_from<std::uint64_t>(in);
  auto bell = marshal::load_from<multiprocessing::Connection>(in);
  auto error = marshal::load_from<multiprocessing::Connection>(in);
  const bool has_initializer = marshal::load_from<bool>(in);
  const bool in_copy = marshal::load_from<bool>(in);
  std::shared_ptr<ProcessCall> initializer;
  if (has_initializer && in_copy) {
    auto* const call = reinterpret_cast<ProcessCall*>(in.read_scalar<std::uintptr_t>());  // NOLINT
    initializer.reset(call, [](ProcessCall*) {});  // the copy of the owner's
  } else if (has_initializer) {
    initializer = reinterpret_cast<UnpackCall>(const_cast<void*>(read_code(in)))(in);  // NOLINT
  }
  return std::make_unique<WorkerCall>(std::move(board), lane, most_tasks, memory_limit,
                                      std::move(bell), std::move(error), std::move(initializer),
                                      in_copy);
}

}  // namespace hilo::detail::pool
