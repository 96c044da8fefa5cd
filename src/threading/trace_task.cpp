// SPDX-License-Identifier: MIT
#include "hilo/detail/trace.hpp"
#include "threading/target_name.hpp"
#include "trace/trace.hpp"

namespace hilo::detail::trace {

void Task::begin(const NameSource& target) noexcept {
  std::string name;
  try {
    name = target_name(target);
  } catch (...) {  // NOLINT(bugprone-empty-catch): a task without a name runs just as well
  }
  trace::begin("task", name.empty() ? "task" : name);
}

void Task::end() noexcept { trace::end(); }

}  // namespace hilo::detail::trace
