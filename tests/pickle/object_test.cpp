// SPDX-License-Identifier: MIT
#include "hilo/pickle/object.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/pickle.hpp"

namespace hilo {
namespace {

using Kind = Object::Kind;

TEST(ObjectTest, IsSmall) { EXPECT_EQ(sizeof(Object), 2 * sizeof(void*)); }

TEST(ObjectTest, IsNoneAtFirst) {
  EXPECT_TRUE(Object().is_none());
  EXPECT_TRUE(Object(nullptr).is_none());
}

TEST(ObjectTest, KnowsItsKind) {
  EXPECT_EQ(Object(true).kind(), Kind::boolean);
  EXPECT_EQ(Object(1).kind(), Kind::integer);
  EXPECT_EQ(Object(1U).kind(), Kind::integer);
  EXPECT_EQ(Object(std::uint8_t{1}).kind(), Kind::integer);
  EXPECT_EQ(Object(1.0F).kind(), Kind::floating);
  EXPECT_EQ(Object("a").kind(), Kind::str);
  EXPECT_EQ(Object(std::string("a")).kind(), Kind::str);
  EXPECT_EQ(Object(std::string_view("a")).kind(), Kind::str);
  EXPECT_EQ(Object::bytes("a").kind(), Kind::bytes);
  EXPECT_EQ(Object::dict({{"a", 1}}).type_name(), "dict");
  EXPECT_EQ(Object::exception("queue", "Empty").type_name(), "queue.Empty");
}

TEST(ObjectTest, NestsInBraces) {
  const Object value = Object::dict(
      {{"one", 1}, {"list", Object::list({1, "a", 2.5, nullptr, true})}, {2, Object::tuple({})}});
  EXPECT_EQ(value["one"], 1);
  EXPECT_EQ(value[std::string("list")].size(), 5U);
  EXPECT_EQ(value[std::string_view("list")].size(), 5U);
  EXPECT_EQ(value["list"][1].text(), "a");
  EXPECT_EQ(value[2], Object::tuple({}));
  EXPECT_THROW(static_cast<void>(value["two"]), std::out_of_range);
  EXPECT_THROW(static_cast<void>(value["list"][5]), std::out_of_range);
  EXPECT_THROW(static_cast<void>(value["list"][-1]), std::out_of_range);
  EXPECT_THROW(static_cast<void>(value["one"]["x"]), ValueError);
  EXPECT_EQ(value.find("two"), nullptr);
  EXPECT_TRUE(value.contains("list"));
  EXPECT_TRUE(value["list"].contains(nullptr));
  EXPECT_FALSE(value["list"].contains("b"));
}

TEST(ObjectTest, TextMustBeUtf8) {
  EXPECT_THROW(static_cast<void>(Object("\xff")), ValueError);
  EXPECT_THROW(static_cast<void>(Object("\xc0\x80")), ValueError);
  EXPECT_THROW(static_cast<void>(Object("\xf4\x90\x80\x80")), ValueError);
  EXPECT_THROW(static_cast<void>(Object("\xe2\x82")), ValueError);
  EXPECT_EQ(Object("\xe2\x82\xac").size(), 3U);
}

TEST(ObjectTest, NumbersAreEqualByValue) {
  EXPECT_EQ(Object(1), Object(true));
  EXPECT_EQ(Object(1), Object(1.0));
  EXPECT_EQ(Object(0), Object(-0.0));
  EXPECT_NE(Object(1), Object(1.5));
  EXPECT_EQ(Object::integer("18446744073709551616"), Object(0x1p64));
  EXPECT_EQ(Object::integer("-18446744073709551616"), Object(-0x1p64));
  EXPECT_NE(Object::integer("18446744073709551617"), Object(0x1p64));
  EXPECT_EQ(Object(0x1p63), Object(std::uint64_t{1} << 63));
  EXPECT_EQ(Object(-0x1p63), Object(std::numeric_limits<std::int64_t>::min()));
  // What a conversion to double would mix up.
  EXPECT_NE(Object(9007199254740993), Object(9007199254740992.0));
  EXPECT_EQ(Object(1e30), Object::integer("1000000000000000019884624838656"));
  EXPECT_EQ(Object(-1e30), Object::integer("-1000000000000000019884624838656"));
}

TEST(ObjectTest, KindsDoNotMix) {
  EXPECT_NE(Object("1"), Object(1));
  EXPECT_NE(Object("a"), Object::bytes("a"));
  EXPECT_NE(Object::list({1}), Object::tuple({1}));
  EXPECT_NE(Object(), Object(0));
  EXPECT_EQ(Object::bytes("a"), Object::bytearray("a"));
  EXPECT_EQ(Object::set({1, 2}), Object::frozenset({2, 1.0}));
}

TEST(ObjectTest, OrderIsTotal) {
  const std::vector<Object> ascending = {
      nullptr,
      Object::integer("-100000000000000000000"),
      Object::integer("-99999999999999999999"),
      -1,
      false,
      1,
      Object::integer("18446744073709551616"),
      Object::integer("99999999999999999999"),
      -std::numeric_limits<double>::infinity(),
      0.5,
      std::numeric_limits<double>::quiet_NaN(),
      "",
      "a",
      "b",
      Object::bytes("a"),
      Object::tuple({}),
      Object::tuple({1}),
      Object::tuple({1, 2}),
      Object::tuple({2}),
      Object::list({}),
      Object::set({}),
      Object::dict({}),
      Object::exception("builtins", "KeyError"),
      Object::exception("builtins", "ValueError"),
  };
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      EXPECT_EQ(ascending[i] <=> ascending[j], i <=> j) << ascending[i] << " " << ascending[j];
    }
  }
}

