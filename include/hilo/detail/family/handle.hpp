// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <concepts>
#include <tuple>
#include <utility>

#include "hilo/detail/family/object.hpp"
#include "hilo/marshal.hpp"

namespace hilo::detail::family {

/// How the library reaches into its handles: each has a private `parts()`, a tuple of references to
/// what it is made of, and a private constructor from (HandleAccess, parts...).
class HandleAccess {
 public:
  template <class Handle>
  static auto parts(const Handle& handle) -> decltype(handle.parts()) {
    return handle.parts();
  }
  template <class Handle, class... Parts>
  static Handle make(Parts&&... parts) {
    return Handle(HandleAccess(), std::forward<Parts>(parts)...);
  }
  /// For a handle's own constructors.
  static HandleAccess tag() { return {}; }

 private:
  HandleAccess() = default;
};

/// A handle of the family: what `mp` objects are.
template <class T>
concept FamilyHandle = requires(const T& handle) {
  HandleAccess::parts(handle);
};

template <class Tuple>
struct BareParts;
template <class... Parts>
struct BareParts<std::tuple<const Parts&...>> {
  using types = marshal::parts<Parts...>;
};

template <class Handle, class... Parts>
Handle read_handle(marshal::Reader& in, marshal::parts<Parts...>) {
  // A braced list is read from left to right.
  return std::apply([](auto&&... part) { return HandleAccess::make<Handle>(std::move(part)...); },
                    std::tuple<Parts...>{marshal::load_from<Parts>(in)...});
}

}  // namespace hilo::detail::family

template <>
struct hilo::marshal::codec<hilo::detail::family::ObjectRef> {
  static constexpr std::size_t k_least_size = 16;
  static void write(Writer& out, const hilo::detail::family::ObjectRef& object) {
    if (!object) hilo::detail::family::refuse_moved_from();
    if (out.transfer() != nullptr) out.transfer()->sent(object.offset());
    out.write_scalar(object.offset());
    out.write_scalar(object.serial());
  }
  static hilo::detail::family::ObjectRef read(Reader& in) {
    const auto offset = in.read_scalar<std::uint64_t>();
    const auto serial = in.read_scalar<std::uint64_t>();
    auto object = hilo::detail::family::ObjectRef::find(offset, serial);
    if (in.receiver() != nullptr) in.receiver()->received(offset);
    return object;
  }
};

/// Handles travel as offsets: what arrives is the same lock, the same value.
template <hilo::detail::family::FamilyHandle Handle>
struct hilo::marshal::codec<Handle> {
  using parts = hilo::detail::family::BareParts<decltype(hilo::detail::family::HandleAccess::parts(
      std::declval<const Handle&>()))>::types;
  static constexpr std::size_t k_least_size = []<class... Parts>(marshal::parts<Parts...>) {
    return (marshal::detail::least_size<Parts>() + ... + 0);
  }(parts());
  static void write(Writer& out, const Handle& handle) {
    std::apply([&out](const auto&... part) { (dump_to(out, part), ...); },
               hilo::detail::family::HandleAccess::parts(handle));
  }
  static Handle read(Reader& in) { return hilo::detail::family::read_handle<Handle>(in, parts()); }
};
