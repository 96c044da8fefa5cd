// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/wait.hpp"

#include <algorithm>

#include "multiprocessing/channel.hpp"
#include "multiprocessing/listener_state.hpp"
#include "os/stream.hpp"

namespace hilo::multiprocessing::connection {

/// How wait() looks at what it waits for.
class WaitableAccess {
 public:
  using Kind = Waitable::Kind;

  [[nodiscard]] static bool is_queue(const Waitable& object) noexcept {
    return object.kind_ == Kind::queue;
  }
  /// Whether it is ready without a look at the system.
  [[nodiscard]] static bool is_ready(const Waitable& object) {
    switch (object.kind_) {
      case Kind::queue:
        return object.has_item_(object.object_);
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

/// Between two looks at a queue: short at first, when something is about to come, then longer.
constexpr std::int64_t k_shortest_nap = 20'000;
constexpr std::int64_t k_longest_nap = 1'000'000;

}  // namespace

std::vector<std::size_t> wait_for(std::span<const Waitable> objects, Patience patience) {
  const Deadline deadline = patience.deadline();
  if (objects.empty()) return {};
  std::vector<os::PollEntry> entries;
  std::vector<std::size_t> owners;  // whose each entry is
  for (std::size_t place = 0; place < objects.size(); ++place) {
    for (const int descriptor : WaitableAccess::descriptors(objects[place])) {
      entries.push_back({descriptor});
      owners.push_back(place);
    }
  }
  const bool queues = std::any_of(objects.begin(), objects.end(), &WaitableAccess::is_queue);
  std::vector<bool> ready(objects.size());
  for (std::int64_t nap = k_shortest_nap;; nap = std::min(2 * nap, k_longest_nap)) {
    bool any = false;
    for (std::size_t place = 0; place < objects.size(); ++place) {
      ready[place] = WaitableAccess::is_ready(objects[place]);
      any = any || ready[place];
    }
    const Deadline until = any ? Deadline::poll() : queues ? deadline.sooner(nap) : deadline;
    any = os::wait_readable(entries, until) || any;
    if (!any && !deadline.passed()) continue;
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
