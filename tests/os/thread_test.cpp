// SPDX-License-Identifier: MIT
#include "os/thread.hpp"

#include <gtest/gtest.h>

#include "helpers/eventually.hpp"

namespace hilo::os {
namespace {

TEST(OsThreadTest, HasANumberOfItsOwn) {
  const std::uint64_t mine = native_thread_id();
  EXPECT_NE(mine, 0U);
  EXPECT_EQ(mine, native_thread_id());
  test::in_threads(1, [&](int) { EXPECT_NE(mine, native_thread_id()); });
}

TEST(OsThreadTest, ANameThatTheSystemCannotKeepIsNoError) {
  test::in_threads(1, [&](int) {
    set_current_thread_name("");
    set_current_thread_name("not UTF-8: \xff\xfe");
    set_current_thread_name(std::string(10'000, 'x'));
  });
}

}  // namespace
}  // namespace hilo::os
