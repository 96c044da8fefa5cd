// SPDX-License-Identifier: MIT
#include "hilo/detail/family/byte_queue.hpp"

#include <utility>

#include "heap/objects.hpp"
#include "hilo/detail/family/queue_core.hpp"
#include "hilo/errors.hpp"
#include "hilo/queue/errors.hpp"
#include "multiprocessing/byte_queue.hpp"

namespace hilo::detail::family {

void ByteQueue::start_with(std::int64_t maxsize, bool joinable) noexcept {
  joinable_ = joinable ? 1 : 0;
  limit_ = maxsize > 0 ? static_cast<std::uint64_t>(maxsize) : 0;
}

bool ByteQueue::looks_movable(const End& mine) const noexcept {
  if (&mine == &front_) return back_.count() != mine.count();
  return limit_ == 0 || mine.count() - front_.count() < limit_;
}

/// Under the end's lock. The other's count is read again only when the last look does not suffice,
/// so the two meet about once in a batch.
inline bool ByteQueue::may_move(End& mine, const End& other) const noexcept {
  if (&mine == &back_ && limit_ == 0) return true;
  const auto most = static_cast<std::int64_t>(&mine == &front_ ? 0 : limit_);
  const auto movable = [&] {
    return static_cast<std::int64_t>(mine.count() - mine.other_seen) < most;
  };
  if (movable()) return true;
  // acquire: what the other did to the records stands before what the caller does.
  mine.other_seen = other.word.load(std::memory_order_acquire) >> 1;
  return movable();
}

template <class Act>
inline ByteQueue::Passed ByteQueue::try_pass(End& mine, End& other, Deadline deadline, Act& act) {
  bool heard = false;
  {
    const Hold hold(*this, mine, deadline);
    if (!hold) return Passed::no;
    const bool movable = may_move(mine, other);
    // relaxed: written under this lock too.
    if ((!movable || &mine == &back_) && shut_down_.load(std::memory_order_relaxed) != 0) {
      return Passed::shut_down;
    }
    if (!movable) return Passed::no;
    act();
    heard = Bell(mine.bell).heard();  // who listens says so under this lock
  }
  if (heard) Bell(mine.bell).ring(1);
  return Passed::yes;
}

template <class Act>
bool ByteQueue::pass(End& mine, End& other, Deadline deadline, const std::stop_token& stop,
                     Act&& act) {
  Passed passed = try_pass(mine, other, deadline, act);
  if (passed == Passed::yes) [[likely]]
    return true;
  if (passed == Passed::no) {
    Wait wait(*this, mine, other, deadline);
    const std::stop_callback stopper(stop, [&wait]() noexcept { wait.stop(); });
    do {
      const bool last = &mine == &front_ && producers_are_gone();
      if (!last && !wait.pause()) return false;
      passed = try_pass(mine, other, deadline, act);  // they may have put before they went
      if (last && passed == Passed::no) {
        throw EOFError("hilo: the queue is empty, and none of its producers is left");
      }
    } while (passed == Passed::no);
  }
  if (passed == Passed::shut_down) throw hilo::queue::ShutDown();
  return true;
}

bool ByteQueue::put(std::span<const std::byte> item, Deadline deadline,
                    const std::stop_token& stop) {
  if (item.size() <= k_most_in_queue) {
    return pass(back_, front_, deadline, stop, [&] { write(item); });
  }
  // Copied before, so that nobody waits for the copy. Until it is put the block is this process's.
  struct Owned {
    ~Owned() {
      if (block != 0) family::release(block);
    }
    Offset block;
  } owned{allocate(item.size())};
  std::memcpy(g_segments.resolve(owned.block), item.data(), item.size());
  return pass(back_, front_, deadline, stop, [&] {
    write(owned.block, item.size());
    owned.block = 0;
  });
}

bool ByteQueue::get(Received& item, Deadline deadline, const std::stop_token& stop) {
  return pass(front_, back_, deadline, stop, [&] {
    if (joinable_ != 0) {
      take(item);
    } else {
      read(item);
    }
  });
}

/// Under the back's lock.
inline void ByteQueue::write(std::span<const std::byte> item) {
  const std::size_t size = record_size(item.size());
  const End::Place place = room_for(size);
  std::byte* const record = record_at(place);
  const auto head = static_cast<RecordHead>(item.size());
  std::memcpy(record, &head, sizeof head);
  copy_small(record + sizeof head, item.data(), item.size());
  move(back_, {place.chunk, place.at + size});
}

void ByteQueue::shutdown() {
  {
    const Hold back(*this, back_, Deadline::never());
    const Hold front(*this, front_, Deadline::never());
    shut_down_.store(1, std::memory_order_relaxed);
  }
  Bell(back_.bell).ring_for_all();
  Bell(front_.bell).ring_for_all();
}

ObjectRef ByteQueue::register_producer() {
  const Hold hold(*this, back_, Deadline::never());
  if (const std::uint64_t serial = producers_serial_.load(); serial != 0) {
    try {
      return ObjectRef::find(producers_.load(), serial);
    } catch (const UnpicklingError&) {  // the last one is gone
    }
  }
  ObjectRef fresh = ObjectRef::create(1);
  producers_serial_.store(0);
  producers_.store(fresh.offset());
  producers_serial_.store(fresh.serial());
  return fresh;
}

void ByteQueue::producer_left() noexcept { Bell(back_.bell).ring(os::k_everybody); }

bool ByteQueue::producers_are_gone() const {
  const std::uint64_t serial = producers_serial_.load();
  if (serial == 0) return false;
  const Offset object = producers_.load();
  return producers_serial_.load() == serial && !held_by_living(object, serial);
}

void refuse_closed_queue() { throw ValueError("hilo: this handle of the queue was closed"); }

}  // namespace hilo::detail::family
