// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/start_method.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

TEST(StartMethodTest, ForkIsTheDefault) {
  EXPECT_EQ(get_all_start_methods(),
            (std::vector{StartMethod::fork, StartMethod::spawn, StartMethod::forkserver}));
}

TEST(StartMethodTest, IsChosenOnce) {
  set_start_method("spawn", true);
  EXPECT_EQ(get_start_method(), StartMethod::spawn);
  EXPECT_THROW(set_start_method(StartMethod::fork), RuntimeError);
  EXPECT_EQ(get_start_method(), StartMethod::spawn);
  set_start_method(StartMethod::fork, true);
  EXPECT_EQ(get_start_method(), StartMethod::fork);
  EXPECT_EQ(get_context().get_start_method(), StartMethod::fork);
}

TEST(StartMethodTest, NamesAreChecked) {
  EXPECT_EQ(start_method("forkserver"), StartMethod::forkserver);
  EXPECT_EQ(get_context("spawn"), Context(StartMethod::spawn));
  EXPECT_THROW((void)get_context("teleport"), ValueError);
  EXPECT_THROW(set_start_method("teleport", true), ValueError);
  const auto unknown = static_cast<StartMethod>(77);
  EXPECT_THROW((void)get_context(unknown), ValueError);
  EXPECT_THROW((void)Context(unknown), ValueError);
  EXPECT_THROW(set_start_method(unknown, true), ValueError);
}

TEST(StartMethodTest, ContextOffersTheModule) {
  const Context context = get_context("fork");
  EXPECT_EQ(context.current_process(), current_process());
  EXPECT_EQ(context.parent_process(), std::nullopt);
  EXPECT_TRUE(context.active_children().empty());
  EXPECT_EQ(context.cpu_count(), cpu_count());
  EXPECT_EQ(context.get_all_start_methods(), get_all_start_methods());
}

}  // namespace
}  // namespace hilo::multiprocessing
