// SPDX-License-Identifier: MIT
// main() returns while daemons (its argument says how many) work with all that threading offers,
// and the destructors of static objects work with the same.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hilo/queue.hpp"
#include "hilo/threading.hpp"

namespace {

namespace threading = hilo::threading;
using namespace std::chrono_literals;

/// The crowd works with this one from before its first start until after its end.
struct Hall {
  threading::Lock lock;
  threading::RLock rlock;
  threading::Condition condition;
  threading::Condition crowded;  // more wait here than it has room for in itself
  threading::Semaphore semaphore{2};
  threading::BoundedSemaphore bounded{2};
  threading::Event event;
  threading::Barrier barrier{3};
  threading::local<std::vector<int>> found;
  hilo::queue::Queue<std::string> queue;
  hilo::queue::Queue<int> small{2};
  hilo::queue::PriorityQueue<int> sorted;
  long count = 0;  // guarded by `lock`
};

Hall& hall() {
  static Hall hall;
  return hall;
}

void lock_and_count() {
  const std::scoped_lock guard(hall().lock);
  ++hall().count;
}

void lock_again() {
  const std::scoped_lock guard(hall().rlock, hall().rlock);
  lock_and_count();
}

void notify_and_wait() {
  const std::scoped_lock guard(hall().condition);
  hall().condition.notify();
  hall().condition.wait(1ms);
}

void wait_in_the_crowd() {
  const std::scoped_lock guard(hall().crowded);
  hall().crowded.wait(2ms);
}

void wake_the_crowd() {
  const std::scoped_lock guard(hall().crowded);
  hall().crowded.notify_all();
}

template <class Semaphore>
void take_a_permit(const Semaphore& semaphore) {
  if (!semaphore.acquire(1ms)) return;
  std::this_thread::yield();
  semaphore.release();
}

void raise_and_lower() {
  hall().event.set();
  hall().event.clear();
  hall().event.wait(1ms);
}

void meet() {
  try {
    hall().barrier.wait(5ms);
  } catch (const hilo::BrokenBarrierError&) {
    hall().barrier.reset();
  }
}

void keep_what_is_found() {
  hall().found->push_back(1);
  const threading::local<int> own(1);
  *own += 1;
}

void start_another() {
  threading::Thread other(keep_what_is_found);
  other.start();
  other.join();
}

template <class Queue, class Item>
void pass_on(Queue& queue, Item item) {
  static_cast<void>(queue.try_put(std::move(item), 1ms));
  static_cast<void>(queue.try_get(2ms));
}

void set_a_timer() {
  threading::Timer timer({.daemon = true}, 1ms, lock_and_count);
  timer.start();
  timer.join(2ms);
  timer.cancel();
}

void look_round() { static_cast<void>(threading::enumerate()); }

using Deed = void (*)();
constexpr Deed k_deeds[] = {
    lock_and_count,
    lock_again,
    notify_and_wait,
    wait_in_the_crowd,
    wake_the_crowd,
    [] { take_a_permit(hall().semaphore); },
    [] { take_a_permit(hall().bounded); },
    raise_and_lower,
    meet,
    keep_what_is_found,
    start_another,
    [] { pass_on(hall().queue, std::string("too long to stand in the string itself")); },
    [] { pass_on(hall().small, 1); },
    [] { pass_on(hall().sorted, 1); },
    [] { static_cast<void>(hall().sorted.try_get()); },
    set_a_timer,
    look_round,
    [] { std::this_thread::sleep_for(1ms); },
};

/// Static objects still work with the hall when the program ends.
struct Caretaker {
  ~Caretaker() {
    for (int i = 0; i < 3; ++i) {
      lock_and_count();
      lock_again();
      notify_and_wait();
      take_a_permit(hall().semaphore);
      keep_what_is_found();
    }
    std::puts("the caretaker has left");
  }
};

/// A static object whose daemon is asked to end and joined.
struct Service {
  threading::Event stop;
  threading::Thread worker{{.daemon = true}, [this] { stop.wait(); }};
  Service() { worker.start(); }
  ~Service() {
    stop.set();
    worker.join();
    std::puts("the service has ended");
  }
};

/// Nor is a thread stopped that hilo did not start.
struct Foreign {
  threading::Event stop;
  std::thread worker{[this] { stop.wait(); }};
  ~Foreign() {
    stop.set();
    worker.join();
    std::puts("the foreign thread has ended");
  }
};

/// Gives the crowd time to work with a hall that is gone already.
struct Aftermath {
  ~Aftermath() { std::this_thread::sleep_for(20ms); }
};

}  // namespace

int main(int argc, char** argv) {
  const int crowd = argc > 1 ? std::stoi(argv[1]) : 100;
  static const Aftermath aftermath;
  static_cast<void>(hall());
  static threading::Semaphore begun(0);
  for (int i = 0; i < crowd; ++i) {
    threading::Thread({.daemon = true}, [deed = k_deeds[i % std::size(k_deeds)]] {
      deed();
      begun.release();
      for (;;) deed();
    }).start();
  }
  for (int i = 0; i < crowd; ++i) begun.acquire();
  threading::Thread([] { lock_and_count(); }).start();
  static const Caretaker caretaker;
  static const Service service;
  static const Foreign foreign;
  std::puts("main returns");
}
