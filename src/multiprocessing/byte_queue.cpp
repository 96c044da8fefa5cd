// SPDX-License-Identifier: MIT
#include "hilo/detail/family/byte_queue.hpp"

#include <optional>

#include "heap/objects.hpp"
#include "hilo/detail/family/queue_core.hpp"
#include "hilo/detail/queue/look.hpp"
#include "hilo/errors.hpp"
#include "hilo/queue/errors.hpp"
#include "multiprocessing/byte_queue.hpp"
#include "os/park.hpp"
#include "sync/sleeper.hpp"

namespace hilo::detail::family {
namespace {

/// Who does not wait for an item waits for the lock all the same, which somebody has for
/// nanoseconds, but no longer than this: that one may be stopped.
constexpr std::int64_t k_lock_grace = 100'000'000;

bool acquire(sync::Lock<FamilyScope>& lock, Deadline deadline) {
  if (deadline.is_never()) return lock.acquire(deadline);
  if (lock.acquire(Deadline::poll())) return true;
  const Deadline grace = Deadline::never().sooner(k_lock_grace);
  return lock.acquire(grace.nanoseconds() > deadline.nanoseconds() ? grace : deadline);
}

constexpr std::uint32_t k_heard = 1;  ///< of a bell: somebody may sleep; the rest counts rings

/// Wakes `count` of those who sleep, if anybody does.
void ring(std::atomic<std::uint32_t>& bell, int count = 1) noexcept {
  std::uint32_t seen = bell.load();
  while ((seen & k_heard) != 0) {
    if (!bell.compare_exchange_weak(seen, seen + 1)) continue;  // one more, and not heard
    sync::wake<FamilyScope>(bell, count);
    return;
  }
}

void ring_for_all(std::atomic<std::uint32_t>& bell) noexcept {
  bell.fetch_add(2);
  sync::wake<FamilyScope>(bell, os::k_everybody);
}

/// The memory of a large block goes back to the system with it, and is had from there with the
/// next. Where one after the other passes through a short queue, the family keeps it.
constexpr std::size_t k_most_kept = std::size_t{4} << 20;
constexpr std::int64_t k_short = 8;

}  // namespace

void refuse_closed_queue() { throw ValueError("hilo: this handle of the queue was closed"); }

void Received::release() noexcept {
  if (owner_ != FamilyScope::self()) return;
  if (keeps_memory_) {
    free_block_only(block_);
  } else {
    family::release(block_);
  }
}

/// Has an end's lock, and sees to it that the end is whole.
class ByteQueue::Hold {
 public:
  Hold(ByteQueue& queue, End& end, Deadline deadline)
      : lock_(end.lock), held_(acquire(end.lock, deadline)) {
    if (held_ && lock_.recovered()) queue.mend(end);
  }
  ~Hold() {
    if (held_) lock_.release();
  }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

  explicit operator bool() const noexcept { return held_; }

 private:
  sync::Lock<FamilyScope>& lock_;
  const bool held_;
};

/// The slow path of a call that could not move its end: look a while, then sleep on the other end's
/// bell.
class ByteQueue::Wait {
 public:
  Wait(ByteQueue& queue, End& mine, End& other, Deadline deadline) noexcept
      : queue_(queue), mine_(mine), other_(other), deadline_(deadline) {}
  ~Wait() {
    if (slept_) rearm();
  }
  Wait(const Wait&) = delete;
  Wait& operator=(const Wait&) = delete;

  /// Waits until it is worth trying again. Returns: false if time is up or a stop was requested.
  bool pause() {
    if (!looked_) {
      looked_ = true;
      if (deadline_.passed()) return false;
      if (queue::look_a_while([this] { return worth_trying(); })) return true;
    }
    std::uint32_t heard = 0;
    {
      // The other end stands still now: if it moved before, this sees it; if it moves later, its
      // mover sees that somebody listens.
      const Hold hold(queue_, other_, deadline_);
      if (!hold) return false;
      if (worth_trying()) return true;
      if (deadline_.passed() || stopped_.load()) return false;
      heard = other_.bell.fetch_or(k_heard) | k_heard;
    }
    slept_ = true;
    (void)sleeper_.sleep(other_.bell, heard, deadline_);
    return true;  // who was woken looks, even when out of time
  }

