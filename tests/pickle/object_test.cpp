// SPDX-License-Identifier: MIT
#include "hilo/pickle/object.hpp"

#include <gtest/gtest.h>

#include "hilo/pickle.hpp"

namespace hilo {
namespace {

TEST(ObjectTest, IsAPythonValue) {
  EXPECT_EQ(Object::list({1, "a", 2.5, nullptr, true}).repr(), "[1, 'a', 2.5, None, True]");
}

}  // namespace
}  // namespace hilo
