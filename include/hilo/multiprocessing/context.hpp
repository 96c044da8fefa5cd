// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/multiprocessing/array.hpp"
#include "hilo/multiprocessing/barrier.hpp"
#include "hilo/multiprocessing/bounded_semaphore.hpp"
#include "hilo/multiprocessing/condition.hpp"
#include "hilo/multiprocessing/connection.hpp"
#include "hilo/multiprocessing/event.hpp"
#include "hilo/multiprocessing/freeze_support.hpp"
#include "hilo/multiprocessing/functions.hpp"
#include "hilo/multiprocessing/joinable_queue.hpp"
#include "hilo/multiprocessing/lock.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/process.hpp"
#include "hilo/multiprocessing/queue.hpp"
#include "hilo/multiprocessing/rlock.hpp"
#include "hilo/multiprocessing/semaphore.hpp"
#include "hilo/multiprocessing/simple_queue.hpp"
#include "hilo/multiprocessing/start_method.hpp"
#include "hilo/multiprocessing/value.hpp"

namespace hilo::multiprocessing {

/// The module bound to one start method, so that parts of a program can choose differently.
///
///     auto context = mp::get_context("spawn");
///     auto numbers = context.Queue<int>();
///     auto total = context.Value(0.0);                     // or context.Value<double>()
///     mp::Process worker = context.Process(work, numbers, total);
///
/// What it makes is of the module's own types, and only how processes start depends on it: the
/// locks, queues and values of any context serve every method.
class Context {
  // Takes the place of a type, so that `Value<double>(1)` is not taken for `Value(double)`.
  enum class Deduced { yes };

 public:
  /// Throws: ValueError if there is no such method.
  explicit Context(StartMethod method) : method_(detail::checked(method)) {}

  template <ProcessTarget F, class... Args>
  [[nodiscard]] multiprocessing::Process Process(F&& target, Args&&... arguments) const {
    return Process(ProcessOptions(), std::forward<F>(target), std::forward<Args>(arguments)...);
  }
  template <ProcessTarget F, class... Args>
  [[nodiscard]] multiprocessing::Process Process(ProcessOptions options, F&& target,
                                                 Args&&... arguments) const {
    return multiprocessing::Process(
        std::move(options),
        detail::ProcessMake{
            detail::make_call(std::forward<F>(target), std::forward<Args>(arguments)...), method_});
  }

  /// Its workers start by this method, whatever the options say.
  [[nodiscard]] multiprocessing::Pool Pool(pool::PoolOptions options = {}) const {
    options.context = method_;
    return multiprocessing::Pool(std::move(options));
  }
  [[nodiscard]] multiprocessing::Pool Pool(int processes) const {
    return Pool(pool::PoolOptions{.processes = processes});
  }

  [[nodiscard]] static multiprocessing::Lock Lock(LockOptions options = {}) {
    return multiprocessing::Lock(options);
  }
  [[nodiscard]] static multiprocessing::RLock RLock(LockOptions options = {}) {
    return multiprocessing::RLock(options);
  }
  [[nodiscard]] static multiprocessing::Semaphore Semaphore(std::int64_t value = 1) {
    return multiprocessing::Semaphore(value);
  }
  [[nodiscard]] static multiprocessing::BoundedSemaphore BoundedSemaphore(std::int64_t value = 1) {
    return multiprocessing::BoundedSemaphore(value);
  }
  [[nodiscard]] static multiprocessing::Event Event() { return {}; }
  template <class... Args>
  [[nodiscard]] static multiprocessing::Condition Condition(Args&&... arguments) {
    return multiprocessing::Condition(std::forward<Args>(arguments)...);
  }
  template <class... Args>
  [[nodiscard]] static multiprocessing::Barrier Barrier(std::int64_t parties, Args&&... arguments) {
    return multiprocessing::Barrier(parties, std::forward<Args>(arguments)...);
  }

