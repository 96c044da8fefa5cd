// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/connection.hpp"

#include <benchmark/benchmark.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <exception>
#include <span>
#include <utility>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing/context.hpp"

namespace {

namespace mp = hilo::multiprocessing;

/// One end of a Pipe().
class Hilo {
 public:
  static std::pair<Hilo, Hilo> pair() {
    auto [a, b] = mp::Pipe();
    return {Hilo(std::move(a)), Hilo(std::move(b))};
  }
  bool send(std::span<const std::byte> bytes) {
    try {
      end_.send_bytes(bytes);
      return true;
    } catch (const hilo::BrokenPipeError&) {
      return false;
    }
  }
  bool receive(std::span<std::byte> room) {
    try {
      return end_.recv_bytes_into(room) == room.size();
    } catch (const hilo::EOFError&) {
      return false;
    }
  }
  void close() { end_.close(); }

 private:
  explicit Hilo(mp::Connection end) : end_(std::move(end)) {}
  mp::Connection end_;
};

/// One end of a socket pair, which both sides know the size of the messages of: the same bytes, a
/// header's among them, without a header's meaning.
class RawSocketpair {
 public:
  static std::pair<RawSocketpair, RawSocketpair> pair() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) std::terminate();
    return {RawSocketpair(ends[0]), RawSocketpair(ends[1])};
  }
  bool send(std::span<const std::byte> bytes) {
    std::size_t sent = 0;
    room_.resize(bytes.size() + k_header);
    while (sent < room_.size()) {
      const ssize_t count = ::send(end_, room_.data() + sent, room_.size() - sent, MSG_NOSIGNAL);
      if (count <= 0) return false;
      sent += static_cast<std::size_t>(count);
    }
    return true;
  }
  bool receive(std::span<std::byte> bytes) {
    room_.resize(bytes.size() + k_header);
    return ::recv(end_, room_.data(), room_.size(), MSG_WAITALL) ==
           static_cast<ssize_t>(room_.size());
  }
  void close() { ::close(end_); }

 private:
  static constexpr std::size_t k_header = 4;
  explicit RawSocketpair(int end) : end_(end) {}
  int end_;
  std::vector<std::byte> room_;
};

/// The other end's work in a forked process.
template <class End, class Work>
class Peer {
 public:
  Peer(End& mine, End& childs, Work work)
      : mine_(mine),
        process_(mp::get_context(mp::StartMethod::fork).Process({.daemon = true}, [&, work] {
          mine.close();
          work(childs);
        })) {
    process_.start();
    childs.close();
  }
  ~Peer() {
    mine_.close();
    process_.join();
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

 private:
  End& mine_;
  mp::Process process_;
};

template <class End, std::size_t k_size>
void BM_Connection_ping_pong(benchmark::State& state) {
  auto [mine, childs] = End::pair();
  const Peer peer(mine, childs, [](End& end) {
    std::vector<std::byte> room(k_size);
    while (end.receive(room) && end.send(room)) continue;
  });
  std::vector<std::byte> room(k_size);
  for (auto _ : state) {
    if (!mine.send(room) || !mine.receive(room)) std::terminate();
  }
}
BENCHMARK_TEMPLATE(BM_Connection_ping_pong, Hilo, 64)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Connection_ping_pong, RawSocketpair, 64)->UseRealTime();

template <class End, std::size_t k_size>
void BM_Connection_stream(benchmark::State& state) {
  auto [mine, childs] = End::pair();
  const Peer peer(mine, childs, [](End& end) {
    const std::vector<std::byte> bytes(k_size);
    while (end.send(bytes)) continue;
  });
  std::vector<std::byte> room(k_size);
  for (auto _ : state) {
    if (!mine.receive(room)) std::terminate();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * k_size));
}
BENCHMARK_TEMPLATE(BM_Connection_stream, Hilo, 64)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Connection_stream, RawSocketpair, 64)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Connection_stream, Hilo, 1 << 20)->UseRealTime();
BENCHMARK_TEMPLATE(BM_Connection_stream, RawSocketpair, 1 << 20)->UseRealTime();

}  // namespace
