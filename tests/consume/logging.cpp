// SPDX-License-Identifier: MIT
// A user's program of the component logging: the line that it prints is what was asked for.
#include <hilo/logging.hpp>
#include <hilo/threading/thread.hpp>
#include <iostream>
#include <memory>
#include <sstream>

#include <spdlog/sinks/ostream_sink.h>

namespace logging = hilo::logging;

int main() {
  std::ostringstream lines;
  logging::basic_config({.level = logging::Level::debug,
                         .format = "[%(levelname)s] - %(threadName)-10s : %(message)s",
                         .handlers = {std::make_shared<spdlog::sinks::ostream_sink_mt>(lines)}});
  hilo::threading::Thread worker({.name = "Worker"}, [] { logging::debug("{}...", "Iniciando"); });
  worker.start();
  worker.join();
  std::cout << lines.str();
  return lines.str() == "[DEBUG] - Worker     : Iniciando...\n" ? 0 : 1;
}
