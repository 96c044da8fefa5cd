// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/sinks/base_sink.h>

#include <memory>
#include <mutex>
#include <string>
#include <utility>

#include "hilo/logging.hpp"
#include "hilo/threading/functions.hpp"

namespace hilo::test {

/// What was logged to its sink, as lines that end alike on all systems.
class Capture {
 public:
  explicit Capture(const std::string& format = "%(message)s") {
    sink_->set_formatter(std::make_unique<logging::Formatter>(format));
  }

  /// May outlive the object.
  [[nodiscard]] logging::Handler sink() const noexcept { return sink_; }

  /// All since the last call.
  [[nodiscard]] std::string take() { return sink_->take(); }

 private:
  class Sink : public spdlog::sinks::base_sink<std::mutex> {
   public:
    std::string take() {
      const std::scoped_lock guard(mutex_);
      std::erase(text_, '\r');
      return std::exchange(text_, {});
    }

   private:
    void sink_it_(const spdlog::details::log_msg& message) override {
      spdlog::memory_buf_t line;
      formatter_->format(message, line);
      text_.append(line.data(), line.size());
    }
    void flush_() override {}

    std::string text_;
  };

  std::shared_ptr<Sink> sink_ = std::make_shared<Sink>();
};

/// A root logger as a program finds it, before and after the test.
class FreshRoot {
 public:
  FreshRoot() { reset(); }
  ~FreshRoot() { reset(); }
  FreshRoot(const FreshRoot&) = delete;
  FreshRoot& operator=(const FreshRoot&) = delete;

 private:
  static void reset() {
    logging::Logger root = logging::get_logger();
    for (const logging::Handler& handler : root.handlers()) root.remove_handler(handler);
    root.set_level(logging::Level::warning);
  }
};

/// The calling thread has this name while the object lives.
class ThreadName {
 public:
  explicit ThreadName(const std::string& name) : before_(threading::current_thread().name()) {
    threading::current_thread().set_name(name);
  }
  ~ThreadName() { threading::current_thread().set_name(before_); }
  ThreadName(const ThreadName&) = delete;
  ThreadName& operator=(const ThreadName&) = delete;

 private:
  std::string before_;
};

}  // namespace hilo::test
