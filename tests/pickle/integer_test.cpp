// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "hilo/errors.hpp"
#include "hilo/pickle.hpp"
#include "pickle/bytes.hpp"

namespace hilo::pickle {
namespace {

using testing::dump;
using testing::load;

TEST(IntegerTest, DecimalComesBack) {
  for (const std::string digits :
       {"0", "1", "-1", "9223372036854775807", "9223372036854775808", "-9223372036854775808",
        "-9223372036854775809", "18446744073709551615", "18446744073709551616",
        "1000000000000000000000000000", "-999999999999999999999999999",
        "340282366920938463463374607431768211456", "-340282366920938463463374607431768211456"}) {
    EXPECT_EQ(Object::integer(digits).repr(), digits);
    EXPECT_EQ(load(dump(Object::integer(digits))).repr(), digits);
  }
  EXPECT_EQ(Object::integer("+007"), 7);
  EXPECT_EQ(Object::integer("-0"), 0);
}

TEST(IntegerTest, OtherTextIsRefused) {
  for (const char* const text : {"", "-", "+-1", "1 ", " 1", "0x10", "1.0", "1e3", "\xd9\xa1"}) {
    EXPECT_THROW(static_cast<void>(Object::integer(text)), ValueError) << text;
  }
}

TEST(IntegerTest, DecimalEndsWherePythonsDoes) {
  const std::string most(4300, '9');
  EXPECT_EQ(Object::integer(most).repr(), most);
  EXPECT_THROW(static_cast<void>(Object::integer(most + '9')), ValueError);
  const std::string large = "\x80\x02\x8b" + std::string("\x00\x10\x00\x00", 4) +
                            std::string(4095, '\0') + "\x01.";  // 256 ** 4095
  EXPECT_EQ(load(large).repr(), "0x1" + std::string(4095 * 2, '0'));
}

TEST(IntegerTest, NearestDouble) {
  EXPECT_EQ(Object::integer("18446744073709551616").as<double>(), 0x1p64);
  EXPECT_EQ(Object::integer("-18446744073709551616").as<double>(), -0x1p64);
  // Half-way cases, to even; and a bit far below that decides.
  EXPECT_EQ(Object::integer("18446744073709553664").as<double>(), 0x1p64);
  EXPECT_EQ(Object::integer("18446744073709553665").as<double>(), 0x1.0000000000001p64);
  EXPECT_EQ(Object::integer("18446744073709557760").as<double>(), 0x1.0000000000002p64);
  EXPECT_EQ(Object::integer("1" + std::string(308, '0')).as<double>(), 1e308);
  EXPECT_THROW(static_cast<void>(Object::integer("2" + std::string(308, '0')).as<double>()),
               ValueError);
  EXPECT_THROW(static_cast<void>(Object::integer("1" + std::string(4000, '0')).as<double>()),
               ValueError);
}

TEST(IntegerTest, UnsignedOf64Bits) {
  constexpr auto k_most = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(Object(k_most).as<std::uint64_t>(), k_most);
  EXPECT_EQ(Object(k_most).repr(), "18446744073709551615");
  EXPECT_THROW(static_cast<void>(Object(k_most).as<std::int64_t>()), ValueError);
  EXPECT_THROW(static_cast<void>(Object(-1).as<std::uint64_t>()), ValueError);
  EXPECT_THROW(static_cast<void>(Object::integer("18446744073709551616").as<std::uint64_t>()),
               ValueError);
}

TEST(IntegerTest, BytesThatAreNotNeededDoNotCount) {
  EXPECT_EQ(load(std::string("\x8a\x00.", 3)), 0);
  EXPECT_EQ(load(std::string("\x8a\x03\x01\x00\x00.", 6)), 1);
  EXPECT_EQ(load("\x8a\x03\xff\xff\xff."), -1);
  const std::string twelve("\x8a\x0c\x05\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00.", 15);
  EXPECT_EQ(load(twelve).as<int>(), 5);
}

}  // namespace
}  // namespace hilo::pickle
