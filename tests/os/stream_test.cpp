// SPDX-License-Identifier: MIT
#include "os/stream.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cstddef>
#include <optional>
#include <span>
#include <thread>

namespace hilo::os {
namespace {

using detail::Deadline;

// Now and then lets the other one work, with whom it may share a processor.
void rest() {
  thread_local unsigned looks = 0;
  if (++looks % 64 == 0) std::this_thread::yield();
}

// The system looks for packets and for the end one after the other.
TEST(StreamTest, ALastPacketIsNotLostBetweenTwoLooks) {
  constexpr int k_pairs = 100'000;
  std::atomic<int> next = -1;
  std::jthread sender([&next] {
    for (int sent = 0; sent < k_pairs;) {
      const UniqueDescriptor end(next.exchange(-1));
      if (!end) rest();
      if (end) sent += static_cast<int>(send_at_once(end.get(), std::as_bytes(std::span("x", 1))));
    }
  });
  int lost = 0;
  for (int i = 0; i < k_pairs; ++i) {
    StreamPair pair = make_stream_pair(true);
    next = pair.second.release();
    std::byte room[4];
    std::optional<std::size_t> count;
    while (!count) {
      rest();
      count = receive(pair.first.get(), room, true, Deadline::poll());
    }
    if (*count == 0) ++lost;
  }
  EXPECT_EQ(lost, 0);
}

}  // namespace
}  // namespace hilo::os
