// SPDX-License-Identifier: MIT
#include <memory>
#include <utility>

#include "heap/family.hpp"
#include "hilo/errors.hpp"
#include "multiprocessing/fork_server.hpp"
#include "multiprocessing/payload.hpp"
#include "multiprocessing/start.hpp"
#include "os/interrupt.hpp"
#include "os/self.hpp"

namespace hilo::detail {

void start_by_forkserver(const StatePointer& child) {
  constexpr int k_tries = 3;
  os::flush_standard_streams();
  ForkServer& server = child->nursery ? *child->nursery : ForkServer::instance();
  for (int tries = 0; tries < k_tries; ++tries) {
    const ForkServer::Client client = server.ensure();
    // Anew for each try: a child that died early may have taken the last record.
    family::Nascent member;
    const os::Ties ties = {.daemon = child->daemon, .interrupts = os::interrupts()};
    os::Lifeline lifeline = os::make_lifeline(ties);
    const ForkOrder order = {member.id(), pack_payload(*child, member.id()), ties,
                             std::move(lifeline.child)};
    StartingChild starting(child, member, std::move(lifeline.parent));
    const auto report = std::make_shared<os::WatchedDescriptor>();
    auto forked = server.fork(client, order);
    if (!forked) continue;  // the server is gone
    *report = os::WatchedDescriptor(std::move(forked->report));
    starting.started(forked->pid, report);
    return;
  }
  throw RuntimeError("hilo: the forkserver was killed each time it should start '" + child->name +
                     "'; start it later, or by spawn");
}

}  // namespace hilo::detail
