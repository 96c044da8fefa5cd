// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/freeze_support.hpp"

#include <cstdlib>
#include <memory>
#include <utility>

#include "heap/family.hpp"
#include "hilo/marshal.hpp"
#include "multiprocessing/fork_server.hpp"
#include "multiprocessing/luggage.hpp"
#include "multiprocessing/preparation.hpp"
#include "multiprocessing/start.hpp"
#include "os/birth.hpp"
#include "os/self.hpp"
#include "os/spawn.hpp"

namespace hilo::multiprocessing {
namespace {

using detail::ProcessState;
using detail::Registry;

// Returns: this process's name.
std::string become(detail::Preparation preparation) {
  Registry& registry = Registry::instance();
  {
    const std::scoped_lock guard(registry.mutex);
    registry.method = static_cast<StartMethod>(preparation.start_method);
    registry.executable = std::move(preparation.executable);
    registry.current->name = std::move(preparation.parent_name);
    registry.current->pid = preparation.parent_pid;
  }
  auto self = std::make_shared<ProcessState>();
  self->name = preparation.name;
  self->identity = std::move(preparation.identity);
  self->daemon = preparation.daemon;
  self->authkey = std::move(preparation.authkey);
  registry.become(std::move(self));
  return std::move(preparation.name);
}

std::unique_ptr<detail::ProcessCall> unpack(marshal::Reader& in) {
  const auto unpack_call =
      reinterpret_cast<detail::UnpackCall>(const_cast<void*>(detail::read_code(in)));
  return unpack_call(in);
}

}  // namespace

}  // namespace hilo::multiprocessing

void hilo::detail::live_as_described(const os::Birth& birth, std::string& name) {
  family::join();
  std::unique_ptr<ProcessCall> call;
  {
    // Its memory goes back before the call: arguments may be large.
    Luggage luggage{os::UniqueDescriptor(birth.payload)};
    const os::Payload payload(luggage.take_payload().release());
    marshal::Reader in(payload.bytes());
    in.set_receiver(&luggage);
    name = multiprocessing::become(marshal::load_from<Preparation>(in));
    call = multiprocessing::unpack(in);
  }
  call->run();
}

namespace hilo::multiprocessing {

void freeze_support(int argc, char** argv) {
  os::remember_arguments(argc, argv);
  os::Birth birth = os::take_birth();
  if (birth.payload < 0) return;
  if (argc > 0) os::set_process_title(argv[0]);
  std::string name = "of a spawned child";  // until it knows better
  const auto body = [&] {
    if (birth.fork_server >= 0) {
      const auto child = detail::serve_forks(birth);
      if (!child) return;
      birth = *child;
    }
    if (birth.fork_client >= 0) {
      detail::ForkServer::instance().adopt(os::UniqueDescriptor(birth.fork_client));
    }
    detail::live_as_described(birth, name);
  };
  detail::run_to_end(name, body, &std::exit);
}

}  // namespace hilo::multiprocessing
