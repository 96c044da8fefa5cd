// SPDX-License-Identifier: MIT
#include <memory>
#include <utility>

#include "heap/family.hpp"
#include "multiprocessing/fork_server.hpp"
#include "multiprocessing/payload.hpp"
#include "multiprocessing/start.hpp"
#include "os/birth.hpp"
#include "os/interrupt.hpp"
#include "os/self.hpp"
#include "os/spawn.hpp"

namespace hilo::detail {

void start_by_spawn(const StatePointer& child) {
  Registry& registry = Registry::instance();
  family::Nascent member;
  const os::UniqueDescriptor payload = pack_payload(*child, member.id());
  os::SpawnRequest request;
  request.environment.push_back(
      family::environment_entry(member.id(), request.pass(family::memory_descriptor())));
  os::Birth birth;
  birth.payload = request.pass(payload.get());
  birth.ties = {.daemon = child->daemon, .interrupts = os::interrupts()};
  os::Lifeline lifeline = os::make_lifeline(birth.ties);
  if (lifeline.child) birth.lifeline = request.pass(lifeline.child.get());
  const std::shared_ptr<os::WatchedDescriptor> server = ForkServer::instance().client();
  if (server) birth.fork_client = request.pass(server->get());
  request.environment.push_back(os::birth_entry(birth));
  {
    const std::scoped_lock guard(registry.mutex);
    request.program = registry.executable;
  }
  StartingChild starting(child, member, std::move(lifeline.parent));
  os::flush_standard_streams();
  starting.started(os::spawn(request));
}

}  // namespace hilo::detail
