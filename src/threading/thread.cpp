// SPDX-License-Identifier: MIT
#include "hilo/threading/thread.hpp"

#include <fmt/format.h>

#include <atomic>
#include <cstdio>
#include <exception>
#include <typeinfo>
#include <utility>

#include "hilo/errors.hpp"
#include "threading/current.hpp"
#include "threading/exception_text.hpp"
#include "threading/registry.hpp"
#include "threading/thread_record.hpp"

namespace hilo::detail {

ThreadWork::~ThreadWork() = default;

}  // namespace hilo::detail

namespace hilo::threading {
namespace {

using detail::ThreadKind;
using detail::ThreadPhase;
using detail::ThreadRecord;

constinit std::atomic<std::uint64_t> g_unnamed{0};

std::shared_ptr<ThreadRecord> make_record(ThreadOptions options) {
  // Not from a foreign thread, although that counts as a daemon: the program's end would tear down
  // what a thread works on that nobody meant to be a daemon.
  const ThreadRecord* const creator = detail::known_current_record();
  const bool inherited =
      creator != nullptr && creator->kind != ThreadKind::foreign && creator->daemon;
  auto record = std::make_shared<ThreadRecord>(ThreadKind::ours, std::move(options.name),
                                               options.daemon.value_or(inherited));
  if (record->name.empty()) record->number = ++g_unnamed;
  return record;
}

}  // namespace

Thread::Thread(ThreadOptions options) : record_(make_record(std::move(options))) {}

Thread::Thread(ThreadOptions options, std::unique_ptr<detail::ThreadWork> work)
    : Thread(std::move(options)) {
  record_->work = std::move(work);
}

Thread::Thread(std::shared_ptr<ThreadRecord> record) noexcept : record_(std::move(record)) {}

Thread::Thread(const Thread& other) noexcept = default;

Thread& Thread::operator=(const Thread& other) noexcept {
  if (this == &other) return *this;
  end_if_still_running();
  record_ = other.record_;
  return *this;
}

Thread::~Thread() { end_if_still_running(); }

/// The derived part of this object is gone already while its run() works with it.
void Thread::end_if_still_running() const noexcept {
  if (record_->runner.load(std::memory_order_acquire) != this) return;
  const bool pending = record_->phase.get() == ThreadPhase::pending;
  const std::string text = fmt::format(
      "hilo: the object of thread {} was destroyed while its {}: make it with "
      "std::make_shared, or {}() it first\n",
      detail::thread_name(*record_), pending ? "time is still to come" : "run() goes on",
      pending ? "cancel" : "join");
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::terminate();
}

void Thread::start() {
  // Only a subclass has a run() of its own to call, and needs the object for that.
  const bool subclass = typeid(*this) != handle_type();
  if (!subclass && !record_->work && record_->kind == ThreadKind::ours) {
    throw RuntimeError(
        "hilo: this thread has nothing to run: start a subclass through its own object, not "
        "through a copy of its base Thread");
  }
  detail::start_thread(record_, subclass ? this : nullptr);
}

const std::type_info& Thread::handle_type() const noexcept { return typeid(Thread); }

void Thread::run() {
  if (record_->work) record_->work->run();
}

bool Thread::join_until(detail::Deadline deadline) {
  return detail::join_thread(*record_, deadline);
}

void* Thread::settle(detail::Deadline deadline, const std::type_info& type, bool out) {
  if (!join_until(deadline)) {
    throw TimeoutError(fmt::format("hilo: {} has not ended in time", name()));
  }
  if (record_->vanished) {
    throw RuntimeError(fmt::format("hilo: {} runs in the parent process only", name()));
  }
  if (record_->error) std::rethrow_exception(record_->error);
  if (type == typeid(void)) return nullptr;
  const std::type_info& has = record_->work ? record_->work->value_type() : typeid(void);
  if (has != type) {
    throw RuntimeError(fmt::format("hilo: {} returns {}, not {}", name(),
                                   detail::demangled(has.name()), detail::demangled(type.name())));
  }
  // Who comes second must not even look: the first is moving the value away.
  const bool gone = out && record_->handed_out.exchange(true);
  void* const place = gone ? nullptr : record_->work->value();
  if (place == nullptr) {
    throw RuntimeError(fmt::format("hilo: {} has no result, or it was handed out already", name()));
  }
  return place;
}

void Thread::drop_value() noexcept { record_->work->drop_value(); }

bool Thread::is_alive() const noexcept { return record_->is_alive(); }

std::string Thread::name() const { return detail::thread_name(*record_); }

void Thread::set_name(std::string name) { detail::set_thread_name(*record_, std::move(name)); }

std::optional<std::uint64_t> Thread::ident() const {
  for (;;) {
    const ThreadPhase phase = record_->phase.get();
    if (phase != ThreadPhase::starting) {
      const std::uint64_t number = record_->native_id;
      return number != 0 ? std::optional(number) : std::nullopt;
    }
    static_cast<void>(record_->phase.wait_while(phase, detail::Deadline::never()));
  }
}

bool Thread::daemon() const noexcept { return record_->daemon; }

void Thread::set_daemon(bool daemon) {
  if (record_->phase.get() != ThreadPhase::created) {
    throw RuntimeError(fmt::format("hilo: {} was started: too late to set daemon", name()));
  }
  record_->daemon = daemon;
}

bool Thread::request_stop() noexcept { return record_->work && record_->work->stop.request_stop(); }

std::stop_token Thread::get_stop_token() const noexcept {
  return record_->work ? record_->work->stop.get_token() : std::stop_token();
}

}  // namespace hilo::threading
