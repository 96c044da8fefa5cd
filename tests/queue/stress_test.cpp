// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <random>
#include <stop_token>
#include <thread>
#include <type_traits>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/queue.hpp"

/// Many threads, random operations with time-outs, stops and shutdown: no item is lost or doubled,
/// all calls return. HILO_STRESS_SECONDS says for how long, for all kinds together.
namespace hilo::queue {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int k_threads = 64;
constexpr int k_kinds = 8;

Clock::duration time_for_a_kind() {
  const char* seconds = std::getenv("HILO_STRESS_SECONDS");
  return std::chrono::milliseconds(
      static_cast<std::int64_t>((seconds != nullptr ? std::atof(seconds) : 5.0) * 1000 / k_kinds));
}

template <class Kind>
class QueueStressTest : public ::testing::Test {};

struct LessNumber {
  bool operator()(std::uint32_t a, std::uint32_t b) const { return a < b; }
  bool operator()(const std::unique_ptr<std::uint32_t>& a,
                  const std::unique_ptr<std::uint32_t>& b) const {
    return *a < *b;
  }
};
using Kinds = ::testing::Types<Queue<std::uint32_t>, LifoQueue<std::uint32_t>,
                               PriorityQueue<std::uint32_t, LessNumber>, SimpleQueue<std::uint32_t>,
                               Queue<std::unique_ptr<std::uint32_t>>,
                               LifoQueue<std::unique_ptr<std::uint32_t>>,
                               PriorityQueue<std::unique_ptr<std::uint32_t>, LessNumber>,
                               SimpleQueue<std::unique_ptr<std::uint32_t>>>;
TYPED_TEST_SUITE(QueueStressTest, Kinds);

/// One life of a queue, from empty to shut down and drained.
template <class Kind>
class Life {
 public:
  using Item = typename Kind::value_type;
  static constexpr bool k_simple = !requires(Kind kind) { kind.shutdown(); };

  explicit Life(std::uint32_t seed) : seed_(seed), queue_(make(seed)) {}

  void run() {
    std::thread ender([this] {
      std::this_thread::sleep_for(std::chrono::microseconds(seed_ * 7919 % 20'000));
      source_.request_stop();
      if constexpr (!k_simple) queue_->shutdown(drops());
    });
    test::in_threads(k_threads, [&](int number) {
      std::minstd_rand random(seed_ * 1000 + static_cast<std::uint32_t>(number));
      number % 2 == 0 ? put_some(random) : get_some(random);
    });
    ender.join();
    check();
  }

 private:
  static constexpr int k_turns = 200;
  static constexpr std::uint32_t k_most = k_threads * k_turns;

  static std::unique_ptr<Kind> make(std::uint32_t seed) {
    if constexpr (k_simple) {
      (void)seed;
      return std::make_unique<Kind>();
    } else {
      constexpr int k_sizes[] = {0, 1, 3, 100, 0};
      return std::make_unique<Kind>(k_sizes[seed % 5]);
    }
  }
  static Item wrap(std::uint32_t number) {
    if constexpr (std::is_same_v<Item, std::uint32_t>) {
      return number;
    } else {
      return std::make_unique<std::uint32_t>(number);
    }
  }
  static std::uint32_t number_of(const Item& item) {
    if constexpr (std::is_same_v<Item, std::uint32_t>) {
      return item;
    } else {
      return *item;
    }
  }

  [[nodiscard]] bool drops() const { return !k_simple && seed_ % 4 == 0; }

  void put_some(std::minstd_rand& random) {
    for (int turn = 0; turn < k_turns; ++turn) {
      const std::uint32_t number = next_++;
      try {
        bool put = true;
        if constexpr (k_simple) {
          queue_->put(wrap(number));
        } else {
          switch (random() % 4) {
            case 0:
              put = queue_->try_put(wrap(number));
              break;
            case 1:
              put = queue_->try_put(wrap(number), std::chrono::microseconds(random() % 300));
              break;
            case 2:
              put = queue_->try_put(wrap(number), some_stop(random));
              break;
            default:
              queue_->put(wrap(number));
          }
        }
        if (put) was_put_[number] = true;
      } catch (const ShutDown&) {
        return;
      }
    }
  }

  void get_some(std::minstd_rand& random) {
    for (int turn = 0; turn < k_turns; ++turn) {
      try {
        std::optional<Item> item;
        switch (random() % 4) {
          case 0:
            item = queue_->try_get();
            break;
          case 1:
            item = queue_->try_get(std::chrono::microseconds(random() % 300));
            break;
          case 2:
            item = queue_->try_get(some_stop(random));
            break;
          default:
            if constexpr (k_simple) {
              item = queue_->try_get(1ms);
            } else {
              item = queue_->get();
            }
        }
        if (item) record(*item);
      } catch (const ShutDown&) {
        return;
      }
    }
  }

  /// A token that was stopped already, or will be at the end.
  std::stop_token some_stop(std::minstd_rand& random) {
    if (random() % 2 == 0) return source_.get_token();
    std::stop_source source;
    source.request_stop();
    return source.get_token();
  }

  void record(const Item& item) {
    ++got_[number_of(item)];
    if constexpr (!k_simple) queue_->task_done();
  }

  void check() {
    for (;;) {
      try {
        auto item = queue_->try_get();
        if (!item) break;
        record(*item);
      } catch (const ShutDown&) {
        break;
      }
    }
    if constexpr (!k_simple) {
      EXPECT_TRUE(queue_->join(false));
    }
    EXPECT_TRUE(queue_->empty());
    for (std::uint32_t number = 0; number < next_; ++number) {
      ASSERT_LE(got_[number], was_put_[number] ? 1 : 0) << "doubled: " << number;
      ASSERT_GE(got_[number], was_put_[number] && !drops() ? 1 : 0) << "lost: " << number;
    }
  }

  const std::uint32_t seed_;
  std::stop_source source_;
  std::unique_ptr<Kind> queue_;
  std::atomic<std::uint32_t> next_ = 0;
  std::vector<std::atomic<bool>> was_put_ = std::vector<std::atomic<bool>>(k_most);
  std::vector<std::atomic<int>> got_ = std::vector<std::atomic<int>>(k_most);
};

TYPED_TEST(QueueStressTest, LosesAndDoublesNothing) {
  const auto end = Clock::now() + time_for_a_kind();
  for (std::uint32_t seed = 0; seed < 5 || Clock::now() < end; ++seed) {
    SCOPED_TRACE(seed);
    Life<TypeParam>(seed).run();
    if (this->HasFailure()) return;
  }
}

}  // namespace
}  // namespace hilo::queue
