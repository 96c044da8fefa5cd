// SPDX-License-Identifier: MIT
#include "os/self.hpp"

#include <fcntl.h>
#include <signal.h>
#include <stdio_ext.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/single_threaded.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <streambuf>
#include <system_error>
#include <typeinfo>

#ifdef __GLIBCXX__
#include <ext/stdio_sync_filebuf.h>
#endif

#include "os/faults.hpp"

namespace hilo::os {
namespace {

#if defined(__SANITIZE_THREAD__)
constexpr int k_threads_of_sanitizer = 1;
#elif defined(__has_feature)
constexpr int k_threads_of_sanitizer = __has_feature(thread_sanitizer) ? 1 : 0;
#else
constexpr int k_threads_of_sanitizer = 0;
#endif

// The buffers that flush_standard_streams() found to be stdio's own, which hold nothing themselves.
// Relaxed: each says something about itself alone.
constinit std::array<std::atomic<const void*>, 6> g_plain_buffers{};

template <class Char>
bool is_plain([[maybe_unused]] std::basic_streambuf<Char>& buffer) noexcept {
#ifdef __GLIBCXX__
  return typeid(buffer) == typeid(__gnu_cxx::stdio_sync_filebuf<Char>);
#else
  return false;
#endif
}

// A forked child that printed nothing gets by without a call, each of which is pages to touch; what
// the buffer is was found out by its parent.
template <class Stream>
void flush(Stream& stream, std::size_t place) noexcept {
  auto* const buffer = stream.rdbuf();
  auto& plain = g_plain_buffers[place];
  if (buffer == nullptr || buffer == plain.load(std::memory_order_relaxed)) return;
  if (is_plain(*buffer)) plain.store(buffer, std::memory_order_relaxed);
  try {
    stream.flush();
  } catch (...) {  // a stream may be told to throw; a full disk must not stop a start
  }
}

void flush(FILE* stream) noexcept {
  if (::__fpending(stream) != 0) std::fflush(stream);
}

// Whether there is anything to forget: a write to the stream would cost a forked child a page.
bool holds_input(FILE* stream) noexcept {
#ifdef __GLIBC__
  if (stream->_IO_read_ptr == stream->_IO_read_end) {
    return ::feof_unlocked(stream) != 0 || ::ferror_unlocked(stream) != 0;
  }
#endif
  return stream != nullptr;
}

}  // namespace

int parent_process_id() noexcept { return ::getppid(); }

int fork_process() noexcept { return fault("fork") ? -1 : ::fork(); }

void settle_forked_child() noexcept {
  ::close(STDIN_FILENO);
  // The lowest free number is 0 now, so this is standard input.
  [[maybe_unused]] const int descriptor = fault("open") ? -1 : ::open("/dev/null", O_RDONLY);
  if (holds_input(stdin)) {
    ::__fpurge(stdin);
    std::clearerr(stdin);
  }
  // As the kernel has it, for the C library's way is a call more for each step.
  const std::uint64_t terminate = std::uint64_t{1} << (SIGTERM - 1);
  ::syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &terminate, nullptr, sizeof terminate);
}

void leave(int code) noexcept { ::_exit(code); }

void on_exit(void (*hook)(int status)) noexcept {
  const auto run = [](int status, void* argument) {
    reinterpret_cast<void (*)(int)>(argument)(status);
  };
  if (fault("on_exit") || ::on_exit(run, reinterpret_cast<void*>(hook)) != 0) {
    write_error("hilo: on_exit: no memory; the process ends\n");
    leave(1);
  }
}

void flush_standard_streams() noexcept {
  flush(std::cout, 0);
  flush(std::clog, 1);
  flush(std::cerr, 2);
  flush(std::wcout, 3);
  flush(std::wclog, 4);
  flush(std::wcerr, 5);
  flush(stdout);
  flush(stderr);
}

void write_error(std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
}

std::string random_bytes(std::size_t count) {
  std::string bytes(count, '\0');
  for (std::size_t filled = 0; filled < count;) {
    const ssize_t size =
        fault("getrandom") ? -1 : ::getrandom(bytes.data() + filled, count - filled, 0);
    if (size < 0 && errno == EINTR) continue;
    if (size < 0) throw std::system_error(errno, std::generic_category(), "hilo: getrandom");
    filled += static_cast<std::size_t>(size);
  }
  return bytes;
}

bool other_threads_run() noexcept {
  if (__libc_single_threaded) return false;
  struct stat status;
  // Two links are the folder's own; each thread is one more.
  return !fault("stat") && ::stat("/proc/self/task", &status) == 0 &&
         status.st_nlink > 3 + k_threads_of_sanitizer;
}

void set_process_title(std::string_view program) noexcept {
  char title[16] = {};
  program.remove_prefix(program.rfind('/') + 1);  // npos + 1 is 0
  program.copy(title, sizeof title - 1);
  ::prctl(PR_SET_NAME, title);
}

}  // namespace hilo::os
