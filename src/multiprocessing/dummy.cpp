// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/dummy.hpp"

namespace hilo::multiprocessing::dummy {
namespace {

std::vector<Process>& children() {
  thread_local std::vector<Process> started;
  std::erase_if(started, [](const Process& child) { return !child.is_alive(); });
  return started;
}

}  // namespace

void Process::start() {
  std::vector<Process>& all = children();
  all.reserve(all.size() + 1);
  Thread::start();
  all.push_back(*this);
}

const std::type_info& Process::handle_type() const noexcept { return typeid(Process); }

std::vector<Process> active_children() { return children(); }

}  // namespace hilo::multiprocessing::dummy
