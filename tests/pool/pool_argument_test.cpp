// SPDX-License-Identifier: MIT
// What tasks take and give, and odd ones of both.
#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <cstddef>
#include <mutex>
#include <numeric>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_test_base.hpp"
#include "hilo/futures/process_pool_executor.hpp"
#include "hilo/multiprocessing.hpp"

namespace {

using namespace std::chrono_literals;
namespace mp = hilo::mp;

class PoolArgumentTest : public ::testing::TestWithParam<mp::StartMethod> {};
HILO_TEST_BY_EVERY_METHOD(PoolArgumentTest);

/// Takes from the queue, under the lock, and writes into the memory.
int use_handles(mp::Queue<int> queue, mp::Lock lock, mp::shared_memory::SharedMemory memory) {
  const int value = queue.get(30s);
  const std::scoped_lock guard(lock);
  memory.buf()[0] = static_cast<std::byte>(value);
  return value + 1;
}

TEST_P(PoolArgumentTest, CanBeHandles) {
  mp::Pool pool({.processes = 1, .context = GetParam()});
  for (int i = 0; i < 3; ++i) {
    mp::Queue<int> queue;
    mp::Lock lock;
    auto memory = mp::shared_memory::SharedMemory({.create = true, .size = 64});
    queue.put(40 + i);
    EXPECT_EQ(pool.apply(use_handles, queue, lock, memory), 41 + i);
    EXPECT_EQ(memory.buf()[0], static_cast<std::byte>(40 + i));
    EXPECT_TRUE(lock.acquire(30s));
    lock.release();
    memory.unlink();
  }
}

TEST_P(PoolArgumentTest, CannotBeAConnection) {
  mp::Pool pool({.processes = 1, .context = GetParam()});
  auto [here, there] = mp::Pipe();
  const auto use = [](mp::Connection connection) { connection.send(1); };
  EXPECT_THROW(pool.apply(use, std::move(there)), hilo::PicklingError);
  EXPECT_EQ(pool.apply([] { return 3; }), 3);
}

mp::Queue<int> make_queue(int first) {
  mp::Queue<int> queue;
  queue.put(first);
  return queue;
}

TEST_P(PoolArgumentTest, CanBeHandlesOnTheWayBack) {
  mp::Pool pool({.processes = 1, .context = GetParam()});
  EXPECT_EQ(pool.apply(make_queue, 7).get(30s), 7);
  EXPECT_EQ(pool.apply_async(make_queue, 8).get(30s).get(30s), 8);
}

double weigh(const std::vector<double>& before, int factor, const std::string& text,
             const std::vector<double>& behind) {
  return before.at(3) * factor + static_cast<double>(text.size()) + behind.at(before.size() - 1);
}

TEST(PoolLargeTest, StandsAnywhereAmongArguments) {
  mp::Pool pool(1);
  for (const std::size_t size : {std::size_t{4}, std::size_t{1} << 17}) {
    const std::vector<double> numbers(size, 2.5);
    const std::string text(size, 'x');
    EXPECT_EQ(pool.apply(weigh, numbers, 4, text, numbers), 12.5 + static_cast<double>(size));
    EXPECT_EQ(
        pool.apply_async({.limits = {.retries = 1}}, weigh, numbers, 4, text, numbers).get(30s),
        12.5 + static_cast<double>(size));
  }
}

std::vector<double> half_of(std::vector<double> numbers) {
  for (double& number : numbers) number /= 2;
  return numbers;
}

TEST(PoolLargeTest, ComesBackAsItWas) {
  mp::Pool pool(2);
  std::vector<double> numbers(std::size_t{1} << 17);
  std::iota(numbers.begin(), numbers.end(), 1.0);
  const std::vector<double> halves = half_of(numbers);
  EXPECT_EQ(pool.apply(half_of, numbers), halves);
  std::vector<hilo::futures::Future<std::vector<double>>> all;
  for (int i = 0; i < 8; ++i) all.push_back(pool.apply_async(half_of, numbers));
  for (auto& future : all) EXPECT_EQ(future.result(30s), halves);
}

/// Cannot be copied, and is not made of nothing.
struct Ticket {
  explicit Ticket(int n) : number(n) {}
  Ticket(Ticket&&) = default;
  Ticket& operator=(Ticket&&) = default;
  int number;
};

}  // namespace

template <>
struct hilo::marshal::codec<Ticket> {
  static void write(Writer& out, const Ticket& ticket) { out.write_scalar(ticket.number); }
  static Ticket read(Reader& in) { return Ticket(in.read_scalar<int>()); }
};

