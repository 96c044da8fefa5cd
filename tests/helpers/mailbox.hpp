// SPDX-License-Identifier: MIT
#pragma once

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>
#include <string>

namespace hilo::test {

/// Where children, however started, leave words for the test: a named pipe in a folder of its own.
class Mailbox {
 public:
  Mailbox() {
    char folder[] = "/tmp/hilo-test-XXXXXX";
    if (::mkdtemp(folder) == nullptr) throw std::runtime_error("mkdtemp");
    folder_ = folder;
    path_ = folder_ + "/mailbox";
    if (::mkfifo(path_.c_str(), 0600) != 0) throw std::runtime_error("mkfifo");
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CLOEXEC);
  }
  ~Mailbox() {
    ::close(descriptor_);
    ::unlink(path_.c_str());
    ::rmdir(folder_.c_str());
  }
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }

  /// The next word, or "(nothing)" if none comes in time.
  [[nodiscard]] std::string take(std::chrono::milliseconds timeout = std::chrono::seconds(20)) {
    std::string word;
    for (char letter;;) {
      struct pollfd entry = {descriptor_, POLLIN, 0};
      if (::poll(&entry, 1, static_cast<int>(timeout.count())) <= 0) return "(nothing)";
      if (::read(descriptor_, &letter, 1) != 1 || letter == '\n') return word;
      word += letter;
    }
  }
  [[nodiscard]] int take_number() { return std::atoi(take().c_str()); }

  /// The child's side. One write, so that words do not mix.
  static void post(const std::string& path, const std::string& word) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    const std::string line = word + '\n';
    if (::write(descriptor, line.data(), line.size()) < 0) std::abort();
    ::close(descriptor);
  }

 private:
  std::string folder_;
  std::string path_;
  int descriptor_ = -1;
};

}  // namespace hilo::test
