// SPDX-License-Identifier: MIT
#include "pickle/unpickler.hpp"

#include <fmt/format.h>

#include <bit>

#include "hilo/errors.hpp"
#include "hilo/pickle/loads.hpp"
#include "pickle/escapes.hpp"
#include "pickle/integer.hpp"
#include "pickle/node.hpp"
#include "pickle/text.hpp"

namespace hilo::pickle {
namespace detail {
namespace {

constexpr std::uint64_t k_newest_protocol = 5;
constexpr std::uint64_t k_key_expansion = 64;
constexpr std::uint64_t k_key_allowance = 1 << 20;

}  // namespace

Unpickler::Unpickler(std::span<const std::byte> bytes)
    : source_(bytes),
      copies_left_(2 * bytes.size()),  // a bytearray of protocol 0 is bytes first
      keys_left_(bytes.size() * k_key_expansion + k_key_allowance) {}

Object Unpickler::load() {
  for (;;) {
    const auto opcode = static_cast<Opcode>(source_.number(1));
    if (opcode == Opcode::stop) break;
    if (!run_scalar(opcode) && !run_container(opcode) && !run_memo(opcode) && !run_text(opcode) &&
        !run_call(opcode)) {
      refuse_opcode(opcode);
    }
  }
  Object value = pop_part();
  if (source_.left() != 0) {
    source_.refuse(fmt::format("{} bytes are left behind the end of the value", source_.left()));
  }
  return value;
}

bool Unpickler::run_scalar(Opcode opcode) {
  switch (opcode) {
    case Opcode::none:
      push({});
      return true;
    case Opcode::newtrue:
      push(true);
      return true;
    case Opcode::newfalse:
      push(false);
      return true;
    case Opcode::binint:
      push(static_cast<std::int32_t>(source_.number(4)));
      return true;
    case Opcode::binint1:
      push(source_.number(1));
      return true;
    case Opcode::binint2:
      push(source_.number(2));
      return true;
    case Opcode::long1:
      push(make_integer(source_.counted(1)));
      return true;
    case Opcode::long4:
      push(make_integer(source_.counted(4)));
      return true;
    case Opcode::binfloat: {
      std::uint64_t bits = 0;
      for (const char byte : source_.take(8)) bits = bits << 8 | static_cast<unsigned char>(byte);
      push(std::bit_cast<double>(bits));
      return true;
    }
    case Opcode::short_binunicode:
      push(str(source_.counted(1)));
      return true;
    case Opcode::binunicode:
      push(str(source_.counted(4)));
      return true;
    case Opcode::binunicode8:
      push(str(source_.counted(8)));
      return true;
    case Opcode::short_binbytes:
      push(make_text(Kind::bytes, std::string(source_.counted(1))));
      return true;
    case Opcode::binbytes:
      push(make_text(Kind::bytes, std::string(source_.counted(4))));
      return true;
    case Opcode::binbytes8:
      push(make_text(Kind::bytes, std::string(source_.counted(8))));
      return true;
    case Opcode::bytearray8:
      push(make_text(Kind::bytearray, std::string(source_.counted(8))));
      return true;
    case Opcode::short_binstring:
      push(ascii(source_.counted(1)));
      return true;
    case Opcode::binstring:
      push(ascii(source_.counted(4)));
      return true;
    default:
      return false;
  }
}

bool Unpickler::run_text(Opcode opcode) {
  switch (opcode) {
    case Opcode::int_text: {
      const std::string_view line = source_.line();
      // Booleans, before they had instructions of their own.
      push(line == "00" ? Object(false) : (line == "01" ? Object(true) : int_of_text(line)));
      return true;
    }
    case Opcode::long_text: {
      std::string_view line = source_.line();
      if (line.ends_with('L')) line.remove_suffix(1);
      push(int_of_text(line));
      return true;
    }
    case Opcode::float_text:
      push(float_of_text(source_.line()));
      return true;
    case Opcode::unicode_text: {
      auto text = decode_raw_unicode(source_.line());
      if (!text) source_.refuse("a str has a damaged escape");
      push(make_text(Kind::str, *std::move(text)));
      return true;
    }
    case Opcode::string_text: {
      auto text = decode_literal(source_.line());
      if (!text) source_.refuse("a str of Python 2 is damaged or not ASCII");
      push(make_text(Kind::str, *std::move(text)));
      return true;
    }
    default:
      return false;
  }
}

bool Unpickler::run_container(Opcode opcode) {
  switch (opcode) {
    case Opcode::mark:
      marks_.push_back(stack_.size());
      return true;
    case Opcode::pop:
      // Of a mark, too: CPython writes that below protocol 1.
      if (!marks_.empty() && marks_.back() == stack_.size()) {
        marks_.pop_back();
      } else {
        static_cast<void>(pop());
      }
      return true;
    case Opcode::pop_mark:
      static_cast<void>(pop_to_mark());
      return true;
    case Opcode::dup:
      push(Object(top()));
      return true;
    case Opcode::empty_list:
      push(make_open(Kind::list));
      return true;
    case Opcode::empty_set:
      push(make_open(Kind::set));
      return true;
    case Opcode::empty_dict:
      push(make_open(Kind::dict));
      return true;
    case Opcode::empty_tuple:
      push(Access::empty(Kind::tuple));
      return true;
    case Opcode::list:
      push_sequence(Kind::list, pop_to_mark());
      return true;
    case Opcode::tuple:
      push_sequence(Kind::tuple, pop_to_mark());
      return true;
    case Opcode::frozenset:
      push_sequence(Kind::frozenset, pop_to_mark());
      return true;
    case Opcode::tuple1:
    case Opcode::tuple2:
    case Opcode::tuple3: {
      std::vector<Object> elements(1 + static_cast<std::size_t>(opcode) -
                                   static_cast<std::size_t>(Opcode::tuple1));
      for (std::size_t i = elements.size(); i-- > 0;) elements[i] = pop_part();
      push_sequence(Kind::tuple, std::move(elements));
      return true;
    }
    case Opcode::dict: {
      auto parts = pop_to_mark();
      push(make_open(Kind::dict));
      add_items(std::move(parts));
      return true;
    }
    case Opcode::append: {
      std::vector<Object> element(1);
      element[0] = pop_part();
      add_elements(Kind::list, "a list", std::move(element));
      return true;
    }
    case Opcode::appends:
      add_elements(Kind::list, "a list", pop_to_mark());
      return true;
    case Opcode::additems:
      add_elements(Kind::set, "a set", pop_to_mark());
      return true;
    case Opcode::setitem: {
      std::vector<Object> parts(2);
      parts[1] = pop_part();
      parts[0] = pop_part();
      add_items(std::move(parts));
      return true;
    }
    case Opcode::setitems:
      add_items(pop_to_mark());
      return true;
    default:
      return false;
  }
}

bool Unpickler::run_memo(Opcode opcode) {
  switch (opcode) {
    case Opcode::memoize:
      put_memo(memo_count_);
      return true;
    case Opcode::binput:
      put_memo(source_.number(1));
      return true;
    case Opcode::long_binput:
      put_memo(source_.number(4));
      return true;
    case Opcode::put:
      put_memo(index_text());
      return true;
    case Opcode::binget:
      get_memo(source_.number(1));
      return true;
    case Opcode::long_binget:
      get_memo(source_.number(4));
      return true;
    case Opcode::get:
      get_memo(index_text());
      return true;
    case Opcode::proto:
      if (const auto protocol = source_.number(1); protocol > k_newest_protocol) {
        source_.refuse(fmt::format("protocol {} is newer than {}", protocol, k_newest_protocol));
      }
      return true;
    case Opcode::frame:
      if (const auto length = source_.number(8); length > source_.left()) {
        source_.refuse(
            fmt::format("a frame of {} bytes, where {} are left", length, source_.left()));
      }
      return true;
    default:
      return false;
  }
}

void Unpickler::refuse_opcode(Opcode opcode) const {
  switch (opcode) {
    case Opcode::persid:
    case Opcode::binpersid:
      source_.refuse("a persistent id, which is no plain data");
    case Opcode::ext1:
    case Opcode::ext2:
    case Opcode::ext4:
      source_.refuse("an extension code, which is no plain data");
    case Opcode::next_buffer:
    case Opcode::readonly_buffer:
      source_.refuse("an out-of-band buffer, which does not come with the bytes");
    default:
      source_.refuse(fmt::format("0x{:02x} is no instruction", static_cast<unsigned>(opcode)));
  }
}

}  // namespace detail

Object loads(std::span<const std::byte> bytes) { return detail::Unpickler(bytes).load(); }

Object detail::load_to_convert(std::span<const std::byte> bytes, const LoadOptions& options) {
  constexpr std::uint64_t k_allowance = 1 << 20;
  Object object = loads(bytes);
  const std::uint64_t weight = object.weight();
  if (weight > k_allowance && (weight - k_allowance) / options.most_expansion > bytes.size()) {
    throw UnpicklingError(
        fmt::format("hilo: pickle of {} bytes: it shares so much that converted it would be {} "
                    "values and bytes; see LoadOptions",
                    bytes.size(), weight));
  }
  return object;
}

}  // namespace hilo::pickle
