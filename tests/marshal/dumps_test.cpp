// SPDX-License-Identifier: MIT
#include "hilo/marshal/dumps.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <limits>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "hilo/errors.hpp"
#include "marshal/types.hpp"

namespace hilo::marshal {
namespace {

using testing::crossed;

template <class T>
void expect_crosses(const T& value) {
  EXPECT_EQ(crossed(value), value);
}

template <class T>
class NumberTest : public ::testing::Test {};

using Numbers = ::testing::Types<char, signed char, unsigned char, short, unsigned short, int,
                                 unsigned, long, unsigned long, long long, unsigned long long,
                                 char8_t, char16_t, char32_t, wchar_t, float, double, long double>;
TYPED_TEST_SUITE(NumberTest, Numbers);

TYPED_TEST(NumberTest, CrossesAtItsLimits) {
  using Limits = std::numeric_limits<TypeParam>;
  for (const TypeParam value :
       {Limits::lowest(), Limits::min(), Limits::max(), TypeParam{}, TypeParam{1}}) {
    expect_crosses(value);
    expect_crosses(std::vector<TypeParam>(100, value));
  }
}

TEST(DumpsTest, SpecialNumbers) {
  EXPECT_TRUE(std::isnan(crossed(std::nan(""))));
  EXPECT_TRUE(std::signbit(crossed(-0.0)));
  expect_crosses(std::numeric_limits<double>::infinity());
}

enum class Colour : std::uint8_t { red = 3, blue = 200 };
enum class Flag : bool { no, yes };
enum Plain { plain_a, plain_b };

TEST(DumpsTest, BooleansAndEnums) {
  expect_crosses(true);
  expect_crosses(false);
  expect_crosses(Colour::blue);
  expect_crosses(Flag::yes);
  expect_crosses(plain_b);
}

TEST(DumpsTest, Strings) {
  expect_crosses(std::string());
  expect_crosses(std::string("hola\0mundo", 10));
  expect_crosses(std::string(100'000, 'x'));
  expect_crosses(std::wstring(L"a\u00f1o"));
  expect_crosses(std::u16string(u"a\u00f1o"));
  expect_crosses(std::u32string(U"a\u00f1o"));
  // GoogleTest of Debian cannot print this one.
  EXPECT_TRUE(crossed(std::u8string(u8"a\u00f1o")) == u8"a\u00f1o");
}

TEST(DumpsTest, Sequences) {
  expect_crosses(std::vector<int>());
  expect_crosses(std::vector<int>{1, 2, 3});
  expect_crosses(std::vector<bool>{true, false, true});
  expect_crosses(std::vector<std::string>{"a", "", "b"});
  expect_crosses(std::vector<std::vector<int>>{{1}, {}, {2, 3}});
  expect_crosses(std::deque<int>{1, 2, 3});
  expect_crosses(std::list<std::string>{"a", "b"});
  expect_crosses(std::forward_list<int>{3, 2, 1});
  expect_crosses(std::array<int, 3>{1, 2, 3});
  expect_crosses(std::array<std::string, 2>{"a", "b"});
  expect_crosses(std::array<int, 0>{});
  std::array<std::string, 1000> many;
  many[999] = "last";
  expect_crosses(many);
}

TEST(DumpsTest, MapsAndSets) {
  expect_crosses(std::map<std::string, int>{{"a", 1}, {"b", 2}});
  expect_crosses(std::multimap<int, std::string>{{1, "a"}, {1, "b"}, {0, "c"}});
  expect_crosses(std::set<int, std::greater<>>{1, 2, 3});
  expect_crosses(std::multiset<int>{1, 1, 2});
  expect_crosses(std::unordered_map<int, std::string>{{1, "a"}, {2, "b"}});
  expect_crosses(std::unordered_multimap<int, int>{{1, 1}, {1, 2}});
  expect_crosses(std::unordered_set<std::string>{"a", "b"});
  expect_crosses(std::unordered_multiset<int>{1, 1, 2});
}

TEST(DumpsTest, SingleValues) {
  expect_crosses(std::pair<int, std::string>{1, "a"});
  expect_crosses(std::tuple<>{});
  expect_crosses(std::tuple<int, std::string, double>{1, "a", 2.5});
  expect_crosses(std::tuple<std::tuple<int>>{std::tuple<int>{3}});
  expect_crosses(std::optional<std::string>());
  expect_crosses(std::optional<std::string>("a"));
  expect_crosses(std::optional<std::optional<int>>(std::optional<int>()));
  using Choice = std::variant<std::monostate, int, std::string>;
  expect_crosses(Choice());
  expect_crosses(Choice(3));
  expect_crosses(Choice("a"));
  expect_crosses(std::filesystem::path("/tmp/a\u00f1o/file.txt"));
}

TEST(DumpsTest, Time) {
  using namespace std::chrono_literals;
  expect_crosses(1500ms);
  expect_crosses(std::chrono::duration<double>(0.25));
  expect_crosses(std::chrono::system_clock::now());
  expect_crosses(std::chrono::steady_clock::now());
  expect_crosses(std::vector<std::chrono::nanoseconds>{1ns, 2ns});
}

TEST(DumpsTest, WhatCanOnlyBeMoved) {
  EXPECT_EQ(crossed(std::unique_ptr<int>()), nullptr);
  EXPECT_EQ(*crossed(std::make_unique<int>(7)), 7);
  std::vector<std::unique_ptr<std::string>> many;
  many.push_back(std::make_unique<std::string>("a"));
  many.push_back(nullptr);
  const auto same = crossed(many);
  ASSERT_EQ(same.size(), 2U);
  EXPECT_EQ(*same[0], "a");
  EXPECT_EQ(same[1], nullptr);
}

TEST(DumpsTest, SeveralValuesMakeATuple) {
  const Bytes bytes = dumps(1, std::string("a"), 2.5);
  const auto [number, text, real] = loads<int, std::string, double>(bytes);
  EXPECT_EQ(number, 1);
  EXPECT_EQ(text, "a");
  EXPECT_EQ(real, 2.5);
}

TEST(DumpsTest, APackedVectorIsOneCopyWhereverItStands) {
  // Behind a string of every length the elements stand at every alignment.
  for (std::size_t length = 0; length < 16; ++length) {
    expect_crosses(std::pair(std::string(length, 'x'), std::vector<double>{1.5, 2.5, 3.5}));
  }
  const std::vector<double> many(1000, 0.5);
  EXPECT_EQ(dumps(many).size(), 8U + 8U + 8000U);
}

TEST(DumpsTest, ALongDoubleSendsNoPadding) {
  EXPECT_EQ(dumps(1.5L).size(), 8U + (std::numeric_limits<long double>::digits == 64 ? 10U : 16U));
}

TEST(DumpsTest, AWriterIsUsedAgain) {
  Writer out;
  for (int i = 0; i < 3; ++i) {
    out.clear();
    dump_to(out, testing::some_record());
    dump_to(out, i);
    Reader in(out.bytes());
    EXPECT_EQ(load_from<testing::Record>(in), testing::some_record());
    EXPECT_EQ(load_from<int>(in), i);
    EXPECT_EQ(in.bytes_left(), 0U);
  }
}

TEST(DumpsTest, OtherTypesAreAnErrorThatNamesTheBuild) {
  const Bytes bytes = dumps(1);
  try {
    static_cast<void>(loads<unsigned>(bytes));
    FAIL() << "an int was read as unsigned";
  } catch (const UnpicklingError& error) {
    EXPECT_NE(std::string(error.what()).find("both ends must be the same build"),
              std::string::npos);
  }
}

namespace first {
struct Same {
  int a;
  int b;
};
}  // namespace first

TEST(DumpsTest, TheHashSeesOrderAndStructure) {
  EXPECT_NE((type_hash<int, long>()), (type_hash<long, int>()));
  EXPECT_NE(type_hash<int>(), type_hash<std::vector<int>>());
  EXPECT_NE(type_hash<first::Same>(), (type_hash<std::pair<int, int>>()));
  EXPECT_EQ(type_hash<testing::Tree>(), type_hash<testing::Tree>());
}

class Fragile {
 public:
  Fragile() = default;
  explicit Fragile(int) { throw 1; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(text_);
  }

 private:
  std::string text_;
};

TEST(DumpsTest, AVariantWithoutValueCannotBeWritten) {
  std::variant<int, Fragile> value;
  EXPECT_ANY_THROW(value.emplace<Fragile>(1));
  ASSERT_TRUE(value.valueless_by_exception());
  EXPECT_THROW(static_cast<void>(dumps(value)), PicklingError);
}

TEST(DumpsTest, TooDeepIsRefusedWhenWriting) {
  const auto nested = [](std::size_t levels) {
    testing::Tree tree;
    for (std::size_t i = 1; i < levels; ++i) {
      testing::Tree above;
      above.children.push_back(std::move(tree));
      tree = std::move(above);
    }
    return tree;
  };
  expect_crosses(nested(k_most_nested));
  EXPECT_THROW(static_cast<void>(dumps(nested(k_most_nested + 1))), PicklingError);
}

TEST(DumpsTest, TooManyElementsOfNothingAreRefusedWhenWriting) {
  struct Nothing {};
  EXPECT_EQ(crossed(std::vector<Nothing>(k_most_weightless)).size(), k_most_weightless);
  EXPECT_THROW(static_cast<void>(dumps(std::vector<Nothing>(k_most_weightless + 1))),
               PicklingError);
}

}  // namespace
}  // namespace hilo::marshal
