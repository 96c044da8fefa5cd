// SPDX-License-Identifier: MIT
#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>
#include <exception>
#include <memory>
#include <typeinfo>

#include "hilo/errors.hpp"
#include "multiprocessing/start.hpp"
#include "os/self.hpp"

namespace hilo::detail {
namespace {

std::string demangled(const std::type_info& type) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> text(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  return status == 0 ? text.get() : type.name();
}

// Inside a handler.
std::string describe_current_exception() {
  const std::type_info* const type = abi::__cxa_current_exception_type();
  std::string text = type != nullptr ? demangled(*type) : "an unknown exception";
  try {
    throw;
  } catch (const std::exception& error) {
    text += ": ";
    text += error.what();
  } catch (const char* error) {
    text += fmt::format(": {}", error);
  } catch (const std::string& error) {
    text += ": " + error;
  } catch (int error) {
    text += fmt::format(": {}", error);
  } catch (...) {
  }
  return text;
}

}  // namespace

int run_body(const std::string& name, const std::function<void()>& body) noexcept {
  try {
    body();
    return 0;
  } catch (const SystemExit& exit) {
    return exit.code();
  } catch (...) {
    os::flush_standard_streams();
    os::write_error(fmt::format("Process {}:\n  {}\n", name, describe_current_exception()));
    return 1;
  }
}

}  // namespace hilo::detail
