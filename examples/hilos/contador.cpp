// SPDX-License-Identifier: MIT
// Document 002, In [4]: a counter that two threads increment under a lock; logging shows which
// thread says what. The original was interrupted before its last line. A lock that is open cannot
// be released: an error, as the text says.
#include <chrono>
#include <functional>
#include <hilo/errors.hpp>
#include <hilo/logging.hpp>
#include <hilo/threading.hpp>
#include <mutex>
#include <random>
#include <thread>

namespace logging = hilo::logging;
namespace threading = hilo::threading;

class Counter {
 public:
  explicit Counter(int start = 0) : value(start) {}

  void increment() {
    logging::debug("Waiting for a lock");
    std::scoped_lock guard(lock);
    logging::debug("Acquired a lock");
    value += 1;
    logging::debug("Released a lock");
  }

  threading::Lock lock;
  int value;
};

void worker(Counter& c) {
  std::random_device random;
  for (int i = 0; i < 2; ++i) {
    const std::chrono::duration<double> r(std::generate_canonical<double, 16>(random));
    logging::debug("Sleeping {:.2f}", r.count());
    std::this_thread::sleep_for(r);
    c.increment();
  }
  logging::debug("Done");
}

int main() {
  logging::basic_config(
      {.level = logging::Level::debug, .format = "(%(threadName)-9s) %(message)s"});

  Counter counter;
  for (int i = 0; i < 2; ++i) threading::Thread(worker, std::ref(counter)).start();

  logging::debug("Waiting for worker threads");
  const auto main_thread = threading::current_thread();
  for (auto& t : threading::enumerate()) {
    if (t != main_thread) t.join();
  }
  logging::debug("Counter: {}", counter.value);

  try {
    counter.lock.release();
  } catch (const hilo::RuntimeError& error) {
    logging::debug("RuntimeError: {}", error.what());
  }
}
