// SPDX-License-Identifier: MIT
// What the README's table "From Python" says, row by row; check_table.py sees that none is missing.
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <map>
#include <mutex>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "hilo/futures.hpp"
#include "hilo/logging.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/os.hpp"
#include "hilo/pickle.hpp"
#include "hilo/queue.hpp"
#include "hilo/threading.hpp"

namespace {

namespace futures = hilo::futures;
namespace logging = hilo::logging;
namespace mp = hilo::multiprocessing;
namespace pickle = hilo::pickle;
namespace queue = hilo::queue;
namespace shared_memory = mp::shared_memory;
namespace threading = hilo::threading;
using namespace std::chrono_literals;
using hilo::Object;
using hilo::OwnerDiedError;
using hilo::test::k_soon;
using X = int;

void f(int number, const std::string& text) {
  if (number != 1 || text != "x") throw std::invalid_argument("not what was given");
}
int nothing() { return 0; }

TEST(FromPythonTest, Processes) {
  auto p = mp::Process({.name = "A", .daemon = true}, f, 1, "x");
  p.start();
  EXPECT_TRUE(p.join(k_soon));
  EXPECT_EQ(p.exitcode(), 0);

  struct P : mp::Process {
    void run() override {}
  };
  P own;
  own.start();
  EXPECT_TRUE(own.join(k_soon));

  auto spawned = mp::get_context("spawn").Process(nothing);
  spawned.start();
  EXPECT_TRUE(spawned.join(k_soon));
  EXPECT_EQ(mp::get_context("spawn"), mp::get_context(mp::StartMethod::spawn));
}

TEST(FromPythonTest, WaitsThatMayBeTooLong) {
  mp::Lock stop;
  stop.acquire();
  mp::Process p(
      {.daemon = true}, [](mp::Lock until) { until.acquire(); }, stop);
  p.start();
  EXPECT_FALSE(p.join(1ms));
  EXPECT_TRUE(!p.exitcode());
  stop.release();
  EXPECT_TRUE(p.join(5s));
}

TEST(FromPythonTest, Locks) {
  mp::Lock lock;
  { std::scoped_lock guard(lock); }
  EXPECT_TRUE(lock.acquire(2s));
  EXPECT_FALSE(lock.acquire(false));
  lock.release();

  int n = 1;
  threading::Condition condition;
  std::scoped_lock guard(condition);
  EXPECT_TRUE(condition.wait_for([&] { return n == 1; }, 10s));
}

TEST(FromPythonTest, Values) {
  mp::Value<double> n(0.0);
  n.value() += 1;
  {
    std::scoped_lock guard(n);
    n.get_obj() *= 2;
  }
  EXPECT_EQ(n.value(), 2.0);
  mp::Array<int> a(std::views::iota(0, 10));
  auto part = a.slice(2, 5);
  EXPECT_EQ(a.at(-1), 9);
  EXPECT_EQ(part.size(), 3U);
}

TEST(FromPythonTest, Channels) {
  const X x = 7;
  auto [a, b] = mp::Pipe();
  a.send(x);
  EXPECT_TRUE(b.poll(1s));
  EXPECT_EQ(b.recv<X>(), x);

  mp::Queue<X> q(9);
  q.put(x);
  EXPECT_EQ(q.get(2s), x);
  mp::Queue<std::vector<X>> large;
  large.put({x, x});
  EXPECT_EQ(large.borrow().size(), 2U);

  mp::Process p(nothing);
  p.start();
  EXPECT_FALSE(mp::wait({a, p, q}, 5s).empty());
  EXPECT_TRUE(p.join(k_soon));

  auto& c = a;
  c.send_object(Object::list({1, "x"}));
  EXPECT_EQ(b.recv_object()[0].as<int>(), 1);
  b.send_object(x);
  EXPECT_EQ(c.recv_object(), x);
}

TEST(FromPythonTest, AListener) {
  // Called by nobody: the port may be taken.
  const auto serve = [] {
    auto peer = mp::connection::Listener({"localhost", 6000}, {.authkey = "k"}).accept();
  };
  EXPECT_NE(&serve, nullptr);
}

TEST(FromPythonTest, SharedMemory) {
  shared_memory::SharedMemory shm({.create = true, .size = 9});
  EXPECT_EQ(shm.buf().size(), 9U);
  shm.unlink();
  mp::shared<mp::unordered_map<int, mp::string>> all;
  all.apply([](auto& map) { map[1] = "x"; });
  EXPECT_EQ(all.locked()->size(), 1U);
}

struct D {
  int x = 0;
  std::string text;
};

TEST(FromPythonTest, Threads) {
  const auto f = [] {};
  threading::Thread t(f);
  t.start();
  t.join();
  struct T : threading::Thread {
    void run() override {}
  };
  T own;
  own.start();
  own.join();
  const std::size_t n = threading::stack_size();
  threading::stack_size(n);
  threading::Thread thread([] { return 42; });
  thread.start();
  EXPECT_EQ(thread.result<int>(), 42);
}

TEST(FromPythonTest, Progress) {
  mp::Pool pool(1);
  const auto f = [](int n) { return 2 * n; };
  const std::vector items = {1, 2, 3};
  int sum = 0;
  for (auto&& r : mp::pool::progress(pool.imap(f, items))) sum += r;
  EXPECT_EQ(sum, 12);
}

TEST(FromPythonTest, Hooks) {
  threading::set_excepthook([](const threading::ExceptHookArgs& args) { (void)args; });
  threading::Thread thread([] { throw std::runtime_error("nobody is told"); });
  thread.start();
  thread.join();
  threading::set_excepthook({});
}

TEST(FromPythonTest, Timers) {
  threading::Event rang;
  const auto f = [&](int) { rang.set(); };
  threading::Timer(1ms, f, 1).start();
  EXPECT_TRUE(rang.wait(k_soon));
  const auto later = [&] { threading::Timer(5s, f, 1).start(); };
  EXPECT_NE(&later, nullptr);
  threading::RepeatingTimer timer(1ms, f, 1);
}

TEST(FromPythonTest, Locals) {
  using threading::local;
  {
    threading::local<D> d;
    d->x = 1;
    EXPECT_EQ(d->x, 1);
  }
  {
    local<D> d(1, "a");
    EXPECT_EQ(d->text, "a");
  }
  {
    local d([] { return D(); });
    EXPECT_EQ(d->x, 0);
  }
}

TEST(FromPythonTest, Queues) {
  const X x = 7;
  queue::Queue<X> q(9);
  q.put(x, 2s);
  EXPECT_EQ(q.get(false), x);
  EXPECT_FALSE(q.try_get());
  q.put(x);
  q.shutdown();
  for (auto item : q) EXPECT_EQ(item, x);
}

TEST(FromPythonTest, Iterators) {
  std::vector<int> numbers{1, 2, 3};
  threading::serialize_iterator lines(numbers);
  int sum = 0;
  for (const int number : lines) sum += number;
  EXPECT_EQ(sum, 6);
}

int square(int n) { return n * n; }
std::string& url_of_worker() { return mp::pool::worker_local<std::string>(); }
void connect(const std::string& url) { url_of_worker() = url; }
std::string ask_for_url() { return url_of_worker(); }
void die() { std::_Exit(3); }

TEST(FromPythonTest, Pools) {
  const std::vector numbers = {1, 2, 3};
  mp::Pool pool(4);
  EXPECT_EQ(pool.map(square, numbers), (std::vector{1, 4, 9}));
  std::atomic<bool> shown = false;
  const auto show = [&shown] { shown = true; };
  pool.apply_async({.callback = show}, f, 1, "x").get(2s);
  EXPECT_TRUE(hilo::test::eventually([&] { return shown.load(); }));
  int sum = 0;
  for (int r : pool.imap_unordered(square, numbers, {.chunksize = 8})) sum += r;
  EXPECT_EQ(sum, 14);
  EXPECT_THROW(pool.apply(die), hilo::WorkerLostError);
  pool.apply_async({.limits = {.timeout = 2s, .retries = 3}}, f, 1, "x").get(k_soon);
}

TEST(FromPythonTest, Initializers) {
  const std::string url = "somewhere";
  mp::Pool pool({.processes = 2, .initializer = {connect, url}});
  EXPECT_EQ(pool.apply(ask_for_url), url);
}

TEST(FromPythonTest, Executors) {
  futures::ThreadPoolExecutor e(4);
  e.submit(f, 1, "x").result();
  std::vector all = {e.submit(square, 2), e.submit(square, 3)};
  int sum = 0;
  for (auto& done : futures::as_completed(all, 5s)) sum += done.result();
  EXPECT_EQ(sum, 13);
}

TEST(FromPythonTest, Logging) {
  const int i = 1;
  const int n = 2;
  logging::basic_config({.level = logging::Level::debug, .format = "[%(levelname)s] %(message)s"});
  testing::internal::CaptureStderr();
  logging::info("{} of {}", i, n);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "[INFO] 1 of 2\n");
}

TEST(FromPythonTest, Pickles) {
  const auto data = pickle::dumps(std::map<std::string, int>{{"total", 3}});
  EXPECT_EQ(pickle::loads(data)["total"], 3);
  const auto typed = pickle::loads<std::map<std::string, int>>(data);
  EXPECT_EQ(typed.at("total"), 3);
}

TEST(FromPythonTest, AKilledHolder) {
  mp::Lock lock;
  mp::Process holder([](mp::Lock of) { of.acquire(), std::_Exit(1); }, lock);
  holder.start();
  EXPECT_TRUE(holder.join(k_soon));
  EXPECT_THROW(lock.acquire(), OwnerDiedError);
  lock.recover();
  lock.release();
}

}  // namespace
