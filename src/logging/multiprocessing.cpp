// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/logging.hpp"

#include <memory>

#include "hilo/logging/formatter.hpp"
#include "hilo/logging/handler.hpp"
#include "logging/log_tree.hpp"

namespace hilo::multiprocessing {
namespace {

// One for the process, so that it is added once.
const logging::Handler& stderr_handler() {
  static const auto& handler = *new logging::Handler([] {
    auto made = std::make_shared<logging::StreamHandler>();
    made->set_formatter(
        std::make_unique<logging::Formatter>("[%(levelname)s/%(processName)s] %(message)s"));
    return made;
  }());
  return handler;
}

}  // namespace

logging::Logger get_logger() {
  static const logging::Logger logger = [] {
    logging::Logger made = logging::get_logger("multiprocessing");
    made.set_propagate(false);
    return made;
  }();
  return logger;
}

logging::Logger log_to_stderr(std::optional<logging::Level> level) {
  logging::Logger logger = get_logger();
  logger.add_handler(stderr_handler());
  if (level) logger.set_level(*level);
  return logger;
}

}  // namespace hilo::multiprocessing
