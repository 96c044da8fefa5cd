// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <string>
#include <string_view>

#include "hilo/pickle.hpp"
#include "pickle/bytes.hpp"

namespace {

std::atomic<std::size_t> in_use = 0;
std::atomic<std::size_t> most_in_use = 0;

constexpr std::size_t k_head = 16;

void* counted(std::size_t size) {
  auto* const block = static_cast<std::size_t*>(std::malloc(size + k_head));
  if (block == nullptr) throw std::bad_alloc();
  *block = size;
  const std::size_t now = in_use.fetch_add(size) + size;
  std::size_t most = most_in_use.load();
  while (now > most && !most_in_use.compare_exchange_weak(most, now)) {
  }
  return reinterpret_cast<std::byte*>(block) + k_head;
}

void returned(void* memory) noexcept {
  if (memory == nullptr) return;
  auto* const block = reinterpret_cast<std::size_t*>(static_cast<std::byte*>(memory) - k_head);
  in_use.fetch_sub(*block);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t size) { return counted(size); }
void* operator new[](std::size_t size) { return counted(size); }
void operator delete(void* block) noexcept { returned(block); }
void operator delete[](void* block) noexcept { returned(block); }
void operator delete(void* block, std::size_t) noexcept { returned(block); }
void operator delete[](void* block, std::size_t) noexcept { returned(block); }

namespace hilo::pickle {
namespace {

using namespace std::string_literals;

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

/// Bytes in use at the worst moment of reading `pickle`, for each byte of it; all come back.
double swell(const std::string& pickle) {
  const std::size_t before = in_use.load();
  most_in_use = before;
  static_cast<void>(testing::complaint(pickle));
  EXPECT_EQ(in_use.load(), before);
  return static_cast<double>(most_in_use.load() - before) / static_cast<double>(pickle.size());
}

TEST(PickleMemoryTest, IsProportionalToTheBytes) {
  constexpr std::size_t k_count = 200'000;
  const std::string list = "](" + repeated("K\x01", 50'000) + "e";
  const std::string text = "V" + std::string(50'000, 'x') + "\nVlatin1\n\x86";
  const std::string cases[] = {
      "(" + repeated("]", k_count) + "l.",
      "(" + repeated("}", k_count) + "l.",
      "(" + repeated("]Na", k_count) + "l.",
      "(" + repeated("}NNs", k_count) + "l.",
      "(" + repeated("\x8f(N\x90", k_count) + "l.",
      "(" + repeated("N\x85", k_count) + "l.",
      "(" + repeated("C\x01x", k_count) + "l.",
      "(" + repeated("N", k_count) + "l.",
      "(" + repeated("N\x94", k_count) + "l.",
      repeated("(", k_count),
      "N" + repeated("2", k_count),
      "]r" + "\x80\x1a\x06\x00"s + repeated("N0", k_count) + ".",
      "(cbuiltins\nValueError\nq\0"s + repeated(")Rh\0"s, k_count) + "l.",
      "(cbuiltins\nset\nq\0"s + list + "\x85q\x01" + repeated("Rh\0h\x01"s, k_count) + "l.",
      "(c_codecs\nencode\nq\0"s + text + "q\x01" + repeated("Rh\0h\x01"s, k_count) + "l.",
  };
  for (const std::string& pickle : cases) {
    EXPECT_LT(swell(pickle), 128) << ::testing::PrintToString(pickle.substr(0, 30));
  }
}

}  // namespace
}  // namespace hilo::pickle
