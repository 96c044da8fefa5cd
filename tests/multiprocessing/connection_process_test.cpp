// SPDX-License-Identifier: MIT
// Connections between processes: how they get there, and what happens when one of them dies.
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/time.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/found_family.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::k_soon;

class ConnectionProcessTest : public test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(ConnectionProcessTest);

void answer(Connection connection) {
  try {
    for (;;) connection.send(connection.recv<int>(k_soon) + 1, k_soon);
  } catch (const EOFError&) {
    throw SystemExit(7);
  }
}

TEST_P(ConnectionProcessTest, AnEndIsAnArgument) {
  test::found_family();
  const long before = test::open_descriptors();
  {
    auto [mine, childs] = Pipe();
    Process child = make(
        +[](Connection connection) {
          connection.send(connection.recv<std::string>(k_soon) + "!", k_soon);
        },
        std::move(childs));
    EXPECT_TRUE(childs.closed());
    child.start();
    mine.send(std::string("hello"));
    EXPECT_EQ(mine.recv<std::string>(k_soon), "hello!");
    EXPECT_EQ(end_of(child), 0);
    // The parent has let go of the child's end.
    EXPECT_THROW(std::ignore = mine.recv<std::string>(k_soon), EOFError);
  }
  EXPECT_LE(test::open_descriptors(), before + 1);  // forkserver's own
}

TEST_P(ConnectionProcessTest, BothEndsOfSimplexPipesAreArguments) {
  auto [tasks_out, tasks_in] = Pipe(false);
  auto [results_out, results_in] = Pipe(false);
  Process child = make(
      +[](Connection tasks, Connection results) { results.send(2 * tasks.recv<int>(k_soon)); },
      std::move(tasks_out), std::move(results_in));
  child.start();
  tasks_in.send(21);
  EXPECT_EQ(results_out.recv<int>(k_soon), 42);
  EXPECT_EQ(end_of(child), 0);
}

TEST_P(ConnectionProcessTest, AnEndAndAHandleCrossLaterThroughAnotherEnd) {
  auto [mine, childs] = Pipe();
  Process child = make(
      +[](Connection connection) {
        auto later = connection.recv<Connection>(k_soon);
        auto number = later.recv<Value<int>>(k_soon);
        number.value() += 1;
        later.send(number.value().operator int(), k_soon);
      },
      std::move(childs));
  child.start();
  auto [later, childs_later] = Pipe();
  mine.send(childs_later);
  childs_later.close();
  {
    Value<int> number(41);
    later.send(number);
  }
  EXPECT_EQ(later.recv<int>(k_soon), 42);
  EXPECT_EQ(end_of(child), 0);
}

// What the sender has left behind outlives it.
TEST_P(ConnectionProcessTest, AHandleIsNotLostWithItsSender) {
  auto [mine, childs] = Pipe();
  Process child = make(
      +[](Connection connection) {
        connection.send(Value<int>(42));
        ::raise(SIGKILL);
      },
      std::move(childs));
  child.start();
  EXPECT_EQ(end_of(child), -SIGKILL);
  EXPECT_EQ(mine.recv<Value<int>>(k_soon).value(), 42);
  EXPECT_THROW(std::ignore = mine.recv<int>(k_soon), EOFError);
}

TEST_P(ConnectionProcessTest, TheDeathOfThePeerIsAnEnd) {
  auto [mine, childs] = Pipe();
  Process child = make(answer, std::move(childs));
  child.start();
  mine.send(1);
  EXPECT_EQ(mine.recv<int>(k_soon), 2);
  child.kill();
  EXPECT_EQ(end_of(child), -SIGKILL);
  EXPECT_THROW(std::ignore = mine.recv<int>(k_soon), EOFError);
  EXPECT_THROW(mine.send(1), BrokenPipeError);
}

