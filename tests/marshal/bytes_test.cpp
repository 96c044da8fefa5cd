// SPDX-License-Identifier: MIT
#include "hilo/marshal/bytes.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <limits>
#include <new>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace hilo::marshal {
namespace {

std::string_view text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(BytesTest, StartsEmpty) {
  const Bytes bytes;
  EXPECT_TRUE(bytes.empty());
  EXPECT_EQ(bytes.size(), 0U);
  EXPECT_EQ(bytes.begin(), bytes.end());
}

TEST(BytesTest, KeepsWhatItHoldsWhenItGrows) {
  Bytes bytes;
  std::string expected;
  for (int i = 0; i < 10'000; ++i) {
    const std::string piece = std::to_string(i);
    bytes.append(piece.data(), piece.size());
    expected += piece;
  }
  EXPECT_EQ(text_of(bytes), expected);
}

TEST(BytesTest, ExtendGivesRoomToWriteInto) {
  Bytes bytes;
  bytes.append("ab", 2);
  std::memcpy(bytes.extend(3), "cde", 3);
  EXPECT_EQ(text_of(bytes), "abcde");
}

TEST(BytesTest, MovesLeaveTheSourceEmpty) {
  Bytes bytes;
  bytes.append("abc", 3);
  Bytes moved(std::move(bytes));
  EXPECT_EQ(text_of(moved), "abc");
  EXPECT_TRUE(bytes.empty());  // NOLINT: a moved-from Bytes is an empty one
  Bytes assigned;
  assigned.append("to be dropped", 13);
  assigned = std::move(moved);
  EXPECT_EQ(text_of(assigned), "abc");
}

TEST(BytesTest, ClearKeepsTheMemory) {
  Bytes bytes;
  bytes.append("abc", 3);
  const std::byte* const memory = bytes.data();
  bytes.clear();
  EXPECT_TRUE(bytes.empty());
  bytes.append("xyz", 3);
  EXPECT_EQ(bytes.data(), memory);
  EXPECT_EQ(text_of(bytes), "xyz");
}

TEST(BytesTest, CopiesASpan) {
  Bytes bytes;
  bytes.append("abc", 3);
  const Bytes copy{std::span<const std::byte>(bytes)};
  EXPECT_EQ(text_of(copy), "abc");
  EXPECT_NE(copy.data(), bytes.data());
}

TEST(BytesTest, MoreThanThereCanBeIsBadAlloc) {
  Bytes bytes;
  bytes.append("abc", 3);
  EXPECT_THROW(bytes.extend(std::numeric_limits<std::size_t>::max()), std::bad_alloc);
  EXPECT_THROW(bytes.extend(std::numeric_limits<std::ptrdiff_t>::max()), std::bad_alloc);
  EXPECT_EQ(text_of(bytes), "abc");
}

}  // namespace
}  // namespace hilo::marshal
