// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "helpers/eventually.hpp"
#include "os/thread.hpp"

namespace hilo::os {
namespace {

/// What the system's tools show for the calling thread after this.
std::string shown_for(const std::string& given) {
  std::string name;
  test::in_threads(1, [&](int) {
    set_current_thread_name(given);
    std::ifstream file("/proc/thread-self/comm");
    std::getline(file, name);
  });
  return name;
}

TEST(ThreadNameTest, KeepsFifteenBytes) {
  EXPECT_EQ(shown_for("short"), "short");
  EXPECT_EQ(shown_for("exactly fifteen"), "exactly fifteen");
  EXPECT_EQ(shown_for("longer than fifteen"), "longer than fif");
}

TEST(ThreadNameTest, IsCutBetweenCharacters) {
  EXPECT_EQ(shown_for("catorce letras\u00f1"), "catorce letras");           // two bytes: 15 and 16
  EXPECT_EQ(shown_for("trece letra\U0001f9f5s"), "trece letra\U0001f9f5");  // four: 12 to 15
}

}  // namespace
}  // namespace hilo::os
