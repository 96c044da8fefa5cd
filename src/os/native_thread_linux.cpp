// SPDX-License-Identifier: MIT
#include "os/native_thread.hpp"

#include "os/faults.hpp"
#include "os/thread.hpp"

#include <dlfcn.h>
#include <pthread.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace hilo::os {
namespace {

void check(int error, const char* what) {
  if (error != 0) throw std::system_error(error, std::system_category(), what);
}

class Attributes {
 public:
  explicit Attributes(std::size_t stack_size) {
    check(pthread_attr_init(&attributes_), "hilo: pthread_attr_init");
    if (const int error = pthread_attr_setstacksize(&attributes_, stack_size); error != 0) {
      pthread_attr_destroy(&attributes_);
      check(error, "hilo: pthread_attr_setstacksize");
    }
  }
  ~Attributes() { pthread_attr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  [[nodiscard]] const pthread_attr_t* get() const noexcept { return &attributes_; }

 private:
  pthread_attr_t attributes_;
};

int create(pthread_t& thread, void* (*entry)(void*), void* argument, std::size_t stack_size) {
  if (fault("start_native_thread")) return errno;
  if (stack_size == 0) return pthread_create(&thread, nullptr, entry, argument);
  const Attributes attributes(stack_size);
  return pthread_create(&thread, attributes.get(), entry, argument);
}

constinit thread_local ThreadEnd* t_ends = nullptr;

void run_ends(void*) {
  // What is asked for meanwhile sets the key anew: POSIX limits how often that is seen.
  for (const ThreadEnd* next = std::exchange(t_ends, nullptr); next != nullptr;) {
    const ThreadEnd end = *std::exchange(next, next->next);
    end.action(end.argument);
  }
}

pthread_key_t make_end_key() {
  pthread_key_t key{};
  check(pthread_key_create(&key, run_ends), "hilo: pthread_key_create");
  return key;
}

}  // namespace

// Nothing is allocated for the new thread to free: a fork may leave it behind before it runs.
NativeThread start_native_thread(void* (*entry)(void*), void* argument, std::size_t stack_size) {
  pthread_t thread{};
  check(create(thread, entry, argument, stack_size), "hilo: pthread_create");
  return {static_cast<std::uintptr_t>(thread)};
}

bool is_stack_size(std::size_t size) noexcept {
  pthread_attr_t attributes;
  if (pthread_attr_init(&attributes) != 0) return false;
  const bool taken = pthread_attr_setstacksize(&attributes, size) == 0;
  pthread_attr_destroy(&attributes);
  return taken;
}

void join_native_thread(NativeThread thread) noexcept { pthread_join(thread.handle, nullptr); }

void detach_native_thread(NativeThread thread) noexcept { pthread_detach(thread.handle); }

bool try_join_native_thread(NativeThread thread) noexcept {
  return pthread_tryjoin_np(thread.handle, nullptr) == 0;
}

std::uint64_t main_native_id() noexcept { return static_cast<std::uint64_t>(getpid()); }

bool is_main_thread() noexcept { return native_thread_id() == main_native_id(); }

void at_thread_end(ThreadEnd& end, void (*action)(void*), void* argument) {
  // A key's destructor, not a thread_local's: nothing is allocated that a forked child of this
  // thread's process would have to call a leak.
  static const pthread_key_t key = make_end_key();
  check(pthread_setspecific(key, static_cast<const void*>(&t_ends)), "hilo: pthread_setspecific");
  end = {action, argument, t_ends};
  t_ends = &end;
}

void at_main_thread_exit(void (*action)()) {
  // The main thread's thread_local objects are the first that exit() ends.
  struct AtExit {
    void (*action)();
    ~AtExit() { action(); }
  };
  thread_local const AtExit at_exit{action};
  static_cast<void>(at_exit);
}

void add_fork_hooks(void (*prepare)(), void (*parent)(), void (*child)()) {
  check(fault("pthread_atfork") ? errno : pthread_atfork(prepare, parent, child),
        "hilo: pthread_atfork");
}

std::string exported_symbol_at(const void* address) {
  Dl_info info{};
  const bool exact = dladdr(address, &info) != 0 && info.dli_saddr == address;
  return exact && info.dli_sname != nullptr ? info.dli_sname : std::string();
}

}  // namespace hilo::os
