// SPDX-License-Identifier: MIT
#pragma once

#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/detail/export.hpp"

namespace hilo {

class Object;

namespace pickle {

template <class T>
struct conversion;

/// Whether values of T have a Python counterpart.
template <class T>
concept Convertible = requires {
  sizeof(conversion<T>);
};

/// What becomes an int. A char is neither a number nor, on its own, a text.
template <class T>
concept Integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char>;

namespace detail {

/// T, unless an Object has a constructor of its own for it: then a type without conversion, so that
/// nobody asks for one before it has been declared.
template <class T>
using Other = std::conditional_t<std::is_arithmetic_v<T> || std::same_as<T, Object>, void, T>;

struct Node;
struct Access;
}  // namespace detail

}  // namespace pickle

/// A value as Python has them. It never changes, except by assignment: a copy costs a count, and
/// threads may share it. To change a list, copy its elements() and make a new one.
///
///     const Object order = Object::dict({{"item", "tea"}, {"grams", std::vector{100, 250}}});
///     order["grams"][1].as<int>();  // 250
///     fmt::print("{}\n", order.repr());  // {'item': 'tea', 'grams': [100, 250]}
///
/// Comparison: Python's ==, so 1, 1.0 and true are equal, and a list never equals a tuple;
///             < is some total order. Differs: a nan equals a nan.
class HILO_EXPORT Object {
 public:
  enum class Kind : unsigned char {
    none,
    boolean,
    integer,
    floating,
    str,
    bytes,
    bytearray,
    list,
    tuple,
    set,
    frozenset,
    dict,
    exception,
  };
  using Item = std::pair<Object, Object>;

  /// Levels of containers inside each other; one more is a ValueError wherever it is made.
  static constexpr std::size_t k_most_nested = 500;

  /// None.
  Object() noexcept : Object(Kind::none, {.integer = 0}) {}
  Object(std::nullptr_t) noexcept : Object() {}
  template <std::same_as<bool> T>
  Object(T value) noexcept : Object(Kind::boolean, {.integer = value}) {}
  template <std::floating_point T>
  Object(T value) noexcept : Object(Kind::floating, {.floating = static_cast<double>(value)}) {}
  template <pickle::Integer T>
  Object(T value) : Object(of_integer(value)) {}
  /// A str.
  ///
  /// Throws: ValueError if the text is not UTF-8; bytes() takes any.
  Object(std::string_view text);
  Object(const std::string& text) : Object(std::string_view(text)) {}
  Object(const char* text) : Object(std::string_view(text)) {}
  /// What conversion<T> makes of it, such as a list of a std::vector.
  template <class T>
  requires(pickle::Convertible<pickle::detail::Other<T>>) Object(const T& value);

  Object(const Object& other) noexcept
      : kind_(other.kind_), counted_(other.counted_), payload_(other.payload_) {
    if (counted_) share();
  }
  /// Leaves None behind.
  Object(Object&& other) noexcept
      : kind_(std::exchange(other.kind_, Kind::none)),
        counted_(std::exchange(other.counted_, false)),
        payload_(std::exchange(other.payload_, {.integer = 0})) {}
  Object& operator=(Object other) noexcept {
    std::swap(kind_, other.kind_);
    std::swap(counted_, other.counted_);
    std::swap(payload_, other.payload_);
    return *this;
  }
  ~Object() {
    if (counted_) release();
  }

  /// An int of any size.
  ///
  /// Throws: ValueError unless it is decimal digits, at most 4,300, perhaps with a sign.
  [[nodiscard]] static Object integer(std::string_view decimal);
  [[nodiscard]] static Object bytes(std::span<const std::byte> value);
  [[nodiscard]] static Object bytes(std::string_view value);
  [[nodiscard]] static Object bytearray(std::span<const std::byte> value);
  [[nodiscard]] static Object bytearray(std::string_view value);
  [[nodiscard]] static Object list(std::vector<Object> elements);
  [[nodiscard]] static Object tuple(std::vector<Object> elements);
  /// What is equal comes in once.
  ///
  /// Throws: ValueError if an element cannot be a key: a list, dict, set, bytearray or exception,
  ///         or a tuple of such.
  [[nodiscard]] static Object set(std::vector<Object> elements);
  [[nodiscard]] static Object frozenset(std::vector<Object> elements);
  /// Of equal keys the first one stays, with the last value.
  ///
  /// Throws: ValueError as set().
  [[nodiscard]] static Object dict(std::vector<Item> items);
  /// The exception `type` of `module`, such as ("builtins", "KeyError", {"tea"}).
  [[nodiscard]] static Object exception(std::string_view module, std::string_view type,
                                        std::vector<Object> args = {});

