// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/address.hpp"

#include <fmt/core.h>

#include "hilo/errors.hpp"
#include "multiprocessing/listener_state.hpp"

namespace hilo::multiprocessing::connection {

std::string Address::to_string() const {
  if (by_host_) {
    const bool colons = name_.find(':') != name_.npos;
    return fmt::format("{}{}{}:{}", colons ? "[" : "", name_, colons ? "]" : "", port_);
  }
  return !name_.empty() && name_.front() == '\0' ? '@' + name_.substr(1) : name_;
}

os::SocketName AddressAccess::name(const Address& address, Family family) {
  using os::SocketFamily;
  const bool internet = family == Family::inet || family == Family::inet6;
  if (address.by_host_ ? family == Family::local : internet && !address.empty()) {
    throw ValueError(fmt::format("hilo: the address {} is of another family", address.to_string()));
  }
  const bool is_abstract = !address.by_host_ && address.name_.starts_with('\0');
  if (!is_abstract && address.name_.find('\0') != std::string::npos) {
    throw ValueError("hilo: an address with a NUL in it, where the system would end it");
  }
  if (!address.by_host_ && !internet) return {SocketFamily::local, address.name_, 0};
  const SocketFamily wanted = family == Family::inet    ? SocketFamily::inet
                              : family == Family::inet6 ? SocketFamily::inet6
                                                        : SocketFamily::any_internet;
  // Of a family alone: the machine's own address, as in Python.
  // By its number in IPv6, as many machines have no such name there.
  const char* const own = family == Family::inet6 ? "::1" : "localhost";
  return {wanted, address.by_host_ ? address.name_ : own, address.port_};
}

Address AddressAccess::address(const os::SocketName& name) {
  Address result;
  result.name_ = name.name;
  result.port_ = name.port;
  result.by_host_ = name.family != os::SocketFamily::local;
  result.family_ = name.family == os::SocketFamily::inet    ? Family::inet
                   : name.family == os::SocketFamily::inet6 ? Family::inet6
                                                            : Family::local;
  return result;
}

}  // namespace hilo::multiprocessing::connection
