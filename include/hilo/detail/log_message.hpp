// SPDX-License-Identifier: MIT
#pragma once

#include <spdlog/common.h>

#include <concepts>
#include <source_location>
#include <string_view>
#include <type_traits>

namespace hilo::detail {

/// Never defined: what the compiler cannot call, it shows by its name.
void arguments_have_no_braces_to_go_to();

/// The first argument of a logging call, and where the call stands. With arguments after it, it is
/// a format string that the compiler checks against them, or fmt::runtime(...).
template <class... Args>
class LogMessage {
 public:
  template <std::convertible_to<std::string_view> Text>
  consteval LogMessage(const Text& format,
                       std::source_location where = std::source_location::current())
      : format_(format), where_(where) {
    if (std::string_view(format).find('{') == std::string_view::npos) {
      arguments_have_no_braces_to_go_to();
    }
  }
  LogMessage(decltype(spdlog::fmt_lib::runtime("")) format,
             std::source_location where = std::source_location::current())
      : format_(format), where_(where) {}

  [[nodiscard]] spdlog::string_view_t text() const noexcept { return format_; }
  [[nodiscard]] const std::source_location& where() const noexcept { return where_; }

 private:
  spdlog::format_string_t<Args...> format_;
  std::source_location where_;
};

/// Without arguments it is the text itself, whatever braces stand in it.
template <>
class LogMessage<> {
 public:
  template <std::convertible_to<std::string_view> Text>
  constexpr LogMessage(const Text& text,
                       std::source_location where = std::source_location::current())
      : text_(text), where_(where) {}

  [[nodiscard]] spdlog::string_view_t text() const noexcept { return {text_.data(), text_.size()}; }
  [[nodiscard]] const std::source_location& where() const noexcept { return where_; }

 private:
  std::string_view text_;
  std::source_location where_;
};

/// In a parameter list: the arguments alone decide what Args are.
template <class... Args>
using LogMessageFor = LogMessage<std::type_identity_t<Args>...>;

}  // namespace hilo::detail
