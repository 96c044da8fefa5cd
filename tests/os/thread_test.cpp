// SPDX-License-Identifier: MIT
#include "os/thread.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "helpers/eventually.hpp"

namespace hilo::os {
namespace {

/// As Linux shows it; nothing elsewhere.
std::string shown_name() {
  std::ifstream file("/proc/thread-self/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

TEST(OsThreadTest, HasANameOfItsOwn) {
  test::in_threads(1, [](int) {
    const bool shown = !shown_name().empty();
    const auto name = [&](const char* given) {
      set_current_thread_name(given);
      return shown ? shown_name() : std::string(given).substr(0, 15);
    };
    EXPECT_EQ(name("short"), "short");
    EXPECT_EQ(name("exactly fifteen"), "exactly fifteen");
    EXPECT_EQ(name("longer than fifteen"), "longer than fif");
  });
}

TEST(OsThreadTest, ANameIsCutBetweenCharacters) {
  test::in_threads(1, [](int) {
    set_current_thread_name("catorce letras\u00f1");  // the last one has two bytes: 15 and 16
    if (!shown_name().empty()) {
      EXPECT_EQ(shown_name(), "catorce letras");
    }
    set_current_thread_name("trece letra\U0001f9f5s");
    if (!shown_name().empty()) {
      EXPECT_EQ(shown_name(), "trece letra\U0001f9f5");
    }
  });
}

TEST(OsThreadTest, HasANumberOfItsOwn) {
  const std::uint64_t mine = native_thread_id();
  EXPECT_NE(mine, 0U);
  EXPECT_EQ(mine, native_thread_id());
  test::in_threads(1, [&](int) { EXPECT_NE(mine, native_thread_id()); });
}

}  // namespace
}  // namespace hilo::os
