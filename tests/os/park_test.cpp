// SPDX-License-Identifier: MIT
#include "os/park.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <limits>
#include <system_error>
#include <thread>

#include "helpers/eventually.hpp"
#include "os/faults.hpp"

namespace hilo::os {
namespace {

using namespace std::chrono_literals;
using detail::Deadline;
using test::eventually, test::in_threads, test::time_of;

template <ParkScope scope>
struct In {
  static constexpr ParkScope k_scope = scope;
};

template <class Scope>
class ParkTest : public testing::Test {
 protected:
  ParkResult park(std::uint32_t expected, Deadline deadline) {
    return os::park(word_, expected, deadline, Scope::k_scope);
  }
  int unpark(int count) { return os::unpark(word_, count, Scope::k_scope); }

  /// Sleeps until the word differs from `expected`.
  void sleep_while(std::uint32_t expected) {
    while (word_ == expected) {
      EXPECT_EQ(park(expected, Deadline::after(test::k_soon)), ParkResult::woken);
    }
  }
  std::atomic<std::uint32_t> word_{0};
};
#ifdef HILO_TEST_FUTEX
using Scopes = testing::Types<In<ParkScope::in_process>, In<ParkScope::shared>>;
#else
using Scopes = testing::Types<In<ParkScope::in_process>>;
#endif
TYPED_TEST_SUITE(ParkTest, Scopes);

TYPED_TEST(ParkTest, ReturnsAtOnceIfTheWordDiffers) {
  EXPECT_EQ(this->park(1, Deadline::never()), ParkResult::woken);
}

TYPED_TEST(ParkTest, TimesOut) {
  EXPECT_EQ(this->park(0, Deadline::poll()), ParkResult::timed_out);
  EXPECT_GE(time_of([&] {
              const Deadline deadline = Deadline::after(20ms);
              while (this->park(0, deadline) == ParkResult::woken) {
              }
            }),
            20ms);
}

TYPED_TEST(ParkTest, IsWoken) {
  for (int round = 0; round < 200; ++round) {
    this->word_ = 0;
    std::thread sleeper([&] { this->sleep_while(0); });
    this->word_ = 1;
    this->unpark(1);
    sleeper.join();
  }
}

TYPED_TEST(ParkTest, WakesOneOrAll) {
  constexpr int k_sleepers = 4;
  std::atomic<int> returned = 0;
  std::thread sleepers([&] {
    in_threads(k_sleepers, [&](int) {
      EXPECT_EQ(this->park(0, Deadline::after(test::k_soon)), ParkResult::woken);
      ++returned;
    });
  });
  // The word stays as it is: only unpark() ends these sleeps. Nobody can tell who sleeps already.
  EXPECT_TRUE(eventually([&] {
    this->unpark(1);
    return returned > 0;
  }));
  EXPECT_TRUE(eventually([&] {
    this->unpark(k_everybody);
    return returned == k_sleepers;
  }));
  sleepers.join();
}

TYPED_TEST(ParkTest, UnparkWithoutSleepersDoesNothing) {
  errno = 42;
  this->unpark(1);
  this->unpark(k_everybody);
  EXPECT_EQ(errno, 42);
  EXPECT_EQ(this->park(0, Deadline::poll()), ParkResult::timed_out);
}

TYPED_TEST(ParkTest, ThrowsWhatTheSystemRefuses) {
  const FaultGuard refuse("park", EPERM);
  try {
    this->park(0, Deadline::never());
    FAIL() << "slept";
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EPERM);
  }
  EXPECT_EQ(refuse.calls(), 1);
}

#ifdef HILO_TEST_FUTEX
TYPED_TEST(ParkTest, AWakeUpThatIsRefusedWakesNobody) {
  const FaultGuard refuse("unpark", EFAULT, 1, std::numeric_limits<int>::max());
  std::atomic<bool> over = false;
  ParkResult result{};
  std::thread sleeper([&] {
    do {
      result = this->park(0, Deadline::after(20ms));
    } while (result == ParkResult::woken);  // a signal
    over = true;
  });
  while (!over) EXPECT_EQ(this->unpark(k_everybody), 0);
  sleeper.join();
  EXPECT_EQ(result, ParkResult::timed_out);
}

TYPED_TEST(ParkTest, ASignalIsNoTimeOut) {
  const FaultGuard interrupt("park", EINTR, 1, 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(this->park(0, Deadline::poll()), ParkResult::woken);
  EXPECT_EQ(this->park(0, Deadline::poll()), ParkResult::timed_out);
}
#endif

}  // namespace
}  // namespace hilo::os
