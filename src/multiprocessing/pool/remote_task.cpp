// SPDX-License-Identifier: MIT
#include "hilo/detail/pool/remote_task.hpp"

#include <array>
#include <functional>
#include <map>
#include <utility>

#include "hilo/detail/pool/process_crew.hpp"
#include "os/module.hpp"

namespace hilo::detail::pool {
namespace {

/// To find the module of an address takes a walk through all of them, so each thread remembers what
/// it asked for.
template <class Key, class Value, class Find>
const Value& remembered(const Key& key, Find&& find) {
  thread_local std::map<Key, Value> known;
  const auto found = known.find(key);
  if (found != known.end()) return found->second;
  return known.emplace(key, find()).first->second;
}

using Tag = std::pair<std::uint64_t, std::uint64_t>;

}  // namespace

void write_code_tag(marshal::Writer& out, const void* code) {
  const Tag& tag = remembered<const void*, Tag>(code, [&] {
    const os::CodeAddress address = os::code_address(code);
    return Tag(address.module, address.offset);
  });
  out.write_scalar(tag.first);
  out.write_scalar(tag.second);
}

const void* read_code_tag(marshal::Reader& in) {
  const auto module = in.read_scalar<std::uint64_t>();
  const auto offset = in.read_scalar<std::uint64_t>();
  return remembered<Tag, const void*>(Tag(module, offset), [&] {
    return os::resolve({module, offset, {}});
  });
}

RemoteTask::RemoteTask(std::unique_ptr<futures::Attempts> attempts)
    : attempts_(std::move(attempts)) {}

RemoteTask::~RemoteTask() = default;

bool RemoteTask::cancel_in_worker() noexcept {
  const std::shared_ptr<ProcessCrew> crew = crew_;
  return crew != nullptr && crew->cancel(*this);
}

}  // namespace hilo::detail::pool
