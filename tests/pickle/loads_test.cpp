// SPDX-License-Identifier: MIT
#include "hilo/pickle/loads.hpp"

#include <gtest/gtest.h>

#include <string>

#include "hilo/errors.hpp"
#include "pickle/bytes.hpp"

namespace hilo::pickle {
namespace {

using testing::complaint;
using testing::load;
using namespace std::string_literals;

struct Case {
  std::string pickle;
  const char* repr;
};

TEST(LoadsTest, EveryInstruction) {
  const Case cases[] = {
      {"N.", "None"},
      {"I00\n.", "False"},
      {"I01\n.", "True"},
      {"I-7\n.", "-7"},
      {"I99999999999999999999\n.", "99999999999999999999"},
      {"L7L\n.", "7"},
      {"L-7\n.", "-7"},
      {"F1.5\n.", "1.5"},
      {"F1e+100\n.", "1e+100"},
      {"F-inf\n.", "-inf"},
      {"Fnan\n.", "nan"},
      {"G\x3f\xf8\0\0\0\0\0\0."s, "1.5"},
      {"J\xfe\xff\xff\xff.", "-2"},
      {"K\xff.", "255"},
      {"M\xff\xff.", "65535"},
      {"\x80\x02\x88.", "True"},
      {"\x80\x02\x89.", "False"},
      {"\x80\x02\x8a\x09\0\0\0\0\0\0\0\0\x01."s, "18446744073709551616"},
      {"\x80\x02\x8b\x01\0\0\0\x80."s, "-128"},
      {"S'it\\'s\\n\\x41\\101\\0'\n."s, R"("it's\nAA\x00")"},
      {"S\"\\\\\\a\\b\\f\\v\\r\\t\\\"\"\r\n."s, R"('\\\x07\x08\x0c\x0b\r\t"')"},
      {"T\x02\0\0\0ab."s, "'ab'"},
      {"U\x02"
       "ab.",
       "'ab'"},
      {"Vab\\u20ac\\U0001f600\\\\u0041\xe9\n.",
       "'ab\xe2\x82\xac\xf0\x9f\x98\x80\\\\\\\\u0041\xc3\xa9'"},
      {"V\\ud800\\\n.", R"('\ud800\\')"},
      {"X\x02\0\0\0ab."s, "'ab'"},
      {"\x8c\x03\xed\xa0\x80.", R"('\ud800')"},
      {"\x8d\x01\0\0\0\0\0\0\0a."s, "'a'"},
      {"C\x01\xff.", R"(b'\xff')"},
      {"B\x01\0\0\0a."s, "b'a'"},
      {"\x8e\x01\0\0\0\0\0\0\0a."s, "b'a'"},
      {"\x96\x01\0\0\0\0\0\0\0a."s, "bytearray(b'a')"},
      {"(lp0\nI1\naI2\na.", "[1, 2]"},
      {"(I1\nI2\nl.", "[1, 2]"},
      {"](K\x01K\x02"
       "e.",
       "[1, 2]"},
      {"](eK\x01"
       "a.",
       "[1]"},
      {"(t.", "()"},
      {").", "()"},
      {"(K\x01t.", "(1,)"},
      {"K\x01\x85.", "(1,)"},
      {"K\x01K\x02\x86.", "(1, 2)"},
      {"K\x01K\x02K\x03\x87.", "(1, 2, 3)"},
      {"(d.", "{}"},
      {"(K\x01K\x02"
       "d.",
       "{1: 2}"},
      {"}K\x01K\x02s.", "{1: 2}"},
      {"}(K\x01K\x02K\x03K\x04u.", "{1: 2, 3: 4}"},
      {"\x8f(K\x02K\x01\x90.", "{1, 2}"},
      {"(K\x02K\x01\x91.", "frozenset({1, 2})"},
      {"(K\x01K\x02"
       "1N.",
       "None"},
      {"NK\x01"
       "0.",
       "None"},
      {"K\x07"
       "2\x86.",
       "(7, 7)"},
      {"(0N.", "None"},
      {"]p0\n0g0\n.", "[]"},
      {"]q\x00"
       "0h\x00."s,
       "[]"},
      {"]r\0\0\0\0"
       "0j\0\0\0\0."s,
       "[]"},
      {"\x80\x04]\x94N\x94"
       "0"
       "0h\x00h\x01\x86."s,
       "([], None)"},
      {"]q\x05\x94"
       "0h\x01."s,
       "[]"},  // the memo counts what it holds, not its gaps
      {"\x80\x04\x95\x02\0\0\0\0\0\0\0N."s, "None"},
      {"c__builtin__\nset\n]\x85R.", "set()"},
      {"c__builtin__\nset\n](K\x02K\x01K\x01"
       "e\x85R.",
       "{1, 2}"},
      {"cbuiltins\nfrozenset\n(K\x01t\x85R.", "frozenset({1})"},
      {"cbuiltins\nlist\n)R.", "[]"},
      {"cbuiltins\ntuple\n]K\x01"
       "a\x85R.",
       "(1,)"},
      {"cbuiltins\ndict\n)R.", "{}"},
      {"c__builtin__\nbytes\n)R.", "b''"},
      {"c_codecs\nencode\nV\xff\\u00fe\nVlatin1\n\x86R.", R"(b'\xff\xfe')"},
      {"cbuiltins\nbytearray\n)R.", "bytearray(b'')"},
      {"cbuiltins\nbytearray\nC\x01"
       "a\x85R.",
       "bytearray(b'a')"},
      {"c__builtin__\nbytearray\nVa\nVlatin-1\n\x86R.", "bytearray(b'a')"},
      {"\x80\x04\x8c\x08"
       "builtins\x8c\x03set\x93)R.",
       "set()"},
  };
  for (const Case& each : cases) {
    EXPECT_EQ(load(each.pickle).repr(), each.repr) << ::testing::PrintToString(each.pickle);
  }
}

TEST(LoadsTest, WhatIsSharedStaysShared) {
  const Object value = load(
      "](]q\x00h\x00"
      "e."s);
  EXPECT_EQ(value[0].elements().data(), value[1].elements().data());
  EXPECT_EQ(value.repr(), "[[], []]");
}

TEST(LoadsTest, ListsGrowWhileTheyAreOpen) {
  // Twice on the stack, once in the memo: it is one list.
  EXPECT_EQ(load("]q\x00"
                 "2K\x01"
                 "a0h\x00K\x02"
                 "a0."s)
                .repr(),
            "[1, 2]");
}

TEST(LoadsTest, TheErrorSaysWhereAndWhat) {
  EXPECT_EQ(complaint("K"),
            "hilo: pickle, byte 1 of 1: the bytes end too early: 1 are needed, 0 are left");
  EXPECT_EQ(complaint("cos\nsystem\n."),
            "hilo: pickle, byte 11 of 12: os.system is no plain data, and is not executed");
  EXPECT_EQ(complaint("]2a."), "hilo: pickle, byte 3 of 4: a list that contains itself");
}

}  // namespace
}  // namespace hilo::pickle
