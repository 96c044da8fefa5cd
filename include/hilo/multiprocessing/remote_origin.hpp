// SPDX-License-Identifier: MIT
#pragma once

#include <exception>
#include <string>
#include <typeindex>
#include <typeinfo>
#include <utility>

#include "hilo/detail/export.hpp"

namespace hilo::multiprocessing {

/// Where an exception that came from another process was thrown: what it is beside its own type.
///
///     catch (const std::out_of_range& error) {
///       if (auto* origin = dynamic_cast<const mp::RemoteOrigin*>(&error)) log(origin->process);
///     }
struct HILO_EXPORT RemoteOrigin {
  virtual ~RemoteOrigin();

  std::string process;  ///< its name
  int pid = 0;
  std::string function;  ///< empty if that has no name
  std::string text;      ///< what it said there
};

}  // namespace hilo::multiprocessing

namespace hilo::detail::pool {

/// An E that has come home. Its what() ends with where it comes from.
template <class E>
class Homecoming final : public E, public multiprocessing::RemoteOrigin {
 public:
  template <class... Args>
  explicit Homecoming(const multiprocessing::RemoteOrigin& origin, Args&&... args)
      : E(std::forward<Args>(args)...), multiprocessing::RemoteOrigin(origin) {}
};

/// Makes an exception with this what().
using MakeException = std::exception_ptr (*)(const multiprocessing::RemoteOrigin& origin,
                                             const std::string& what);
HILO_EXPORT void register_exception(const std::type_info& type, MakeException make);

template <class E>
std::exception_ptr make_homecoming(const multiprocessing::RemoteOrigin& origin,
                                   const std::string& what) {
  return std::make_exception_ptr(Homecoming<E>(origin, what));
}

}  // namespace hilo::detail::pool

namespace hilo::multiprocessing {

/// From now on an exception of type E, which can be made of a text, comes home from other processes
/// with its type, as those of the standard library and of hilo do.
template <class E>
void register_exception() {
  detail::pool::register_exception(typeid(E), &detail::pool::make_homecoming<E>);
}

}  // namespace hilo::multiprocessing
