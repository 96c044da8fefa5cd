// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/functions.hpp"

#include <mutex>

#include "multiprocessing/process_access.hpp"
#include "multiprocessing/registry.hpp"
#include "os/cpu.hpp"
#include "os/self.hpp"

namespace hilo::multiprocessing {

using detail::Registry;

Process current_process() {
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  return ProcessAccess::handle(registry.current);
}

std::optional<Process> parent_process() {
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  if (!registry.parent) return std::nullopt;
  return ProcessAccess::handle(registry.parent);
}

std::vector<Process> active_children() {
  Registry& registry = Registry::instance();
  registry.reap_all();
  const std::scoped_lock guard(registry.mutex);
  std::vector<Process> result;
  for (const detail::StatePointer& child : registry.children) {
    if (child->phase == detail::ProcessState::Phase::started) {
      result.push_back(ProcessAccess::handle(child));
    }
  }
  return result;
}

int cpu_count() noexcept { return os::machine_cpus(); }

void set_executable(std::string path) {
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  registry.executable = std::move(path);
}

}  // namespace hilo::multiprocessing
