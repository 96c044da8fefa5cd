// SPDX-License-Identifier: MIT
// A crew of workers that may make 20 requests a second between them, as many services allow. A
// RepeatingTimer puts a token into a bucket every 50 ms; each request takes one. A full bucket lets
// a small burst pass. A Timer per request is its time-out, cancelled when the answer is there in
// time; another one ends the whole crew, so that nothing lasts for ever.
#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <hilo/errors.hpp>
#include <hilo/queue.hpp>
#include <hilo/threading.hpp>
#include <vector>

namespace queue = hilo::queue;
namespace threading = hilo::threading;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// Lets `burst` through at once, then one in each `interval`.
class RateLimit {
 public:
  RateLimit(int burst, std::chrono::milliseconds interval)
      : bucket_(burst), refill_({.name = "refill", .daemon = true}, interval, [this] { add(); }) {
    refill_.start();
  }
  ~RateLimit() {
    refill_.cancel();
    refill_.join();
  }
  RateLimit(const RateLimit&) = delete;
  RateLimit& operator=(const RateLimit&) = delete;

  /// Waits for its turn.
  void acquire() { bucket_.acquire(); }

 private:
  void add() {
    try {
      bucket_.release();
    } catch (const hilo::ValueError&) {
      // the bucket is full: nobody used the last token
    }
  }

  threading::BoundedSemaphore bucket_;
  threading::RepeatingTimer refill_;
};

struct Totals {
  std::atomic<int> answered = 0;
  std::atomic<int> timed_out = 0;
};

/// Every tenth request hangs; the others take 10 ms.
void request(int number, Totals& totals) {
  threading::Event given_up;
  threading::Timer timeout({.daemon = true}, 1s, [&] { given_up.set(); });
  timeout.start();
  const bool hung = number % 10 == 9;
  given_up.wait(hung ? 1h : 10ms);
  const bool in_time = timeout.cancel();
  // Its function may be under way, and works with what stands here.
  timeout.join();
  ++(in_time ? totals.answered : totals.timed_out);
}

void work(queue::Queue<int>& requests, RateLimit& limit, Totals& totals) {
  for (const int number : requests) {
    limit.acquire();
    request(number, totals);
  }
}

int main() {
  constexpr int k_requests = 40;
  const auto start = Clock::now();
  RateLimit limit(10, 50ms);
  Totals totals;
  queue::Queue<int> requests;
  for (int number = 0; number < k_requests; ++number) requests.put(number);
  requests.shutdown();

  // Whatever hangs, the requests that are left then are dropped.
  threading::Timer end({.name = "end", .daemon = true}, 30s, [&] { requests.shutdown(true); });
  end.start();

  std::vector<threading::Thread> crew;
  for (int i = 0; i < 6; ++i) {
    crew.emplace_back(threading::ThreadOptions{.name = fmt::format("worker-{}", i)}, work,
                      std::ref(requests), std::ref(limit), std::ref(totals));
    crew.back().start();
  }
  for (auto& worker : crew) worker.join();
  const std::chrono::duration<double> took = Clock::now() - start;

  fmt::print("answered: {}, timed out: {}\n", totals.answered.load(), totals.timed_out.load());
  // 10 at once, the other 30 at 20 a second: 1.5 s and what the last ones take.
  fmt::print("within the rate: {}\n", took >= 1.5s);
  if (!end.cancel()) fmt::print("some were dropped\n");
  end.join();
}
