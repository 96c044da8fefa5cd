// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include "hilo/errors.hpp"
#include "multiprocessing/start.hpp"
#include "os/self.hpp"
#include "threading/exception_text.hpp"

namespace hilo::detail {

int run_body(const std::string& name, const std::function<void()>& body) noexcept {
  try {
    body();
    return 0;
  } catch (const SystemExit& exit) {
    return exit.code();
  } catch (...) {
    os::flush_standard_streams();
    os::write_error(fmt::format("Process {}:\n  {}\n", name, describe_current_exception()));
    return 1;
  }
}

}  // namespace hilo::detail
