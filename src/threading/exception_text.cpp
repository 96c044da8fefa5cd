// SPDX-License-Identifier: MIT
#include "threading/exception_text.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <typeinfo>
#include <utility>

namespace hilo::detail {

std::string demangled(const char* name) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(name, nullptr, nullptr, &status), &std::free);
  return status == 0 ? text.get() : name;
}

namespace {

// What people throw may hold no text.
const char* text_or_none(const char* text) noexcept { return text != nullptr ? text : "(no text)"; }

}  // namespace

ExceptionText text_of_current_exception() {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  std::string name = type != nullptr ? demangled(type->name()) : "an unknown exception";
  try {
    throw;
  } catch (const std::exception& error) {
    return {std::move(name), text_or_none(error.what())};
  } catch (const char* text) {
    return {std::move(name), text_or_none(text)};
  } catch (const std::string& text) {
    return {std::move(name), text};
  } catch (int number) {
    return {std::move(name), fmt::to_string(number)};
  } catch (...) {
    return {std::move(name), {}};
  }
}

std::string joined(const std::string& type, const std::string& what) {
  return what.empty() ? type : fmt::format("{}: {}", type, what);
}

std::string describe_current_exception() {
  const ExceptionText text = text_of_current_exception();
  return joined(text.type, text.what);
}

}  // namespace hilo::detail
