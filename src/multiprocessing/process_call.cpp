// SPDX-License-Identifier: MIT
#include "hilo/detail/process_call.hpp"

#include <fmt/format.h>

#include "hilo/errors.hpp"
#include "os/module.hpp"

namespace hilo::detail {
namespace {

// The sentence that begins with another's beginning.
std::string_view bare(std::string_view reason) {
  constexpr std::string_view start = "hilo: ";
  if (reason.starts_with(start)) reason.remove_prefix(start.size());
  return reason;
}

}  // namespace

ProcessCall::~ProcessCall() = default;

void write_code(marshal::Writer& out, const void* code) {
  const os::CodeAddress address = os::code_address(code);
  out.write_scalar(address.module);
  out.write_scalar(address.offset);
  marshal::dump_to(out, address.path);
}

const void* read_code(marshal::Reader& in) {
  os::CodeAddress address;
  address.module = in.read_scalar<std::uint64_t>();
  address.offset = in.read_scalar<std::uint64_t>();
  address.path = marshal::load_from<std::string>(in);
  return os::resolve(address);
}

void refuse_target(std::string_view reason) {
  throw PicklingError(
      fmt::format("hilo: the target of a process that spawn shall start: {}", bare(reason)));
}

void refuse_argument(std::size_t index, std::string_view reason) {
  throw PicklingError(fmt::format("hilo: argument {} of a process that spawn shall start: {}",
                                  index, bare(reason)));
}

void refuse_other_build() {
  throw UnpicklingError("hilo: the call comes from another build of this program");
}

void refuse_barrier_action() {
  throw PicklingError(
      "hilo: the Barrier's action cannot be turned into bytes, which the start method spawn needs; "
      "give a function or a lambda without captures, or use fork");
}

}  // namespace hilo::detail