// Wherever in a large message it is: a piece of one is an error, never a shorter message, and what
// came whole before is whole.
TEST_P(ConnectionProcessTest, APeerKilledAmidAMessageIsNoShorterMessage) {
  constexpr std::size_t k_size = 500'000;
  for (int round = 0; round < 10; ++round) {
    auto [mine, childs] = Pipe(false);
    Process child = make(
        +[](Connection connection) {
          for (;;) connection.send_bytes(std::string(k_size, 'x'));
        },
        std::move(childs));
    child.start();
    for (int i = 0; i <= round; ++i) EXPECT_EQ(mine.recv_bytes(k_soon).size(), k_size);
    child.kill();
    EXPECT_EQ(end_of(child), -SIGKILL);
    try {
      for (;;) EXPECT_EQ(mine.recv_bytes(k_soon).size(), k_size);
    } catch (const EOFError&) {
    } catch (const std::system_error& error) {
      EXPECT_EQ(error.code().value(), ECONNRESET);
    }
  }
}

TEST_P(ConnectionProcessTest, WaitsForManyChildrenAndTheirEnds) {
  std::vector<Process> children;
  std::vector<Connection> ends;
  for (int i = 0; i < 4; ++i) {
    auto [mine, childs] = Pipe();
    children.push_back(make(answer, std::move(childs)));
    children.back().start();
    ends.push_back(std::move(mine));
  }
  for (Connection& end : ends) end.send(1);
  for (int left = 4; left > 0;) {
    for (Connection* ready : wait(ends, k_soon)) {
      EXPECT_EQ(ready->recv<int>(k_soon), 2);
      --left;
    }
  }
  children[2].kill();
  EXPECT_EQ(wait(children, k_soon), std::vector<Process*>{&children[2]});
  EXPECT_EQ(end_of(children[2]), -SIGKILL);
  for (int i = 0; i < 4; ++i) {
    children[i].kill();
    end_of(children[i]);
  }
}

// Messages up to 16 KiB are whole, whoever has the same end open.
TEST(SharedEndTest, SmallMessagesOfManySendersDoNotMix) {
  auto [mine, childs] = Pipe();
  std::vector<Process> children;
  for (char letter = 'a'; letter < 'd'; ++letter) {
    children.push_back(get_context("fork").Process([&childs, letter] {
      for (int i = 0; i < 300; ++i) childs.send_bytes(std::string(10'000, letter));
    }));
    children.back().start();
  }
  childs.close();
  int counts[3] = {};
  for (int i = 0; i < 900; ++i) {
    const auto message = mine.recv_bytes(k_soon);
    ASSERT_EQ(message.size(), 10'000U);
    const char letter = static_cast<char>(*message.data());
    for (const std::byte byte : message) ASSERT_EQ(static_cast<char>(byte), letter);
    ++counts[letter - 'a'];
  }
  for (const int count : counts) EXPECT_EQ(count, 300);
  for (Process& child : children) child.join();
}

std::atomic<std::uint64_t> g_signals;

// Each call of the system is interrupted again and again, and nobody notices.
TEST(SignalStormTest, InterruptedCallsGoOn) {
  struct sigaction count {};
  struct sigaction before {};
  count.sa_handler = [](int) { ++g_signals; };  // no SA_RESTART
  ASSERT_EQ(::sigaction(SIGUSR1, &count, &before), 0);
  auto [a, b] = Pipe();
  Listener listener(connection::Address("127.0.0.1", 0));
  Connection c;
  std::thread client([&] { c = Client(listener.address()); });
  Connection d = listener.accept(k_soon);
  client.join();
  for (auto [from, to] : {std::pair(&a, &b), std::pair(&c, &d)}) {
    std::atomic<bool> done = false;
    const std::uint64_t enough = g_signals + 50;
    const auto timeout = [](int i) {
      return i % 2 == 0 ? connection::Patience(true) : connection::Patience(k_soon);
    };
    std::thread sender([&, from] {
      for (int i = 0; i < 200 || g_signals < enough; ++i) {
        from->send_bytes(std::string(300'000, 'x'), timeout(i));
      }
      from->send_bytes("");
    });
    std::thread receiver([&, to] {
      std::size_t size = 0;
      for (int i = 0; (size = to->recv_bytes(timeout(i / 2)).size()) != 0; ++i) {
        EXPECT_EQ(size, 300'000U);
      }
      done = true;
    });
    while (!done) {
      ::pthread_kill(receiver.native_handle(), SIGUSR1);
      ::pthread_kill(sender.native_handle(), SIGUSR1);
      std::this_thread::yield();
    }
    sender.join();
    receiver.join();
  }
  ::sigaction(SIGUSR1, &before, nullptr);
}

}  // namespace
}  // namespace hilo::multiprocessing
