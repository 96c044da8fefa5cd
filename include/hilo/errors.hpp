// SPDX-License-Identifier: MIT
#pragma once

#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>

#include "hilo/detail/export.hpp"

/// The errors of the library: Python's names, each under the standard exception that fits.
/// A refusal of the operating system is a std::system_error whose text names the call.
namespace hilo {

/// A call that the object's state does not allow, such as releasing a lock that is open.
class HILO_EXPORT RuntimeError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// An argument that can never be right.
class HILO_EXPORT ValueError : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// Time was up, where Python raises; a plain wait returns false instead.
class HILO_EXPORT TimeoutError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A barrier was aborted, reset, timed out or lost a waiter to death.
class HILO_EXPORT BrokenBarrierError : public RuntimeError {
 public:
  using RuntimeError::RuntimeError;
};

/// The process that held a shared lock died; what the lock guards may be half changed. Call
/// `recover()` on the lock to take it and declare the data sound.
class HILO_EXPORT OwnerDiedError : public RuntimeError {
 public:
  using RuntimeError::RuntimeError;
};

/// There is nothing more to receive: whoever could send is gone.
class HILO_EXPORT EOFError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Nobody is left to receive what is sent.
class HILO_EXPORT BrokenPipeError : public std::system_error {
 public:
  explicit BrokenPipeError(const std::string& text)
      : std::system_error(EPIPE, std::generic_category(), text) {}
};

/// Something about a process other than the caller's failed.
class HILO_EXPORT ProcessError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The peer of a connection does not know the key, or this end does not.
class HILO_EXPORT AuthenticationError : public ProcessError {
 public:
  using ProcessError::ProcessError;
};

/// A value that cannot be turned into bytes, or bytes that are no such value.
class HILO_EXPORT PickleError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A value that cannot be turned into bytes, or not for this receiver.
class HILO_EXPORT PicklingError : public PickleError {
 public:
  using PickleError::PickleError;
};

/// Bytes that are not the value they should be: cut short, damaged, or hostile.
class HILO_EXPORT UnpicklingError : public PickleError {
 public:
  using PickleError::PickleError;
};

/// The result of a task that was cancelled.
class HILO_EXPORT CancelledError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// A future was told its result twice.
class HILO_EXPORT InvalidStateError : public RuntimeError {
 public:
  using RuntimeError::RuntimeError;
};

/// An executor that can run nothing any more; `what()` says why.
class HILO_EXPORT BrokenExecutor : public RuntimeError {
 public:
  using RuntimeError::RuntimeError;
};
class HILO_EXPORT BrokenThreadPool : public BrokenExecutor {
 public:
  using BrokenExecutor::BrokenExecutor;
};

class HILO_EXPORT BrokenProcessPool : public BrokenExecutor {
 public:
  using BrokenExecutor::BrokenExecutor;
};

/// The process that worked on a task died of it. `what()` has it all.
class HILO_EXPORT WorkerLostError : public RuntimeError {
 public:
  WorkerLostError(const std::string& text, int pid, int exitcode, std::string last_words)
      : RuntimeError(text), pid_(pid), exitcode_(exitcode), last_words_(std::move(last_words)) {}
  [[nodiscard]] int pid() const noexcept { return pid_; }
  /// As Process::exitcode().
  [[nodiscard]] int exitcode() const noexcept { return exitcode_; }
  /// The end of what it wrote to its standard error.
  [[nodiscard]] const std::string& last_words() const noexcept { return last_words_; }

 private:
  int pid_;
  int exitcode_;
  std::string last_words_;
};

/// An exception of another process whose type this one does not know: `what()` begins with it.
class HILO_EXPORT RemoteError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// Thrown to end a thread silently, or a process with `code()`. Not a std::exception, so that a
/// handler for errors does not swallow it.
class HILO_EXPORT SystemExit {
 public:
  explicit SystemExit(int code = 0) noexcept : code_(code) {}
  [[nodiscard]] int code() const noexcept { return code_; }

 private:
  int code_;
};

}  // namespace hilo