  template <class T>
  [[nodiscard]] static multiprocessing::Queue<T> Queue(std::int64_t maxsize = 0) {
    return multiprocessing::Queue<T>(maxsize);
  }
  template <class T>
  [[nodiscard]] static multiprocessing::JoinableQueue<T> JoinableQueue(std::int64_t maxsize = 0) {
    return multiprocessing::JoinableQueue<T>(maxsize);
  }
  template <class T>
  [[nodiscard]] static multiprocessing::SimpleQueue<T> SimpleQueue() {
    return {};
  }
  [[nodiscard]] static std::pair<Connection, Connection> Pipe(PipeOptions options = {}) {
    return multiprocessing::Pipe(options);
  }
  [[nodiscard]] static std::pair<Connection, Connection> Pipe(bool duplex) {
    return multiprocessing::Pipe(duplex);
  }

  template <class T, class... Args>
  [[nodiscard]] static multiprocessing::RawValue<T> RawValue(Args&&... arguments) {
    return multiprocessing::RawValue<T>(std::forward<Args>(arguments)...);
  }
  template <Deduced = Deduced::yes, class... Args>
  [[nodiscard]] static auto RawValue(Args&&... arguments) {
    return multiprocessing::RawValue(std::forward<Args>(arguments)...);
  }
  template <class T, class LockType = multiprocessing::RLock, class... Args>
  [[nodiscard]] static multiprocessing::Value<T, LockType> Value(Args&&... arguments) {
    return multiprocessing::Value<T, LockType>(std::forward<Args>(arguments)...);
  }
  template <Deduced = Deduced::yes, class... Args>
  [[nodiscard]] static auto Value(Args&&... arguments) {
    return multiprocessing::Value(std::forward<Args>(arguments)...);
  }
  template <class T, class... Args>
  [[nodiscard]] static multiprocessing::RawArray<T> RawArray(Args&&... arguments) {
    return multiprocessing::RawArray<T>(std::forward<Args>(arguments)...);
  }
  template <Deduced = Deduced::yes, class... Args>
  [[nodiscard]] static auto RawArray(Args&&... arguments) {
    return multiprocessing::RawArray(std::forward<Args>(arguments)...);
  }
  template <class T, class LockType = multiprocessing::RLock, class... Args>
  [[nodiscard]] static multiprocessing::Array<T, LockType> Array(Args&&... arguments) {
    return multiprocessing::Array<T, LockType>(std::forward<Args>(arguments)...);
  }
  template <Deduced = Deduced::yes, class... Args>
  [[nodiscard]] static auto Array(Args&&... arguments) {
    return multiprocessing::Array(std::forward<Args>(arguments)...);
  }

  [[nodiscard]] StartMethod get_start_method() const noexcept { return method_; }
  [[nodiscard]] static std::vector<StartMethod> get_all_start_methods() {
    return multiprocessing::get_all_start_methods();
  }
  static void set_executable(std::string path) { multiprocessing::set_executable(std::move(path)); }
  static void set_forkserver_preload(void (*preload)()) {
    multiprocessing::set_forkserver_preload(preload);
  }
  static void ensure_forkserver_running() { multiprocessing::ensure_forkserver_running(); }
  static void allow_connection_pickling() noexcept {}
  static void freeze_support(int argc, char** argv) { multiprocessing::freeze_support(argc, argv); }

  [[nodiscard]] static multiprocessing::Process current_process() {
    return multiprocessing::current_process();
  }
  [[nodiscard]] static std::optional<multiprocessing::Process> parent_process() {
    return multiprocessing::parent_process();
  }
  static std::vector<multiprocessing::Process> active_children() {
    return multiprocessing::active_children();
  }
  [[nodiscard]] static int cpu_count() noexcept { return multiprocessing::cpu_count(); }

  friend bool operator==(const Context&, const Context&) = default;

 private:
  StartMethod method_;
};

/// The module bound to `method`.
///
/// Throws: ValueError if there is no such method.
[[nodiscard]] inline Context get_context(StartMethod method) { return Context(method); }
[[nodiscard]] inline Context get_context(std::string_view name) {
  return Context(start_method(name));
}
/// The module bound to the method that is chosen, which is final from now on.
[[nodiscard]] inline Context get_context() { return Context(get_start_method()); }

}  // namespace hilo::multiprocessing
