// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <compare>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <iterator>
#include <mutex>
#include <new>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/detail/family/handle.hpp"
#include "hilo/multiprocessing/array_iterator.hpp"
#include "hilo/multiprocessing/rlock.hpp"
#include "hilo/multiprocessing/shared_reference.hpp"
#include "hilo/multiprocessing/typecode.hpp"

namespace hilo::detail {

[[noreturn]] HILO_EXPORT void fail_array_index(std::ptrdiff_t index, std::size_t size);
[[noreturn]] HILO_EXPORT void fail_array_size(std::size_t values, std::size_t size);
[[noreturn]] HILO_EXPORT void fail_array_count(std::uint64_t count, std::size_t element);

/// Python's slice: negative positions count from the end, what lies outside is cut off.
struct SliceBounds {
  std::size_t start;
  std::size_t stop;
};
HILO_EXPORT SliceBounds slice_bounds(std::ptrdiff_t start, std::ptrdiff_t stop, std::size_t size);

}  // namespace hilo::detail

namespace hilo::multiprocessing {

/// Says "to the end" in a slice.
inline constexpr std::ptrdiff_t k_end = PTRDIFF_MAX;

/// A fixed number of Ts in the memory of the family, without a lock: a contiguous range.
///
/// A handle: a copy is the same array, also in another process.
/// Python: multiprocessing.RawArray.
template <class T>
class RawArray {
  static_assert(Shareable<T>,
                "hilo: an Array's type must be trivially copyable and hold no pointer, since it "
                "stands in memory that processes see at different addresses");

 public:
  using value_type = T;

  /// `size` zeros. Throws: std::system_error if there is no memory.
  explicit RawArray(std::size_t size) : RawArray(hilo::detail::family::ObjectRef(), size) {}

  /// The elements of a range. Throws: std::system_error if there is no memory.
  template <std::ranges::input_range Range>
  requires(std::convertible_to<std::ranges::range_reference_t<Range>, T> &&
           !std::same_as<std::remove_cvref_t<Range>, RawArray>) explicit RawArray(Range&& range)
      : RawArray(count_of(range)) {
    std::size_t index = 0;
    for (auto&& element : range) data()[index++] = static_cast<T>(element);
  }
  RawArray(std::initializer_list<T> elements) : RawArray(std::span(elements)) {}
  template <char Code, class Init>
  RawArray(Typecode<Code>, Init&& init) : RawArray(std::forward<Init>(init)) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] T* data() const noexcept { return data_; }
  [[nodiscard]] T* begin() const noexcept { return data_; }
  [[nodiscard]] T* end() const noexcept { return data_ + size_; }
  [[nodiscard]] T& operator[](std::size_t index) const noexcept { return data_[index]; }
  /// Negative indexes count from the end. Throws: std::out_of_range.
  [[nodiscard]] T& at(std::ptrdiff_t index) const {
    const auto count = static_cast<std::ptrdiff_t>(size_);
    if (index >= count || index < -count) detail::fail_array_index(index, size_);
    return data_[index < 0 ? index + count : index];
  }
  [[nodiscard]] std::span<T> get_obj() const noexcept { return {data_, size_}; }

  friend bool operator==(const RawArray& a, const RawArray& b) noexcept {
    return a.object_ == b.object_;
  }
  friend auto operator<=>(const RawArray& a, const RawArray& b) noexcept {
    return a.object_ <=> b.object_;
  }

 private:
  friend class hilo::detail::family::HandleAccess;
  using Object = hilo::detail::family::ObjectRef;
  /// The elements follow their number, on a line of their own.
  static constexpr std::size_t k_before_elements = 64;

  static Object create(std::size_t size) {
    static_assert(alignof(T) <= 64, "hilo: shared memory is aligned to 64 bytes at most");
    if (size > (SIZE_MAX / 4) / sizeof(T)) detail::fail_array_count(size, sizeof(T));
    Object object = Object::create(k_before_elements + size * sizeof(T));
    *static_cast<std::uint64_t*>(object.payload()) = size;
    return object;
  }
  RawArray(const Object&, std::size_t size)
      : RawArray(hilo::detail::family::HandleAccess::tag(), create(size)) {}
  RawArray(hilo::detail::family::HandleAccess, Object object)
      : object_(std::move(object)),
        size_(*static_cast<std::uint64_t*>(object_.payload())),
        data_(
            reinterpret_cast<T*>(static_cast<std::byte*>(object_.payload()) + k_before_elements)) {}
  auto parts() const { return std::tie(object_); }

  template <class Range>
  static std::size_t count_of(Range& range) {
    static_assert(std::ranges::forward_range<Range> || std::ranges::sized_range<Range>,
                  "hilo: an Array is made from a range that can be counted before it is read");
    return static_cast<std::size_t>(std::ranges::distance(range));
  }

  Object object_;
  std::size_t size_;
  T* data_;
};

/// A fixed number of Ts in the memory of the family, with a lock: an RLock of its own, or one that
/// is given. A random access range whose elements are each read and changed in one step.
///
///     mp::Array<int> array(std::views::iota(0, 10));     // or mp::Array(mp::typecode<'i'>, ...)
///     for (auto&& x : array) x = -x;
///     array.slice(2, 5);                                 // a std::vector, read in one step
///
/// A handle: a copy is the same array, also in another process. Elements and iterators refer to the
/// handle they came from.
/// Python: multiprocessing.Array; `lock=False` is RawArray.
template <class T, class LockType = RLock>
class Array {
 public:
  using value_type = T;
  using reference = SharedReference<T, LockType>;
  using iterator = ArrayIterator<T, LockType>;

  /// `size` zeros. Throws: std::system_error if there is no memory.
  explicit Array(std::size_t size) : raw_(size) {}
  Array(std::size_t size, LockType lock) : lock_(std::move(lock)), raw_(size) {}