  void stop() noexcept {
    stopped_.store(true);
    ring_for_all(other_.bell);
  }

 private:
  [[nodiscard]] bool worth_trying() const noexcept {
    return queue_.looks_movable(mine_) || queue_.shut_down_.load(std::memory_order_relaxed) != 0;
  }

  /// The ring that woke this one made others unheard who sleep.
  void rearm() noexcept {
    bool more = false;
    try {
      const Hold hold(queue_, other_, Deadline::poll());
      other_.bell.fetch_or(k_heard);
      more = queue_.looks_movable(mine_);
    } catch (...) {  // the system refuses to let it sleep; the others look at the end of a slice
    }
    if (more) ring(other_.bell);
  }

  ByteQueue& queue_;
  End& mine_;
  End& other_;
  const Deadline deadline_;
  sync::Sleeper<FamilyScope> sleeper_;
  std::atomic<bool> stopped_{false};
  bool looked_ = false;
  bool slept_ = false;
};

void ByteQueue::start_with(std::int64_t maxsize) noexcept {
  limit_ = maxsize > 0 ? static_cast<std::uint64_t>(maxsize) : 0;
  back_.lock.recover_silently(true);
  front_.lock.recover_silently(true);
}

bool ByteQueue::looks_movable(const End& mine) const noexcept {
  if (&mine == &front_) return back_.count() != mine.count();
  return limit_ == 0 || mine.count() - front_.count() < limit_;
}

/// Under the end's lock. The other's count is read again only when the last look does not suffice,
/// so the two meet about once in a batch.
bool ByteQueue::may_move(End& mine, const End& other) const noexcept {
  const std::uint64_t most = &mine == &front_ ? 0 : limit_;
  if (&mine == &back_ && limit_ == 0) return true;
  const auto movable = [&] {
    return static_cast<std::int64_t>(mine.count() - mine.other_seen) <
           static_cast<std::int64_t>(most);
  };
  if (movable()) return true;
  // acquire: what the other did to the records stands before what the caller does.
  mine.other_seen = other.word.load(std::memory_order_acquire) >> 1;
  return movable();
}

template <class Act>
ByteQueue::Passed ByteQueue::try_pass(End& mine, End& other, Deadline deadline, Act& act) {
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
    // relaxed: who listens does so under this lock.
    heard = (mine.bell.load(std::memory_order_relaxed) & k_heard) != 0;
  }
  if (heard) ring(mine.bell);
  return Passed::yes;
}

template <class Act>
bool ByteQueue::pass(End& mine, End& other, Deadline deadline, const std::stop_token& stop,
                     Act&& act) {
  Passed passed = try_pass(mine, other, deadline, act);
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
  return passed == Passed::yes;
}

bool ByteQueue::put(std::span<const std::byte> bytes, Deadline deadline,
                    const std::stop_token& stop) {
  if (bytes.size() <= k_most_in_queue) {
    const Item item{bytes, 0};
    return pass(back_, front_, deadline, stop, [&] { write(item); });
  }
  // Copied before, so that nobody waits for the copy. Until it is put the block is this process's.
  struct Owned {
    ~Owned() {
      if (block != 0) family::release(block);
    }
    Offset block;
  } owned{family::allocate(bytes.size())};
  std::memcpy(g_segments.resolve(owned.block), bytes.data(), bytes.size());
  const Item item{bytes, owned.block};
  const bool done = pass(back_, front_, deadline, stop, [&] { write(item); });
  if (done) owned.block = 0;
  return done;
}

bool ByteQueue::get(Received& item, Deadline deadline, const std::stop_token& stop) {
  return pass(front_, back_, deadline, stop, [&] { read(item); });
}

