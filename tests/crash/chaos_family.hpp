// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <exception>
#include <map>
#include <optional>
#include <random>
#include <system_error>
#include <utility>
#include <vector>

#include "crash/commons.hpp"
#include "crash/traffic.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

/// A family of three generations below the test: starters start starters and workers, workers use
/// all that is shared, and any of them may be killed at any moment.
namespace hilo::test::chaos {

constexpr std::size_t k_roads = 3;

/// What a worker does with its life. The first six have one of the three queues each.
enum Trade : unsigned { k_producer = 0, k_consumer = k_roads, k_locker = 6, k_courier, k_trades };

using Steps = mp::RawArray<long>;

/// What is shared. It crosses by each start method, so it is an aggregate of handles.
struct World {
  Traffic<mp::Queue<Parcel>> queue;
  Traffic<mp::JoinableQueue<Parcel>> joinable;
  Traffic<mp::SimpleQueue<Parcel>> simple;
  Commons commons;
  Steps steps;     ///< made in each trade
  Steps lives;     ///< begun in each trade; also names the producers
  Steps failures;  ///< one cell: members that ended by an error of their own

  static World make(std::size_t producers) {
    return {Traffic<mp::Queue<Parcel>>::make(mp::Queue<Parcel>(64), producers),
            Traffic<mp::JoinableQueue<Parcel>>::make(mp::JoinableQueue<Parcel>(64), producers),
            Traffic<mp::SimpleQueue<Parcel>>::make(mp::SimpleQueue<Parcel>(), producers),
            {},
            Steps(std::size_t{k_trades}),
            Steps(std::size_t{k_trades}),
            Steps(std::size_t{1})};
  }

  static long count(const Steps& cells, unsigned which) {
    return std::atomic_ref<long>(cells[which]).fetch_add(1);
  }
  void count_step(unsigned trade) const { (void)count(steps, trade); }

