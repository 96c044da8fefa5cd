// SPDX-License-Identifier: MIT
#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <string_view>
#include <unordered_map>

#include "hilo/errors.hpp"
#include "hilo/pickle/dumps.hpp"
#include "pickle/integer.hpp"
#include "pickle/node.hpp"
#include "pickle/opcode.hpp"

namespace hilo::pickle {
namespace {

using detail::Access;
using detail::Node;
using detail::Opcode;
using Kind = Object::Kind;

/// Writes one value, as CPython's Pickler of protocol 4 does.
class Pickler {
 public:
  marshal::Bytes dump(const Object& value) {
    const unsigned char head[] = {static_cast<unsigned char>(Opcode::proto), 4};
    out_.append(head, sizeof head);
    save(value);
    put(Opcode::stop);
    commit_frame();
    return std::move(out_);
  }

 private:
  /// CPython's figures: a frame is committed at the first, and below the second has no head.
  static constexpr std::size_t k_frame = 65536;
  static constexpr std::size_t k_least_frame = 4;
  static constexpr std::size_t k_batch = 1000;

  static void append_number(marshal::Bytes& to, std::uint64_t value, std::size_t size) {
    std::byte* const bytes = to.extend(size);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<std::byte>(value >> (i * 8));
  }
  static void append_opcode(marshal::Bytes& to, Opcode opcode) { to.append(&opcode, 1); }

  void put(Opcode opcode) { append_opcode(frame_, opcode); }
  void put(Opcode opcode, std::uint64_t value, std::size_t size) {
    put(opcode);
    append_number(frame_, value, size);
  }

  void commit_frame() {
    if (frame_.size() >= k_least_frame) {
      append_opcode(out_, Opcode::frame);
      append_number(out_, frame_.size(), 8);
    }
    out_.append(frame_.data(), frame_.size());
    frame_.clear();
  }

  void save(const Object& value) {
    if (!save_known(value)) {
      save_new(value);
      memoize(value);
    }
    if (frame_.size() >= k_frame) commit_frame();
  }

  /// What only one place refers to cannot come twice, and needs no number in the memo.
  static const Node* shared_node(const Object& value) {
    const Node* const node = Access::node(value);
    if (node == nullptr || value.kind() == Kind::integer) return nullptr;
    return node->references.load(std::memory_order_relaxed) > 1 ? node : nullptr;
  }

  bool save_known(const Object& value) {
    if (memo_.empty()) return false;
    const auto known = memo_.find(Access::node(value));
    if (known == memo_.end()) return false;
    const bool is_short = known->second <= 0xff;
    put(is_short ? Opcode::binget : Opcode::long_binget, known->second, is_short ? 1 : 4);
    return true;
  }

  void memoize(const Object& value) {
    const Node* const node = shared_node(value);
    if (node == nullptr || memo_.size() > 0xffffffff) return;
    memo_.emplace(node, memo_.size());
    put(Opcode::memoize);
  }

  void save_new(const Object& value) {
    switch (value.kind()) {
      case Kind::none:
        return put(Opcode::none);
      case Kind::boolean:
        return put(Access::integer(value) != 0 ? Opcode::newtrue : Opcode::newfalse);
      case Kind::integer:
        return save_integer(value);
      case Kind::floating:
        return save_float(Access::floating(value));
      case Kind::str:
        return save_text(Access::characters(value), Opcode::short_binunicode, Opcode::binunicode,
                         Opcode::binunicode8);
      case Kind::bytes:
        return save_bytes(value);
      case Kind::bytearray:
        return save_bytearray(value);
      case Kind::list:
        return save_batches(Access::elements(value), Opcode::empty_list, Opcode::append,
                            Opcode::appends);
      case Kind::tuple:
        return save_tuple(Access::elements(value));
      case Kind::set:
        return save_set(Access::elements(value));
      case Kind::frozenset:
        put(Opcode::mark);
        save_all(Access::elements(value));
        return put(Opcode::frozenset);
      case Kind::dict:
        return save_batches(Access::items(value), Opcode::empty_dict, Opcode::setitem,
                            Opcode::setitems);
      case Kind::exception:
        return save_exception(Access::exception(value));
    }
  }

