// SPDX-License-Identifier: MIT
#include "sync/lock_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/sync/lock_watch.hpp"
#include "os/native_thread.hpp"
#include "os/thread.hpp"

namespace hilo::detail::sync {

constinit std::atomic<LockWatch*> g_lock_watch{nullptr};

namespace {

using Address = const void*;

constexpr double k_second = 1e9;

constinit std::atomic<std::string (*)()> g_namer{nullptr};

std::string name_of_caller() {
  if (auto* const namer = g_namer.load()) {
    if (std::string name = namer(); !name.empty()) return name;
  }
  if (os::is_main_thread()) return "MainThread";
  return fmt::format("thread {}", os::native_thread_id());
}

class Watch final : public LockWatch {
 public:
  explicit Watch(std::int64_t patience) : patience_(patience) {
    os::add_fork_hooks([] { get().mutex_.lock(); }, [] { get().mutex_.unlock(); },
                       [] { get().mutex_.unlock(); });
  }

  void made(Address lock) noexcept override {
    const std::scoped_lock guard(mutex_);
    names_.erase(lock);
    drop_holder(lock);
    later_.erase(lock);
    if (seconds_.erase(lock) == 0) return;
    for (auto& [first, seconds] : later_) seconds.erase(lock);
  }

  void waits(Address lock) noexcept override {
    Thread& me = caller();
    const std::scoped_lock guard(mutex_);
    note_order(me, lock);
    me.waits_for = lock;
    me.since = Deadline::now();
  }

  void still_waits(Address lock) noexcept override {
    Thread& me = caller();
    const std::scoped_lock guard(mutex_);
    std::string text = fmt::format("hilo: {} has waited {:.1f} s for {}", me.name,
                                   seconds_since(me.since), name_of(lock));
    // Each thread once: in a circle the first comes again.
    std::vector<const Thread*> told{&me};
    for (auto held = holders_.find(lock); held != holders_.end();) {
      const Holder& holder = held->second;
      text += fmt::format(", which {} has held for {:.1f} s", holder.thread->name,
                          seconds_since(holder.since));
      if (holder.thread->waits_for == nullptr) break;
      text += fmt::format(" and waits for {}", name_of(holder.thread->waits_for));
      if (std::ranges::find(told, holder.thread) != told.end()) break;
      told.push_back(holder.thread);
      held = holders_.find(holder.thread->waits_for);
    }
    print(text);
  }

  void gave_up(Address) noexcept override {
    Thread& me = caller();
    const std::scoped_lock guard(mutex_);
    me.waits_for = nullptr;
  }

  void took(Address lock, bool ordered) noexcept override {
    Thread& me = caller();
    const std::scoped_lock guard(mutex_);
    if (ordered) note_order(me, lock);
    me.waits_for = nullptr;
    me.held.push_back(lock);
    holders_[lock] = {&me, Deadline::now()};
  }

  void releases(Address lock) noexcept override {
    const std::scoped_lock guard(mutex_);
    drop_holder(lock);
  }

  [[nodiscard]] std::int64_t patience() const noexcept override { return patience_; }

  void name(Address lock, std::string name) {
    const std::scoped_lock guard(mutex_);
    names_[lock] = std::move(name);
  }

 private:
  struct Thread {
    std::string name;
    std::vector<Address> held;
    Address waits_for = nullptr;
    std::int64_t since = 0;
  };
  struct Holder {
    Thread* thread;
    std::int64_t since;
  };

  static Watch& get() { return static_cast<Watch&>(*g_lock_watch.load()); }

  /// Never destroyed, since a lock may be held for longer than its taker lives.
  Thread& caller() {
    static constinit thread_local Thread* t_me = nullptr;
    std::string name = name_of_caller();  // takes a lock of its own
    const std::scoped_lock guard(mutex_);
    if (t_me == nullptr) t_me = &threads_.emplace_back();
    t_me->name = std::move(name);
    return *t_me;
  }