  /// The elements of a range. Throws: std::system_error if there is no memory.
  template <std::ranges::input_range Range>
  requires(std::convertible_to<std::ranges::range_reference_t<Range>, T> &&
           !std::same_as<std::remove_cvref_t<Range>, Array>) explicit Array(Range&& range)
      : raw_(std::forward<Range>(range)) {}
  template <std::ranges::input_range Range>
  requires std::convertible_to<std::ranges::range_reference_t<Range>, T> Array(Range&& range,
                                                                               LockType lock)
      : lock_(std::move(lock)), raw_(std::forward<Range>(range)) {}
  Array(std::initializer_list<T> elements) : raw_(elements) {}
  template <char Code, class Init>
  Array(Typecode<Code>, Init&& init) : raw_(std::forward<Init>(init)) {}
  template <char Code, class Init>
  Array(Typecode<Code>, Init&& init, LockType lock)
      : lock_(std::move(lock)), raw_(std::forward<Init>(init)) {}

  [[nodiscard]] std::size_t size() const noexcept { return raw_.size(); }
  [[nodiscard]] iterator begin() const noexcept { return {raw_.begin(), lock_}; }
  [[nodiscard]] iterator end() const noexcept { return {raw_.end(), lock_}; }
  [[nodiscard]] reference operator[](std::size_t index) const noexcept {
    return {raw_[index], lock_};
  }
  /// Negative indexes count from the end. Throws: std::out_of_range.
  [[nodiscard]] reference at(std::ptrdiff_t index) const { return {raw_.at(index), lock_}; }

  /// Copies of the elements from `start` to before `stop`, read in one step. As in Python, negative
  /// positions count from the end and what lies outside is cut off.
  [[nodiscard]] std::vector<T> slice(std::ptrdiff_t start = 0, std::ptrdiff_t stop = k_end) const {
    const auto [first, last] = detail::slice_bounds(start, stop, size());
    const std::scoped_lock guard(lock_);
    return std::vector<T>(raw_.begin() + first, raw_.begin() + last);
  }

  /// Writes `values` to the elements from `start` to before `stop`, in one step.
  /// Throws: ValueError if their numbers differ: an Array has a fixed size.
  template <std::ranges::forward_range Range>
  requires std::convertible_to<std::ranges::range_reference_t<Range>, T>
  void assign(std::ptrdiff_t start, std::ptrdiff_t stop, const Range& values) const {
    const auto [first, last] = detail::slice_bounds(start, stop, size());
    const auto count = static_cast<std::size_t>(std::ranges::distance(values));
    if (count != last - first) detail::fail_array_size(count, last - first);
    const std::scoped_lock guard(lock_);
    std::ranges::copy(values, raw_.begin() + first);
  }

  /// The bare elements, for use while the lock is held.
  [[nodiscard]] std::span<T> get_obj() const noexcept { return raw_.get_obj(); }
  [[nodiscard]] LockType get_lock() const noexcept { return lock_; }

  /// Of an Array of char: the text up to the first zero, read and written in one step.
  /// Throws: ValueError if the text does not fit.
  [[nodiscard]] std::string value() const requires std::same_as<T, char> {
    const std::scoped_lock guard(lock_);
    return std::string(raw_.begin(), std::find(raw_.begin(), raw_.end(), '\0'));
  }
  void set_value(std::string_view text) const requires std::same_as<T, char> {
    if (text.size() > size()) detail::fail_array_size(text.size(), size());
    const std::scoped_lock guard(lock_);
    std::ranges::copy(text, raw_.begin());
    if (text.size() < size()) raw_[text.size()] = '\0';
  }
  /// Of an Array of char: all of it.
  [[nodiscard]] std::string raw() const requires std::same_as<T, char> {
    const std::scoped_lock guard(lock_);
    return std::string(raw_.begin(), raw_.end());
  }

  // The lock's own, so that `std::scoped_lock guard(array)` is Python's `with array.get_lock():`.
  bool acquire(bool blocking = true) const { return lock_.acquire(blocking); }
  void release() const { lock_.release(); }
  void lock() const { lock_.lock(); }
  [[nodiscard]] bool try_lock() const { return lock_.try_lock(); }
  void unlock() const { lock_.unlock(); }

  friend bool operator==(const Array& a, const Array& b) noexcept { return a.raw_ == b.raw_; }
  friend auto operator<=>(const Array& a, const Array& b) noexcept { return a.raw_ <=> b.raw_; }

 private:
  friend class hilo::detail::family::HandleAccess;
  Array(hilo::detail::family::HandleAccess, LockType lock, RawArray<T> raw)
      : lock_(std::move(lock)), raw_(std::move(raw)) {}
  auto parts() const { return std::tie(lock_, raw_); }

  LockType lock_;
  RawArray<T> raw_;
};

// clang-format off
template <std::ranges::input_range Range>
RawArray(Range&&) -> RawArray<std::ranges::range_value_t<Range>>;
template <char Code, class Init>
RawArray(Typecode<Code>, Init&&) -> RawArray<typename Typecode<Code>::type>;
template <std::ranges::input_range Range>
Array(Range&&) -> Array<std::ranges::range_value_t<Range>>;
template <std::ranges::input_range Range, class LockType>
Array(Range&&, LockType) -> Array<std::ranges::range_value_t<Range>, LockType>;
template <char Code, class Init>
Array(Typecode<Code>, Init&&) -> Array<typename Typecode<Code>::type>;
template <char Code, class Init, class LockType>
Array(Typecode<Code>, Init&&, LockType) -> Array<typename Typecode<Code>::type, LockType>;
// clang-format on

}  // namespace hilo::multiprocessing
