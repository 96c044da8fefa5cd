// SPDX-License-Identifier: MIT
#include "os/liveness.hpp"

#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <new>

#include "os/faults.hpp"

namespace hilo::os {
namespace {

static_assert(sizeof(pthread_mutex_t) <= sizeof(Liveness));

pthread_mutex_t* mutex_of(Liveness& mark) noexcept {
  return reinterpret_cast<pthread_mutex_t*>(mark.storage);
}

constexpr std::int64_t k_second = 1'000'000'000;

/// A key's destructor runs when a thread ends by itself, before the system releases its mutexes;
/// not when a process ends or becomes another program.
void watch_thread_end(std::atomic<std::uint32_t>& thread_ended) noexcept {
  struct Key {
    pthread_key_t key{};
    bool made = ::pthread_key_create(&key, [](void* flag) {
                  static_cast<std::atomic<std::uint32_t>*>(flag)->store(1);
                }) == 0;
  };
  static const Key watch;
  const bool watched = watch.made && ::pthread_setspecific(watch.key, &thread_ended) == 0;
  // Who cannot tell is asked for by its process id.
  thread_ended.store(watched ? 0 : 1);
}

}  // namespace

// A robust mutex is what the kernel releases for a dead thread (man 3 pthread_mutexattr_setrobust).
void make_liveness(Liveness& mark) noexcept {
  pthread_mutexattr_t attributes;
  ::pthread_mutexattr_init(&attributes);
  ::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  ::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  auto* mutex = ::new (mark.storage) pthread_mutex_t;
  ::pthread_mutex_init(mutex, &attributes);
  ::pthread_mutexattr_destroy(&attributes);
}

// The mark is never made anew for its next holder: somebody may still be looking at the last one.
// Trying comes first: what is held for life has no place in an order of locks, and
// ThreadSanitizer, which looks for one, leaves out what was only tried.
bool hold_liveness(Liveness& mark, std::atomic<std::uint32_t>& thread_ended) noexcept {
  const int result = ::pthread_mutex_trylock(mutex_of(mark));
  if (result == EBUSY) {
    ::sched_yield();
    return false;
  }
  if (result == EOWNERDEAD) ::pthread_mutex_consistent(mutex_of(mark));
  watch_thread_end(thread_ended);
  return true;
}

LivenessState look_at_liveness(Liveness& mark) noexcept {
  pthread_mutex_t* mutex = mutex_of(mark);
  switch (::pthread_mutex_trylock(mutex)) {
    case EBUSY:
    case EDEADLK:
      return LivenessState::held;
    case EOWNERDEAD:
      // Left inconsistent and unlocked it would refuse all further looks; the answer must stay the
      // same for whoever looks next, so it is made a free mutex.
      ::pthread_mutex_consistent(mutex);
      [[fallthrough]];
    case 0:
      ::pthread_mutex_unlock(mutex);
      return LivenessState::released;
    default:
      return LivenessState::released;
  }
}

std::int64_t boot_time() noexcept {
  struct timespec now {};
  ::clock_gettime(CLOCK_BOOTTIME, &now);
  return now.tv_sec * k_second + now.tv_nsec;
}

bool process_lives(int pid, std::int64_t seen) noexcept {
  if (pid <= 0) return false;
  if (::kill(pid, 0) != 0 && errno == ESRCH) return false;
  char path[32] = "/proc/";
  char* end = path + 6;
  char digits[12];
  int count = 0;
  for (int rest = pid; rest > 0; rest /= 10) digits[count++] = static_cast<char>('0' + rest % 10);
  while (count > 0) *end++ = digits[--count];
  std::memcpy(end, "/stat", 6);
  const int descriptor = fault("open") ? -1 : ::open(path, O_RDONLY | O_CLOEXEC);
  // No /proc, or none that shows others: an id in use counts as the same process.
  if (descriptor < 0) return errno != ENOENT || ::kill(pid, 0) == 0 || errno != ESRCH;
  char text[1024];
  const ssize_t length = fault("read") ? -1 : ::read(descriptor, text, sizeof text - 1);
  const int error = errno;
  ::close(descriptor);
  if (length < 0) return error != ESRCH;  // which says: ended between open and read
  text[length] = '\0';
  const char* field = std::strrchr(text, ')');  // the name in field 2 may hold anything
  if (field == nullptr) return true;
  field += 2;
  // The first thread of a process is a zombie too when others go on; then its group still counts
  // more than that one thread (field 20).
  const bool zombie = *field == 'Z' || *field == 'X';
  int index = 3;
  long threads = 0;
  unsigned long long start_ticks = 0;
  for (; *field != '\0' && index < 22; ++field) {
    if (*field != ' ') continue;
    ++index;
    if (index == 20) threads = std::strtol(field + 1, nullptr, 10);
    if (index == 22) start_ticks = std::strtoull(field + 1, nullptr, 10);
  }
  if (zombie && threads <= 1) return false;
  const auto ticks_per_second = static_cast<std::int64_t>(::sysconf(_SC_CLK_TCK));
  return static_cast<std::int64_t>(start_ticks) <= seen / (k_second / ticks_per_second);
}

}  // namespace hilo::os