std::uint64_t ByteQueue::offset() const noexcept { return g_segments.offset_of(this); }

ByteQueue::Chunk* ByteQueue::chunk_at(Offset offset) {
  return offset == 0 ? reinterpret_cast<Chunk*>(first_chunk_) : g_segments.as<Chunk>(offset);
}

namespace {

constexpr std::size_t capacity_of(Offset chunk, std::size_t first) noexcept {
  return chunk == 0 ? first - sizeof(Offset) : k_chunk_capacity;
}

}  // namespace

/// Under the back's lock.
void ByteQueue::write(const Item& item) {
  const std::uint64_t word = back_.word.load(std::memory_order_relaxed);
  End::Place place = back_.places[word & 1];
  const std::size_t size = item.record();
  if (place.at + size > capacity_of(place.chunk, k_first_chunk)) place = next_chunk(place);
  std::byte* const record = chunk_at(place.chunk)->records() + place.at;
  const std::uint64_t before = back_.word.load(std::memory_order_relaxed);
  if (item.block == 0) {
    const auto head = static_cast<RecordHead>(item.bytes.size());
    std::memcpy(record, &head, sizeof head);
    copy_small(record + sizeof head, item.bytes.data(), item.bytes.size());
  } else {
    const std::uint32_t state = loose_state(before >> 1);
    const BlockRecord entry{k_in_block, state, item.block, item.bytes.size()};
    std::memcpy(record, &entry, sizeof entry);
    const Offset here = offset();
    expect_loose_blocks(here);
    back_.passing_word = before;
    back_.passing_state = state;
    back_.passing.store(item.block, std::memory_order_release);
    give_to_object(item.block, here, before >> 1);
  }
  const std::uint64_t after = (before + 2) ^ 1;
  back_.places[after & 1] = {place.chunk, place.at + size};
  // release: the record, and the place of the next, stand before.
  back_.word.store(after, std::memory_order_release);  // the commit
  if (item.block != 0) back_.passing.store(0, std::memory_order_release);
}

/// Goes on in a new chunk. Under the back's lock.
ByteQueue::End::Place ByteQueue::next_chunk(End::Place place) {
  const Offset fresh = family::allocate(k_chunk_size);
  const Offset here = offset();
  expect_loose_blocks(here);
  const std::uint64_t word = back_.word.load(std::memory_order_relaxed);
  back_.passing_word = word;
  back_.passing_state = loose_state(word >> 1);
  back_.passing.store(fresh, std::memory_order_release);
  give_to_object(fresh, here, word >> 1);
  Chunk* const old = chunk_at(place.chunk);
  old->next.store(fresh, std::memory_order_relaxed);
  if (place.at < capacity_of(place.chunk, k_first_chunk)) {
    std::memcpy(old->records() + place.at, &k_chunk_over, sizeof k_chunk_over);
  }
  const End::Place next{fresh, 0};
  back_.places[(word & 1) ^ 1] = next;
  back_.word.store(word ^ 1, std::memory_order_release);  // the commit
  back_.passing.store(0, std::memory_order_release);
  return next;
}

