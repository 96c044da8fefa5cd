// SPDX-License-Identifier: MIT
#include "threading/target_name.hpp"

#include <typeinfo>

#include "os/native_thread.hpp"
#include "threading/exception_text.hpp"

namespace hilo::detail {
namespace {

/// The last word, without template arguments and parameters, as Python's __name__.
std::string plain_name(const std::string& full) {
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t at = 0; at < full.size(); ++at) {
    switch (full[at]) {
      case '<':
      case '(':
      case '{':
        ++depth;
        break;
      case '>':
      case ')':
      case '}':
        --depth;
        break;
      case ':':
      case ' ':
        if (depth == 0) start = at + 1;
        break;
      default:
        break;
    }
  }
  const std::string last = full.substr(start);
  // As GCC, Clang and Clang's own library write it.
  if (last.starts_with("{lambda") || last.starts_with("$_") || last.starts_with("'lambda")) {
    return "<lambda>";
  }
  return last.substr(0, last.find_first_of("<(["));
}

}  // namespace

// Of the standard library's classes it is what they hold that tells, and they keep that to
// themselves.
std::string target_name(const NameSource& source) {
  if (source.function != nullptr) {
    const std::string symbol = os::exported_symbol_at(source.function);
    return symbol.empty() ? symbol : plain_name(demangled(symbol.c_str()));
  }
  if (source.type == nullptr) return {};
  const std::string type = demangled(source.type->name());
  const bool known = type != source.type->name() && !type.starts_with("std::");
  return known ? plain_name(type) : std::string();
}

}  // namespace hilo::detail
