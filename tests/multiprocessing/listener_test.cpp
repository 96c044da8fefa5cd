// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/listener.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing::connection {
namespace {

using namespace std::chrono_literals;
using test::k_soon;

/// Clients of their own threads, whose connections stay open until the test's end.
template <class Work>
std::jthread client_of(const Address& address, Authkey key, Work work) {
  return std::jthread([=] {
    Connection connection = Client(address, {.authkey = key}, k_soon);
    work(connection);
  });
}

void answer_one(Connection& connection) {
  connection.send(connection.recv<int>(k_soon) + 1, k_soon);
}

int ask(Connection connection) {
  connection.send(41, k_soon);
  return connection.recv<int>(k_soon);
}

class ListenerAddressTest : public testing::TestWithParam<Address> {};

TEST_P(ListenerAddressTest, MeetsItsClients) {
  Listener listener(GetParam());
  EXPECT_FALSE(listener.address().empty());
  for (int i = 0; i < 3; ++i) {
    const auto client = client_of(listener.address(), {}, answer_one);
    EXPECT_EQ(ask(listener.accept(k_soon)), 42) << listener.address().to_string();
  }
}

TEST_P(ListenerAddressTest, MeetsClientsThatKnowTheKey) {
  Listener listener(GetParam(), {.authkey = "secret"});
  for (int i = 0; i < 3; ++i) {
    const auto client = client_of(listener.address(), "secret", answer_one);
    EXPECT_EQ(ask(listener.accept(k_soon)), 42) << listener.address().to_string();
  }
}

INSTANTIATE_TEST_SUITE_P(Addresses, ListenerAddressTest,
                         testing::Values(Address(), Address::abstract("hilo-listener-test"),
                                         Address("127.0.0.1", 0), Address("::1", 0),
                                         Address("localhost", 0)));

TEST(ListenerTest, ItsFileGoesWithIt) {
  const test::Mailbox folder;
  const std::string path = folder.path() + ".socket";
  {
    Listener listener(path);
    EXPECT_TRUE(std::filesystem::is_socket(path));
    EXPECT_EQ(listener.address().name(), path);
    EXPECT_THROW(Listener{path}, std::system_error);
    EXPECT_TRUE(std::filesystem::is_socket(path));
    Process child = get_context("fork").Process([&] { listener.close(); });
    child.start();
    child.join();
    EXPECT_TRUE(std::filesystem::is_socket(path));
    const auto client = client_of(path, {}, answer_one);
    EXPECT_EQ(ask(listener.accept(k_soon)), 42);
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

TEST(ListenerTest, AcceptKeepsItsDeadline) {
  for (const Authkey& key : {Authkey(), Authkey("secret")}) {
    Listener listener({}, {.authkey = key});
    EXPECT_THROW(std::ignore = listener.accept(false), TimeoutError);
    EXPECT_GE(
        test::time_of([&] { EXPECT_THROW(std::ignore = listener.accept(20ms), TimeoutError); }),
        20ms);
  }
}

TEST(ListenerTest, AClosedListenerIsAValueError) {
  Listener listener;
  const Address address = listener.address();
  listener.close();
  EXPECT_THROW(std::ignore = listener.accept(), ValueError);
  EXPECT_THROW(std::ignore = listener.address(), ValueError);
  EXPECT_THROW(std::ignore = Client(address), std::system_error);
}

TEST(ListenerTest, AddressAndFamilyMustFit) {
  EXPECT_THROW(Listener("/tmp/x", {.family = Family::inet}), ValueError);
  EXPECT_THROW(Listener(Address("localhost", 0), {.family = Family::local}), ValueError);
  EXPECT_THROW(Listener(std::string(200, 'x')), std::system_error);
  EXPECT_THROW(std::ignore = Client(Address("no such host.invalid", 1)), std::system_error);
  EXPECT_EQ(Listener({}, {.family = Family::inet}).address().family(), Family::inet);
  EXPECT_EQ(Listener({}, {.family = Family::inet6}).address().family(), Family::inet6);
}

TEST(ListenerTest, AnAddressIsNotCutAtANul) {
  using namespace std::string_literals;
  EXPECT_THROW(Listener("/tmp/hilo\0x"s), ValueError);
  EXPECT_THROW(Listener(Address("localhost\0x"s, 0)), ValueError);
  EXPECT_EQ(Listener(Address::abstract("hilo\0x"s)).address().name(), "\0hilo\0x"s);
}

TEST(ListenerTest, AWrongKeyIsAnErrorAtBothEnds) {
  Listener listener({}, {.authkey = "secret"});
  std::jthread client([address = listener.address()] {
    EXPECT_THROW(std::ignore = Client(address, {.authkey = "guess"}, k_soon), AuthenticationError);
  });
  EXPECT_THROW(std::ignore = listener.accept(k_soon), AuthenticationError);
  client.join();
  const auto next = client_of(listener.address(), "secret", answer_one);
  EXPECT_EQ(ask(listener.accept(k_soon)), 42);
}

TEST(ListenerTest, ManyClientsAtOnce) {
  Listener listener({}, {.authkey = "secret"});
  std::vector<std::jthread> clients;
  for (int i = 0; i < 20; ++i) {
    clients.push_back(client_of(listener.address(), "secret", answer_one));
  }
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ask(listener.accept(k_soon)), 42);
}

TEST(ClientTest, KeepsItsDeadline) {
  Listener listener;  // its backlog takes the client, and nobody answers
  EXPECT_THROW(std::ignore = Client(listener.address(), {.authkey = "secret"}, 20ms), TimeoutError);
}

TEST(ClientTest, IsToldThatTheListenerHungUp) {
  Listener open;  // challenges nobody, so the client with a key still waits
  std::jthread client([&] {
    EXPECT_THROW(std::ignore = Client(open.address(), {.authkey = "secret"}, k_soon), EOFError);
  });
  open.accept(k_soon).close();
}

}  // namespace
}  // namespace hilo::multiprocessing::connection
