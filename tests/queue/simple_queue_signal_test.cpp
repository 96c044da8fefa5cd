// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "hilo/queue/simple_queue.hpp"

namespace hilo::queue {
namespace {

constexpr int k_most_signals = 5000;
constexpr auto k_time = std::chrono::seconds(2);
SimpleQueue<int>* g_queue = nullptr;
std::atomic<int> g_handled = 0;

void put_in_handler(int) {
  g_queue->put(1);
  ++g_handled;
}

// The handler interrupts puts and gets of the same queue wherever they are.
TEST(SimpleQueueSignalTest, HandlerMayPutWhileItsThreadPutsOrGets) {
  SimpleQueue<int> queue;
  queue.reserve(k_most_signals + 2);
  g_queue = &queue;
  g_handled = 0;
  struct sigaction action {};
  struct sigaction before {};
  action.sa_handler = put_in_handler;
  ASSERT_EQ(sigaction(SIGUSR1, &action, &before), 0);
  std::atomic<int> sent = 0;
  std::atomic<bool> over = false;
  std::thread sender([&, target = pthread_self()] {
    const auto end = std::chrono::steady_clock::now() + k_time;
    while (sent < k_most_signals && std::chrono::steady_clock::now() < end) {
      pthread_kill(target, SIGUSR1);
      ++sent;
      while (g_handled < sent) std::this_thread::yield();
    }
    over = true;
  });
  std::int64_t put = 0;
  std::int64_t got = 0;
  while (!over) {
    queue.put(1);
    ++put;
    while (queue.try_get()) ++got;
  }
  sender.join();
  sigaction(SIGUSR1, &before, nullptr);
  while (queue.try_get()) ++got;
  EXPECT_GT(sent, 0);
  EXPECT_EQ(got, put + sent);
}

}  // namespace
}  // namespace hilo::queue
