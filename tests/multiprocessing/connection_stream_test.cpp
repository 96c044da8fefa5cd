// SPDX-License-Identifier: MIT
// What a peer that is no hilo may do to a Connection on a stream of bytes.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/found_family.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "multiprocessing/channel.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
using connection::ConnectionAccess;
using test::k_soon;

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::pair<Connection, Connection> stream_pair() {
  int ends[2];
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::abort();
  Connection first = ConnectionAccess::make(os::UniqueDescriptor(ends[0]));
  return {std::move(first), ConnectionAccess::make(os::UniqueDescriptor(ends[1]))};
}

// Raw bytes to the peer of `connection`, past the framing.
void put_raw(const Connection& connection, std::string_view bytes) {
  ASSERT_EQ(::send(connection.fileno(), bytes.data(), bytes.size(), MSG_NOSIGNAL),
            static_cast<ssize_t>(bytes.size()));
}

TEST(ConnectionStreamTest, ReadsTheLongHeaderAndRefusesNegativeLengths) {
  auto [a, b] = stream_pair();
  put_raw(a, "\xff\xff\xff\xff\0\0\0\0\0\0\0\3abc"sv);
  EXPECT_EQ(text_of(b.recv_bytes(k_soon)), "abc");
  put_raw(a, "\xff\xff\xff\xfd"sv);
  EXPECT_THROW(std::ignore = b.recv_bytes(k_soon), std::system_error);
}

TEST(ConnectionStreamTest, ALengthAloneTakesNoMemory) {
  auto [a, b] = stream_pair();
  put_raw(a, "\xff\xff\xff\xff\0\0\x40\0\0\0\0\0some"sv);
  EXPECT_THROW(std::ignore = b.recv_bytes(10ms), TimeoutError);
  a.close();
  try {
    std::ignore = b.recv_bytes(k_soon);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ECONNRESET);
  }
}

TEST(ConnectionStreamTest, ADeadlineCoversTheWholeReceiveAndLosesNothing) {
  auto [a, b] = stream_pair();
  EXPECT_THROW(std::ignore = b.recv<int>(false), TimeoutError);
  EXPECT_THROW(std::ignore = b.recv<int>(-1s), TimeoutError);
  EXPECT_GE(test::time_of([&] { EXPECT_THROW(std::ignore = b.recv_bytes(20ms), TimeoutError); }),
            20ms);
  std::array<std::byte, 10> room{};
  for (const char byte : "\0\0\0\6abcdef"sv) {
    EXPECT_THROW(std::ignore = b.recv_bytes(false), TimeoutError);
    EXPECT_THROW(b.recv_bytes_into(room, 1ms), TimeoutError);
    put_raw(a, {&byte, 1});
    EXPECT_TRUE(b.poll());
  }
  EXPECT_EQ(text_of(b.recv_bytes(k_soon)), "abcdef");
  put_raw(a, "\0\0\0\4ab"sv);
  EXPECT_THROW(b.recv_bytes_into(room, 1ms), TimeoutError);
  put_raw(a, "cd"sv);
  EXPECT_EQ(b.recv_bytes_into(room, k_soon), 4U);
  EXPECT_EQ(text_of(std::span(room).first(4)), "abcd");
  // A peer that keeps on sending, too slowly.
  put_raw(a, "\1\0\0\0"sv);
  EXPECT_LT(test::time_of([&] {
              std::jthread slow([&a](const std::stop_token& stop) {
                while (!stop.stop_requested()) {
                  std::ignore = ::send(a.fileno(), "x", 1, MSG_DONTWAIT | MSG_NOSIGNAL);
                }
              });
              EXPECT_THROW(std::ignore = b.recv_bytes_into(room, 5ms), TimeoutError);
            }),
            k_soon);
}

TEST(ConnectionStreamTest, CarriesAnySizeAndConnections) {
  test::found_family();
  const long before = test::open_descriptors();
  {
    auto [a, b] = stream_pair();
    std::jthread sender([&a] {
      for (const std::size_t size : {0U, 1U, 2048U, 2049U, 16'384U, 16'385U, 3'000'000U}) {
        a.send_bytes(std::string(size, 'x'), k_soon);
      }
      auto [inner, peer] = Pipe();
      std::vector<Connection> ends;
      ends.push_back(std::move(inner));
      ends.push_back(std::move(peer));
      a.send(ends, k_soon);
      a.send(9, k_soon);
    });
    for (const std::size_t size : {0U, 1U, 2048U, 2049U, 16'384U, 16'385U, 3'000'000U}) {
      EXPECT_EQ(text_of(b.recv_bytes(k_soon)), std::string(size, 'x'));
    }
    auto ends = b.recv<std::vector<Connection>>(k_soon);
    EXPECT_EQ(b.recv<int>(k_soon), 9);
    ends.at(0).send(8);
    EXPECT_EQ(ends.at(1).recv<int>(k_soon), 8);
  }
  EXPECT_EQ(test::open_descriptors(), before);
}

}  // namespace
}  // namespace hilo::multiprocessing