  void drop_holder(Address lock) {
    const auto held = holders_.find(lock);
    if (held == holders_.end()) return;           // it was taken before the watch began
    std::erase(held->second.thread->held, lock);  // maybe another thread's: a Lock has no owner
    holders_.erase(held);
  }

  /// The caller takes `lock` while it holds others: has it been the other way round before?
  void note_order(const Thread& me, Address lock) {
    for (Address const first : me.held) {
      if (first == lock) continue;
      const auto [place, fresh] = later_[first].try_emplace(lock, me.name);
      seconds_.insert(lock);
      if (!fresh) continue;
      if (const auto path = find_path(lock, first); !path.empty()) report(me, first, path);
    }
  }

  /// The shortest way from `start` to `end` along locks that were taken while the one before was
  /// held; empty if there is none. Looks at each lock once.
  [[nodiscard]] std::vector<Address> find_path(Address start, Address end) const {
    std::map<Address, Address> before{{start, nullptr}};
    for (std::deque<Address> open{start}; !open.empty(); open.pop_front()) {
      const auto found = later_.find(open.front());
      if (found == later_.end()) continue;
      for (const auto& [next, who] : found->second) {
        if (before.emplace(next, open.front()).second) open.push_back(next);
      }
    }
    if (!before.contains(end)) return {};
    std::vector<Address> path;
    for (Address at = end; at != nullptr; at = before.at(at)) path.push_back(at);
    std::ranges::reverse(path);
    return path;
  }

  void report(const Thread& me, Address first, const std::vector<Address>& path) const {
    std::string text = fmt::format("hilo: lock order inverted: {} takes {} while it holds {}",
                                   me.name, name_of(path.front()), name_of(first));
    for (std::size_t i = 1; i < path.size(); ++i) {
      text += fmt::format("; {} took {} while it held {}", later_.at(path[i - 1]).at(path[i]),
                          name_of(path[i]), name_of(path[i - 1]));
    }
    print(text + ": they can wait for each other for ever");
  }

  [[nodiscard]] std::string name_of(Address lock) const {
    const auto named = names_.find(lock);
    return named != names_.end() ? fmt::format("lock {}", named->second)
                                 : fmt::format("lock {}", lock);
  }

  static double seconds_since(std::int64_t start) {
    return static_cast<double>(Deadline::now() - start) / k_second;
  }

  static void print(std::string text) {
    text += '\n';
    std::fwrite(text.data(), 1, text.size(), stderr);
  }

  const std::int64_t patience_;
  std::mutex mutex_;  // guards all below; nothing else is locked under it
  std::list<Thread> threads_;
  std::map<Address, Holder> holders_;
  std::map<Address, std::map<Address, std::string>> later_;  // first, second, who took them so
  std::set<Address> seconds_;                                // what stands second somewhere
  std::map<Address, std::string> names_;
};

/// What HILO_DEBUG says of locks: after how many seconds a wait is reported.
std::optional<double> asked_patience() {
  constexpr std::string_view k_word = "locks";
  constexpr double k_default = 10;
  const char* const entry = std::getenv("HILO_DEBUG");
  if (entry == nullptr) return std::nullopt;
  const std::string_view text(entry);
  const std::size_t at = text.find(k_word);
  if (at == text.npos) return std::nullopt;
  const char* const rest = entry + at + k_word.size();
  if (*rest != ':') return k_default;
  const double seconds = std::strtod(rest + 1, nullptr);
  return seconds > 0 ? seconds : k_default;
}

// Before main(), for the sake of the fast path: it looks at the pointer and asks nothing.
[[maybe_unused]] const bool g_asked = [] {
  if (const auto seconds = asked_patience()) {
    g_lock_watch = new Watch(static_cast<std::int64_t>(*seconds * k_second));
  }
  return true;
}();

}  // namespace

void name_threads_by(std::string (*name)()) noexcept { g_namer = name; }

void name_lock(const void* lock, std::string name) {
  if (LockWatch* const watch = lock_watch())
    static_cast<Watch*>(watch)->name(lock, std::move(name));
}

}  // namespace hilo::detail::sync
