// SPDX-License-Identifier: MIT
#include "hilo/pickle/conversion.hpp"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/marshal/dumps.hpp"
#include "hilo/pickle.hpp"
#include "pickle/bytes.hpp"

namespace hilo::pickle {

/// A type of somebody's.
struct Colour {
  int red, green, blue;
  friend bool operator==(const Colour&, const Colour&) = default;
};

template <>
struct conversion<Colour> {
  static Object to_object(const Colour& colour) {
    return Object::tuple({colour.red, colour.green, colour.blue});
  }
  static Colour from_object(const Object& object, const Place& place) {
    const auto [red, green, blue] =
        conversion<std::tuple<int, int, int>>::from_object(object, place);
    if (red < 0) place.refuse(object, "a colour");
    return {red, green, blue};
  }
};

namespace {

template <class T>
std::string refusal(const Object& object) {
  try {
    static_cast<void>(object.as<T>());
  } catch (const ValueError& error) {
    return error.what();
  }
  return {};
}

template <class T>
void expect_round_trip(const T& value, std::string_view repr) {
  EXPECT_EQ(Object(value).repr(), repr);
  EXPECT_EQ(Object(value).as<T>(), value);
  EXPECT_EQ(pickle::loads<T>(dumps(value)), value);
}

TEST(ConversionTest, EveryTypeComesBack) {
  expect_round_trip(true, "True");
  expect_round_trip(std::int8_t{-128}, "-128");
  expect_round_trip(std::uint8_t{255}, "255");
  expect_round_trip(1.5F, "1.5");
  expect_round_trip(std::string("caf\xc3\xa9"), "'caf\xc3\xa9'");
  expect_round_trip(std::vector<std::byte>{std::byte{1}, std::byte{255}}, R"(b'\x01\xff')");
  expect_round_trip(std::vector<int>{1, 2}, "[1, 2]");
  expect_round_trip(std::vector<int>{}, "[]");
  expect_round_trip(std::vector<bool>{true, false}, "[True, False]");
  expect_round_trip(std::vector<std::uint8_t>{1, 2}, "[1, 2]");
  expect_round_trip(std::deque<std::string>{"a"}, "['a']");
  expect_round_trip(std::list<double>{0.5}, "[0.5]");
  expect_round_trip(std::set<std::string>{"b", "a"}, "{'a', 'b'}");
  expect_round_trip(std::unordered_set<int>{7}, "{7}");
  expect_round_trip(std::map<std::string, std::vector<int>>{{"a", {1}}, {"b", {}}},
                    "{'a': [1], 'b': []}");
  expect_round_trip(std::unordered_map<int, bool>{{1, true}}, "{1: True}");
  expect_round_trip(std::pair<int, std::string>{1, "a"}, "(1, 'a')");
  expect_round_trip(std::tuple<>{}, "()");
  expect_round_trip(std::tuple<int>{1}, "(1,)");
  expect_round_trip(std::tuple<int, std::optional<int>, double>{1, {}, 2}, "(1, None, 2.0)");
  expect_round_trip(std::optional<std::string>{"a"}, "'a'");
  expect_round_trip(std::vector<Object>{1, "a"}, "[1, 'a']");
  expect_round_trip(std::map<std::string, Object>{{"a", nullptr}}, "{'a': None}");
  expect_round_trip(Colour{1, 2, 3}, "(1, 2, 3)");
  expect_round_trip(std::vector<Colour>{{1, 2, 3}}, "[(1, 2, 3)]");
}

TEST(ConversionTest, BytesOfMarshal) {
  marshal::Bytes bytes;
  bytes.append("ab", 2);
  EXPECT_EQ(Object(bytes), Object::bytes("ab"));
  EXPECT_EQ(testing::characters(Object::bytearray("ab").as<marshal::Bytes>()), "ab");
}

TEST(ConversionTest, TakesWhatPythonTakes) {
  EXPECT_EQ(Object(2).as<double>(), 2.0);
  EXPECT_EQ(Object::tuple({1, 2}).as<std::vector<int>>(), (std::vector{1, 2}));
  EXPECT_EQ((Object::list({1, 2}).as<std::pair<int, int>>()), (std::pair{1, 2}));
  EXPECT_EQ(Object::frozenset({1}).as<std::set<int>>(), (std::set{1}));
}

TEST(ConversionTest, RefusesWhatWouldBeLost) {
  EXPECT_EQ(refusal<std::int8_t>(128),
            "hilo: the value is the int 128, which signed char cannot hold");
  EXPECT_EQ(refusal<std::uint8_t>(-1),
            "hilo: the value is the int -1, which unsigned char cannot hold");
  EXPECT_EQ(refusal<int>(1.0), "hilo: the value is the float 1.0, where int is wanted");
  EXPECT_EQ(refusal<int>(true), "hilo: the value is the bool True, where int is wanted");
  EXPECT_EQ(refusal<bool>(1), "hilo: the value is the int 1, where bool is wanted");
  EXPECT_EQ(refusal<std::string>(Object::bytes("a")),
            "hilo: the value is a bytes of 1, where str is wanted");
  EXPECT_NE((refusal<std::pair<int, int>>(Object::tuple({1, 2, 3}))), "");
  EXPECT_NE(refusal<std::vector<int>>("text"), "");
  EXPECT_NE(refusal<std::set<int>>(Object::list({1})), "");
}

TEST(ConversionTest, TheErrorSaysWhere) {
  const Object value = Object::list({Object::dict({{"a", Object::tuple({1, nullptr})}})});
  using Rows = std::vector<std::map<std::string, std::pair<int, int>>>;
  EXPECT_EQ(refusal<Rows>(value), "hilo: [0]['a'][1] is None, where int is wanted");
  EXPECT_EQ(refusal<std::vector<Colour>>(Object::list({Object::tuple({-1, 0, 0})})),
            "hilo: [0] is a tuple of 3, where a colour is wanted");
}

TEST(ConversionTest, LoadsSaysItAsAnErrorOfTheBytes) {
  EXPECT_THROW(static_cast<void>(pickle::loads<int>(dumps("a"))), UnpicklingError);
  EXPECT_THROW(static_cast<void>(pickle::loads<std::string>(dumps(1))), UnpicklingError);
}

TEST(ConversionTest, SharingIsExpandedOnlySoFar) {
  const Object text(std::string(100'000, 'x'));
  const auto bytes = dumps(Object::list(std::vector<Object>(1000, text)));
  EXPECT_LT(bytes.size(), 110'000U);
  EXPECT_EQ(loads(bytes).size(), 1000U);
  EXPECT_THROW(static_cast<void>(pickle::loads<std::vector<std::string>>(bytes)), UnpicklingError);
  EXPECT_EQ(pickle::loads<std::vector<std::string>>(bytes, {.most_expansion = 1000}).size(), 1000U);
}

TEST(ConversionTest, TypesWithoutCounterpartAreKnown) {
  static_assert(Convertible<std::vector<std::map<std::string, Object>>>);
  static_assert(!Convertible<std::mutex>);
  static_assert(!Convertible<std::vector<std::mutex>>);
  static_assert(!Convertible<char>);
  static_assert(!Convertible<int*>);
  static_assert(!Convertible<std::unique_ptr<int>>);
  static_assert(!std::is_convertible_v<std::mutex*, Object>);
}

TEST(ConversionTest, CrossesByMarshal) {
  const std::vector<Object> values = {1, Object::list({"a"})};
  EXPECT_EQ(marshal::loads<std::vector<Object>>(marshal::dumps(values)), values);
}

}  // namespace
}  // namespace hilo::pickle
