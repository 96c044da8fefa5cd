// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <string>
#include <utility>

#include "pickle/escapes.hpp"
#include "pickle/node.hpp"
#include "pickle/unpickler.hpp"

/// The instructions that call something, and what is called in place of Python's classes.
namespace hilo::pickle::detail {

bool Unpickler::run_call(Opcode opcode) {
  switch (opcode) {
    case Opcode::global: {
      const std::string_view module = source_.line();
      push_global(module, source_.line());
      return true;
    }
    case Opcode::stack_global: {
      const Object name = pop();
      const Object module = pop();
      if (name.kind() != Kind::str || module.kind() != Kind::str) {
        source_.refuse("the name of a global is no str");
      }
      push_global(module.text(), name.text());
      return true;
    }
    case Opcode::newobj_ex: {
      const Object keywords = pop_part();
      if (keywords.kind() != Kind::dict || keywords.size() != 0) {
        source_.refuse("a call with keyword arguments");
      }
      [[fallthrough]];
    }
    case Opcode::reduce:
    case Opcode::newobj: {
      const Object args = pop_part();
      const Object callee = pop();
      call(callee, args);
      return true;
    }
    case Opcode::inst: {
      const std::string_view module = source_.line();
      const std::string_view name = source_.line();
      push_sequence(Kind::tuple, pop_to_mark());
      const Object args = pop_part();
      push_global(module, name);
      call(pop(), args);
      return true;
    }
    case Opcode::obj: {
      if (marks_.empty() || marks_.back() == stack_.size()) source_.refuse("a call of nothing");
      const Object callee = std::exchange(stack_[marks_.back()], Object());
      auto args = pop_to_mark();
      args.erase(args.begin());
      push_sequence(Kind::tuple, std::move(args));
      call(callee, pop_part());
      return true;
    }
    case Opcode::build:
      build();
      return true;
    default:
      return false;
  }
}

void Unpickler::push_global(std::string_view module, std::string_view name) {
  const auto index = find_global(module, name);
  if (!index) {
    source_.refuse(
        fmt::format("{:.100}.{:.100} is no plain data, and is not executed", module, name));
  }
  push(Access::of_global(*index));
}

void Unpickler::call(const Object& callee, const Object& args) {
  if (callee.kind() != Access::k_global || args.kind() != Kind::tuple) {
    source_.refuse("a call of what is no global, or without a tuple of arguments");
  }
  const Global& global = global_at(static_cast<std::size_t>(Access::integer(callee)));
  const auto values = Access::elements(args);
  switch (global.call) {
    case Call::exception: {
      Object object = make_open(Kind::exception);
      auto& exception = Access::exception(object);
      exception.module = global.module;
      exception.type = global.name;
      exception.args = args;
      return push(std::move(object));
    }
    case Call::set:
      return push(copy_elements(Kind::set, values));
    case Call::frozenset:
      return push(copy_elements(Kind::frozenset, values));
    case Call::list:
      return push(copy_elements(Kind::list, values));
    case Call::tuple:
      return push(copy_elements(Kind::tuple, values));
    case Call::dict:
      if (!values.empty()) source_.refuse("a dict that is called with arguments");
      return push(make_open(Kind::dict));
    case Call::bytes:
      return push(copy_bytes(Kind::bytes, values));
    case Call::bytearray:
      return push(copy_bytes(Kind::bytearray, values));
    case Call::encode:
      return push(encode(values));
  }
}

Object Unpickler::copy_elements(Kind kind, std::span<const Object> args) {
  Object object = make_open(kind);
  if (args.empty()) return object;
  const bool is_sequence = args[0].kind() == Kind::list || args[0].kind() == Kind::tuple ||
                           args[0].kind() == Kind::set || args[0].kind() == Kind::frozenset;
  if (args.size() != 1 || !is_sequence) source_.refuse("a container is made of something else");
  const auto elements = Access::elements(args[0]);
  charge(elements.size());
  Access::sequence(object).elements.assign(elements.begin(), elements.end());
  return object;
}

Object Unpickler::copy_bytes(Kind kind, std::span<const Object> args) {
  if (args.empty()) return Access::empty(kind);
  if (args.size() == 1 && (args[0].kind() == Kind::bytes || args[0].kind() == Kind::bytearray)) {
    charge(args[0].size());
    return make_text(kind, std::string(Access::characters(args[0])));
  }
  const Object bytes = encode(args);
  return make_text(kind, std::string(Access::characters(bytes)));
}

Object Unpickler::encode(std::span<const Object> args) {
  if (args.size() != 2 || args[0].kind() != Kind::str || args[1].kind() != Kind::str) {
    source_.refuse("bytes are made of something else");
  }
  const std::string_view codec = args[1].text();
  if (codec != "latin1" && codec != "latin-1") {
    source_.refuse(fmt::format("the codec {:.40} is not latin1", codec));
  }
  auto bytes = encode_latin1(args[0].text());
  if (!bytes) source_.refuse("a str that latin1 does not have is no bytes");
  charge(bytes->size());
  return make_text(Kind::bytes, *std::move(bytes));
}

void Unpickler::build() {
  Object state = pop_part();
  Object& object = open_top(Kind::exception, "an exception");
  if (state.is_none()) return;
  if (state.kind() != Kind::dict) source_.refuse("the state of an exception is no dict");
  Access::exception(object).state = std::move(state);
}

void Unpickler::charge(std::size_t copied) {
  if (copied > copies_left_) source_.refuse("calls that copy the same arguments again and again");
  copies_left_ -= copied;
}

}  // namespace hilo::pickle::detail
