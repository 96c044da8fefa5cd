// SPDX-License-Identifier: MIT
#include "multiprocessing/fork_server.hpp"

#include <array>
#include <cstddef>
#include <new>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "heap/family.hpp"
#include "heap/section.hpp"
#include "hilo/detail/process_call.hpp"
#include "hilo/errors.hpp"
#include "hilo/marshal.hpp"
#include "hilo/multiprocessing/functions.hpp"
#include "multiprocessing/registry.hpp"
#include "multiprocessing/start.hpp"
#include "os/birth.hpp"
#include "os/child.hpp"
#include "os/message_socket.hpp"
#include "os/native_thread.hpp"
#include "os/self.hpp"
#include "os/spawn.hpp"
#include "os/stream.hpp"
#include "os/thread.hpp"

namespace hilo::detail {
namespace {

os::UniqueDescriptor pack_preload(void (*preload)()) {
  marshal::Writer out;
  marshal::dump_to(out, preload != nullptr);
  if (preload != nullptr) write_code(out, reinterpret_cast<const void*>(preload));
  return os::seal_payload(out.bytes());
}

// The half of the server that ends at once, and so leaves the other without a parent.
int end_of(int first_half) {
  const os::ProcessRef process = {.pid = first_half};
  (void)os::wait_for_end(process, Deadline::never());
  return os::reap(process).value_or(os::EndStatus{false, 0}).code;
}

}  // namespace

ForkServer& ForkServer::instance() {
  alignas(ForkServer) static std::byte storage[sizeof(ForkServer)];  // never destroyed
  static auto* const server = [] {
    auto* const made = ::new (storage) ForkServer;
    os::add_fork_hooks([] { instance().mutex_.lock(); }, [] { instance().mutex_.unlock(); },
                       [] { instance().mutex_.unlock(); });
    return made;
  }();
  return *server;
}

std::shared_ptr<ForkServer> ForkServer::nursery() {
  const std::shared_ptr<ForkServer> server(new ForkServer);
  server->is_nursery_ = true;
  family::join();
  warn_of_threads();
  os::flush_standard_streams();
  os::MessagePair ends = os::make_message_pair();
  const int pid = os::fork_process();
  if (pid == 0) {
    ends.first.reset();
    live_as_nursery(std::move(ends.second));
  }
  if (pid < 0) throw std::system_error(errno, std::generic_category(), "hilo: fork");
  ends.second.reset();
  std::array<std::byte, 1> word;
  const bool serves = os::receive_message(ends.first.get(), word).has_value();
  (void)end_of(pid);
  if (!serves) throw RuntimeError("hilo: a pool's nursery did not come up");
  server->adopt(std::move(ends.first));
  return server;
}

void ForkServer::set_preload(void (*preload)()) {
  const std::scoped_lock guard(mutex_);
  preload_ = preload;
}

ForkServer::Client ForkServer::client() {
  const std::scoped_lock guard(mutex_);
  return client_ && client_->intact() ? client_ : nullptr;
}

void ForkServer::adopt(os::UniqueDescriptor client) {
  const std::scoped_lock guard(mutex_);
  client_ = std::make_shared<os::WatchedDescriptor>(std::move(client));
}

ForkServer::Client ForkServer::ensure() {
  const std::scoped_lock guard(mutex_);
  if (!client_ || !client_->intact() || os::peer_is_gone(client_->get())) {
    if (is_nursery_) throw RuntimeError("hilo: a pool's nursery was killed");
    client_ = launch();
  }
  return client_;
}

ForkServer::Client ForkServer::launch() const {
  family::Nascent member;
  const os::UniqueDescriptor payload = pack_preload(preload_);
  os::MessagePair ends = os::make_message_pair();
  os::SpawnRequest request;
  request.environment = {
      family::environment_entry(member.id(), request.pass(family::memory_descriptor())),
      os::birth_entry(
          {.payload = request.pass(payload.get()), .fork_server = request.pass(ends.second.get())}),
      os::k_look_up_at_once};
  {
    Registry& registry = Registry::instance();
    const std::scoped_lock guard(registry.mutex);
    request.program = registry.executable;
  }
  os::flush_standard_streams();
  const int pid = os::spawn(request);
  ends.second.reset();
  std::array<std::byte, 1> word;
  const bool serves = os::receive_message(ends.first.get(), word).has_value();
  const int code = end_of(pid);
  if (!serves) {
    throw RuntimeError(
        "hilo: the forkserver did not come up (exit code " + std::to_string(code) +
        "): main() must begin with hilo::multiprocessing::freeze_support(argc, argv)");
  }
  member.release();
  return std::make_shared<os::WatchedDescriptor>(std::move(ends.first));
}

std::optional<ForkedChild> ForkServer::fork(const Client& client, const ForkOrder& order) {
  os::MessagePair report = os::make_message_pair();
  const os::Surroundings here = os::current_surroundings();
  ForkRequest request = {.member = order.member,
                         .parent = os::process_id(),
                         .ties = order.ties,
                         .has_output = static_cast<bool>(here.output),
                         .has_error = static_cast<bool>(here.error),
                         .has_folder = static_cast<bool>(here.folder),
                         .has_lifeline = static_cast<bool>(order.lifeline)};
  std::vector<int> descriptors = {order.payload.get(), report.second.get(), client->get()};
  for (const auto* const some : {&here.output, &here.error, &here.folder, &order.lifeline}) {
    if (*some) descriptors.push_back(some->get());
  }
  if (!os::send_message(client->get(), std::as_bytes(std::span(&request, 1)), descriptors)) {
    return std::nullopt;
  }
  report.second.reset();
  // The server may wait for what a stopped child of its has.
  while (!os::wait_readable(report.first.get(), Deadline::after(family::k_long_wait))) {
    family::call_long_wait_hook();
  }
  const std::optional<os::ChildReport> first = os::first_report(report.first.get());
  if (!first) return std::nullopt;
  if (first->pid < 0) {
    throw std::system_error(first->status.code, std::generic_category(),
                            "hilo: fork in the forkserver");
  }
  return ForkedChild{first->pid, std::move(report.first)};
}

}  // namespace hilo::detail

namespace hilo::multiprocessing {

void set_forkserver_preload(void (*preload)()) {
  detail::ForkServer::instance().set_preload(preload);
}

void ensure_forkserver_running() {
  os::refuse_unfrozen();
  detail::ForkServer::instance().ensure();
}

}  // namespace hilo::multiprocessing