/// Under the front's lock.
void ByteQueue::read(Received& item) {
  std::uint64_t word = front_.word.load(std::memory_order_relaxed);
  End::Place place = front_.places[word & 1];
  const auto head_at = [this](End::Place at) {
    if (at.at == capacity_of(at.chunk, k_first_chunk)) return k_chunk_over;
    RecordHead head;
    std::memcpy(&head, chunk_at(at.chunk)->records() + at.at, sizeof head);
    return head;
  };
  RecordHead head = head_at(place);
  if (head == k_chunk_over) {
    const Offset old = place.chunk;
    place = {chunk_at(old)->next.load(std::memory_order_relaxed), 0};
    front_.places[(word & 1) ^ 1] = place;
    if (old != 0) {
      front_.passing_word = word;
      front_.passing_state = block_with(old).state.load(std::memory_order_relaxed);
      front_.passing.store(old, std::memory_order_release);
    }
    word ^= 1;
    front_.word.store(word, std::memory_order_release);  // the commit
    if (old != 0) {
      free_loose(old, front_.passing_state);
      front_.passing.store(0, std::memory_order_release);
    }
    head = head_at(place);
  }
  const std::byte* const record = chunk_at(place.chunk)->records() + place.at;
  const std::uint64_t after = (word + 2) ^ 1;
  if (head != k_in_block) {
    copy_small(item.small_, record + sizeof head, head);
    item.data_ = item.small_;
    item.size_ = head;
    front_.places[after & 1] = {place.chunk, place.at + record_size(head)};
    // release: the record was read before its place can be written again.
    front_.word.store(after, std::memory_order_release);  // the commit
    return;
  }
  BlockRecord entry;
  std::memcpy(&entry, record, sizeof entry);
  item.data_ = g_segments.resolve(entry.offset);
  item.size_ = entry.size;
  item.owner_ = FamilyScope::self();
  item.keeps_memory_ = entry.size <= k_most_kept && size() < k_short;
  front_.places[after & 1] = {place.chunk, place.at + sizeof entry};
  front_.passing_word = word;
  front_.passing_state = entry.state;
  front_.passing.store(entry.offset, std::memory_order_release);
  front_.word.store(after, std::memory_order_release);  // the commit
  take_from_object(entry.offset);
  front_.passing.store(0, std::memory_order_release);
  item.block_ = entry.offset;
}

/// Under the lock of an end whose holder was killed: a block that it was passing on is freed if
/// nobody has it. In the front that is after the commit, in the back before.
void ByteQueue::mend(End& end) noexcept {
  const Offset block = end.passing.load(std::memory_order_acquire);
  if (block == 0) return;
  const bool committed = end.word.load(std::memory_order_relaxed) != end.passing_word;
  // The state tells whether it was the queue's at all, and still is, for the same item.
  if (committed == (&end == &front_)) free_loose(block, end.passing_state);
  end.passing.store(0, std::memory_order_release);
}

void ByteQueue::shutdown() {
  {
    const Hold back(*this, back_, Deadline::never());
    const Hold front(*this, front_, Deadline::never());
    shut_down_.store(1, std::memory_order_relaxed);
  }
  ring_for_all(back_.bell);
  ring_for_all(front_.bell);
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

void ByteQueue::producer_left() noexcept {
  if ((back_.bell.load() & k_heard) != 0) ring_for_all(back_.bell);
}

bool ByteQueue::producers_are_gone() const {
  const std::uint64_t serial = producers_serial_.load();
  if (serial == 0) return false;
  const std::uint64_t object = producers_.load();
  return producers_serial_.load() == serial && !held_by_living(object, serial);
}

void ByteQueue::task_done() {
  std::uint64_t done = done_.load();
  do {
    if (done == back_.count()) throw ValueError("hilo: task_done was called too many times");
  } while (!done_.compare_exchange_weak(done, done + 1));
  // Each side stores before it looks at what the other stores: all of it is seq_cst.
  if (done + 1 == back_.count()) ring(done_bell_, os::k_everybody);
}

void ByteQueue::finish_dropped(std::uint64_t count) noexcept {
  for (; count > 0 && done_.load() != back_.count(); --count) done_.fetch_add(1);
  ring(done_bell_, os::k_everybody);
}

bool ByteQueue::join(Deadline deadline) {
  sync::Sleeper<FamilyScope> sleeper;
  for (bool out_of_time = deadline.passed();;) {
    const std::uint32_t heard = done_bell_.fetch_or(k_heard) | k_heard;
    if (done_.load() == back_.count()) return true;
    if (out_of_time) return false;
    out_of_time = sleeper.sleep(done_bell_, heard, deadline) == sync::Slept::timed_out;
  }
}

}  // namespace hilo::detail::family