namespace {

Ticket next_ticket(Ticket ticket) { return Ticket(ticket.number + 1); }

TEST(PoolOddTest, PassesWhatCannotBeCopied) {
  mp::Pool pool(2);
  EXPECT_EQ(pool.apply(next_ticket, Ticket(1)).number, 2);
  auto later = pool.apply_async(next_ticket, Ticket(2));
  EXPECT_EQ(later.get(30s).number, 3);
  EXPECT_THROW((void)later.get(), hilo::RuntimeError);  // handed out
  const auto make = [](int n) { return Ticket(n); };
  EXPECT_EQ(pool.map(make, std::views::iota(0, 10)).at(9).number, 9);
  int sum = 0;
  for (const Ticket& ticket : pool.imap(make, std::views::iota(0, 4))) sum += ticket.number;
  EXPECT_EQ(sum, 6);
}

int g_global = 5;
int& refer() { return g_global; }
const std::string& pass(const std::string& text) { return text; }

TEST(PoolOddTest, BringsReferencesHomeAsValues) {
  mp::Pool pool(1);
  static_assert(std::is_same_v<decltype(pool.apply(refer)), int>);
  EXPECT_EQ(pool.apply(refer), 5);
  EXPECT_EQ(pool.apply(pass, std::string("text")), "text");
}

TEST(PoolOddTest, TakesEmptyRanges) {
  mp::Pool pool(1);
  const std::vector<int> none;
  const auto negate = [](int n) { return -n; };
  EXPECT_TRUE(pool.map(negate, none).empty());
  EXPECT_TRUE(pool.map(negate, none, 1000).empty());
  EXPECT_TRUE(pool.map_async(negate, none).get(30s).empty());
  EXPECT_TRUE(pool.map(negate, std::views::empty<int>).empty());
  pool.map([](int) {}, none);
  EXPECT_EQ(pool.imap(negate, none).next(30s), std::nullopt);
  EXPECT_EQ(pool.imap_unordered(negate, none).next(30s), std::nullopt);
  EXPECT_THROW((void)pool.imap(negate, none, {.chunksize = 0}), hilo::ValueError);
  hilo::futures::ProcessPoolExecutor executor(1);
  EXPECT_EQ(executor.map(negate, none).next(30s), std::nullopt);
}

TEST(PoolOddTest, GoesOnAfterAnInputThatThrows) {
  mp::Pool pool(1);
  const auto negate = [](int n) { return -n; };
  auto numbers = std::views::iota(0, 6) | std::views::transform([](int n) {
                   return n == 4 ? throw std::out_of_range("four") : n;
                 });
  EXPECT_THROW((void)pool.map(negate, numbers, 2), std::out_of_range);
  EXPECT_THROW((void)pool.map_async(negate, numbers, 1).get(30s), std::out_of_range);
  for (const std::size_t buffersize : {std::size_t{1}, std::size_t{100}}) {
    auto results = pool.imap(negate, numbers, {.buffersize = buffersize});
    for (int i = 0; i < 4; ++i) EXPECT_EQ(results.next(30s), -i);
    EXPECT_THROW((void)results.next(30s), std::out_of_range);
  }
  EXPECT_EQ(pool.apply(negate, 1), -1);
}

TEST(PoolOddTest, PrintsWhatACallbackThrows) {
  mp::Pool pool(1);
  ::testing::internal::CaptureStderr();
  const auto throws = [](const int&) { throw std::runtime_error("in the callback"); };
  auto result = pool.apply_async(
      {.callback = throws}, [](int n) { return n; }, 3);
  EXPECT_EQ(result.get(30s), 3);
  EXPECT_EQ(pool.apply_async([](int n) { return n; }, 4).get(30s), 4);
  pool.close();
  pool.join();
  EXPECT_NE(::testing::internal::GetCapturedStderr().find("in the callback"), std::string::npos);
}

TEST(PoolOddTest, TakesAnyTimeOut) {
  mp::Pool pool(1);
  mp::Event open;
  auto waits = pool.apply_async([](mp::Event event) { return event.wait(30s); }, open);
  EXPECT_THROW((void)waits.get(0s), hilo::TimeoutError);
  EXPECT_THROW((void)waits.get(-1h), hilo::TimeoutError);
  EXPECT_THROW((void)waits.get(std::chrono::duration<double>(std::nan(""))), hilo::ValueError);
  open.set();
  EXPECT_TRUE(waits.get(std::chrono::hours::max()));
}

}  // namespace
