// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/queue.hpp"
#include "hilo/threading.hpp"

/// What items may do: be of any type, throw, and use the queue they are in.
namespace hilo::queue {
namespace {

using namespace std::chrono_literals;

template <class Kind>
class ItemTest : public ::testing::Test {};

struct Lifo {
  template <class T>
  using Of = LifoQueue<T>;
};
struct Fifo {
  template <class T>
  using Of = Queue<T>;
};
struct Simple {
  template <class T>
  using Of = SimpleQueue<T>;
};
struct ByAddress {
  template <class T>
  bool operator()(const T& a, const T& b) const {
    return std::less<>()(&a, &b);
  }
};
struct Priority {
  template <class T>
  using Of = PriorityQueue<T, ByAddress>;
};
using AllKinds = ::testing::Types<Fifo, Lifo, Priority, Simple>;
TYPED_TEST_SUITE(ItemTest, AllKinds);

TYPED_TEST(ItemTest, MayBeMoveOnly) {
  typename TypeParam::template Of<std::unique_ptr<int>> queue;
  queue.put(std::make_unique<int>(1));
  queue.put_nowait(std::make_unique<int>(1));
  EXPECT_EQ(*queue.get(), 1);
  EXPECT_EQ(**queue.try_get(1s), 1);
}

/// Can be moved by copying its bytes, and yet not be copied.
struct Descriptor {
  explicit Descriptor(int its_number) : number(its_number) {}
  Descriptor(Descriptor&&) = default;
  Descriptor& operator=(Descriptor&&) = default;
  int number;
};
static_assert(std::is_trivially_copyable_v<Descriptor>);

TYPED_TEST(ItemTest, MayBeOfAnyShape) {
  struct Constant {
    const int number;
  };
  struct alignas(128) Aligned {
    char letter;
  };
  typename TypeParam::template Of<Constant> constants;
  constants.put({3});
  EXPECT_EQ(constants.get().number, 3);
  typename TypeParam::template Of<Aligned> aligned;
  aligned.put({'a'});
  EXPECT_EQ(aligned.get().letter, 'a');
  typename TypeParam::template Of<std::array<char, 5000>> large;
  large.put({'x'});
  EXPECT_EQ(large.get()[0], 'x');
  typename TypeParam::template Of<bool> bools;
  bools.put(true);
  EXPECT_TRUE(bools.get());
  typename TypeParam::template Of<Descriptor> descriptors;
  descriptors.put(Descriptor(3));
  EXPECT_EQ(descriptors.get().number, 3);
  typename TypeParam::template Of<std::optional<int>> optional;
  optional.put(std::nullopt);
  const auto got = optional.try_get();
  ASSERT_TRUE(got.has_value());
  EXPECT_EQ(*got, std::nullopt);
}

TYPED_TEST(ItemTest, DiesWithTheQueue) {
  const auto item = std::make_shared<int>(1);
  {
    typename TypeParam::template Of<std::shared_ptr<int>> queue;
    for (int i = 0; i < 1000; ++i) queue.put(item);
    EXPECT_EQ(item.use_count(), 1001);
    (void)queue.get();
  }
  EXPECT_EQ(item.use_count(), 1);
}

TYPED_TEST(ItemTest, StaysWithAStaticQueueThatADaemonOutlives) {
  testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(
      {
        static const auto item = std::make_shared<int>(1);
        static const struct Late {
          ~Late() { std::fprintf(stderr, "%ld holders", item.use_count()); }
        } late;
        static typename TypeParam::template Of<std::shared_ptr<int>> queue;
        queue.put(item);
        threading::Thread({.daemon = true}, [] { threading::Event().wait(); }).start();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "2 holders");
}

// A queue for one answer: the asker ends it as soon as it has that.
TYPED_TEST(ItemTest, QueueMayEndWhileTheLastPutReturns) {
  using Answers = typename TypeParam::template Of<int>;
  SimpleQueue<Answers*> questions;
  std::thread answerer([&] {
    while (Answers* answers = questions.get()) answers->put(1);
  });
  for (int i = 0; i < 20'000; ++i) {
    auto answers = std::make_unique<Answers>();
    questions.put(answers.get());
    EXPECT_EQ(answers->get(), 1);
  }
  questions.put(nullptr);
  answerer.join();
}

/// Throws from its copy on request; has no move of its own.
struct Copied {
  Copied(int its_number, int* left) : number(its_number), copies_left(left) {}
  Copied(const Copied& other) : number(other.number), copies_left(other.copies_left) {
    if (--*copies_left == 0) throw std::runtime_error("copy");
  }
  int number;
  int* copies_left;
};

TYPED_TEST(ItemTest, PutThatCannotCopyChangesNothing) {
  int left = 0;
  typename TypeParam::template Of<Copied> queue;
  const Copied item(1, &left);
  left = 1;
  EXPECT_THROW(queue.put(item), std::runtime_error);
  left = 1;
  EXPECT_THROW(queue.put(Copied(1, &left)), std::runtime_error);
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(queue.try_get().has_value());
}

TYPED_TEST(ItemTest, GetThatCannotCopyLosesNothing) {
  int left = 0;
  typename TypeParam::template Of<Copied> queue;
  for (int i = 1; i <= 3; ++i) queue.put(Copied(i, &left));
  left = 1;
  EXPECT_THROW(queue.get(), std::runtime_error);
  left = 1;
  EXPECT_THROW((void)queue.try_get(), std::runtime_error);
  EXPECT_EQ(queue.qsize(), 3);
  left = 0;
  int sum = 0;
  while (const auto item = queue.try_get()) sum += item->number;
  EXPECT_EQ(sum, 1 + 2 + 3);
  EXPECT_TRUE(queue.empty());
}

TEST(ItemOrderTest, ItemThatCouldNotBeGotStaysFirst) {
  int left = 0;
  Queue<Copied> queue;
  SimpleQueue<Copied> simple;
  for (int i = 1; i <= 3; ++i) {
    queue.put(Copied(i, &left));
    simple.put(Copied(i, &left));
  }
  left = 1;
  EXPECT_THROW(queue.get(), std::runtime_error);
  left = 1;
  EXPECT_THROW(simple.get(), std::runtime_error);
  for (int i = 1; i <= 3; ++i) {
    EXPECT_EQ(queue.get().number, i);
    EXPECT_EQ(simple.get().number, i);
  }
}

TEST(ItemOrderTest, ItemThatFindsNoRoomIsStillTheCallers) {
  Queue<std::unique_ptr<int>> queue(1);
  queue.put(nullptr);
  auto item = std::make_unique<int>(1);
  EXPECT_FALSE(queue.try_put(std::move(item)));
  EXPECT_THROW(queue.put(std::move(item), 1ms), Full);
  EXPECT_NE(item, nullptr);
  queue.shutdown();
  EXPECT_THROW(queue.put(std::move(item)), ShutDown);
  EXPECT_NE(item, nullptr);
}

/// Uses its queue in its copy and in its destructor.
template <class Kind>
struct Busy {
  using Items = typename Kind::template Of<Busy>;
  Busy(Items* its_queue, std::vector<std::int64_t>* sizes) : items(its_queue), seen(sizes) {}
  Busy(const Busy& other) : items(other.items), seen(other.seen) { use(); }
  Busy& operator=(const Busy&) = delete;
  ~Busy() {
    use();
    if (again && items->qsize() < 3) items->put(Busy(items, seen));
  }
  void use() const { seen->push_back(items->qsize()); }

  Items* items;
  std::vector<std::int64_t>* seen;
  bool again = false;
};

TYPED_TEST(ItemTest, MayUseTheQueueItIsIn) {
  std::vector<std::int64_t> seen;
  typename TypeParam::template Of<Busy<TypeParam>> queue;
  Busy<TypeParam> item(&queue, &seen);
  item.again = true;
  queue.put(item);
  queue.put(Busy<TypeParam>(&queue, &seen));
  {
    Busy<TypeParam> got = queue.get();
    got.again = true;
  }
  while (queue.try_get()) {
  }
  EXPECT_TRUE(queue.empty());
  EXPECT_FALSE(seen.empty());
}

}  // namespace
}  // namespace hilo::queue
