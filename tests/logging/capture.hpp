// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/details/os.h>
#include <spdlog/sinks/ostream_sink.h>

#include <memory>
#include <sstream>
#include <string>

#include "hilo/logging.hpp"

namespace hilo::test {

/// What was logged to its sink, as lines that end alike on all systems.
class Capture {
 public:
  explicit Capture(const std::string& format = "%(message)s")
      : sink_(std::make_shared<spdlog::sinks::ostream_sink_mt>(stream_)) {
    sink_->set_formatter(std::make_unique<logging::Formatter>(format));
  }

  [[nodiscard]] const logging::Handler& sink() const noexcept { return sink_; }

  /// All since the last call.
  [[nodiscard]] std::string take() {
    std::string text = stream_.str();
    stream_.str("");
    std::erase(text, '\r');
    return text;
  }

 private:
  std::ostringstream stream_;
  logging::Handler sink_;
};

}  // namespace hilo::test
