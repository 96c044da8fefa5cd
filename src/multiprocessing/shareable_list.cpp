// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/shareable_list.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <span>
#include <stdexcept>
#include <string_view>

#include "hilo/errors.hpp"

namespace hilo::multiprocessing::shared_memory {
namespace {

constexpr std::uint64_t k_word = 8;
constexpr std::uint64_t k_most_room = 9'999'999;  // its number, and an s, are eight characters

/// CPython's numbers for what bytes become again.
enum Code : std::int8_t { k_number, k_str, k_bytes, k_none };

using Kind = Object::Kind;

[[noreturn]] void refuse_item(const Object& value) {
  throw ValueError(fmt::format(
      "hilo: an item of a ShareableList is None, bool, int, float, str or bytes, not {}",
      value.type_name()));
}

/// The bytes of a str or bytes.
std::string_view bytes_of(const Object& value) {
  if (value.kind() == Kind::str) return value.text();
  const auto data = value.data();
  return {reinterpret_cast<const char*>(data.data()), data.size()};
}

constexpr bool has_bytes(Kind kind) noexcept { return kind == Kind::str || kind == Kind::bytes; }

/// What a new item takes: CPython leaves at least one byte free.
std::uint64_t room_for(const Object& value) {
  if (!has_bytes(value.kind())) return k_word;
  const std::uint64_t room = k_word * (bytes_of(value).size() / k_word + 1);
  if (room > k_most_room) throw ValueError("hilo: too long for an item of a ShareableList");
  return room;
}

template <class T>
T load(const std::byte* from) noexcept {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}

template <class T>
void store(std::byte* to, T value) noexcept {
  std::memcpy(to, &value, sizeof value);
}

[[noreturn]] void refuse_segment(const SharedMemory& segment) {
  throw ValueError(
      fmt::format("hilo: there is no ShareableList in '{}', or a CPython before 3.9 "
                  "made it",
                  segment.name()));
}

/// Reads where the items stand. Whatever stands there, what is returned lies within the segment.
std::vector<std::uint64_t> read_offsets(const SharedMemory& segment) {
  const auto bytes = segment.buf();
  if (bytes.size() < 2 * k_word) refuse_segment(segment);
  const auto count = load<std::uint64_t>(bytes.data());
  // An item takes an offset, a word of data, a format and a code.
  if (count > (bytes.size() - 2 * k_word) / (3 * k_word + 1)) refuse_segment(segment);
  std::vector<std::uint64_t> offsets(count + 1);
  std::memcpy(offsets.data(), bytes.data() + k_word, offsets.size() * k_word);
  const std::uint64_t fixed = (count + 2) * k_word + count * (k_word + 1);
  bool sound = offsets.front() == 0 && offsets.back() <= bytes.size() - fixed;
  for (std::size_t i = 1; sound && i < offsets.size(); ++i) {
    sound = offsets[i] >= offsets[i - 1] + k_word && offsets[i] % k_word == 0 &&
            offsets[i] <= offsets.back();
  }
  if (!sound) refuse_segment(segment);
  return offsets;
}

}  // namespace

/// Where the parts of one item stand.
struct ShareableList::Place {
  std::span<std::byte> data;
  char* format_field;
  std::byte* code;

  [[nodiscard]] std::string_view format() const noexcept {
    return {format_field, ::strnlen(format_field, k_word)};
  }
  void set_format(std::string_view format, Code number) const noexcept {
    std::memset(format_field, 0, k_word);
    std::memcpy(format_field, format.data(), format.size());
    store(code, number);
  }

  [[nodiscard]] Object read() const;
  void write(const Object& value) const;

 private:
  [[nodiscard]] std::string_view read_bytes() const;
  void write_bytes(std::string_view bytes, Code number) const;
  template <class T>
  void write_number(T value, std::string_view format) const noexcept {
    store(data.data(), value);
    set_format(format, k_number);
  }
};

/// Of "16s", the 16 bytes without the NULs at their end; of "5s ", five bytes as they are.
std::string_view ShareableList::Place::read_bytes() const {
  std::string_view rest = format();
  const bool exact = rest.ends_with(' ');
  if (exact) rest.remove_suffix(1);
  std::uint64_t length = 0;
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), length);
  if (error != std::errc() || std::string_view(end, rest.data() + rest.size()) != "s" ||
      length > data.size()) {
    throw ValueError("hilo: a damaged item of a ShareableList");
  }
  const std::string_view bytes(reinterpret_cast<const char*>(data.data()), length);
  return exact ? bytes : bytes.substr(0, bytes.find_last_not_of('\0') + 1);
}

