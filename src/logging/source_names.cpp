// SPDX-License-Identifier: MIT
#include "logging/source_names.hpp"

#include <cstddef>

namespace hilo::detail {
namespace {

constexpr auto k_nowhere = std::string_view::npos;

// Where the parameter list opens: the first parenthesis that is neither in <> nor "(anonymous
// namespace)".
std::size_t parameters_of(std::string_view signature) noexcept {
  int depth = 0;
  for (std::size_t at = 0; at < signature.size(); ++at) {
    const char letter = signature[at];
    if (letter == '<') ++depth;
    if (letter == '>') --depth;
    if (letter != '(' || depth != 0) continue;
    if (!signature.substr(at).starts_with("(anonymous")) return at;
    at = signature.find(')', at);
    if (at == k_nowhere) break;
  }
  return signature.size();
}

// The length of the <...> at the end of `name`.
std::size_t template_arguments(std::string_view name) noexcept {
  if (!name.ends_with('>')) return 0;
  int depth = 0;
  for (std::size_t at = name.size(); at-- > 0;) {
    if (name[at] == '>') ++depth;
    if (name[at] == '<' && --depth == 0) return name.size() - at;
  }
  return 0;
}

}  // namespace

std::string_view file_name(std::string_view path) noexcept {
  return path.substr(path.find_last_of("/\\") + 1);  // npos + 1 is 0
}

std::string_view module_name(std::string_view path) noexcept {
  const std::string_view name = file_name(path);
  const std::size_t dot = name.rfind('.');
  return dot == 0 ? name : name.substr(0, dot);
}

std::string_view function_name(std::string_view signature) noexcept {
  for (const std::string_view mark : {"<lambda", "(lambda", "(anonymous class)"}) {
    if (signature.find(mark) != k_nowhere) return "<lambda>";
  }
  signature = signature.substr(0, signature.find(" ["));
  const std::size_t word = signature.find("operator");
  if (word != k_nowhere &&
      (word == 0 || signature[word - 1] == ':' || signature[word - 1] == ' ')) {
    // The name of operator() has parentheses of its own.
    return signature.substr(word, signature.find('(', word + 9) - word);
  }
  std::string_view name = signature.substr(0, parameters_of(signature));
  name = name.substr(0, name.size() - template_arguments(name));
  return name.substr(name.find_last_of(" :*&") + 1);
}

}  // namespace hilo::detail
