// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/shareable_list.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstring>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/pythons.hpp"
#include "helpers/run_program.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;
using hilo::Object;
using mp::shared_memory::ShareableList;
using mp::shared_memory::SharedMemory;
using namespace std::string_literals;

namespace {

static_assert(std::ranges::forward_range<ShareableList>);

/// A list that goes with the test.
struct Owned : ShareableList {
  using ShareableList::ShareableList;
  explicit Owned(ShareableList list) : ShareableList(std::move(list)) {}
  ~Owned() { shm().unlink(); }
};

std::vector<Object> all(const ShareableList& list) { return {list.begin(), list.end()}; }

TEST(ShareableListTest, KeepsValuesAndTypes) {
  const Owned list({"hola", Object::bytes("b"), 7, 2.5, true, nullptr});
  EXPECT_EQ(list.size(), 6u);
  EXPECT_EQ(list.get<std::string>(0), "hola");
  EXPECT_EQ(list[1], Object::bytes("b"));
  EXPECT_EQ(list.get<int>(2), 7);
  EXPECT_EQ(list.get<double>(3), 2.5);
  EXPECT_EQ(list.get(4).kind(), Object::Kind::boolean);
  EXPECT_TRUE(list.get(-1).is_none());
  EXPECT_EQ(list.format(), "8s8sqdxxxxxxx?xxxxxx?x");
}

TEST(ShareableListTest, ItemsChangeTheirTypeWithinTheirRoom) {
  const Owned list({"twelve bytes", 7, nullptr});
  const ShareableList same(list.name());
  list[0] = 2.5;
  list[1] = "eight ok";
  list[2] = list[0];
  EXPECT_EQ(all(same), (std::vector<Object>{2.5, "eight ok", 2.5}));
  same[0] = "sixteen bytes ok";
  EXPECT_EQ(list[0].as<std::string>(), "sixteen bytes ok");
  EXPECT_THROW(list[1] = "nine byte", hilo::ValueError);
  EXPECT_THROW(list[1] = "añoañoa", hilo::ValueError) << "seven characters, nine bytes";
  EXPECT_EQ(list[1], "eight ok") << "a refused write changes nothing";
}

TEST(ShareableListTest, TrailingNulsAndOtherAlphabetsStayWhatTheyAre) {
  const std::vector<Object> values{Object::bytes("ab\0\0"s),
                                   "x\0"s,
                                   Object::bytes("\0"s),
                                   "ñandú",
                                   "日本語日本語",
                                   Object::bytes(""),
                                   Object::bytes("12345678"),
                                   Object::bytes("1234567\0"s)};
  const Owned list(values);
  EXPECT_EQ(all(list), values);
  EXPECT_EQ(all(ShareableList(list.name())), values);
  list[0] = Object::bytes("\0\0\0\0\0\0\0\0"s);
  EXPECT_EQ(list.get(0).size(), 8u);
  list[0] = Object::bytes("a");
  EXPECT_EQ(list[0], Object::bytes("a"));
}

TEST(ShareableListTest, CountsAndFindsAsPythonCompares) {
  const Owned list({1, "a", 1.0, true, "a"});
  EXPECT_EQ(list.count(1), 3u);
  EXPECT_EQ(list.count("a"), 2u);
  EXPECT_EQ(list.count("b"), 0u);
  EXPECT_EQ(list.index("a"), 1u);
  EXPECT_THROW((void)list.index(nullptr), hilo::ValueError);
}

TEST(ShareableListTest, MayBeEmpty) {
  const Owned list(std::vector<Object>{});
  EXPECT_EQ(list.size(), 0u);
  EXPECT_EQ(list.begin(), list.end());
  EXPECT_EQ(ShareableList(list.name()).format(), "");
  EXPECT_THROW((void)list.get(0), std::out_of_range);
}

TEST(ShareableListTest, IsEmptyWhereItWasMovedFrom) {
  ShareableList list({1, 2});
  const ShareableList moved = std::move(list);
  moved.shm().unlink();
  EXPECT_EQ(list.size(), 0u);  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(list.begin(), list.end());
  EXPECT_THROW((void)list.get(0), std::out_of_range);
}

TEST(ShareableListTest, RefusesWhatHasNoFormat) {
  EXPECT_THROW(ShareableList({std::vector<int>{1}}), hilo::ValueError);
  EXPECT_THROW(ShareableList({Object::integer("9223372036854775808")}), hilo::ValueError);
  EXPECT_THROW(ShareableList({std::string(10'000'000, 'x')}), hilo::ValueError);
  const Owned list({1});
  EXPECT_THROW(list[0] = std::vector<int>{1}, hilo::ValueError);
  EXPECT_THROW(list[1] = 2, std::out_of_range);
  EXPECT_THROW((void)list.get(-2), std::out_of_range);
  EXPECT_EQ(list[0], 1);
}

TEST(ShareableListTest, TravelsByName) {
  const Owned list({1, "uno"});
  mp::Process child = mp::get_context(mp::StartMethod::spawn)
                          .Process(
                              +[](ShareableList same) { same[1] = same.get<std::string>(1) + "!"; },
                              ShareableList(list));
  child.start();
  child.join();
  EXPECT_EQ(child.exitcode(), 0);
  EXPECT_EQ(list[1], "uno!");
}

// Whatever stands in the segment, an access stays inside or is refused.
TEST(ShareableListTest, DamageIsAnError) {
  const Owned list({"hola", 7, nullptr});
  const auto bytes = list.shm().buf();
  const std::vector<std::byte> sound(bytes.begin(), bytes.end());
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int value : {0, 1, 8, 9, 0x39, 0x7f, 0xff}) {
      bytes[at] = std::byte(value);
      try {
        const ShareableList damaged(list.shm());
        for (std::size_t i = 0; i < damaged.size(); ++i) {
          try {
            (void)damaged.get(static_cast<std::ptrdiff_t>(i));
          } catch (const hilo::ValueError&) {
          }
        }
      } catch (const hilo::ValueError&) {
      }
    }
    bytes[at] = sound[at];
  }
  const auto put = [&](std::size_t word, std::uint64_t value) {
    std::memcpy(bytes.data() + 8 * word, &value, 8);
  };
  for (const std::uint64_t count : {4ull, 1ull << 60, ~0ull, 1ull << 63}) {
    put(0, count);
    EXPECT_THROW(ShareableList(list.shm()), hilo::ValueError) << count;
  }
  put(0, 3);
  put(1, 8);  // what CPython 3.8 writes there
  EXPECT_THROW(ShareableList(list.shm()), hilo::ValueError);
  put(1, 0);
  put(2, ~7ull);
  EXPECT_THROW(ShareableList(list.shm()), hilo::ValueError);
}

