// SPDX-License-Identifier: MIT
#include "multiprocessing/registry.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iterator>
#include <new>
#include <utility>

#include "heap/family.hpp"
#include "os/liveness.hpp"
#include "os/native_thread.hpp"
#include "os/self.hpp"
#include "os/thread.hpp"

namespace hilo::detail {

namespace {

constexpr std::size_t k_authkey_size = 32;  // as CPython's

}  // namespace

Registry& Registry::instance() {
  alignas(Registry) static std::byte storage[sizeof(Registry)];  // never destroyed
  static auto* const registry = ::new (storage) Registry;
  return *registry;
}

Registry::Registry() : pid(os::process_id()), current(std::make_shared<ProcessState>()) {
  current->name = "MainProcess";
  current->authkey = os::random_bytes(k_authkey_size);
  current->phase = ProcessState::Phase::started;
  os::add_fork_hooks([] { instance().mutex.lock(); }, [] { instance().mutex.unlock(); },
                     [] { instance().mend_forked_child(); });
}

// As in Python, a child of a bare fork() goes on as the process it was, but its children are its
// own. Little memory is touched here, and none allocated: each page costs the child a fault.
void Registry::mend_forked_child() {
  pid = os::process_id();
  for (const StatePointer& child : children) {
    if (child->lifeline) child->lifeline.reset();
    if (child->report) child->report->reset();
  }
  // Destroying them is for the first start of this process to pay, if there ever is one. Of the two
  // lists one is always empty: children come after that start.
  if (!children.empty()) children.swap(inherited_);
  mutex.unlock();
}

void Registry::become(StatePointer self) {
  const std::scoped_lock guard(mutex);
  self->phase = ProcessState::Phase::started;
  current->seen = os::boot_time();
  parent = std::exchange(current, std::move(self));
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
    child->report.reset();
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

bool Registry::wait_for_end(const StatePointer& process, Deadline deadline) {
  ProcessRef ref;
  {
    const std::scoped_lock guard(mutex);
    ref = process->ref();
  }
  return os::wait_for_end(ref, deadline);
}

void Registry::send_signal(const StatePointer& child, os::Signal signal) {
  const std::scoped_lock guard(mutex);  // so that nobody reaps it now and frees its id
  if (child->phase != ProcessState::Phase::started || child->exitcode) return;
  os::send_signal(child->ref(), signal);
}

StartingChild::StartingChild(StatePointer child, family::Nascent& member,
                             os::UniqueDescriptor lifeline)
    : child_(std::move(child)), member_(member) {
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  registry.children.push_back(child_);
  child_->member = member.id();
  child_->lifeline = os::WatchedDescriptor(std::move(lifeline));
}

StartingChild::~StartingChild() {
  if (!child_) return;
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  std::erase(registry.children, child_);
  child_->lifeline.reset();
}

void StartingChild::started(int pid, std::shared_ptr<os::WatchedDescriptor> report) noexcept {
  member_.started(pid);
  const std::scoped_lock guard(Registry::instance().mutex);
  child_->pid = pid;
  if (report) child_->seen = os::boot_time();
  child_->report = std::move(report);
  child_->phase = ProcessState::Phase::started;
  child_.reset();
}

void end_children() {
  using namespace std::chrono_literals;
  Registry& registry = Registry::instance();
  std::vector<StatePointer> all;
  {
    const std::scoped_lock guard(registry.mutex);
    if (registry.children.empty()) return;
    // What another thread is just about to start cannot be waited for yet.
    std::ranges::copy_if(registry.children, std::back_inserter(all), [](const auto& child) {
      return child->phase == ProcessState::Phase::started;
    });
  }
  os::flush_standard_streams();  // so that what was printed is seen before the wait
  for (const StatePointer& child : all) {
    if (child->daemon) registry.send_signal(child, os::Signal::terminate);
  }
  // One that does not listen must not keep the program from ending.
  const Deadline patience = Deadline::after(3s);
  for (const StatePointer& child : all) {
    if (!child->daemon) continue;
    if (!registry.wait_for_end(child, patience)) {
      registry.send_signal(child, os::Signal::kill);
      (void)registry.wait_for_end(child, Deadline::never());
    }
    registry.reap(child);
  }
  {
    // Those that were interrupted have hung on their lifelines, and end now.
    const std::scoped_lock guard(registry.mutex);
    for (const StatePointer& child : all) child->lifeline.reset();
  }
  for (const StatePointer& child : all) {
    if (child->daemon) continue;
    (void)registry.wait_for_end(child, Deadline::never());
    registry.reap(child);
  }
}

}  // namespace hilo::detail
