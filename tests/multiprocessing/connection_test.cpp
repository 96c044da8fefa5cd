// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/connection.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <system_error>
#include <thread>
#include <tuple>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/found_family.hpp"
#include "helpers/process_watch.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using test::k_soon;

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

using namespace std::string_view_literals;

TEST(ConnectionTest, CarriesValuesBothWays) {
  auto [a, b] = Pipe();
  a.send(std::vector<std::string>{"one", "two"});
  b.send(std::tuple(1, 2.5, std::string("three")));
  EXPECT_EQ(b.recv<std::vector<std::string>>(k_soon), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ((a.recv<std::tuple<int, double, std::string>>(k_soon)),
            std::tuple(1, 2.5, std::string("three")));
}

TEST(ConnectionTest, KeepsTheOrderAndTheBordersOfMessages) {
  auto [a, b] = Pipe();
  for (const std::size_t size : {0U, 1U, 64U, 2047U, 2048U, 2049U, 16'384U, 30'000U}) {
    a.send_bytes(std::string(size, 'x'));
  }
  for (const std::size_t size : {0U, 1U, 64U, 2047U, 2048U, 2049U, 16'384U, 30'000U}) {
    EXPECT_EQ(text_of(b.recv_bytes(k_soon)), std::string(size, 'x'));
  }
  EXPECT_FALSE(b.poll());
}

TEST(ConnectionTest, CarriesWhatIsLargerThanTheSystemsBuffers) {
  auto [a, b] = Pipe();
  std::vector<int> many(10'000'000);
  std::iota(many.begin(), many.end(), 0);
  std::thread sender([&] { a.send(many, k_soon); });
  EXPECT_EQ(b.recv<std::vector<int>>(k_soon), many);
  sender.join();
  std::thread untimed([&] { a.send(many); });
  EXPECT_EQ(b.recv<std::vector<int>>(), many);
  untimed.join();
}

TEST(ConnectionTest, ASimplexPipeReceivesAtTheFirstEndAndSendsAtTheSecond) {
  for (auto& [reader, writer] : {Pipe({.duplex = false}), Pipe(false)}) {
    EXPECT_TRUE(reader.readable() && !reader.writable());
    EXPECT_TRUE(writer.writable() && !writer.readable());
    auto& sending = const_cast<Connection&>(writer);
    auto& receiving = const_cast<Connection&>(reader);
    sending.send(7);
    EXPECT_EQ(receiving.recv<int>(k_soon), 7);
    EXPECT_THROW(receiving.send(7), RuntimeError);
    EXPECT_THROW(std::ignore = sending.recv<int>(), RuntimeError);
    EXPECT_THROW(std::ignore = sending.poll(), RuntimeError);
  }
}

TEST(ConnectionTest, TheLastOwnersEndIsAnErrorAtThePeer) {
  auto [a, b] = Pipe();
  a.send(1);
  a.close();
  EXPECT_TRUE(b.poll());
  EXPECT_EQ(b.recv<int>(k_soon), 1);
  EXPECT_TRUE(b.poll());
  EXPECT_THROW(std::ignore = b.recv<int>(k_soon), EOFError);
  EXPECT_THROW(b.send(2), BrokenPipeError);
  EXPECT_THROW(b.send_bytes(std::string(100'000, 'x')), BrokenPipeError);
}

// The system calls it a reset.
TEST(ConnectionTest, APeerThatEndsWithUnreadMessagesIsAnEndToo) {
  auto [a, b] = Pipe();
  b.send(1);
  a.close();
  EXPECT_THROW(std::ignore = b.recv<int>(k_soon), EOFError);
}

TEST(ConnectionTest, WhatAPeerSentBeforeItEndedComesBeforeTheEnd) {
  auto [a, b] = Pipe();
  a.send(1);
  b.send(2);
  b.close();
  EXPECT_EQ(a.recv<int>(k_soon), 2);
  EXPECT_THROW(std::ignore = a.recv<int>(k_soon), EOFError);
}

TEST(ConnectionTest, AClosedEndIsAValueError) {
  auto [a, b] = Pipe();
  a.close();
  a.close();
  EXPECT_TRUE(a.closed());
  EXPECT_FALSE(a.readable() || a.writable());
  EXPECT_THROW(a.send(1), ValueError);
  EXPECT_THROW(a.send_bytes("x"), ValueError);
  EXPECT_THROW(std::ignore = a.recv<int>(), ValueError);
  EXPECT_THROW(std::ignore = a.recv_bytes(), ValueError);
  EXPECT_THROW(std::ignore = a.poll(), ValueError);
  EXPECT_THROW(std::ignore = a.fileno(), ValueError);
  EXPECT_THROW(std::ignore = a.duplicate(), ValueError);
}

TEST(ConnectionTest, AnotherTypeIsRefusedAndTheNextMessageStandsWhereItShould) {
  auto [a, b] = Pipe();
  a.send(std::string("text"));
  a.send(5);
  EXPECT_THROW(std::ignore = b.recv<int>(k_soon), UnpicklingError);
  EXPECT_EQ(b.recv<int>(k_soon), 5);
}

TEST(ConnectionTest, SendsPartsOfABuffer) {
  auto [a, b] = Pipe();
  const auto bytes = std::as_bytes(std::span("0123456789"sv));
  a.send_bytes(bytes, 3);
  a.send_bytes(bytes, 3, 4);
  a.send_bytes(bytes, 10);
  EXPECT_EQ(text_of(b.recv_bytes(k_soon)), "3456789");
  EXPECT_EQ(text_of(b.recv_bytes(k_soon)), "3456");
  EXPECT_EQ(text_of(b.recv_bytes(k_soon)), "");
  EXPECT_THROW(a.send_bytes(bytes, 11), ValueError);
  EXPECT_THROW(a.send_bytes(bytes, 3, 8), ValueError);
}

TEST(ConnectionTest, ReceivesIntoABuffer) {
  auto [a, b] = Pipe();
  std::array<std::byte, 8> room{};
  a.send_bytes("abc");
  a.send_bytes("12345678");
  EXPECT_EQ(b.recv_bytes_into(room, 2, k_soon), 3U);
  EXPECT_EQ(text_of(std::span(room).subspan(2, 3)), "abc");
  EXPECT_EQ(b.recv_bytes_into(room, k_soon), 8U);
  EXPECT_EQ(text_of(room), "12345678");
  EXPECT_THROW(b.recv_bytes_into(room, 9), ValueError);
  EXPECT_THROW(b.recv_bytes_into(room, -1), ValueError);
}

TEST(ConnectionTest, ATooShortBufferLosesNothing) {
  auto [a, b] = Pipe();
  std::array<std::byte, 4> room{};
  a.send_bytes("12345678");
  a.send_bytes("next");
  try {
    b.recv_bytes_into(room, k_soon);
    FAIL();
  } catch (const BufferTooShort& error) {
    EXPECT_EQ(text_of(error.message()), "12345678");
  }
  EXPECT_EQ(b.recv_bytes_into(room, k_soon), 4U);
  EXPECT_EQ(text_of(room), "next");
}

TEST(ConnectionTest, AnOversizeMessageMakesTheEndUnreadable) {
  auto [a, b] = Pipe();
  b.send_bytes("1234");
  b.send_bytes("12345");
  EXPECT_EQ(text_of(a.recv_bytes(4, k_soon)), "1234");
  try {
    std::ignore = a.recv_bytes(4, k_soon);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), EMSGSIZE);
  }
  EXPECT_FALSE(a.readable());
  EXPECT_TRUE(a.writable());
  EXPECT_THROW(std::ignore = a.recv_bytes(), RuntimeError);
  a.send(1);
  auto [reader, writer] = Pipe(false);
  writer.send_bytes("12345");
  EXPECT_THROW(std::ignore = reader.recv_bytes(4), std::system_error);
  EXPECT_TRUE(reader.closed());
}

TEST(ConnectionTest, ASendThatRanOutOfTimeBeforeItBeganMayBeRepeated) {
  auto [a, b] = Pipe();
  const std::string small(16, 'x');
  int sent = 0;
  EXPECT_THROW(
      {
        for (;; ++sent) a.send_bytes(small, false);
      },
      TimeoutError);
  for (int i = 0; i < sent; ++i) EXPECT_EQ(b.recv_bytes(k_soon).size(), small.size());
  a.send_bytes("again", k_soon);
  EXPECT_EQ(text_of(b.recv_bytes(k_soon)), "again");
}

TEST(ConnectionTest, ASendThatRanOutOfTimeAmidAMessageEndsTheSending) {
  auto [a, b] = Pipe();
  const std::string large(10'000'000, 'x');
  EXPECT_THROW(a.send_bytes(large, 10ms), TimeoutError);
  EXPECT_THROW(a.send_bytes("x"), BrokenPipeError);
  EXPECT_THROW(std::ignore = a.duplicate(), RuntimeError);
  try {
    std::ignore = b.recv_bytes(k_soon);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ECONNRESET);
  }
  b.send(3);
  EXPECT_EQ(a.recv<int>(k_soon), 3);
}

TEST(ConnectionTest, OneThreadSendsWhileAnotherReceives) {
  auto [a, b] = Pipe();
  std::jthread echo([&b] {
    for (int i = 0; i < 2'000; ++i) b.send(b.recv<int>(k_soon) + 1, k_soon);
  });
  std::jthread sender([&a] {
    for (int i = 0; i < 2'000; ++i) a.send(i, k_soon);
  });
  for (int i = 0; i < 2'000; ++i) ASSERT_EQ(a.recv<int>(k_soon), i + 1);
}

TEST(ConnectionTest, ADuplicateIsTheSameEnd) {
  auto [a, b] = Pipe();
  Connection same = a.duplicate();
  EXPECT_NE(same.fileno(), a.fileno());
  a.close();
  same.send(4);
  EXPECT_EQ(b.recv<int>(k_soon), 4);
  b.send(5);
  EXPECT_EQ(same.recv<int>(k_soon), 5);
}

TEST(ConnectionTest, TravelsThroughAConnection) {
  test::found_family();
  const long before = test::open_descriptors();
  {
    auto [a, b] = Pipe();
    auto [inner, peer] = Pipe();
    auto [reader, writer] = Pipe(false);
    a.send(std::pair<const Connection&, int>(inner, 3).second);
    EXPECT_EQ(b.recv<int>(k_soon), 3);
    std::vector<Connection> ends;
    ends.push_back(std::move(inner));
    ends.push_back(std::move(writer));
    a.send(ends);
    ends.clear();
    auto arrived = b.recv<std::vector<Connection>>(k_soon);
    ASSERT_EQ(arrived.size(), 2U);
    arrived[0].send(std::string("hello"));
    EXPECT_EQ(peer.recv<std::string>(k_soon), "hello");
    EXPECT_FALSE(arrived[1].readable());
    arrived[1].send(1);
    EXPECT_EQ(reader.recv<int>(k_soon), 1);
    arrived.clear();
    EXPECT_THROW(std::ignore = peer.recv<int>(k_soon), EOFError);
  }
  EXPECT_EQ(test::open_descriptors(), before);
}

TEST(ConnectionTest, DescriptorsThatNobodyAsksForAreClosed) {
  test::found_family();
  const long before = test::open_descriptors();
  {
    auto [a, b] = Pipe();
    {
      auto [inner, peer] = Pipe();
      a.send(inner);
      a.send(inner);
      a.send(inner);
    }
    EXPECT_THROW(std::ignore = b.recv<int>(k_soon), UnpicklingError);
    std::ignore = b.recv_bytes(k_soon);
    EXPECT_EQ(test::open_descriptors(), before + 2);
  }
  EXPECT_EQ(test::open_descriptors(), before);
}

TEST(ConnectionTest, AConnectionCannotBecomeBytesAlone) {
  auto [a, b] = Pipe();
  EXPECT_THROW(std::ignore = marshal::dumps(a), PicklingError);
  std::vector<Connection> many;
  for (int i = 0; i < 254; ++i) many.push_back(a.duplicate());
  EXPECT_THROW(a.send(many), PicklingError);
  many.pop_back();
  a.send(many);
  EXPECT_EQ(b.recv<std::vector<Connection>>(k_soon).size(), 253U);
}

TEST(ConnectionTest, HandlesTravelAndLiveUntilTheyAreRead) {
  auto [a, b] = Pipe();
  {
    Value<int> number(41);
    a.send(number);
  }
  auto number = b.recv<Value<int>>(k_soon);
  number.value() += 1;
  EXPECT_EQ(number.value(), 42);
}

}  // namespace
}  // namespace hilo::multiprocessing