class ShareableListPythonTest : public testing::TestWithParam<hilo::test::Python> {
 protected:
  static std::string python(const std::string& role, const std::string& name) {
    const auto result = hilo::test::run_program(GetParam().path + " " HILO_SHARED_MEMORY_PEER " " +
                                                role + " " + name);
    EXPECT_EQ(result.exitcode, 0) << result.output;
    return result.output;
  }
};

TEST_P(ShareableListPythonTest, OpensWhatPythonMade) {
  const std::string name = "psm_list_" + std::to_string(::getpid());
  const std::string format = python("make_list", name);
  const Owned list(name);
  EXPECT_EQ(list.format(), format);
  const std::vector<Object> items{"hola",
                                  Object::bytes("\1\2"),
                                  8,
                                  INT64_MIN,
                                  2.5,
                                  true,
                                  false,
                                  nullptr,
                                  "",
                                  "xxxxxxxx",
                                  Object::bytes(std::string(17, 'y'))};
  EXPECT_EQ(all(list), items);
  const Owned ours(items, name + "_ours");
  EXPECT_EQ(ours.format(), format);
  EXPECT_TRUE(std::ranges::equal(ours.shm().buf(), list.shm().buf())) << "byte by byte";
  const std::vector<Object> others{"adios",
                                   Object::bytes("\3"),
                                   9,
                                   INT64_MAX,
                                   -0.5,
                                   false,
                                   true,
                                   1,
                                   "1234567",
                                   nullptr,
                                   Object::bytes(std::string(24, 'z'))};
  for (std::size_t i = 0; i < others.size(); ++i) list[static_cast<std::ptrdiff_t>(i)] = others[i];
  python("check_list", name);
}

TEST_P(ShareableListPythonTest, PythonOpensWhatHiloMade) {
  const Owned list({"año", Object::bytes("ends in\0"s), 7, 2.5, true, nullptr, "xxxxxxxx"});
  const std::string format = python("use_list", list.name());
  EXPECT_EQ(list[1], Object::bytes("sixteen bytes ok")) << "written whole, by a CPython";
  EXPECT_EQ(list[0], "ñandú");
  EXPECT_EQ(list[5], 1);
  EXPECT_EQ(list.format(), format);
}

HILO_TEST_BY_EVERY_PYTHON(ShareableListPythonTest, 9);

// 3.8 keeps the items' sizes where later ones have their places.
class ShareableListOldPythonTest : public ShareableListPythonTest {};
INSTANTIATE_TEST_SUITE_P(Pythons, ShareableListOldPythonTest,
                         testing::ValuesIn(hilo::test::pythons(8, 8)),
                         [](const auto& python) { return python.param.name(); });
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(ShareableListOldPythonTest);

TEST_P(ShareableListOldPythonTest, IsRefused) {
  const std::string name = "psm_old_" + std::to_string(::getpid());
  (void)python("make_list", name);
  const SharedMemory segment(name);
  EXPECT_THROW((void)ShareableList(name), hilo::ValueError);
  segment.unlink();
}

}  // namespace
