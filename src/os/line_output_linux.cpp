// SPDX-License-Identifier: MIT
#include "os/line_output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace hilo::os {
namespace {

[[noreturn]] void fail(const std::string& call) {
  throw std::system_error(errno, std::generic_category(), "hilo: " + call);
}

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
  if (stream_ != nullptr) std::fflush(stream_);  // what was printed before stands before it
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
      fail("write");
    }
  }
}

}  // namespace hilo::os