  [[nodiscard]] Kind kind() const noexcept { return kind_; }
  [[nodiscard]] bool is_none() const noexcept { return kind_ == Kind::none; }
  /// Python's name of the type; an exception's with its module, unless that is builtins.
  [[nodiscard]] std::string type_name() const;
  /// Values in it, itself included, and bytes in its strings; what is shared counts each time.
  [[nodiscard]] std::uint64_t weight() const noexcept;

  /// As a T.
  ///
  /// Throws: ValueError that says what stands where, if it is no T or T cannot hold it.
  template <class T>
  [[nodiscard]] T as() const;

  /// A str in UTF-8, perhaps with the lone surrogates that Python allows.
  ///
  /// Throws: ValueError if this is no str.
  [[nodiscard]] std::string_view text() const;
  /// Throws: ValueError if this is neither bytes nor bytearray.
  [[nodiscard]] std::span<const std::byte> data() const;
  /// Throws: ValueError if this is no list, tuple, set or frozenset.
  [[nodiscard]] std::span<const Object> elements() const;
  /// Keys with their values, in the order of insertion.
  ///
  /// Throws: ValueError if this is no dict.
  [[nodiscard]] std::span<const Item> items() const;
  /// An exception's arguments, a tuple.
  ///
  /// Throws: ValueError if this is no exception.
  [[nodiscard]] const Object& args() const;

  /// Throws: ValueError if this is no str (counted in bytes), bytes, bytearray or container.
  [[nodiscard]] std::size_t size() const;
  /// The element at `index` of a list or tuple, or the value of the key `index` of a dict.
  ///
  /// Throws: std::out_of_range if there is none; ValueError if this is none of them.
  template <std::integral T>
  [[nodiscard]] const Object& operator[](T index) const {
    return kind_ == Kind::dict ? at(Object(index)) : at(static_cast<std::size_t>(index));
  }
  /// The value of a dict's `key`.
  ///
  /// Throws: std::out_of_range if there is none; ValueError if this is no dict.
  [[nodiscard]] const Object& operator[](const Object& key) const { return at(key); }
  /// The value of a dict's `key`, or null.
  ///
  /// Throws: ValueError if this is no dict.
  [[nodiscard]] const Object* find(const Object& key) const;
  /// Python: element in container.
  ///
  /// Throws: ValueError if this is no container.
  [[nodiscard]] bool contains(const Object& element) const;

  /// Python's repr; differs: ints of more than 4,300 digits are hexadecimal.
  [[nodiscard]] std::string repr() const;
  /// Python's str: a str's text, an exception's message, else repr().
  [[nodiscard]] std::string str() const;

  /// Throws: what the exception is in C++, if hilo or the standard has it: hilo's error of the same
  ///         name, SystemExit, std::bad_alloc for MemoryError, std::system_error for OSError with a
  ///         number; else pickle::PythonError; ValueError if this is no exception.
  [[noreturn]] void raise() const;

  HILO_EXPORT friend std::weak_ordering operator<=>(const Object& a, const Object& b);
  friend bool operator==(const Object& a, const Object& b) { return (a <=> b) == 0; }
  HILO_EXPORT friend std::ostream& operator<<(std::ostream& out, const Object& object);

 private:
  friend struct pickle::detail::Access;

  union Payload {
    std::int64_t integer;  // also a bool; 0 where the kind alone says all
    double floating;
    pickle::detail::Node* node;
  };

  Object(Kind kind, Payload payload, bool counted = false) noexcept
      : kind_(kind), counted_(counted), payload_(payload) {}

  template <class T>
  static Object of_integer(T value) {
    if constexpr (std::is_unsigned_v<T> && sizeof(T) >= sizeof(std::int64_t)) {
      return of_unsigned(value);
    } else {
      return {Kind::integer, {.integer = value}};
    }
  }
  static Object of_unsigned(std::uint64_t value);
  void share() const noexcept;
  void release() noexcept;
  [[nodiscard]] const Object& at(std::size_t index) const;
  [[nodiscard]] const Object& at(const Object& key) const;

  Kind kind_;
  bool counted_;  // the payload is a node that is shared in
  Payload payload_;
};

}  // namespace hilo

#include "hilo/pickle/conversion.hpp"  // IWYU pragma: keep
