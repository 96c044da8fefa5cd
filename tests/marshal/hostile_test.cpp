// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <forward_list>
#include <initializer_list>
#include <list>
#include <map>
#include <new>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/marshal.hpp"
#include "marshal/types.hpp"

namespace {

/// The largest block that was asked for since it was set to zero.
std::atomic<std::size_t> largest_block = 0;

void* counted(std::size_t size) {
  std::size_t largest = largest_block.load();
  while (size > largest && !largest_block.compare_exchange_weak(largest, size)) {
  }
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* block) noexcept { std::free(block); }
void operator delete[](void* block) noexcept { std::free(block); }
void operator delete(void* block, std::size_t) noexcept { std::free(block); }
void operator delete[](void* block, std::size_t) noexcept { std::free(block); }

namespace hilo::marshal {
namespace {

using testing::Everything;
using testing::Node;
using testing::Record;
using testing::Tree;

/// Whatever the bytes say, no block may be much larger than they are.
constexpr std::size_t k_large = 1 << 16;

template <class T>
void expect_refused(std::span<const std::byte> bytes) {
  largest_block = 0;
  EXPECT_THROW(static_cast<void>(loads<T>(bytes)), UnpicklingError);
  EXPECT_LT(largest_block.load(), k_large);
}

/// A frame of type T whose body is `words`.
template <class T>
Bytes frame(std::initializer_list<std::uint64_t> words) {
  Writer out;
  out.write_scalar(type_hash<T>());
  for (const std::uint64_t word : words) out.write_scalar(word);
  return out.take();
}

TEST(HostileTest, CutShortAtEveryLength) {
  const Bytes bytes = dumps(testing::some_everything());
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    expect_refused<Everything>({bytes.data(), length});
  }
}

TEST(HostileTest, BytesBehindTheEnd) {
  Bytes bytes = dumps(testing::some_record());
  bytes.append("x", 1);
  expect_refused<Record>(bytes);
}

TEST(HostileTest, LengthsThatCannotBe) {
  for (const std::uint64_t length : {std::uint64_t{1} << 60, std::uint64_t{1} << 63,
                                     ~std::uint64_t{0}, std::uint64_t{1} << 32, std::uint64_t{2}}) {
    expect_refused<std::string>(frame<std::string>({length}));
    expect_refused<std::vector<int>>(frame<std::vector<int>>({length}));
    expect_refused<std::vector<bool>>(frame<std::vector<bool>>({length}));
    expect_refused<std::vector<std::string>>(frame<std::vector<std::string>>({length, 0}));
    expect_refused<std::list<int>>(frame<std::list<int>>({length}));
    expect_refused<std::forward_list<int>>(frame<std::forward_list<int>>({length}));
    expect_refused<std::set<int>>(frame<std::set<int>>({length}));
    expect_refused<std::map<std::string, int>>(frame<std::map<std::string, int>>({length}));
    using Table = std::unordered_map<int, int>;
    expect_refused<Table>(frame<Table>({length}));
  }
}

struct Nothing {};

TEST(HostileTest, ElementsThatEncodeToNothingAreCapped) {
  using Many = std::vector<Nothing>;
  expect_refused<Many>(frame<Many>({k_most_weightless + 1}));
  expect_refused<Many>(frame<Many>({std::uint64_t{1} << 60}));
}

struct Swollen {
  std::optional<std::array<char, 1 << 20>> large;
};

TEST(HostileTest, ElementsMuchLargerThanTheirBytesGetNoRoomInAdvance) {
  using Many = std::vector<Swollen>;
  // Eight elements of a megabyte each are promised by one byte each; the first is a bad bool.
  expect_refused<Many>(frame<Many>({8, ~std::uint64_t{0}}));
}

TEST(HostileTest, DeepNesting) {
  Writer out;
  out.write_scalar(type_hash<Tree>());
  for (int i = 0; i < 1'000'000; ++i) {
    out.write_scalar(0);
    out.write_scalar(std::uint64_t{1});
  }
  expect_refused<Tree>(out.bytes());
  out.clear();
  out.write_scalar(type_hash<Node>());
  for (int i = 0; i < 1'000'000; ++i) {
    out.write_scalar(0);
    out.write_scalar(true);
  }
  expect_refused<Node>(out.bytes());
}

TEST(HostileTest, ValuesOutOfRange) {
  Writer out;
  out.write_scalar(type_hash<bool>());
  out.write_scalar(std::uint8_t{2});
  expect_refused<bool>(out.bytes());
  using Choice = std::variant<int, std::string>;
  out.clear();
  out.write_scalar(type_hash<Choice>());
  out.write_scalar(std::uint32_t{2});
  expect_refused<Choice>(out.bytes());
  using Keys = std::set<std::uint64_t>;
  expect_refused<Keys>(frame<Keys>({2, 5, 5}));
}

TEST(HostileTest, RandomMutations) {
  const Bytes good = dumps(testing::some_everything());
  std::mt19937 random(20240607);
  int refused = 0;
  constexpr int k_rounds = 20'000;
  for (int round = 0; round < k_rounds; ++round) {
    Bytes bytes{std::span<const std::byte>(good)};
    const int changes = 1 + static_cast<int>(random() % 4);
    for (int i = 0; i < changes; ++i) {
      // The hash in front stays, or all of them would end there.
      const std::size_t at = 8 + random() % (bytes.size() - 8);
      bytes.data()[at] = static_cast<std::byte>(random() % 2 == 0 ? random() : 0xff);
    }
    largest_block = 0;
    try {
      static_cast<void>(loads<Everything>(bytes));
    } catch (const UnpicklingError&) {
      ++refused;
    }
    ASSERT_LT(largest_block.load(), k_large);
  }
  EXPECT_GT(refused, k_rounds / 10);
  EXPECT_LT(refused, k_rounds);
}

TEST(HostileTest, TheErrorSaysWhere) {
  try {
    static_cast<void>(loads<int>(frame<int>({})));
    FAIL();
  } catch (const UnpicklingError& error) {
    EXPECT_STREQ(error.what(),
                 "hilo: byte 8 of 8: the bytes end too early: 4 are needed, 0 are left");
  }
}

}  // namespace
}  // namespace hilo::marshal
