// SPDX-License-Identifier: MIT
// A log pipeline: services put records into a bounded queue, a formatter turns them into lines, a
// writer writes these in batches. Bounded queues keep the memory small: who is too fast waits. The
// end goes from the front to the back: each stage works off what it got, then shuts the next one's
// queue down. A service that outlives the pipeline is told so by queue::ShutDown.
#include <fmt/core.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <hilo/queue.hpp>
#include <hilo/threading.hpp>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace queue = hilo::queue;
namespace threading = hilo::threading;
using namespace std::chrono_literals;

struct Record {
  std::string service;
  int number;
};

class Pipeline {
 public:
  Pipeline() {
    formatter_.start();
    writer_.start();
  }
  ~Pipeline() { close(); }
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;

  /// Waits while the queue is full. Throws: queue::ShutDown after close().
  void log(Record record) { records_.put(std::move(record)); }

  /// Comes back when everything that was logged is written. More than once is fine.
  void close() {
    records_.shutdown();
    formatter_.join();
    writer_.join();
  }

  [[nodiscard]] int written() const { return written_; }
  [[nodiscard]] int batches() const { return batches_; }

 private:
  static constexpr int k_batch = 16;

  void format() {
    for (const Record& record : records_) {
      lines_.put(fmt::format("{} #{}\n", record.service, record.number));
    }
    lines_.shutdown();
  }

  /// A batch is written when it is full, or when nothing has come for a while.
  void write() {
    std::string batch;
    int size = 0;
    const auto flush = [&] {
      if (size == 0) return;
      // In place of a file: what counts is that nothing is lost.
      std::this_thread::sleep_for(1ms);
      written_ += size;
      batches_ += 1;
      batch.clear();
      size = 0;
    };
    try {
      for (;;) {
        if (auto line = lines_.try_get(20ms)) {
          batch += *line;
          if (++size == k_batch) flush();
        } else {
          flush();
        }
      }
    } catch (const queue::ShutDown&) {
      flush();
    }
  }

  queue::Queue<Record> records_{64};
  queue::Queue<std::string> lines_{64};
  std::atomic<int> written_ = 0;
  std::atomic<int> batches_ = 0;
  threading::Thread formatter_{threading::ThreadOptions{.name = "formatter"}, [this] { format(); }};
  threading::Thread writer_{threading::ThreadOptions{.name = "writer"}, [this] { write(); }};
};

void serve(Pipeline& pipeline, int requests) {
  const std::string name = threading::current_thread().name();
  for (int number = 0; number < requests; ++number) pipeline.log({name, number});
}

/// Does not know when to stop. Returns: how many records the pipeline took.
int monitor(Pipeline& pipeline) {
  int taken = 0;
  try {
    for (;; ++taken) {
      pipeline.log({"monitor", taken});
      std::this_thread::sleep_for(5ms);
    }
  } catch (const queue::ShutDown&) {
    return taken;
  }
}

int main() {
  constexpr int k_services = 4;
  constexpr int k_requests = 500;
  Pipeline pipeline;

  threading::Thread endless({.name = "monitor"}, monitor, std::ref(pipeline));
  endless.start();
  std::vector<threading::Thread> services;
  for (int i = 0; i < k_services; ++i) {
    services.emplace_back(threading::ThreadOptions{.name = fmt::format("service-{}", i)}, serve,
                          std::ref(pipeline), k_requests);
    services.back().start();
  }
  for (auto& service : services) service.join();
  fmt::print("the services are through\n");

  pipeline.close();
  const int logged = k_services * k_requests + endless.result<int>();
  fmt::print("lost: {}\n", logged - pipeline.written());
  fmt::print("in batches: {}\n", pipeline.batches() < logged / 4);
}
