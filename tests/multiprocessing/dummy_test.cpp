// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/dummy.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"

namespace mp = hilo::multiprocessing::dummy;

namespace {

using hilo::test::k_soon;

TEST(DummyTest, AProcessIsAThread) {
  mp::Event go;
  mp::Queue<std::string> queue;
  mp::Value<int> value(1);
  mp::Process process(
      {.name = "Worker"},
      [&](int number) {
        go.wait(k_soon);
        value.value() += number;
        queue.put(mp::current_process().name());
      },
      2);
  EXPECT_EQ(process.exitcode(), std::nullopt);
  EXPECT_EQ(process.pid(), std::nullopt);
  process.start();
  EXPECT_TRUE(process.is_alive());
  EXPECT_EQ(process.exitcode(), std::nullopt);
  EXPECT_EQ(mp::active_children(), std::vector{process});
  go.set();
  EXPECT_EQ(queue.get(k_soon), "Worker");
  EXPECT_TRUE(process.join(k_soon));
  EXPECT_EQ(process.exitcode(), 0);
  EXPECT_EQ(value.value(), 3);
  EXPECT_TRUE(mp::active_children().empty());
}

TEST(DummyTest, ItsHandlesMayAllGoBeforeItEnds) {
  mp::Event go;
  mp::JoinableQueue<int> queue;
  {
    mp::Process([&] {
      go.wait(k_soon);
      queue.put(1);
    }).start();
  }
  go.set();
  EXPECT_EQ(queue.get(k_soon), 1);
}

TEST(DummyTest, AnExceptionIsPrintedAndItsExitcodeIsZeroAsInPython) {
  mp::Process process([] { throw std::runtime_error("no"); });
  testing::internal::CaptureStderr();
  process.start();
  EXPECT_TRUE(process.join(k_soon));
  EXPECT_NE(testing::internal::GetCapturedStderr().find("no"), std::string::npos);
  EXPECT_EQ(process.exitcode(), 0);
}

TEST(DummyTest, ChildrenAreThoseOfTheThreadThatStartedThem) {
  mp::Event go;
  mp::Process child([&] { go.wait(k_soon); });
  child.start();
  std::size_t others = 9;
  mp::Process other([&] { others = mp::active_children().size(); });
  other.start();
  other.join();
  EXPECT_EQ(others, 0U);
  EXPECT_EQ(mp::active_children().size(), 1U);
  go.set();
  child.join();
}

}  // namespace
