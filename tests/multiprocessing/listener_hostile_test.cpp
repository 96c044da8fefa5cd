// SPDX-License-Identifier: MIT
// Peers that are slow, gone, or talk garbage: others are served, and they learn nothing.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "os/faults.hpp"

namespace hilo::multiprocessing::connection {
namespace {

using namespace std::chrono_literals;
using test::k_soon;

/// A peer that speaks what it likes, at a local address or one of 127.0.0.1.
class RawClient {
 public:
  explicit RawClient(const Address& address) {
    sockaddr_storage name{};
    socklen_t size = 0;
    if (address.family() == Family::local) {
      auto& local = reinterpret_cast<sockaddr_un&>(name);
      local.sun_family = AF_UNIX;
      std::memcpy(local.sun_path, address.name().data(), address.name().size());
      size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + address.name().size());
    } else {
      auto& internet = reinterpret_cast<sockaddr_in&>(name);
      internet.sin_family = AF_INET;
      internet.sin_port = htons(address.port());
      internet.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      size = sizeof internet;
    }
    socket_ = ::socket(name.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (::connect(socket_, reinterpret_cast<sockaddr*>(&name), size) != 0) std::abort();
  }
  ~RawClient() { ::close(socket_); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  void say(std::string_view bytes) const {
    if (::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return;
  }
  void say_no_more() const { ::shutdown(socket_, SHUT_WR); }
  /// The system forgets what is under way, and tells the other side no good-bye but a reset.
  void reset() {
    const linger at_once{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(std::exchange(socket_, -1));
  }
  /// All that it is told until the other side hangs up.
  [[nodiscard]] std::string hear() const {
    std::string all;
    char part[256];
    for (ssize_t count; (count = ::recv(socket_, part, sizeof part, 0)) > 0;) {
      all.append(part, static_cast<std::size_t>(count));
    }
    return all;
  }

 private:
  int socket_ = -1;
};

/// The next that knows the key; who does not is an error, as in Python, and the server goes on.
Connection accept_good(Listener& listener) {
  for (;;) {
    try {
      return listener.accept(k_soon);
    } catch (const AuthenticationError&) {
    }
  }
}

std::jthread good_client(const Address& address) {
  return std::jthread([=] {
    Connection connection = Client(address, {.authkey = "secret"}, k_soon);
    connection.send(connection.recv<int>(k_soon) + 1, k_soon);
  });
}

void serve(Listener& listener, int clients) {
  for (int i = 0; i < clients; ++i) {
    Connection connection = accept_good(listener);
    connection.send(i, k_soon);
    EXPECT_EQ(connection.recv<int>(k_soon), i + 1);
  }
}

/// A message of the wire, as long as `announced` says or as the text is.
std::string framed(std::string_view text, std::size_t announced) {
  std::string frame;
  for (int shift = 24; shift >= 0; shift -= 8) frame += static_cast<char>(announced >> shift);
  return frame.append(text);
}
std::string framed(std::string_view text) { return framed(text, text.size()); }

/// The ways in which a peer can be bad.
const std::vector<std::function<void(RawClient&)>> k_manners = {
    [](RawClient&) {},  // silent
    [](RawClient& peer) { peer.say(std::string_view("\0\0", 2)); },
    [](RawClient& peer) { peer.say(framed("{sha256}", 40)); },
    [](RawClient& peer) { peer.say("GET / HTTP/1.1\r\n\r\n"); },
    [](RawClient& peer) { peer.say("\x7f\xff\xff\xff"); },
    [](RawClient& peer) { peer.say(std::string("\xff\xff\xff\xff\x7f", 5) + std::string(7, 'x')); },
    [](RawClient& peer) { peer.say(framed(std::string(256, 'x'))); },
    [](RawClient& peer) { peer.say(framed("#WELCOME#")); },
    [](RawClient& peer) { peer.say(framed("#CHALLENGE#{sha256}" + std::string(40, 'x'))); },
    [](RawClient& peer) { peer.say(framed(std::string(16, 'x'))); },
    [](RawClient& peer) { peer.say(framed("")); },
    [](RawClient& peer) { peer.say(std::string(100'000, '\0')); },
    [](RawClient& peer) { peer.say_no_more(); },  // half open
    [](RawClient& peer) { peer.say(std::string(3, '\0')), peer.say_no_more(); },
    [](RawClient& peer) { peer.reset(); },
};

class HostilePeersTest : public testing::TestWithParam<Address> {};
INSTANTIATE_TEST_SUITE_P(Addresses, HostilePeersTest,
                         testing::Values(Address(), Address("127.0.0.1", 0)));

TEST_P(HostilePeersTest, FiftyOfThemHinderNobodyAndLeaveNothing) {
  const long before = test::open_descriptors();
  {
    // Their time is longer than the clients have.
    Listener listener(GetParam(), {.authkey = "secret", .authentication_time = 2 * k_soon});
    std::vector<std::unique_ptr<RawClient>> bad;
    for (std::size_t i = 0; i < 50; ++i) {
      bad.push_back(std::make_unique<RawClient>(listener.address()));
      k_manners[i % k_manners.size()](*bad.back());
    }
    std::vector<std::jthread> good;
    for (int i = 0; i < 20; ++i) good.push_back(good_client(listener.address()));
    EXPECT_LT(test::time_of([&] { serve(listener, 20); }), k_soon);
  }
  EXPECT_TRUE(test::eventually([&] { return test::open_descriptors() == before; }));
}

TEST_P(HostilePeersTest, LearnNothing) {
  for (const auto& behave : k_manners) {
    Listener listener(GetParam(), {.authkey = "secret", .authentication_time = 50ms});
    RawClient peer(listener.address());
    behave(peer);
    for (;;) {
      try {
        EXPECT_FALSE(listener.accept(100ms).readable()) << "it came through";
      } catch (const AuthenticationError&) {
      } catch (const TimeoutError&) {
        break;
      }
    }
    // A challenge with its 40 random bytes, and perhaps that the answer was wrong.
    const std::string heard = peer.hear();
    const std::string_view text =
        std::string_view(heard).substr(std::min<std::size_t>(4, heard.size()));
    EXPECT_TRUE(heard.empty() || text.starts_with("#CHALLENGE#{sha256}")) << heard;
    EXPECT_TRUE(heard.size() <= 63 || heard.substr(63) == framed("#FAILURE#")) << heard.substr(63);
  }
}

TEST(HostilePeerTest, HasItsTimeToProveItself) {
  Listener listener({}, {.authkey = "secret", .authentication_time = 20ms});
  const long before = test::open_descriptors();
  const RawClient silent(listener.address());
  EXPECT_THROW(std::ignore = listener.accept(50ms), TimeoutError);
  EXPECT_EQ(test::open_descriptors(), before + 1);  // the client's own
}

// One byte now and then does not make the time longer.
TEST(HostilePeerTest, MayNotDribble) {
  Listener listener({}, {.authkey = "secret", .authentication_time = 200ms});
  const RawClient slow(listener.address());
  std::jthread dribble([&](const std::stop_token& stop) {
    for (const char byte : framed(std::string(256, 'x'))) {
      if (stop.stop_requested()) break;
      slow.say(std::string_view(&byte, 1));
      std::this_thread::sleep_for(5ms);  // its manner
    }
  });
  const long before = test::open_descriptors();
  EXPECT_THROW(std::ignore = listener.accept(1s), TimeoutError);
  EXPECT_EQ(test::open_descriptors(), before);
}

// The time between two calls of accept() is the server's own.
TEST(HostilePeerTest, IsNotBlamedForAServerThatIsBusy) {
  Listener listener({}, {.authkey = "secret", .authentication_time = 500ms});
  const long before = test::open_descriptors();
  const RawClient patient(listener.address());
  EXPECT_THROW(std::ignore = listener.accept(false), TimeoutError);
  std::this_thread::sleep_for(600ms);  // what the server does besides
  EXPECT_THROW(std::ignore = listener.accept(false), TimeoutError);
  EXPECT_EQ(test::open_descriptors(), before + 2);
  EXPECT_THROW(std::ignore = listener.accept(700ms), TimeoutError);
  EXPECT_EQ(test::open_descriptors(), before + 1);
}

TEST(HostilePeerTest, CannotKeepOthersOutByItsNumber) {
  Listener listener({}, {.backlog = 512, .authkey = "secret", .authentication_time = 2 * k_soon});
  std::vector<std::unique_ptr<RawClient>> silent;
  for (int i = 0; i < 300; ++i) silent.push_back(std::make_unique<RawClient>(listener.address()));
  const long before = test::open_descriptors();
  const auto client = good_client(listener.address());
  EXPECT_LT(test::time_of([&] { serve(listener, 1); }), k_soon);
  EXPECT_LE(test::open_descriptors(), before + 130) << "so many are kept, not more";
}

TEST(HostilePeerTest, DoesNotTakeTheLastDescriptor) {
  Listener listener({}, {.authkey = "secret", .authentication_time = 2 * k_soon});
  const RawClient silent(listener.address());
  EXPECT_THROW(std::ignore = listener.accept(false), TimeoutError);
  const RawClient next(listener.address());
  const os::FaultGuard guard("accept4", EMFILE);
  const auto client = good_client(listener.address());
  serve(listener, 1);
  EXPECT_GT(guard.calls(), 1);
}

}  // namespace
}  // namespace hilo::multiprocessing::connection
