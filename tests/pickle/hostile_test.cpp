// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <utility>

#include "hilo/errors.hpp"
#include "hilo/pickle.hpp"
#include "pickle/bytes.hpp"

namespace hilo::pickle {
namespace {

using testing::complaint;
using testing::dump;
using testing::load;
using namespace std::string_literals;

std::string repeated(std::string_view text, int count) {
  std::string all;
  for (int i = 0; i < count; ++i) all += text;
  return all;
}

TEST(HostilePickleTest, IsRefusedWithAReason) {
  const std::pair<std::string, const char*> cases[] = {
      {"", "end too early"},
      {".", "lacks its arguments"},
      {"NN", "end too early"},
      {"N.N", "1 bytes are left behind"},
      {"\x80\x06N.", "protocol 6 is newer"},
      {"\xff.", "0xff is no instruction"},
      {"\x97.", "out-of-band buffer"},
      {"N\x98.", "out-of-band buffer"},
      {"Pid\n.", "persistent id"},
      {"NQ.", "persistent id"},
      {"\x82\x01.", "extension code"},
      {"\x83\x01\0."s, "extension code"},
      {"\x84\x01\0\0\0."s, "extension code"},
      // Lengths that cannot be.
      {"X\xff\xff\xff\xff.", "end too early"},
      {"\x8d\xff\xff\xff\xff\xff\xff\xff\xff.", "end too early"},
      {"\x8e\xff\xff\xff\xff\xff\xff\xff\x7f.", "end too early"},
      {"\x96\0\0\0\0\0\0\x01\0."s, "end too early"},
      {"\x8b\xff\xff\xff\xff.", "end too early"},
      {"T\xff\xff\xff\xff.", "end too early"},
      {"\x95\xff\0\0\0\0\0\0\0N."s, "a frame of 255 bytes"},
      // Stack and marks.
      {"a.", "lacks its arguments"},
      {"]a.", "lacks its arguments"},
      {"](a.", "lacks its arguments"},
      {"e.", "lacks its mark"},
      {"t.", "lacks its mark"},
      {"1.", "lacks its mark"},
      {"0.", "lacks its arguments"},
      {"2.", "lacks its arguments"},
      {"(.", "lacks its arguments"},
      {"N(\x85.", "lacks its arguments"},
      {"NNa.", "parts of a list, where there is none"},
      {")Na.", "parts of a list"},
      {"(Ne.", "lacks its arguments"},
      {"](Nu.", "a key without its value"},
      {"](NNu.", "parts of a dict"},
      {"](N\x90.", "parts of a set"},
      {"(Nd.", "a key without its value"},
      // Memo.
      {"h\0."s, "nothing at memo index 0"},
      {"]q\x03"
       "0h\x02.",
       "nothing at memo index 2"},
      {"]r\xff\xff\xff\xff.", "memo index 4294967295 is too large"},
      {"]p18446744073709551615\n.", "too large"},
      {"]p-1\n.", "no number"},
      {"]p99999999999999999999\n.", "no number"},
      {"q\0."s, "lacks its arguments"},
      {"\x94.", "lacks its arguments"},
      // Text.
      {"X\x01\0\0\0\xff."s, "not UTF-8"},
      {"X\x02\0\0\0\xc0\x80."s, "not UTF-8"},
      {"U\x01\xff.", "not ASCII"},
      {"S'\\xff'\n.", "not ASCII"},
      {"S'a\n.", "damaged"},
      {"S'\\x4'\n.", "damaged"},
      {"S'\\q'\n.", "damaged"},
      {"S'a\\'\n.", "damaged"},
      {"S\n.", "damaged"},
      {"V\\u12\n.", "damaged escape"},
      {"V\\U00110000\n.", "damaged escape"},
      {"I1", "within a line"},
      {"I\n.", "decimal digits"},
      {"I0x10\n.", "decimal digits"},
      {"I1 \n.", "decimal digits"},
      {"L" + std::string(4301, '1') + "L\n.", "4300 decimal digits"},
      {"F\n.", "a float is no number"},
      {"F1.5x\n.", "a float is no number"},
      // Globals are not executed, nor handed out.
      {"cos\nsystem\n(S'true'\ntR.", "os.system is no plain data"},
      {"c__builtin__\neval\n.", "__builtin__.eval is no plain data"},
      {"cbuiltins\ngetattr\n.", "builtins.getattr"},
      {"cbuiltins\nOSError.errno\n.", "builtins.OSError.errno"},
      {"\x8c\x05posix\x8c\x06system\x93.", "posix.system"},
      {"(ios\nsystem\n.", "os.system"},
      {"(cos\nsystem\no.", "os.system"},
      {"NN\x93.", "the name of a global is no str"},
      {"cbuiltins\nValueError\n.", "builtins.ValueError itself"},
      {"cbuiltins\nset\n\x85.", "builtins.set itself"},
      {"]cbuiltins\nset\na.", "builtins.set itself"},
      {"}cbuiltins\nset\nNs.", "builtins.set itself"},
      {"(cbuiltins\nset\nl.", "builtins.set itself"},
      {"NN\x81.", "a call of what is no global"},
      {"N)R.", "a call of what is no global"},
      {"cbuiltins\nset\nNR.", "without a tuple of arguments"},
      {"cbuiltins\nset\nK\x01\x85R.", "made of something else"},
      {"cbuiltins\nset\n))\x86R.", "made of something else"},
      {"cbuiltins\nset\n]]a\x85R.", "neither a key nor an element"},
      {"cbuiltins\ndict\n]\x85R.", "called with arguments"},
      {"cbuiltins\nbytes\nK\x01\x85R.", "made of something else"},
      {"c_codecs\nencode\nVa\nVrot13\n\x86R.", "the codec rot13"},
      {"c_codecs\nencode\nV\\u20ac\nVlatin1\n\x86R.", "latin1 does not have"},
      {"(o.", "a call of nothing"},
      {"o.", "a call of nothing"},
      {"cbuiltins\nset\n)}K\x01K\x02s\x92.", "keyword arguments"},
      {"]}b.", "parts of an exception"},
      {"cbuiltins\nValueError\n)R]b.", "the state of an exception"},
      // Keys.
      {"}]Ns.", "neither a key nor an element"},
      {"\x8f(]\x90.", "neither a key nor an element"},
      {"(]\x91.", "neither a key nor an element"},
      {"}cbuiltins\nKeyError\n)RNs.", "neither a key nor an element"},
      // What contains itself.
      {"]2a.", "a list that contains itself"},
      {"]q\0h\0a."s, "a list that contains itself"},
      {"]q\0h\0\x85"
       "a."s,
       "a list that contains itself"},
      {"}q\0Nh\0s."s, "a dict that contains itself"},
      {"]q\0}Nh\0sa."s, "a list that contains itself"},
      {"cbuiltins\nKeyError\n)Rq\0}Nh\0sb."s, "an exception that contains itself"},
  };
  for (const auto& [pickle, reason] : cases) {
    const std::string said = complaint(pickle);
    EXPECT_NE(said, "") << ::testing::PrintToString(pickle);
    EXPECT_NE(said.find(reason), std::string::npos)
        << ::testing::PrintToString(pickle) << ": " << said;
  }
}

TEST(HostilePickleTest, DeepNesting) {
  constexpr int k_levels = 1'000'000;
  EXPECT_NE(complaint(repeated("]", k_levels) + repeated("a", k_levels - 1) + ".").find("deeper"),
            std::string::npos);
  EXPECT_NE(complaint(")" + repeated("\x85", k_levels) + ".").find("deeper"), std::string::npos);
  EXPECT_NE(complaint(repeated("(", k_levels) + "N" + repeated("t", k_levels) + ".").find("deeper"),
            std::string::npos);
  EXPECT_NE(complaint(repeated("(", k_levels)), "");
  EXPECT_NE(complaint(repeated("]", k_levels)), "");
}

TEST(HostilePickleTest, ABillionLaughsAreFew) {
  // Each list holds the one before it twice, 400 levels deep.
  std::string pickle = "\x80\x04K\x01\x94";
  for (int i = 0; i < 400; ++i) pickle += "2\x86";
  EXPECT_GE(load(pickle + ".").weight(), std::uint64_t{1} << 62);
  EXPECT_THROW(
      static_cast<void>(pickle::loads<std::tuple<Object, Object>>(testing::bytes(pickle + "."))),
      UnpicklingError);
  EXPECT_NE(complaint("}" + pickle + "Ns.").find("keys that share"), std::string::npos);
  EXPECT_NE(complaint("\x8f(" + pickle + "\x90.").find("keys that share"), std::string::npos);
}

TEST(HostilePickleTest, KeysThatAreSharedByManyDictsAreFine) {
  const std::string key =
      "K\x01K\x02\x86\x94"
      "X\x90\x01\0\0"s +
      std::string(400, 'k') + "\x94";
  const std::string records = repeated("}(h\0Nh\x01Nu"s, 10'000);
  EXPECT_EQ(load("\x80\x04" + key + "](" + records + "e.").size(), 10'000U);
}

TEST(HostilePickleTest, KeysOfManyDictsAreCountedTogether) {
  const std::string key = "\x80\x04K\x01" + repeated("2\x86", 14) + "\x94";
  EXPECT_EQ(complaint(key + "](" + repeated("}h\0Ns"s, 10) + "e."), "");
  EXPECT_NE(complaint(key + "](" + repeated("}h\0Ns"s, 1'000) + "e.").find("keys that share"),
            std::string::npos);
}

TEST(HostilePickleTest, CallsThatCopyAreCharged) {
  const std::string list = "](" + repeated("K\x01", 1000) + "e";
  EXPECT_NE(
      complaint("(cbuiltins\nset\nq\0"s + list + "\x85q\x01" + repeated("Rh\0h\x01"s, 100) + "R.")
          .find("again and again"),
      std::string::npos);
}

TEST(HostilePickleTest, CutShortAtEveryLength) {
  const std::string good = dump(Object::dict(
      {{"a", Object::list({1, 2.5, nullptr, Object::bytes("x"), Object::bytearray("y")})},
       {Object::tuple({1, Object::frozenset({2})}),
        Object::set({Object::integer("9999999999999999999")})},
       {"e", Object::exception("queue", "Empty", {"no"})}}));
  ASSERT_EQ(complaint(good), "");
  for (std::size_t length = 0; length < good.size(); ++length) {
    EXPECT_NE(complaint(good.substr(0, length)), "") << length;
  }
}

TEST(HostilePickleTest, RandomMutations) {
  const std::string good = dump(Object::dict(
      {{"a", Object::list({1, 2.5, nullptr, Object::bytes("x"), Object::bytearray("y")})},
       {Object::tuple({1, Object::frozenset({2})}), Object::set({3, "b"})},
       {"e", Object::exception("queue", "Empty", {"no"})}}));
  std::mt19937 random(20240607);
  int refused = 0;
  constexpr int k_rounds = 50'000;
  for (int round = 0; round < k_rounds; ++round) {
    std::string bytes = good;
    for (int changes = 1 + static_cast<int>(random() % 4); changes > 0; --changes) {
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    try {
      const Object value = load(bytes);
      EXPECT_EQ(load(dump(value)), value);
    } catch (const UnpicklingError&) {
      ++refused;
    }
  }
  EXPECT_GT(refused, k_rounds / 10);
  EXPECT_LT(refused, k_rounds);
}

}  // namespace
}  // namespace hilo::pickle
