// SPDX-License-Identifier: MIT
#include "hilo/detail/process_call.hpp"

#include <fmt/format.h>

#include "hilo/errors.hpp"
#include "os/module.hpp"

namespace hilo::detail {

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

void refuse_target(std::string_view type) {
  throw PicklingError(fmt::format(
      "hilo: the target, {}, cannot be turned into bytes, which the start method spawn needs; give "
      "a function or a lambda without captures, and what it needs as arguments, or use fork",
      type));
}

void refuse_argument(std::size_t index, std::string_view type) {
  throw PicklingError(
      fmt::format("hilo: argument {} of the process, {}, cannot be turned into "
                  "bytes, which the start method spawn needs",
                  index, type));
}

void refuse_other_build() {
  throw UnpicklingError("hilo: the call comes from another build of this program");
}

}  // namespace hilo::detail
