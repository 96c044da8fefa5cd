// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <span>
#include <system_error>
#include <unordered_map>
#include <utility>
#include <vector>

#include "heap/family.hpp"
#include "hilo/detail/process_call.hpp"
#include "hilo/marshal.hpp"
#include "multiprocessing/fork_server.hpp"
#include "multiprocessing/start.hpp"
#include "os/child.hpp"
#include "os/ended_children.hpp"
#include "os/interrupt.hpp"
#include "os/liveness.hpp"
#include "os/message_socket.hpp"
#include "os/self.hpp"
#include "os/spawn.hpp"
#include "threading/exception_text.hpp"

namespace hilo::detail {
namespace {

using Descriptors = std::vector<os::UniqueDescriptor>;
constexpr std::size_t k_report = 1;  // its place among what comes with a request

void run_preload(int descriptor) {
  const os::Payload payload(descriptor);
  marshal::Reader in(payload.bytes());
  if (!marshal::load_from<bool>(in)) return;
  try {
    reinterpret_cast<void (*)()>(const_cast<void*>(read_code(in)))();
  } catch (...) {
    os::write_error(fmt::format("hilo: the preload function of the forkserver failed:\n  {}\n",
                                describe_current_exception()));
  }
  os::flush_standard_streams();  // or every child would print what it left there
}

// Whoever asked may be gone meanwhile: then nobody is told.
void send_report(const os::UniqueDescriptor& report, const os::ChildReport& words) {
  try {
    (void)os::send_message(report.get(), std::as_bytes(std::span(&words, 1)));
  } catch (const std::system_error&) {
    // It learns of the end in another way.
  }
}

void refuse(const os::UniqueDescriptor& report, int error) {
  send_report(report, {.pid = -1, .ended = false, .status = {true, error}});
}

// Child: becomes what was asked for.
os::Birth settle(const ForkRequest& request, Descriptors given) {
  auto next = given.begin();
  const auto take = [&next](bool is_there) {
    return is_there ? std::move(*next++) : os::UniqueDescriptor();
  };
  os::UniqueDescriptor payload = take(true);
  const os::UniqueDescriptor report = take(true);
  ForkServer::instance().adopt(take(true));
  os::Surroundings surroundings;
  surroundings.output = take(request.has_output);
  surroundings.error = take(request.has_error);
  surroundings.folder = take(request.has_folder);
  os::enter_surroundings(std::move(surroundings));
  os::settle_forked_child();
  os::on_exit(end_forked_child);
  // The server itself ignores them.
  if (request.ties.interrupts == os::Interrupts::end_it) os::heed_interrupts();
  if (request.has_lifeline) {
    os::tie_to_parent(request.ties, take(true).release(), request.parent);
  }
  send_report(report, {.pid = os::process_id(), .ended = false, .status = {}});
  return {.payload = payload.release()};
}

bool is_whole(const ForkRequest& request, const os::Message& message) {
  const int wanted =
      3 + request.has_output + request.has_error + request.has_folder + request.has_lifeline;
  return message.size == sizeof request &&
         message.descriptors.size() == static_cast<std::size_t>(wanted);
}

}  // namespace

std::optional<os::Birth> serve_forks(const os::Birth& birth) {
  const os::UniqueDescriptor requests(birth.fork_server);
  // The first half ends, so that the server is nobody's child.
  if (const int pid = os::fork_process(); pid != 0) os::leave(pid < 0 ? 1 : 0);
  family::join();
  os::ignore_interrupts();
  if (!os::send_message(requests.get(), std::array{std::byte{1}})) return std::nullopt;
  run_preload(birth.payload);
  // Made here, once, and not by every child: each page that a child touches costs it a fault.
  Registry::instance();
  ForkServer::instance();
  os::EndedChildren children;
  std::unordered_map<int, os::UniqueDescriptor> reports;
  for (;;) {
    children.wait(requests.get(), [&reports](int pid, os::EndStatus status) {
      const auto report = reports.extract(pid);
      if (report) send_report(report.mapped(), {.pid = pid, .ended = true, .status = status});
    });
    ForkRequest request;
    auto message =
        os::receive_message(requests.get(), std::as_writable_bytes(std::span(&request, 1)));
    if (!message) return std::nullopt;
    if (!is_whole(request, *message)) {
      // The system gives as many descriptors as there is room for, the report among the first.
      if (message->descriptors.size() > k_report) refuse(message->descriptors[k_report], EMFILE);
      continue;
    }
    family::Nascent member(request.member);
    member.inherit_all();
    const int pid = os::fork_process();
    if (pid == 0) {
      member.become_after_fork();
      return settle(request, std::move(message->descriptors));
    }
    const int error = errno;
    member.release();
    os::UniqueDescriptor report = std::move(message->descriptors[k_report]);
    if (pid < 0) {
      refuse(report, error);
    } else {
      reports.emplace(pid, std::move(report));
    }
  }
}

}  // namespace hilo::detail
