// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <mutex>
#include <random>
#include <vector>

#include "hilo/multiprocessing.hpp"

namespace hilo::test {

struct Account {
  long written = 0;    ///< changed under the lock
  long confirmed = 0;  ///< written again behind it: at most one step less
};

/// All means to synchronise, each held by many, and what they do with them for ever.
struct Commons {
  static constexpr int k_slots = 4;

  mp::Lock lock = mp::Lock({.on_owner_death = mp::OnOwnerDeath::recover});
  mp::RLock again = mp::RLock({.on_owner_death = mp::OnOwnerDeath::recover});
  mp::Condition condition{mp::Lock({.on_owner_death = mp::OnOwnerDeath::recover})};
  mp::BoundedSemaphore slots{k_slots};
  mp::Semaphore tokens{0};
  mp::Event event;
  mp::RawValue<Account> account;

  void add_one() const {
    const std::scoped_lock guard(lock);
    Account& mine = account.value();
    mine.written += 1;
    mine.confirmed += 1;
  }

  void step(std::mt19937& random) const {
    using namespace std::chrono_literals;
    switch (random() % 8) {
      case 0:
      case 1:
        add_one();
        break;
      case 2: {
        const std::scoped_lock guard(again);
        const std::scoped_lock nested(again);
        break;
      }
      case 3: {
        const std::scoped_lock guard(condition);
        (void)condition.wait(1ms);
        break;
      }
      case 4: {
        const std::scoped_lock guard(condition);
        condition.notify(2);
        break;
      }
      case 5:
        if (slots.acquire(5ms)) slots.release();
        break;
      case 6: {
        std::vector<mp::Value<int>> values(random() % 20);
        for (const auto& value : values) value.value() += 1;
        break;
      }
      default:
        event.set();
        event.clear();
        tokens.release();
        (void)tokens.acquire(false);
    }
  }
};

}  // namespace hilo::test
