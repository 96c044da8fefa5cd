// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <limits>
#include <sstream>

#include "hilo/pickle.hpp"

namespace hilo {
namespace {

TEST(ReprTest, IsPythons) {
  EXPECT_EQ(Object().repr(), "None");
  EXPECT_EQ(Object(true).repr(), "True");
  EXPECT_EQ(Object(1.0).repr(), "1.0");
  EXPECT_EQ(Object(1e16).repr(), "1e+16");
  EXPECT_EQ(Object(1e-5).repr(), "1e-05");
  EXPECT_EQ(Object(-0.0).repr(), "-0.0");
  EXPECT_EQ(Object(0.1).repr(), "0.1");
  EXPECT_EQ(Object(-std::numeric_limits<double>::infinity()).repr(), "-inf");
  EXPECT_EQ(Object(-std::numeric_limits<double>::quiet_NaN()).repr(), "nan");
  EXPECT_EQ(Object("it's").repr(), "\"it's\"");
  EXPECT_EQ(Object("it's \"").repr(), R"('it\'s "')");
  EXPECT_EQ(Object("\n\t\r\\\x01\x7f").repr(), R"('\n\t\r\\\x01\x7f')");
  EXPECT_EQ(Object("\xc2\xa0 \xe2\x80\x8b \xf3\xa0\x80\x81").repr(), R"('\xa0 \u200b \U000e0001')");
  EXPECT_EQ(Object("\xe2\x82\xac").repr(), "'\xe2\x82\xac'");
  EXPECT_EQ(Object::bytes("a'\xff").repr(), R"(b"a'\xff")");
  EXPECT_EQ(Object::bytearray("").repr(), "bytearray(b'')");
  EXPECT_EQ(Object::tuple({}).repr(), "()");
  EXPECT_EQ(Object::tuple({1}).repr(), "(1,)");
  EXPECT_EQ(Object::tuple({1, 2}).repr(), "(1, 2)");
  EXPECT_EQ(Object::set({}).repr(), "set()");
  EXPECT_EQ(Object::set({2, 1}).repr(), "{1, 2}");
  EXPECT_EQ(Object::frozenset({}).repr(), "frozenset()");
  EXPECT_EQ(Object::frozenset({1}).repr(), "frozenset({1})");
  EXPECT_EQ(Object::dict({}).repr(), "{}");
  EXPECT_EQ(Object::exception("builtins", "KeyError", {"k"}).repr(), "KeyError('k')");
}

TEST(ReprTest, StrIsTheTextItself) {
  EXPECT_EQ(Object("it's").str(), "it's");
  EXPECT_EQ(Object::list({"a"}).str(), "['a']");
}

TEST(ReprTest, StrOfAnExceptionIsItsMessage) {
  const auto text = [](const char* type, std::vector<Object> args) {
    return Object::exception("builtins", type, std::move(args)).str();
  };
  EXPECT_EQ(text("ValueError", {}), "");
  EXPECT_EQ(text("ValueError", {"no"}), "no");
  EXPECT_EQ(text("ValueError", {1, "no"}), "(1, 'no')");
  EXPECT_EQ(text("KeyError", {"k"}), "'k'");
  EXPECT_EQ(text("FileNotFoundError", {2, "No such file"}), "[Errno 2] No such file");
  EXPECT_EQ(text("OSError", {2, "No such file", "a"}), "[Errno 2] No such file: 'a'");
}

TEST(ReprTest, GoesToStreams) {
  std::ostringstream out;
  out << Object::list({"a"});
  EXPECT_EQ(out.str(), "['a']");
}

}  // namespace
}  // namespace hilo
