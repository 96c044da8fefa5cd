// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/listener.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <string>
#include <string_view>
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

/// A peer that speaks what it likes.
class RawClient {
 public:
  explicit RawClient(const Address& address)
      : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un name{};
    name.sun_family = AF_UNIX;
    std::memcpy(name.sun_path, address.name().data(), address.name().size());
    const auto size = offsetof(sockaddr_un, sun_path) + address.name().size();
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&name), static_cast<socklen_t>(size)) != 0) {
      std::abort();
    }
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  void say(std::string_view bytes) const {
    if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return;
  }

 private:
  int socket_;
};

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

TEST(ListenerTest, SlowAndHostilePeersHinderNobodyAndLeaveNothing) {
  const long before = test::open_descriptors();
  {
    Listener listener({}, {.authkey = "secret"});
    const RawClient silent(listener.address());
    const RawClient slow(listener.address());
    slow.say(std::string_view("\0\0", 2));
    const RawClient garbage(listener.address());
    garbage.say("GET / HTTP/1.1\r\n\r\n");
    const RawClient greedy(listener.address());
    greedy.say(std::string_view("\x7f\xff\xff\xff", 4));
    { const RawClient gone(listener.address()); }
    const auto client = client_of(listener.address(), "secret", answer_one);
    EXPECT_EQ(ask(listener.accept(k_soon)), 42);
  }
  EXPECT_TRUE(test::eventually([&] { return test::open_descriptors() == before; }));
}

TEST(ListenerTest, APeerHasItsTimeToProveItself) {
  Listener listener({}, {.authkey = "secret", .authentication_time = 20ms});
  const long before = test::open_descriptors();
  const RawClient silent(listener.address());
  EXPECT_THROW(std::ignore = listener.accept(50ms), TimeoutError);
  EXPECT_EQ(test::open_descriptors(), before + 1);  // the client's own
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

}  // namespace
}  // namespace hilo::multiprocessing::connection
