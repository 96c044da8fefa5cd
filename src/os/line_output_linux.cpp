// SPDX-License-Identifier: MIT
#include "os/line_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <system_error>

namespace hilo::os {
namespace {

[[noreturn]] void fail(const std::string& call) {
  throw std::system_error(errno, std::generic_category(), "hilo: " + call);
}

/// While it lives, a write that nobody reads fails, and the calling thread gets no SIGPIPE.
class PipeSignalGuard {
 public:
  PipeSignalGuard() noexcept {
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
  }
  ~PipeSignalGuard() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  PipeSignalGuard(const PipeSignalGuard&) = delete;
  PipeSignalGuard& operator=(const PipeSignalGuard&) = delete;

  /// Takes away the signal of a write that failed, if it raised one; errno stays. Who had it
  /// blocked before keeps it, as from any write of its own: it may be an earlier one.
  void take() const noexcept {
    if (::sigismember(&before_, SIGPIPE) == 1) return;
    const int error = errno;
    constexpr struct timespec k_no_time = {};
    while (::sigtimedwait(&pipe_, nullptr, &k_no_time) < 0 && errno == EINTR) {
    }
    errno = error;
  }

 private:
  sigset_t pipe_;
  sigset_t before_;
};

}  // namespace

LineOutput::LineOutput(const std::string& path, bool truncate) {
  const int flags = O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | (truncate ? O_TRUNC : 0);
  int descriptor = ::open(path.c_str(), flags, 0666);
  if (descriptor >= 0 && descriptor <= STDERR_FILENO) {
    // A program started without standard streams: what it prints must not land in the file.
    const int low = descriptor;
    descriptor = ::fcntl(low, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    const int error = errno;
    ::close(low);
    errno = error;
  }
  if (descriptor < 0) fail("open " + path);
  file_ = descriptor;
}

LineOutput::~LineOutput() {
  if (stream_ == nullptr) ::close(static_cast<int>(file_));
}

void LineOutput::write(std::string_view text) const {
  const PipeSignalGuard guard;
  // What was printed before stands before it.
  if (stream_ != nullptr && std::fflush(stream_) != 0) guard.take();
  const int descriptor = stream_ != nullptr ? ::fileno(stream_) : static_cast<int>(file_);
  // The loop is for what the system breaks up itself: a full pipe that does not block, a signal, a
  // full disk.
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      struct pollfd wait = {descriptor, POLLOUT, 0};
      ::poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      guard.take();
      fail("write");
    }
  }
}

}  // namespace hilo::os