  /// Calls `use` with the traffic of that number.
  template <class Use>
  void with_road(unsigned which, Use use) const {
    if (which == 0) use(queue);
    if (which == 1) use(joinable);
    if (which == 2) use(simple);
  }
};

template <class Queue>
void produce(const World& world, const Traffic<Queue>& road, unsigned trade) {
  const long producer = World::count(world.lives, trade);
  if (static_cast<std::size_t>(producer) >= road.put.size()) wait_for_the_kill();
  road.produce(static_cast<int>(producer), [&] {
    world.count_step(trade);
    // One without a limit is not to grow for ever while its consumers are dead.
    if constexpr (!requires { road.queue.maxsize(); }) {
      while (!road.queue.empty()) ::usleep(200);
    }
  });
  wait_for_the_kill();
}

template <class Queue>
void take_next(const Traffic<Queue>& road, std::optional<Parcel> parcel, std::map<int, int>& last) {
  road.take(*parcel, last);
  if constexpr (requires { road.queue.task_done(); }) road.queue.task_done();
}

template <class Queue>
void consume(const World& world, const Traffic<Queue>& road, unsigned trade) {
  (void)World::count(world.lives, trade);
  for (std::map<int, int> last;;) {
    take_next(road, road.queue.get(), last);
    world.count_step(trade);
  }
}

/// Whatever ends a member, but a kill, is written down.
template <class Life>
void live(const World& world, Life life) {
  const auto fail = [&](const char* why) {
    std::fprintf(stderr, "%s: %s\n", mp::current_process().name().c_str(), why);
    (void)World::count(world.failures, 0);
  };
  ::alarm(900);  // lest it outlives a test that hangs
  try {
    life();
  } catch (const SystemExit&) {
    fail("got something that was not put");
  } catch (const std::exception& error) {
    fail(error.what());
  }
}

inline void work(const World& world, unsigned trade) {
  live(world, [&] {
    std::mt19937 random(static_cast<unsigned>(::getpid()));
    if (trade >= k_locker) {
      for (;; world.count_step(trade)) world.commons.step(random);
    }
    world.with_road(trade % k_roads, [&](const auto& road) {
      trade < k_consumer ? produce(world, road, trade) : consume(world, road, trade);
    });
  });
}

/// Goes on until the other courier is dead, which shows in many ways: a lock that was on the way,
/// for one, goes with its sender.
template <class Turn>
void until_the_partner_ends(const World& world, Turn turn) {
  live(world, [&] {
    try {
      for (;; world.count_step(k_courier)) turn();
    } catch (const EOFError&) {
    } catch (const UnpicklingError&) {
    } catch (const std::system_error& error) {
      if (error.code().value() != EPIPE && error.code().value() != ECONNRESET) throw;
    }
  });
}

/// Two couriers: the one makes pipes and sends an end of each, with a lock, to the other, and both
/// talk through it.
inline void send_ends(const World& world, mp::Connection carrier) {
  until_the_partner_ends(world, [&, number = 0]() mutable {
    auto [mine, theirs] = mp::Pipe();
    carrier.send(mp::Lock());
    carrier.send(theirs);
    theirs.close();
    mine.send(++number);
    if (mine.recv<int>() != number + 1) throw SystemExit(3);
  });
}
inline void receive_ends(const World& world, mp::Connection carrier) {
  until_the_partner_ends(world, [&] {
    const auto lock = carrier.recv<mp::Lock>();
    auto theirs = carrier.recv<mp::Connection>();
    const std::scoped_lock guard(lock);
    theirs.send(theirs.recv<int>() + 1);
  });
}

void start_others(const World& world, unsigned generation, unsigned seed);

/// One place in a starter's care: whoever is in it is replaced when it, or one of a pair, is dead.
class Place {
 public:
  [[nodiscard]] bool is_filled() const {
    for (const mp::Process& process : processes_) {
      if (!process.is_alive()) return false;
    }
    return !processes_.empty();
  }
  void fill(const World& world, unsigned generation, std::mt19937& random) {
    clear();
    try {
      if (generation == 1) {
        start(random, {.daemon = false}, start_others, world, 2U, static_cast<unsigned>(random()));
        return;
      }
      const unsigned trade = static_cast<unsigned>(random()) % k_trades;
      if (trade != k_courier) return start(random, {.daemon = true}, work, world, trade);
      auto [one, other] = mp::Pipe();
      start(random, {.daemon = true}, send_ends, world, std::move(one));
      start(random, {.daemon = true}, receive_ends, world, std::move(other));
    } catch (const RuntimeError&) {
      clear();  // the forkserver was killed three times in one start
    }
  }
  void clear() {
    for (mp::Process& process : processes_) process.kill();
    for (mp::Process& process : processes_) process.join();
    processes_.clear();
  }

 private:
  template <class... Args>
  void start(std::mt19937& random, mp::ProcessOptions options, Args&&... args) {
    constexpr std::array k_methods = {mp::StartMethod::fork, mp::StartMethod::spawn,
                                      mp::StartMethod::forkserver};
    mp::Process process = mp::get_context(k_methods[random() % k_methods.size()])
                              .Process(std::move(options), std::forward<Args>(args)...);
    process.start();
    processes_.push_back(std::move(process));
  }

  std::vector<mp::Process> processes_;
};

/// A starter of the first generation has one of the second and two workers below it, one of the
/// second three workers. Starters are no daemons, so they look after their parent themselves.
inline void start_others(const World& world, unsigned generation, unsigned seed) {
  live(world, [&] {
    std::mt19937 random(seed);
    std::array<Place, 3> places;
    const auto parent = mp::parent_process();
    while (parent->is_alive()) {
      for (std::size_t at = 0; at < places.size(); ++at) {
        if (!places[at].is_filled()) places[at].fill(world, at == 0 ? generation : 2, random);
      }
      ::usleep(2'000);  // its pace; a kill may come meanwhile or not
    }
  });
}

}  // namespace hilo::test::chaos
