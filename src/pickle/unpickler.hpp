// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "hilo/pickle/object.hpp"
#include "pickle/globals.hpp"
#include "pickle/opcode.hpp"
#include "pickle/source.hpp"

namespace hilo::pickle::detail {

/// Reads one pickle. A stack machine, as CPython's; what it calls are the few entries of
/// globals.cpp.
class Unpickler {
 public:
  explicit Unpickler(std::span<const std::byte> bytes);

  /// Throws: UnpicklingError; std::bad_alloc.
  [[nodiscard]] Object load();

 private:
  using Kind = Object::Kind;

  // Each of the groups of instructions: true if `opcode` was one of them.
  bool run_scalar(Opcode opcode);
  bool run_text(Opcode opcode);
  bool run_container(Opcode opcode);
  bool run_memo(Opcode opcode);
  bool run_call(Opcode opcode);
  [[noreturn]] void refuse_opcode(Opcode opcode) const;

  // The stack, of which nothing below the last mark may be touched.
  void push(Object object) { stack_.push_back(std::move(object)); }
  [[nodiscard]] Object& top();
  [[nodiscard]] Object pop();
  /// Takes the top off to put it into a value: sealed.
  [[nodiscard]] Object pop_part();
  /// What stands above the last mark, sealed; the mark goes.
  [[nodiscard]] std::vector<Object> pop_to_mark();
  /// Makes `object` fit to be in a value: it is no class, and changes no more.
  void seal_part(const Object& object);
  /// The top, which must be open and of this kind for more to come in.
  [[nodiscard]] Object& open_top(Kind kind, std::string_view name);

  void push_sequence(Kind kind, std::vector<Object> elements);
  /// More for the list or set on top.
  void add_elements(Kind kind, std::string_view name, std::vector<Object> elements);
  /// Keys and values in turn, for the dict on top.
  void add_items(std::vector<Object> parts);

  void put_memo(std::uint64_t index);
  void get_memo(std::uint64_t index);
  [[nodiscard]] std::uint64_t index_text();

  void push_global(std::string_view module, std::string_view name);
  /// Pushes what a call makes of `args`, a tuple that is sealed.
  void call(const Object& callee, const Object& args);
  [[nodiscard]] Object copy_elements(Kind kind, std::span<const Object> args);
  [[nodiscard]] Object copy_bytes(Kind kind, std::span<const Object> args);
  [[nodiscard]] Object encode(std::span<const Object> args);
  void build();
  /// Charges what a call copies: an honest pickle brings each of its arguments along.
  void charge(std::size_t copied);

  [[nodiscard]] Object str(std::string_view text);
  [[nodiscard]] Object ascii(std::string_view text);
  [[nodiscard]] Object int_of_text(std::string_view text);
  [[nodiscard]] Object float_of_text(std::string_view text);

  Source source_;
  std::vector<Object> stack_;
  std::vector<std::size_t> marks_;
  std::vector<Object> memo_;
  std::uint64_t memo_count_ = 0;  // without the gaps
  std::size_t copies_left_;
  std::uint64_t keys_left_;  // weight that keys may have together
};

}  // namespace hilo::pickle::detail
