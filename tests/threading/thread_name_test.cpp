// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <string>

#include "hilo/threading/repeating_timer.hpp"
#include "hilo/threading/thread.hpp"
#include "hilo/threading/timer.hpp"

// This program exports its functions.
void exported_work(const std::function<void()>&) {}
template <class Value>
void exported_template(Value) {}

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;

/// What stands behind "Thread-N".
std::string suffix(const Thread& thread) {
  const std::string name = thread.name();
  const auto end = name.find_first_not_of("0123456789", std::string("Thread-").size());
  return end == std::string::npos ? "" : name.substr(end);
}

struct Worker {
  void operator()() const {}
  void step() {}
};

template <class Held>
struct Box {
  Held held;
  void operator()() const { held(); }
};

auto lambda_of_a_function(int) {
  return [](auto) {};
}

TEST(ThreadNameTest, ComesFromAnExportedFunction) {
  EXPECT_EQ(suffix(Thread(exported_work, [] {})), " (exported_work)");
  EXPECT_EQ(suffix(Thread(exported_template<int>, 1)), " (exported_template)");
  EXPECT_EQ(suffix(RepeatingTimer(1s, exported_template<int>, 1)), " (exported_template)");
}

TEST(ThreadNameTest, ComesFromALambdaWhereverItStands) {
  EXPECT_EQ(suffix(Thread([] {})), " (<lambda>)");
  EXPECT_EQ(suffix(Thread(lambda_of_a_function(1), 2)), " (<lambda>)");
  EXPECT_EQ(suffix(Timer(
                1s, [](int) {}, 1)),
            " (<lambda>)");
  EXPECT_EQ(suffix(RepeatingTimer(1s, [] {})), " (<lambda>)");
}

TEST(ThreadNameTest, ComesFromAClass) {
  Worker worker;
  EXPECT_EQ(suffix(Thread(worker)), " (Worker)");
  EXPECT_EQ(suffix(Thread(&Worker::step, &worker)), " (Worker)");
  EXPECT_EQ(suffix(Thread(Box<Worker>{})), " (Box)");
}

TEST(ThreadNameTest, IsTheNumberAloneWhereNothingTells) {
  EXPECT_EQ(suffix(Thread(std::function<void()>([] {}))), "");
  EXPECT_EQ(suffix(Thread(std::bind_front([](int) {}, 1))), "");
}

}  // namespace
}  // namespace hilo::threading
