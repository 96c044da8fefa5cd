// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/process_call.hpp"
#include "hilo/multiprocessing/start_method.hpp"

namespace hilo::detail {

struct ProcessState;
class ForkServer;

/// What a Process is made of: its call, and the start method if it does not follow the program's.
struct ProcessMake {
  std::unique_ptr<ProcessCall> call;
  std::optional<multiprocessing::StartMethod> method = {};
  /// By forkserver: a server of its own that forks it.
  std::shared_ptr<ForkServer> nursery = {};
};

}  // namespace hilo::detail

namespace hilo::multiprocessing {

/// Keyword arguments of Process.
struct ProcessOptions {
  /// "Process-1", "Process-2:1", ... if empty.
  std::string name = {};
  /// As the process that makes it, if not given.
  std::optional<bool> daemon = {};
};

class Process;

/// What can be the target of a Process: anything but another Process or its options.
template <class F>
concept ProcessTarget = !std::is_base_of_v<Process, std::remove_cvref_t<F>> &&
                        !std::is_same_v<ProcessOptions, std::remove_cvref_t<F>> &&
                        !std::is_same_v<detail::ProcessMake, std::remove_cvref_t<F>>;

/// A function run in a process of its own.
///
///     mp::Process worker({.name = "Worker"}, download, url);
///     worker.start();
///     worker.join();
///
/// A handle: a copy is the same process, and all may go before the process ends, for the program's
/// end joins it. Under fork the target is any callable; under spawn a function or a callable that
/// can be turned into bytes, as its arguments. A subclass overrides run() instead (fork only).
///
/// Control-C comes to all processes at a terminal. If the program has a handler for it when it
/// starts a child, that decides: the child goes on, and ends when its parent has, at the latest.
///
/// Python:    multiprocessing.Process; differs: misuse is RuntimeError or ValueError throughout;
///            children print nothing at Control-C, and do not outlive their parent after it.
/// Safe from: any thread of the process that made it.
class HILO_EXPORT Process {
 public:
  /// A process whose run() a subclass overrides.
  explicit Process(ProcessOptions options = {});

  template <ProcessTarget F, class... Args>
  explicit Process(F&& target, Args&&... arguments)
      : Process(ProcessOptions(), std::forward<F>(target), std::forward<Args>(arguments)...) {}

  template <ProcessTarget F, class... Args>
  Process(ProcessOptions options, F&& target, Args&&... arguments)
      : Process(std::move(options),
                detail::ProcessMake{detail::make_call(std::forward<F>(target),
                                                      std::forward<Args>(arguments)...)}) {}

  Process(ProcessOptions options, detail::ProcessMake make);

  Process(const Process&) = default;
  Process(Process&&) = default;
  Process& operator=(const Process&) = default;
  Process& operator=(Process&&) = default;
  virtual ~Process();

  /// What the process does: calls the target.
  virtual void run();

  /// Starts the process.
  ///
  /// Throws: RuntimeError if it was started before, if another process made it, if the caller is
  ///         daemonic (a pool's worker may have daemons), for a subclass if it is not by fork;
  ///         PicklingError if it is not by fork and the target or an argument cannot be turned into
  ///         bytes; std::system_error if the system refuses. Nothing was started then, and nothing
  ///         is left behind.
  void start();

  /// Waits until the process has ended.
  ///
  /// Throws: RuntimeError if it was not started, or if another process made it;
  ///         std::system_error if the system refuses.
  void join() { join_until(detail::Deadline::never()); }

  /// Waits until the process has ended or `timeout` passes.
  ///
  /// Returns: true if it has ended.
  /// Throws:  as join(); ValueError if `timeout` is not a number.
  template <class Rep, class Period>
  bool join(std::chrono::duration<Rep, Period> timeout) {
    return join_until(detail::Deadline::after(timeout));
  }

  /// Whether it runs: false before the start and after the end.
  ///
  /// Throws: RuntimeError if another process made it.
  [[nodiscard]] bool is_alive() const;

  /// nullopt until the process has ended; then what main() would return (1 if an exception got out,
  /// SystemExit's code, 0 after pthread_exit()), or the deadly signal's number made negative. 255
  /// if somebody else took the status, as when the program ignores SIGCHLD. Other processes than
  /// the one that made it learn nothing.
  [[nodiscard]] std::optional<int> exitcode() const;

  /// nullopt before the start.
  [[nodiscard]] std::optional<int> pid() const;
  [[nodiscard]] std::optional<int> ident() const { return pid(); }

  [[nodiscard]] std::string name() const;
  void set_name(std::string name);

  /// Whether the process ends with its parent, however that ends. It may have no children.
  [[nodiscard]] bool daemon() const;
  /// Throws: RuntimeError after the start.
  void set_daemon(bool daemon);

  /// The key with which the process and its connections prove that they belong together: random
  /// bytes that every child inherits when it is made.
  [[nodiscard]] std::string authkey() const;
  void set_authkey(std::string key);

  /// Ask the process to end (SIGTERM), interrupt it as Control-C does (SIGINT), or end it
  /// (SIGKILL). Its own children are left alone. No error if it has ended.
  ///
  /// Throws: RuntimeError before the start, or if another process made it; std::system_error if the
  ///         system refuses, as when the process has become another user's.
  void terminate();
  void interrupt();
  void kill();

  /// Gives the system's resources back at once; afterwards all but its name and daemon() is a
  /// ValueError.
  ///
  /// Throws: ValueError while the process runs; RuntimeError if another process made it.
  void close();

  /// A descriptor that is readable as soon as the process has ended, to wait for with others; the
  /// same one each time. It is closed by close(), or with the last handle.
  ///
  /// Throws: ValueError before the start; RuntimeError if another process made it;
  ///         std::system_error if the system has none (Linux < 5.3).
  [[nodiscard]] int sentinel() const;

  /// Whether both are the same process.
  friend bool operator==(const Process& a, const Process& b) noexcept {
    return a.state_ == b.state_;
  }

 private:
  friend class ProcessAccess;
  explicit Process(std::shared_ptr<detail::ProcessState> state);
  bool join_until(detail::Deadline deadline);

  std::shared_ptr<detail::ProcessState> state_;
};

}  // namespace hilo::multiprocessing
