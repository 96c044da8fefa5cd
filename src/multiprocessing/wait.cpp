// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/wait.hpp"

#include <optional>

#include "multiprocessing/channel.hpp"
#include "multiprocessing/listener_state.hpp"
#include "multiprocessing/queue_watch.hpp"
#include "os/stream.hpp"
#include "trace/trace.hpp"

namespace hilo::multiprocessing::connection {

/// How wait() looks at what it waits for.
class WaitableAccess {
 public:
  using Kind = Waitable::Kind;

  /// Null if it is none.
  [[nodiscard]] static detail::family::ByteQueue* queue(const Waitable& object) {
    return object.kind_ == Kind::queue ? &object.queue_(object.object_) : nullptr;
  }
  /// Whether it is ready without a look at the system.
  [[nodiscard]] static bool is_ready(const Waitable& object) {
    switch (object.kind_) {
      case Kind::queue:
        return !queue(object)->would_wait();
      case Kind::connection: {
        const auto& channel = ConnectionAccess::channel(as<Connection>(object));
        channel.check_readable();
        return channel.amid_message();
      }
      default:
        return false;
    }
  }
  [[nodiscard]] static std::vector<int> descriptors(const Waitable& object) {
    switch (object.kind_) {
      case Kind::connection:
        return {as<Connection>(object).fileno()};
      case Kind::listener:
        return ListenerAccess::state(as<Listener>(object)).descriptors();
      case Kind::process:
        return {as<Process>(object).sentinel()};
      case Kind::descriptor:
        return {object.descriptor_};
      case Kind::queue:
        break;
    }
    return {};
  }

 private:
  template <class T>
  static const T& as(const Waitable& object) noexcept {
    return *static_cast<const T*>(object.object_);
  }
};

namespace {

std::vector<Waitable> chosen(std::span<const Waitable> objects, Patience patience) {
  std::vector<Waitable> ready;
  for (const std::size_t place : detail::connection::wait_for(objects, patience)) {
    ready.push_back(objects[place]);
  }
  return ready;
}

}  // namespace

std::vector<Waitable> wait(std::initializer_list<Waitable> objects, Patience patience) {
  return chosen({objects.begin(), objects.size()}, patience);
}

std::vector<Waitable> wait(std::span<const Waitable> objects, Patience patience) {
  return chosen(objects, patience);
}

}  // namespace hilo::multiprocessing::connection

namespace hilo::detail::connection {

using multiprocessing::connection::Patience;
using multiprocessing::connection::Waitable;
using multiprocessing::connection::WaitableAccess;

namespace {

/// Between the first looks at queues, in nanoseconds, each twice the one before: a watch costs as
/// much as a few of these, so it begins when nothing came so soon.
constexpr std::int64_t k_first_nap = 20'000;
constexpr std::int64_t k_last_nap = 160'000;

/// Until one of them may be ready.
void sleep(std::vector<os::PollEntry>& entries, std::span<family::ByteQueue* const> queues,
           std::int64_t nap, Deadline deadline) {
  if (nap <= k_last_nap) {
    (void)os::wait_readable(entries, deadline.sooner(nap));
    return;
  }
  QueueWatch watch(queues, deadline);
  entries.push_back({watch.descriptor()});
  (void)os::wait_readable(entries, deadline);
  entries.pop_back();
  watch.finish();
}

}  // namespace

std::vector<std::size_t> wait_for(std::span<const Waitable> objects, Patience patience) {
  const Deadline deadline = patience.deadline();
  if (objects.empty()) return {};
  std::vector<os::PollEntry> entries;
  std::vector<std::size_t> owners;  // whose each entry is
  std::vector<family::ByteQueue*> queues;
  for (std::size_t place = 0; place < objects.size(); ++place) {
    for (const int descriptor : WaitableAccess::descriptors(objects[place])) {
      entries.push_back({descriptor});
      owners.push_back(place);
    }
    if (auto* queue = WaitableAccess::queue(objects[place])) queues.push_back(queue);
  }
  std::vector<bool> ready(objects.size());
  trace::Wait traced("wait");
  for (std::int64_t nap = k_first_nap;; nap *= 2) {
    bool any = false;
    for (std::size_t place = 0; place < objects.size(); ++place) {
      ready[place] = WaitableAccess::is_ready(objects[place]);
      any = any || ready[place];
    }
    const bool look = any || !queues.empty();
    if (!look) traced.sleeps();
    any = os::wait_readable(entries, look ? Deadline::poll() : deadline) || any;
    if (!any && !deadline.passed()) {
      traced.sleeps();
      sleep(entries, queues, nap, deadline);
      continue;
    }
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].ready) ready[owners[i]] = true;
    }
    std::vector<std::size_t> places;
    for (std::size_t place = 0; place < objects.size(); ++place) {
      if (ready[place]) places.push_back(place);
    }
    return places;
  }
}

}  // namespace hilo::detail::connection