Object ShareableList::Place::read() const {
  switch (load<std::int8_t>(code)) {
    case k_str:
      return read_bytes();
    case k_bytes:
      return Object::bytes(read_bytes());
    case k_none:
      return {};
    default:
      break;
  }
  if (format() == "q") return load<std::int64_t>(data.data());
  if (format() == "d") return load<double>(data.data());
  if (format() == "xxxxxxx?") return data[k_word - 1] != std::byte{0};
  throw ValueError("hilo: a damaged item of a ShareableList");
}

void ShareableList::Place::write_bytes(std::string_view bytes, Code number) const {
  if (bytes.size() > data.size()) {
    throw ValueError(
        fmt::format("hilo: {} bytes for an item of a ShareableList that has room "
                    "for {}",
                    bytes.size(), data.size()));
  }
  const bool exact = bytes.ends_with('\0');
  const std::string format =
      exact ? fmt::format("{}s ", bytes.size()) : fmt::format("{}s", data.size());
  if (format.size() > k_word) {
    throw ValueError("hilo: too long for an item of a ShareableList that ends in NUL");
  }
  const auto end = std::ranges::copy(std::as_bytes(std::span(bytes)), data.begin()).out;
  std::fill(end, data.end(), std::byte());
  set_format(format, number);
}

void ShareableList::Place::write(const Object& value) const {
  switch (value.kind()) {
    case Kind::none:
      store(data.data(), std::uint64_t{0});
      return set_format("xxxxxx?x", k_none);
    case Kind::boolean:
      store(data.data(), std::uint64_t{0});
      data[k_word - 1] = std::byte{value.as<bool>()};
      return set_format("xxxxxxx?", k_number);
    case Kind::integer:
      return write_number(value.as<std::int64_t>(), "q");
    case Kind::floating:
      return write_number(value.as<double>(), "d");
    case Kind::str:
      return write_bytes(bytes_of(value), k_str);
    case Kind::bytes:
      return write_bytes(bytes_of(value), k_bytes);
    default:
      refuse_item(value);
  }
}

ShareableList::ShareableList(const std::vector<Object>& items, SharedMemoryOptions options)
    : shm_([&] {
        // One byte is a segment's least; an empty list has 16 of its own.
        options.create = true;
        options.size = 2 * k_word;
        for (const Object& item : items) options.size += room_for(item) + 2 * k_word + 1;
        return SharedMemory(options);
      }()),
      offsets_{0} {
  try {
    for (const Object& item : items) offsets_.push_back(offsets_.back() + room_for(item));
    for (std::size_t i = 0; i < items.size(); ++i) {
      place(static_cast<std::ptrdiff_t>(i)).write(items[i]);
    }
  } catch (...) {
    shm_.unlink();
    throw;
  }
  std::memcpy(shm_.buf().data() + k_word, offsets_.data(), offsets_.size() * k_word);
  store(shm_.buf().data(), std::uint64_t{items.size()});
}

ShareableList::ShareableList(SharedMemory segment)
    : shm_(std::move(segment)), offsets_(read_offsets(shm_)) {}

ShareableList::Place ShareableList::place(std::ptrdiff_t position) const {
  const auto count = static_cast<std::ptrdiff_t>(size());
  if (position >= count || position < -count) {
    throw std::out_of_range(
        fmt::format("hilo: position {} in a ShareableList of {}", position, count));
  }
  const auto index = static_cast<std::size_t>(position < 0 ? position + count : position);
  const auto data = shm_.buf().subspan((size() + 2) * k_word);
  std::byte* const formats = data.data() + offsets_.back();
  return {data.subspan(offsets_[index], offsets_[index + 1] - offsets_[index]),
          reinterpret_cast<char*>(formats + index * k_word), formats + size() * k_word + index};
}

Object ShareableList::get(std::ptrdiff_t position) const { return place(position).read(); }

void ShareableList::set(std::ptrdiff_t position, const Object& value) const {
  place(position).write(value);
}

std::size_t ShareableList::count(const Object& value) const {
  return static_cast<std::size_t>(std::count(begin(), end(), value));
}

std::size_t ShareableList::index(const Object& value) const {
  std::size_t position = 0;
  for (const Object& item : *this) {
    if (item == value) return position;
    ++position;
  }
  throw ValueError(fmt::format("hilo: {} is not in the ShareableList", value.repr()));
}

std::string ShareableList::format() const {
  std::string all;
  for (std::size_t i = 0; i < size(); ++i) all += place(static_cast<std::ptrdiff_t>(i)).format();
  return all;
}

}  // namespace hilo::multiprocessing::shared_memory
