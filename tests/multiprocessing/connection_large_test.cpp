// SPDX-License-Identifier: MIT
// Messages beyond the lengths that 32 bits hold.
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <span>
#include <thread>
#include <utility>

#include "hilo/multiprocessing.hpp"
#include "multiprocessing/channel.hpp"

namespace hilo::multiprocessing {
namespace {

using namespace std::chrono_literals;
using connection::ConnectionAccess;

/// Many gigabytes of addresses, and one mebibyte of memory that stands at all of them.
class Repeated {
 public:
  static constexpr std::size_t k_period = 1 << 20;

  explicit Repeated(std::size_t size) : size_((size + k_period - 1) / k_period * k_period) {
    const int file = ::memfd_create("hilo test", MFD_CLOEXEC);
    void* const room = ::mmap(nullptr, size_, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (room == MAP_FAILED || ::ftruncate(file, k_period) != 0) std::abort();
    start_ = static_cast<std::byte*>(room);
    for (std::size_t at = 0; at < size_; at += k_period) {
      if (::mmap(start_ + at, k_period, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, file, 0) ==
          MAP_FAILED) {
        std::abort();
      }
    }
    ::close(file);
  }
  ~Repeated() { ::munmap(start_, size_); }
  Repeated(const Repeated&) = delete;
  Repeated& operator=(const Repeated&) = delete;

  [[nodiscard]] std::span<std::byte> first(std::size_t size) const { return {start_, size}; }
  [[nodiscard]] std::span<std::byte> period() const { return {start_, k_period}; }

 private:
  std::size_t size_;
  std::byte* start_;
};

/// On a busy machine, with the sanitizer that is slowest.
constexpr auto k_patience = 250s;

void carry(Connection from, Connection to) {
  constexpr std::size_t k_size = (std::size_t{1} << 31) + 5;
  const Repeated source(k_size);
  const Repeated destination(k_size);
  for (std::size_t i = 0; i < Repeated::k_period; ++i) {
    source.period()[i] = static_cast<std::byte>(i * 131 >> 5);
  }
  std::jthread sender([&] {
    from.send_bytes(source.first(k_size), k_patience);
    from.send(7, k_patience);
  });
  EXPECT_EQ(to.recv_bytes_into(destination.first(k_size), k_patience), k_size);
  EXPECT_TRUE(std::ranges::equal(source.period(), destination.period()));
  EXPECT_EQ(to.recv<int>(k_patience), 7) << "the next message stands where it should";
}

TEST(ConnectionLargeTest, MoreThanTwoGibibytesCrossAPipe) {
  auto [from, to] = Pipe();
  carry(std::move(from), std::move(to));
}

TEST(ConnectionLargeTest, MoreThanTwoGibibytesCrossAStream) {
  int ends[2];
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  Connection from = ConnectionAccess::make(os::UniqueDescriptor(ends[0]));
  carry(std::move(from), ConnectionAccess::make(os::UniqueDescriptor(ends[1])));
}

}  // namespace
}  // namespace hilo::multiprocessing
