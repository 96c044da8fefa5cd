// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <cstring>
#include <span>
#include <type_traits>
#include <utility>

#include "hilo/detail/family/byte_queue.hpp"
#include "hilo/detail/family/in_flight.hpp"
#include "hilo/marshal.hpp"

/// How a T becomes an item of a ByteQueue, and an item a T.
namespace hilo::detail::family {

/// The bytes in memory are the item.
template <class T>
concept PackedItem = marshal::detail::is_packed<T>() && std::is_default_constructible_v<T>;

/// The bytes of the elements are: one copy in, one out, and the item can be used where it stands.
template <class T>
concept BufferItem = std::same_as<T, marshal::Bytes> ||
    (marshal::detail::StdSequence<T>&& requires(const T& value) {
      value.data();
      requires marshal::detail::is_packed<typename T::value_type>();
    });

template <class T>
struct BufferElement {
  using type = typename T::value_type;
};
template <>
struct BufferElement<marshal::Bytes> {
  using type = std::byte;
};
template <class T>
using BufferElementOf = typename BufferElement<T>::type;

/// Calls `put(bytes)` with the item. Returns: what that returned, whether the item is put.
template <class T, class Put>
bool put_item(const T& value, [[maybe_unused]] const ObjectRef& carrier, Put&& put) {
  if constexpr (PackedItem<T>) {
    return put(std::as_bytes(std::span<const T, 1>(&value, 1)));
  } else if constexpr (BufferItem<T>) {
    return put(std::as_bytes(std::span<const BufferElementOf<T>>(value.data(), value.size())));
  } else {
    InFlight handles(carrier);
    marshal::Writer out;
    out.set_transfer(&handles);
    marshal::dump_to(out, value);
    const bool done = put(std::span<const std::byte>(out.bytes()));
    if (done) handles.commit();
    return done;
  }
}

template <BufferItem T>
std::span<BufferElementOf<T>> elements_of(Received& item) noexcept {
  using Element = BufferElementOf<T>;
  static_assert(alignof(Element) <= 16);
  return {reinterpret_cast<Element*>(item.bytes().data()), item.bytes().size() / sizeof(Element)};
}

/// Throws: what the constructors of T throw; the item is lost then.
template <class T>
T take_item(Received& item, [[maybe_unused]] const ObjectRef& carrier) {
  if constexpr (PackedItem<T>) {
    T value;
    std::memcpy(&value, item.bytes().data(), sizeof value);
    return value;
  } else if constexpr (std::same_as<T, marshal::Bytes>) {
    return T(item.bytes());
  } else if constexpr (BufferItem<T>) {
    const auto elements = elements_of<T>(item);
    return T(elements.data(), elements.data() + elements.size());
  } else {
    Arrival arrival(carrier);
    marshal::Reader in(item.bytes());
    in.set_receiver(&arrival);
    T value = marshal::load_from<T>(in);
    in.finish();
    return value;
  }
}

}  // namespace hilo::detail::family