  void save_integer(const Object& value) {
    if (Access::node(value) == nullptr) {
      const std::int64_t number = Access::integer(value);
      const auto bits = static_cast<std::uint64_t>(number);
      if (number >= 0 && number <= 0xff) return put(Opcode::binint1, bits, 1);
      if (number >= 0 && number <= 0xffff) return put(Opcode::binint2, bits, 2);
      if (number == static_cast<std::int32_t>(number)) return put(Opcode::binint, bits, 4);
    }
    const std::string bytes = detail::integer_bytes(value);
    if (bytes.size() > 0x7fffffff) throw PicklingError("hilo: an int of more than 2 GiB");
    const bool is_short = bytes.size() <= 0xff;
    put(is_short ? Opcode::long1 : Opcode::long4, bytes.size(), is_short ? 1 : 4);
    frame_.append(bytes.data(), bytes.size());
  }

  void save_float(double value) {
    put(Opcode::binfloat);
    const auto bits = std::bit_cast<std::uint64_t>(value);
    std::byte* const bytes = frame_.extend(sizeof bits);
    for (std::size_t i = 0; i < sizeof bits; ++i) {
      bytes[i] = static_cast<std::byte>(bits >> (56 - i * 8));  // pickle's one big-endian number
    }
  }

  void save_text(std::string_view bytes, Opcode opcode1, Opcode opcode4, Opcode opcode8) {
    const bool is_large = bytes.size() >= k_frame;
    if (is_large) commit_frame();  // a large one stands between the frames
    marshal::Bytes& to = is_large ? out_ : frame_;
    const bool is_short = bytes.size() <= 0xff;
    const bool is_huge = bytes.size() > 0xffffffff;
    append_opcode(to, is_short ? opcode1 : (is_huge ? opcode8 : opcode4));
    append_number(to, bytes.size(), is_short ? 1 : (is_huge ? 8 : 4));
    to.append(bytes.data(), bytes.size());
  }
  void save_name(std::string_view text) {
    save_text(text, Opcode::short_binunicode, Opcode::binunicode, Opcode::binunicode8);
  }
  void save_bytes(const Object& value) {
    save_text(Access::characters(value), Opcode::short_binbytes, Opcode::binbytes,
              Opcode::binbytes8);
  }

  void save_bytearray(const Object& value) {
    // Protocol 4 has none of its own: a call of the class.
    save_name("builtins");
    save_name("bytearray");
    put(Opcode::stack_global);
    if (value.size() == 0) {
      put(Opcode::empty_tuple);
    } else {
      save_bytes(value);
      put(Opcode::tuple1);
    }
    put(Opcode::reduce);
  }

  void save_tuple(std::span<const Object> elements) {
    constexpr Opcode k_small[] = {Opcode::empty_tuple, Opcode::tuple1, Opcode::tuple2,
                                  Opcode::tuple3};
    const bool is_small = elements.size() < std::size(k_small);
    if (!is_small) put(Opcode::mark);
    save_all(elements);
    put(is_small ? k_small[elements.size()] : Opcode::tuple);
  }

  void save_set(std::span<const Object> elements) {
    put(Opcode::empty_set);
    while (!elements.empty()) {
      const auto batch = elements.first(std::min(elements.size(), k_batch));
      put(Opcode::mark);
      save_all(batch);
      put(Opcode::additems);
      elements = elements.subspan(batch.size());
    }
  }

  template <class Part>
  void save_batches(std::span<const Part> parts, Opcode empty, Opcode one, Opcode many) {
    put(empty);
    while (!parts.empty()) {
      const auto batch = parts.first(std::min(parts.size(), k_batch));
      if (batch.size() > 1) put(Opcode::mark);
      save_all(batch);
      put(batch.size() > 1 ? many : one);
      parts = parts.subspan(batch.size());
    }
  }
  void save_all(std::span<const Object> values) {
    for (const Object& value : values) save(value);
  }
  void save_all(std::span<const Object::Item> items) {
    for (const auto& [key, value] : items) {
      save(key);
      save(value);
    }
  }

  void save_exception(const detail::Thrown& exception) {
    save_name(exception.module);
    save_name(exception.type);
    put(Opcode::stack_global);
    save(exception.args);
    put(Opcode::reduce);
    if (exception.state.is_none()) return;
    save(exception.state);
    put(Opcode::build);
  }

  marshal::Bytes out_;
  marshal::Bytes frame_;  // not yet committed to out_
  std::unordered_map<const Node*, std::size_t> memo_;
};

}  // namespace

marshal::Bytes dumps(const Object& value) { return Pickler().dump(value); }

}  // namespace hilo::pickle
