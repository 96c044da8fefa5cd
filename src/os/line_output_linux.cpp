// SPDX-License-Identifier: MIT
#include "os/line_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <mutex>
#include <new>
#include <system_error>

#include "os/native_thread.hpp"

namespace hilo::os {
namespace {

[[noreturn]] void fail(const std::string& call) {
  throw std::system_error(errno, std::generic_category(), "hilo: " + call);
}

bool breaks_up(int descriptor) noexcept {
  struct stat status;
  return ::fstat(descriptor, &status) == 0 &&
         (S_ISFIFO(status.st_mode) || S_ISSOCK(status.st_mode));
}

/// Lets the threads of this process write to pipes one after the other. Not held across a fork,
/// which would have to wait for who reads the pipe: the child's is new.
std::mutex& threads_turn() {
  static std::mutex mutex;
  static const bool renewed_in_children = [] {
    const auto nothing = [] {};
    add_fork_hooks(nothing, nothing, [] { ::new (&mutex) std::mutex; });
    return true;
  }();
  (void)renewed_in_children;
  return mutex;
}

/// While it lives, a write to a pipe or socket
/// - is made by nobody else: the system writes in pieces what is long when a pipe is full, and what
///   others write comes between. A record lock (fcntl) keeps processes apart; a child of a fork has
///   none, and it goes with who dies.
/// - that nobody reads fails, and the calling thread gets no SIGPIPE.
class PipeTurn {
 public:
  explicit PipeTurn(int descriptor) : descriptor_(breaks_up(descriptor) ? descriptor : -1) {
    if (descriptor_ < 0) return;
    ::sigemptyset(&pipe_);
    ::sigaddset(&pipe_, SIGPIPE);
    ::pthread_sigmask(SIG_BLOCK, &pipe_, &before_);
    threads_ = std::unique_lock(threads_turn());
    set_record_lock(F_WRLCK);
  }
  ~PipeTurn() {
    if (descriptor_ < 0) return;
    set_record_lock(F_UNLCK);
    ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
  }
  PipeTurn(const PipeTurn&) = delete;
  PipeTurn& operator=(const PipeTurn&) = delete;

  /// Takes away the signal of a write that failed, if it raised one; errno stays. Who had it
  /// blocked before keeps it, as from any write of its own: it may be an earlier one.
  void take_signal() const noexcept {
    if (descriptor_ < 0 || ::sigismember(&before_, SIGPIPE) == 1) return;
    const int error = errno;
    constexpr struct timespec k_no_time = {};
    while (::sigtimedwait(&pipe_, nullptr, &k_no_time) < 0 && errno == EINTR) {
    }
    errno = error;
  }

 private:
  /// A system that has none for pipes leaves the turns to chance.
  void set_record_lock(short type) const noexcept {
    struct flock lock = {};
    lock.l_type = type;
    lock.l_whence = SEEK_SET;
    while (::fcntl(descriptor_, F_SETLKW, &lock) != 0 && errno == EINTR) {
    }
  }

  int descriptor_;
  std::unique_lock<std::mutex> threads_;
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
  const int descriptor = stream_ != nullptr ? ::fileno(stream_) : static_cast<int>(file_);
  const PipeTurn turn(descriptor);
  // What was printed before stands before it.
  if (stream_ != nullptr && std::fflush(stream_) != 0) turn.take_signal();
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
      turn.take_signal();
      fail("write");
    }
  }
}

}  // namespace hilo::os
