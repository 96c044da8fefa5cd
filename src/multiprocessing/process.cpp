// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/process.hpp"

#include <fmt/format.h>

#include <mutex>
#include <system_error>
#include <typeinfo>

#include "hilo/errors.hpp"
#include "multiprocessing/registry.hpp"
#include "multiprocessing/start.hpp"
#include "os/birth.hpp"
#include "threading/exit.hpp"
#include "trace/trace.hpp"

namespace hilo::multiprocessing {
namespace {

using detail::ProcessState;
using detail::Registry;
using detail::StatePointer;
using Phase = ProcessState::Phase;

StatePointer make_state(ProcessOptions options, detail::ProcessMake make) {
  auto state = std::make_shared<ProcessState>();
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  state->creator = registry.pid;
  state->identity = registry.current->identity;
  state->identity.push_back(++registry.processes_made);
  state->name = options.name.empty() ? fmt::format("Process-{}", fmt::join(state->identity, ":"))
                                     : std::move(options.name);
  state->daemon = options.daemon.value_or(registry.current->daemon);
  state->authkey = registry.current->authkey;
  state->method = make.method;
  state->call = std::move(make.call);
  state->nursery = std::move(make.nursery);
  return state;
}

// The checks below are made under the registry's mutex.

void check_open(const ProcessState& state) {
  if (state.phase == Phase::closed) {
    throw ValueError(fmt::format("hilo: process '{}' is closed", state.name));
  }
}

bool is_mine(const Registry& registry, const ProcessState& state) {
  return state.creator == registry.pid;
}

void check_mine(const Registry& registry, const ProcessState& state, const char* what) {
  if (is_mine(registry, state)) return;
  throw RuntimeError(fmt::format("hilo: {} of '{}': only the process that made a Process may do so",
                                 what, state.name));
}

// Of the parent too, which parent_process() hands out.
void check_waitable(const Registry& registry, const StatePointer& state, const char* what) {
  check_open(*state);
  if (state != registry.parent) check_mine(registry, *state, what);
  if (state->phase != Phase::started) {
    throw RuntimeError(fmt::format("hilo: {} of '{}', which was not started", what, state->name));
  }
}

// Checks that the process may be started now, and reserves it for the caller.
StartMethod begin_start(const StatePointer& state, bool is_subclass) {
  Registry& registry = Registry::instance();
  const StartMethod method = state->method ? *state->method : get_start_method();
  const std::scoped_lock guard(registry.mutex);
  if (!registry.method) registry.method = get_all_start_methods().front();
  check_open(*state);
  check_mine(registry, *state, "start()");
  if (state->phase != Phase::created) {
    throw RuntimeError(
        fmt::format("hilo: process '{}' was started before; make another", state->name));
  }
  if (registry.current->daemon && !(registry.current->may_have_daemons && state->daemon)) {
    throw RuntimeError(fmt::format(
        "hilo: '{}' is daemonic, and such a process may not have children{}",
        registry.current->name, registry.current->may_have_daemons ? " but daemonic ones" : ""));
  }
  if (method != StartMethod::fork && is_subclass) {
    throw RuntimeError(fmt::format(
        "hilo: an object of a subclass of Process cannot be started by {}, for it exists only in "
        "this process: make a Process of a function and its arguments, or use fork",
        to_string(method)));
  }
  state->phase = Phase::starting;
  return method;
}

void send(const StatePointer& state, os::Signal signal, const char* what) {
  Registry& registry = Registry::instance();
  {
    const std::scoped_lock guard(registry.mutex);
    check_open(*state);
    check_mine(registry, *state, what);
    if (state->phase != Phase::started) {
      throw RuntimeError(fmt::format("hilo: {} of '{}', which was not started", what, state->name));
    }
  }
  registry.send_signal(state, signal);
}

}  // namespace

Process::Process(ProcessOptions options) : Process(std::move(options), detail::ProcessMake()) {}

Process::Process(ProcessOptions options, detail::ProcessMake make)
    : state_(make_state(std::move(options), std::move(make))) {}

Process::Process(StatePointer state) : state_(std::move(state)) {}

Process::~Process() = default;

void Process::run() {
  if (state_->call) state_->call->run();
}

void Process::start() {
  os::refuse_unfrozen();
  const StartMethod method = begin_start(state_, typeid(*this) != typeid(Process));
  try {
    detail::at_program_end(detail::EndPhase::processes, &detail::end_children);
    Registry::instance().reap_sometimes();
    if (method == StartMethod::fork) {
      detail::start_by_fork(state_, [this] { run(); });
    } else if (method == StartMethod::spawn) {
      detail::start_by_spawn(state_);
    } else {
      detail::start_by_forkserver(state_);
    }
  } catch (...) {
    const std::scoped_lock guard(Registry::instance().mutex);
    state_->phase = Phase::created;
    throw;
  }
  state_->call.reset();
  state_->nursery.reset();
}

bool Process::join_until(detail::Deadline deadline) {
  Registry& registry = Registry::instance();
  detail::ProcessRef process;
  bool child;
  {
    const std::scoped_lock guard(registry.mutex);
    check_waitable(registry, state_, "join()");
    if (state_->exitcode) return true;
    process = state_->ref();
    child = is_mine(registry, *state_);
  }
  {
    detail::trace::Wait traced("Process.join");
    traced.sleeps();
    if (!os::wait_for_end(process, deadline)) return false;
  }
  return !child || registry.reap(state_);
}

bool Process::is_alive() const {
  Registry& registry = Registry::instance();
  detail::ProcessRef process;
  bool child;
  {
    const std::scoped_lock guard(registry.mutex);
    check_open(*state_);
    if (state_ == registry.current) return true;
    if (state_ != registry.parent) check_mine(registry, *state_, "is_alive()");
    if (state_->phase != Phase::started || state_->exitcode) return false;
    process = state_->ref();
    child = is_mine(registry, *state_);
  }
  return child ? !registry.reap(state_) : !os::has_ended(process);
}

std::optional<int> Process::exitcode() const {
  Registry& registry = Registry::instance();
  {
    const std::scoped_lock guard(registry.mutex);
    check_open(*state_);
    if (!is_mine(registry, *state_) || state_->phase != Phase::started || state_->exitcode) {
      return state_->exitcode;
    }
  }
  registry.reap(state_);
  const std::scoped_lock guard(registry.mutex);
  return state_->exitcode;
}

std::optional<int> Process::pid() const {
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  check_open(*state_);
  if (state_ == registry.current) return registry.pid;
  return state_->pid == 0 ? std::nullopt : std::optional(state_->pid);
}

std::string Process::name() const {
  const std::scoped_lock guard(Registry::instance().mutex);
  return state_->name;
}

void Process::set_name(std::string name) {
  const std::scoped_lock guard(Registry::instance().mutex);
  state_->name = std::move(name);
}

std::string Process::authkey() const {
  const std::scoped_lock guard(Registry::instance().mutex);
  return state_->authkey;
}

void Process::set_authkey(std::string key) {
  const std::scoped_lock guard(Registry::instance().mutex);
  state_->authkey = std::move(key);
}

bool Process::daemon() const {
  const std::scoped_lock guard(Registry::instance().mutex);
  return state_->daemon;
}

void Process::set_daemon(bool daemon) {
  const std::scoped_lock guard(Registry::instance().mutex);
  check_open(*state_);
  if (state_->phase != Phase::created) {
    throw RuntimeError(fmt::format(
        "hilo: whether '{}' is daemonic can be set before its start only", state_->name));
  }
  state_->daemon = daemon;
}

void Process::terminate() { send(state_, os::Signal::terminate, "terminate()"); }

void Process::interrupt() { send(state_, os::Signal::interrupt, "interrupt()"); }

void Process::kill() { send(state_, os::Signal::kill, "kill()"); }

void Process::close() {
  Registry& registry = Registry::instance();
  {
    const std::scoped_lock guard(registry.mutex);
    if (state_->phase == Phase::closed) return;
    check_mine(registry, *state_, "close()");
  }
  const bool ended = registry.reap(state_);
  const std::scoped_lock guard(registry.mutex);
  if (!ended && state_->phase != Phase::created) {
    throw ValueError(fmt::format(
        "hilo: process '{}' still runs; join or terminate it before close()", state_->name));
  }
  state_->sentinel.reset();
  state_->phase = Phase::closed;
}

int Process::sentinel() const {
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  check_open(*state_);
  if (state_ != registry.parent) check_mine(registry, *state_, "sentinel()");
  if (state_->phase != Phase::started) {
    throw ValueError(fmt::format("hilo: process '{}' was not started: no sentinel", state_->name));
  }
  return state_->sentinel.of(state_->ref());
}

}  // namespace hilo::multiprocessing
