// SPDX-License-Identifier: MIT
#include "hilo/pickle/dumps.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "pickle/bytes.hpp"

namespace hilo::pickle {
namespace {

using testing::characters;
using testing::dump;
using testing::load;
using namespace std::string_literals;

/// A pickle of protocol 4 in one frame.
std::string framed(const std::string& body) {
  return "\x80\x04\x95"s + static_cast<char>(body.size()) + "\0\0\0\0\0\0\0"s + body;
}

// The bytes are those of pickletools.optimize(pickle.dumps(value, 4)), by CPython 3.11.
TEST(DumpsTest, BytesAreCPythons) {
  EXPECT_EQ(dump(nullptr), "\x80\x04N.");
  EXPECT_EQ(dump(true), "\x80\x04\x88.");
  EXPECT_EQ(dump(7), "\x80\x04K\x07.");
  EXPECT_EQ(dump(256), framed("M\x00\x01."s));
  EXPECT_EQ(dump(-1), framed("J\xff\xff\xff\xff."));
  EXPECT_EQ(dump(1LL << 31), framed("\x8a\x05\x00\x00\x00\x80\x00."s));
  EXPECT_EQ(dump(1.5), framed("G\x3f\xf8\x00\x00\x00\x00\x00\x00."s));
  EXPECT_EQ(dump("a"), framed("\x8c\x01"
                              "a."));
  EXPECT_EQ(dump(Object::bytes("a")), framed("C\x01"
                                             "a."));
  EXPECT_EQ(dump(Object::list({})), "\x80\x04].");
  EXPECT_EQ(dump(Object::list({1})), framed("]K\x01"
                                            "a."));
  EXPECT_EQ(dump(Object::list({1, 2})), framed("](K\x01K\x02"
                                               "e."));
  EXPECT_EQ(dump(Object::tuple({1, 2, 3})), framed("K\x01K\x02K\x03\x87."));
  EXPECT_EQ(dump(Object::tuple({1, 2, 3, 4})), framed("(K\x01K\x02K\x03K\x04t."));
  EXPECT_EQ(dump(Object::dict({{1, 2}})), framed("}K\x01K\x02s."));
  EXPECT_EQ(dump(Object::set({1})), framed("\x8f(K\x01\x90."));
  EXPECT_EQ(dump(Object::frozenset({1})), framed("(K\x01\x91."));
  EXPECT_EQ(dump(Object::bytearray("a")), framed("\x8c\x08"
                                                 "builtins\x8c\x09"
                                                 "bytearray\x93"
                                                 "C\x01"
                                                 "a\x85R."));
  EXPECT_EQ(dump(Object::exception("builtins", "KeyError", {1})),
            framed("\x8c\x08"
                   "builtins\x8c\x08"
                   "KeyError\x93K\x01\x85R."));
}

TEST(DumpsTest, WhatIsSharedIsWrittenOnce) {
  const Object shared = Object::list({1});
  EXPECT_EQ(dump(Object::tuple({shared, shared})), framed("]K\x01"
                                                          "a\x94h\x00\x86."s));
  Object value = 1;
  for (int i = 0; i < 400; ++i) value = Object::tuple({value, value});
  EXPECT_LT(dump(value).size(), 400U * 10);
  EXPECT_EQ(load(dump(value)).weight(), value.weight());
}

TEST(DumpsTest, TheMemoGrowsBeyondOneByte) {
  std::vector<Object> values;
  for (int i = 0; i < 600; ++i) values.emplace_back(std::to_string(i));
  std::vector<Object> twice = values;
  twice.insert(twice.end(), values.begin(), values.end());
  EXPECT_EQ(load(dump(Object::list(twice))), Object::list(twice));
}

TEST(DumpsTest, LargeValuesStandBetweenFrames) {
  const Object value =
      Object::list({1, std::string(100'000, 'x'), 2, Object::bytes(std::string(65'536, 'y')), 3});
  const std::string bytes = dump(value);
  EXPECT_EQ(load(bytes), value);
  EXPECT_EQ(bytes.substr(0, 4), "\x80\x04\x95\x04");
  EXPECT_EQ(bytes.substr(15, 5), "X\xa0\x86\x01\x00"s);
}

TEST(DumpsTest, ManyFrames) {
  std::vector<Object> numbers;
  for (int i = 0; i < 100'000; ++i) numbers.emplace_back(i * 1.5);
  EXPECT_EQ(load(dump(Object::list(numbers))), Object::list(numbers));
}

TEST(DumpsTest, EveryBatchSizeComesBack) {
  for (const int count : {0, 1, 2, 999, 1000, 1001, 2000, 2001}) {
    std::vector<Object> elements;
    std::vector<Object::Item> items;
    for (int i = 0; i < count; ++i) {
      elements.emplace_back(i);
      items.emplace_back(i, -i);
    }
    for (const Object& value :
         {Object::list(elements), Object::tuple(elements), Object::set(elements),
          Object::frozenset(elements), Object::dict(items)}) {
      const Object same = load(dump(value));
      EXPECT_EQ(same, value);
      EXPECT_EQ(same.kind(), value.kind());
    }
  }
}

TEST(DumpsTest, TypesOfCppGoTheSameWay) {
  EXPECT_EQ(characters(dumps(std::vector{1, 2})), dump(Object::list({1, 2})));
}

TEST(DumpsTest, LevelsEndOnBothSidesAlike) {
  Object value;
  for (std::size_t i = 0; i < Object::k_most_nested; ++i) value = Object::list({value});
  EXPECT_EQ(load(dump(value)), value);
}

}  // namespace
}  // namespace hilo::pickle
