// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <cmath>
#include <iterator>
#include <ostream>

#include "hilo/pickle/object.hpp"
#include "pickle/globals.hpp"
#include "pickle/integer.hpp"
#include "pickle/node.hpp"
#include "pickle/text.hpp"

namespace hilo {
namespace {

using Kind = Object::Kind;
using pickle::detail::Access;

void print(std::string& out, const Object& object);

void print_float(std::string& out, double value) {
  // std::signbit of a nan is no number's sign.
  const std::string digits = std::isnan(value) ? "nan" : fmt::format("{}", value);
  out += digits;
  if (digits.find_first_of(".enf") == std::string::npos) out += ".0";
}

char quote_for(std::string_view text) {
  return text.find('\'') != std::string_view::npos && text.find('"') == std::string_view::npos
             ? '"'
             : '\'';
}

/// The escape that str and bytes have in common, if there is one.
bool print_escape(std::string& out, char32_t character, char quote) {
  switch (character) {
    case '\n':
      out += "\\n";
      return true;
    case '\r':
      out += "\\r";
      return true;
    case '\t':
      out += "\\t";
      return true;
    case '\\':
      out += "\\\\";
      return true;
    default:
      break;
  }
  if (character != static_cast<unsigned char>(quote)) return false;
  out += {'\\', quote};
  return true;
}

void print_str(std::string& out, std::string_view text) {
  const char quote = quote_for(text);
  out += quote;
  while (!text.empty()) {
    const char32_t character = *pickle::detail::take_code_point(text);
    if (print_escape(out, character, quote)) continue;
    const auto number = static_cast<std::uint32_t>(character);
    if (pickle::detail::is_printable(character)) {
      pickle::detail::append_utf8(out, character);
    } else if (number < 0x100) {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", number);
    } else if (number < 0x10000) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", number);
    } else {
      fmt::format_to(std::back_inserter(out), "\\U{:08x}", number);
    }
  }
  out += quote;
}

void print_bytes(std::string& out, std::string_view bytes, char quote) {
  out += {'b', quote};
  for (const char byte : bytes) {
    const auto number = static_cast<unsigned char>(byte);
    if (print_escape(out, number, quote)) continue;
    if (number >= 0x20 && number < 0x7f) {
      out += byte;
    } else {
      fmt::format_to(std::back_inserter(out), "\\x{:02x}", number);
    }
  }
  out += quote;
}

void print_elements(std::string& out, const Object& object, std::string_view open,
                    std::string_view close) {
  out += open;
  std::string_view comma;
  for (const Object& element : Access::elements(object)) {
    out += comma;
    print(out, element);
    comma = ", ";
  }
  out += close;
}

void print_dict(std::string& out, const Object& object) {
  out += '{';
  std::string_view comma;
  for (const auto& [key, value] : Access::items(object)) {
    out += comma;
    print(out, key);
    out += ": ";
    print(out, value);
    comma = ", ";
  }
  out += '}';
}

void print_exception(std::string& out, const Object& object) {
  const auto& exception = Access::exception(object);
  out += exception.type;
  // Python leaves out the comma of a tuple of one.
  print_elements(out, exception.args, "(", ")");
}

void print(std::string& out, const Object& object) {
  switch (object.kind()) {
    case Kind::none:
      out += "None";
      break;
    case Kind::boolean:
      out += Access::integer(object) != 0 ? "True" : "False";
      break;
    case Kind::integer:
      out += pickle::detail::print_integer(object);
      break;
    case Kind::floating:
      print_float(out, Access::floating(object));
      break;
    case Kind::str:
      print_str(out, Access::characters(object));
      break;
    case Kind::bytes:
      print_bytes(out, Access::characters(object), quote_for(Access::characters(object)));
      break;
    case Kind::bytearray:
      out += "bytearray(";
      print_bytes(out, Access::characters(object), quote_for(Access::characters(object)));
      out += ')';
      break;
    case Kind::list:
      print_elements(out, object, "[", "]");
      break;
    case Kind::tuple:
      print_elements(out, object, "(", object.size() == 1 ? ",)" : ")");
      break;
    case Kind::set:
      object.size() == 0 ? void(out += "set()") : print_elements(out, object, "{", "}");
      break;
    case Kind::frozenset:
      object.size() == 0 ? void(out += "frozenset()")
                         : print_elements(out, object, "frozenset({", "})");
      break;
    case Kind::dict:
      print_dict(out, object);
      break;
    case Kind::exception:
      print_exception(out, object);
      break;
  }
}

/// str() of OSError and KeyError is their own, that of others is the one argument or all of them.
std::string message(const Object& object) {
  const auto& exception = Access::exception(object);
  const auto args = Access::elements(exception.args);
  if (args.empty()) return {};
  if (args.size() == 1) return exception.type == "KeyError" ? args[0].repr() : args[0].str();
  if (args.size() >= 2 && pickle::detail::is_os_error(exception.module, exception.type)) {
    const std::string what = fmt::format("[Errno {}] {}", args[0].str(), args[1].str());
    return args.size() == 2 ? what : fmt::format("{}: {}", what, args[2].repr());
  }
  return exception.args.repr();
}

}  // namespace

std::string Object::repr() const {
  std::string text;
  print(text, *this);
  return text;
}

std::string Object::str() const {
  if (kind_ == Kind::str) return std::string(text());
  if (kind_ == Kind::exception) return message(*this);
  return repr();
}

std::string Object::type_name() const {
  switch (kind_) {
    case Kind::none:
      return "NoneType";
    case Kind::boolean:
      return "bool";
    case Kind::integer:
      return "int";
    case Kind::floating:
      return "float";
    case Kind::str:
      return "str";
    case Kind::bytes:
      return "bytes";
    case Kind::bytearray:
      return "bytearray";
    case Kind::list:
      return "list";
    case Kind::tuple:
      return "tuple";
    case Kind::set:
      return "set";
    case Kind::frozenset:
      return "frozenset";
    case Kind::dict:
      return "dict";
    case Kind::exception:
      break;
  }
  const auto& exception = Access::exception(*this);
  if (exception.module == "builtins") return exception.type;
  return exception.module + "." + exception.type;
}

std::ostream& operator<<(std::ostream& out, const Object& object) { return out << object.repr(); }

}  // namespace hilo