TEST(ObjectTest, DictKeepsItsOrderAndComparesWithoutIt) {
  const Object one = Object::dict({{"b", 1}, {"a", 2}});
  const Object other = Object::dict({{"a", 2}, {"b", 1}});
  EXPECT_EQ(one, other);
  EXPECT_EQ(one.repr(), "{'b': 1, 'a': 2}");
  EXPECT_NE(one, Object::dict({{"a", 1}, {"b", 2}}));
  EXPECT_NE(one, Object::dict({{"a", 2}}));
}

TEST(ObjectTest, OfEqualKeysTheFirstStaysWithTheLastValue) {
  const Object value = Object::dict({{"z", 0}, {1, "a"}, {true, "b"}, {"y", 0}, {1.0, "c"}});
  EXPECT_EQ(value.repr(), "{'z': 0, 1: 'c', 'y': 0}");
  EXPECT_EQ(value[1], "c");
  EXPECT_EQ(Object::set({1, 1.0, true, 2}).size(), 2U);
}

TEST(ObjectTest, OnlyWhatCannotChangeIsAKey) {
  EXPECT_THROW(static_cast<void>(Object::set({Object::list({})})), ValueError);
  EXPECT_THROW(static_cast<void>(Object::set({Object::list({1})})), ValueError);
  EXPECT_THROW(static_cast<void>(Object::dict({{Object::dict({}), 1}})), ValueError);
  EXPECT_THROW(static_cast<void>(Object::set({Object::bytearray("a")})), ValueError);
  EXPECT_THROW(static_cast<void>(Object::set({Object::set({})})), ValueError);
  EXPECT_THROW(static_cast<void>(Object::set({Object::tuple({1, Object::list({})})})), ValueError);
  EXPECT_THROW(static_cast<void>(Object::set({Object::exception("builtins", "KeyError")})),
               ValueError);
  EXPECT_EQ(Object::set({Object::tuple({1, Object::frozenset({2})})}).size(), 1U);
}

TEST(ObjectTest, IsAKeyOfAMap) {
  std::map<Object, int> counts;
  ++counts["a"];
  ++counts[1];
  ++counts[1.0];
  ++counts[std::nan("")];
  ++counts[std::nan("")];
  EXPECT_EQ(counts.size(), 3U);
}

TEST(ObjectTest, NestsSoDeepAndNoDeeper) {
  Object value;
  for (std::size_t i = 0; i < Object::k_most_nested; ++i) value = Object::list({value});
  EXPECT_EQ(value.repr().size(), 2 * Object::k_most_nested + 4);
  EXPECT_THROW(static_cast<void>(Object::list({value})), ValueError);
  EXPECT_THROW(static_cast<void>(Object::tuple({1, value})), ValueError);
  EXPECT_THROW(static_cast<void>(Object::dict({{1, value}})), ValueError);
  EXPECT_THROW(static_cast<void>(Object::exception("builtins", "KeyError", {value})), ValueError);
}

TEST(ObjectTest, SharingIsCheapAndWeighed) {
  Object value = Object::list({"ab"});
  EXPECT_EQ(value.weight(), 4U);
  for (int i = 0; i < 100; ++i) value = Object::list({value, value});
  EXPECT_GE(value.weight(), std::uint64_t{1} << 62);
  EXPECT_EQ(value, Object(value));
}

TEST(ObjectTest, CopiesAndMoves) {
  Object a = Object::list({1});
  Object b = a;
  Object c = std::move(a);
  EXPECT_TRUE(a.is_none());  // NOLINT(bugprone-use-after-move): that is what it promises
  EXPECT_EQ(b, c);
  const Object& same = b;
  b = same;
  EXPECT_EQ(b, c);
  b = b[0];
  EXPECT_EQ(b, 1);
}

TEST(ObjectTest, IsSharedByThreads) {
  const Object value = Object::dict({{"list", Object::list({1, 2, 3})}});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([copy = value] {
      for (int j = 0; j < 1000; ++j) {
        Object inner = copy["list"];
        EXPECT_EQ(inner.size(), 3U);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(value.repr(), "{'list': [1, 2, 3]}");
}

TEST(ObjectTest, AccessToAnotherKindIsAnError) {
  EXPECT_THROW(static_cast<void>(Object(1).text()), ValueError);
  EXPECT_THROW(static_cast<void>(Object("a").data()), ValueError);
  EXPECT_THROW(static_cast<void>(Object("a").elements()), ValueError);
  EXPECT_THROW(static_cast<void>(Object("a").items()), ValueError);
  EXPECT_THROW(static_cast<void>(Object("a").args()), ValueError);
  EXPECT_THROW(static_cast<void>(Object(1).size()), ValueError);
  EXPECT_THROW(static_cast<void>(Object("a").contains("a")), ValueError);
  EXPECT_THROW(static_cast<void>(Object::list({}).find(1)), ValueError);
}

}  // namespace
}  // namespace hilo
