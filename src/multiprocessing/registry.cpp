// SPDX-License-Identifier: MIT
#include "multiprocessing/registry.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <utility>

#include "heap/family.hpp"
#include "os/liveness.hpp"

namespace hilo::detail {

Registry& Registry::instance() {
  static Registry* const registry = new Registry;
  return *registry;
}

Registry::Registry() : pid(os::process_id()), current(std::make_shared<ProcessState>()) {
  current->name = "MainProcess";
  current->pid = pid;
  current->phase = ProcessState::Phase::started;
  os::around_fork([] { instance().mutex.lock(); }, [] { instance().mutex.unlock(); },
                  [] { instance().mend_forked_child(); });
}

void Registry::mend_forked_child() {
  pid = os::process_id();
  // As in Python, a child of a bare fork() goes on as the process it was; its children are its own.
  current->pid = pid;
  for (const StatePointer& child : children) child->lifeline.reset();
  // Destroying them costs time for each; that is for the first start of this process to pay.
  inherited_.insert(inherited_.end(), std::make_move_iterator(children.begin()),
                    std::make_move_iterator(children.end()));
  children.clear();
  mutex.unlock();
}

void Registry::become(StatePointer self, StatePointer parent_state) {
  const std::scoped_lock guard(mutex);
  self->phase = ProcessState::Phase::started;
  self->pid = pid;
  current = std::move(self);
  parent = std::move(parent_state);
  processes_made = 0;
}

bool Registry::reap(const StatePointer& child) {
  std::uint32_t member = 0;
  {
    const std::scoped_lock guard(mutex);
    if (child->exitcode) return true;
    if (child->phase != ProcessState::Phase::started) return false;
    const std::optional<os::EndStatus> end = os::reap(child->ref());
    if (!end) return false;
    child->exitcode = end->known ? end->code : k_unknown_exitcode;
    child->lifeline.reset();
    member = child->member;
    std::erase(children, child);
  }
  family::ended(member);
  return true;
}

void Registry::reap_all() {
  std::vector<StatePointer> all;
  {
    const std::scoped_lock guard(mutex);
    all = children;
  }
  for (const StatePointer& child : all) reap(child);
  const std::scoped_lock guard(mutex);
  enough_children_ = std::max<std::size_t>(16, 2 * children.size());
}

void Registry::reap_sometimes() {
  std::vector<StatePointer> old;
  {
    const std::scoped_lock guard(mutex);
    old.swap(inherited_);
    if (children.size() < enough_children_) return;
  }
  reap_all();
}

void Registry::forget(const StatePointer& child) {
  const std::scoped_lock guard(mutex);
  std::erase(children, child);
}

void end_children() {
  using namespace std::chrono_literals;
  Registry& registry = Registry::instance();
  std::vector<StatePointer> all;
  {
    const std::scoped_lock guard(registry.mutex);
    // What another thread is just about to start cannot be waited for yet.
    std::copy_if(
        registry.children.begin(), registry.children.end(), std::back_inserter(all),
        [](const StatePointer& child) { return child->phase == ProcessState::Phase::started; });
  }
  for (const StatePointer& child : all) {
    if (child->daemon) os::send_signal(child->ref(), os::Signal::terminate);
  }
  // One that does not listen must not keep the program from ending.
  const Deadline patience = Deadline::after(3s);
  for (const StatePointer& child : all) {
    if (!child->daemon) continue;
    if (!os::wait_for_end(child->ref(), patience)) {
      os::send_signal(child->ref(), os::Signal::kill);
      (void)os::wait_for_end(child->ref(), Deadline::never());
    }
    registry.reap(child);
  }
  for (const StatePointer& child : all) {
    if (child->daemon) continue;
    (void)os::wait_for_end(child->ref(), Deadline::never());
    registry.reap(child);
  }
}

}  // namespace hilo::detail
