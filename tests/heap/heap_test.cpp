// SPDX-License-Identifier: MIT
#include "heap/heap.hpp"

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <system_error>
#include <thread>
#include <vector>

#include "heap/family.hpp"
#include "heap/members.hpp"
#include "heap/objects.hpp"
#include "hilo/detail/family/object.hpp"
#include "hilo/detail/family/scope.hpp"
#include "hilo/errors.hpp"
#include "os/faults.hpp"

namespace hilo::detail::family {
namespace {

class HeapTest : public ::testing::Test {
 protected:
  void SetUp() override {
    join();
    before_ = heap_use();
  }
  void TearDown() override {
    EXPECT_EQ(heap_use().blocks, before_.blocks);
    EXPECT_EQ(heap_use().bytes, before_.bytes);
  }

 private:
  HeapUse before_;
};

TEST_F(HeapTest, BlocksOfEverySizeAreApartAndAligned) {
  std::vector<std::pair<Offset, std::size_t>> blocks;
  for (std::size_t size = 0; size < 40'000; size += 1 + size / 7) {
    const Offset block = allocate(size);
    EXPECT_EQ(block % 16, 0u);
    std::memset(g_segments.resolve(block), static_cast<int>(size & 0xff), size);
    blocks.emplace_back(block, size);
  }
  for (const auto& [block, size] : blocks) {
    const auto* bytes = reinterpret_cast<const unsigned char*>(g_segments.resolve(block));
    for (std::size_t index = 0; index < size; ++index) ASSERT_EQ(bytes[index], size & 0xff);
    release(block);
  }
}

TEST_F(HeapTest, AReusedBlockIsZeroWhenAsked) {
  for (const std::size_t size : {40u, 1'000u, 5'000u, 100'000u, 3'000'000u}) {
    const Offset first = allocate(size);
    std::memset(g_segments.resolve(first), 0xff, size);
    release(first);
    const Offset again = allocate(size, Zeroed::yes);
    const auto* bytes = reinterpret_cast<const unsigned char*>(g_segments.resolve(again));
    EXPECT_EQ(std::count(bytes, bytes + size, 0), static_cast<std::ptrdiff_t>(size));
    release(again);
  }
}

TEST_F(HeapTest, FreedMemoryIsUsedAgain) {
  for (int round = 0; round < 3; ++round) {
    std::vector<Offset> blocks;
    for (int count = 0; count < 5'000; ++count) blocks.push_back(allocate(500));
    for (const Offset block : blocks) release(block);
  }
  const std::uint64_t reserved = heap_use().reserved;
  for (int round = 0; round < 20; ++round) {
    std::vector<Offset> blocks;
    for (int count = 0; count < 5'000; ++count) blocks.push_back(allocate(500));
    for (const Offset block : blocks) release(block);
  }
  EXPECT_LE(heap_use().reserved, reserved + reserved / 2);
}

TEST_F(HeapTest, ALargeBlockGivesItsMemoryBack) {
  const std::uint64_t before = heap_use().reserved;
  const Offset block = allocate(64 << 20);
  EXPECT_GE(heap_use().reserved, before + (64 << 20));
  release(block);
  EXPECT_LT(heap_use().reserved, before + (2 << 20));
}

TEST_F(HeapTest, ThreadsAllocateAtOnce) {
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([number] {
      std::vector<Offset> mine;
      for (int round = 0; round < 20'000; ++round) {
        const Offset block = allocate(sizeof(int));
        *g_segments.as<int>(block) = number;
        mine.push_back(block);
        if (mine.size() == 50) {
          for (const Offset each : mine) {
            ASSERT_EQ(*g_segments.as<int>(each), number);
            release(each);
          }
          mine.clear();
        }
      }
      for (const Offset each : mine) release(each);
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST_F(HeapTest, AnImpossibleSizeIsAnError) {
  EXPECT_THROW((void)allocate(std::size_t{1} << 60), std::system_error);
  EXPECT_THROW((void)allocate(SIZE_MAX), std::system_error);
}

TEST_F(HeapTest, ARefusedReservationIsAnErrorAndLosesNothing) {
  const os::FaultGuard refuse("fallocate", ENOSPC);
  EXPECT_THROW((void)allocate(128 << 20), std::system_error);
}

TEST_F(HeapTest, AnObjectLivesUntilItsLastHandleGoes) {
  const HeapUse before = heap_use();
  {
    ObjectRef first = ObjectRef::create(100);
    ObjectRef second = first;
    (void)create_part(first.offset(), 50);
    first = ObjectRef();
    EXPECT_EQ(heap_use().blocks, before.blocks + 2);
    EXPECT_EQ(ObjectRef::find(second.offset(), second.serial()), second);
  }
  EXPECT_EQ(heap_use().blocks, before.blocks);
  EXPECT_EQ(heap_use().bytes, before.bytes);
}

TEST_F(HeapTest, BytesOfAnObjectThatIsGoneAreRefused) {
  std::uint64_t offset = 0;
  std::uint64_t serial = 0;
  {
    const ObjectRef object = ObjectRef::create(8);
    offset = object.offset();
    serial = object.serial();
    EXPECT_THROW(ObjectRef::find(offset, serial + 1), UnpicklingError);
    EXPECT_THROW(ObjectRef::find(offset + 64, serial), UnpicklingError);
  }
  const ObjectRef other = ObjectRef::create(8);
  EXPECT_THROW(ObjectRef::find(offset, serial), UnpicklingError);
}

TEST_F(HeapTest, MadeUpOffsetsAreRefused) {
  for (const std::uint64_t offset :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{64}, k_page, k_page + 128,
        std::uint64_t{1} << 30, std::uint64_t{1} << 45, ~std::uint64_t{0}}) {
    EXPECT_THROW(ObjectRef::find(offset, 1), UnpicklingError) << offset;
  }
}

TEST_F(HeapTest, ManyMembersHoldOneObject) {
  const ObjectRef object = ObjectRef::create(8);
  std::set<std::uint32_t> members;
  for (std::uint32_t number = 1; number <= 200; ++number) members.insert((9u << 13) | number);
  for (const std::uint32_t member : members) {
    EXPECT_TRUE(hold(object.offset(), object.serial(), member));
  }
  for (const std::uint32_t member : members) let_go(object.offset(), member);
  EXPECT_EQ(ObjectRef::find(object.offset(), object.serial()), object);
}

}  // namespace
}  // namespace hilo::detail::family
