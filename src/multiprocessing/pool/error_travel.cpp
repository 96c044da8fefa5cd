// SPDX-License-Identifier: MIT
#include "multiprocessing/pool/error_travel.hpp"

#include <cxxabi.h>
#include <fmt/format.h>

#include <mutex>
#include <new>
#include <stdexcept>
#include <system_error>
#include <typeinfo>
#include <unordered_map>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing/remote_origin.hpp"
#include "threading/exception_text.hpp"

namespace hilo::detail::pool {
namespace {

using multiprocessing::RemoteOrigin;

/// The few that are made of something else than a text.
enum class Kind : std::uint8_t { other, bad_alloc, system_error, system_exit };

/// bad_alloc's text is fixed.
class BadAlloc : public std::bad_alloc {
 public:
  explicit BadAlloc(std::string text) : text_(std::move(text)) {}
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

/// system_error would add the error's name once more.
class SystemError : public std::system_error {
 public:
  SystemError(std::error_code code, std::string text)
      : std::system_error(code), text_(std::move(text)) {}
  [[nodiscard]] const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

class Registry {
 public:
  static Registry& instance() {
    static auto* const registry = new Registry;  // never destroyed
    return *registry;
  }
  void add(const std::type_info& type, MakeException make) {
    const std::scoped_lock guard(mutex_);
    makers_[type.name()] = make;
  }
  MakeException find(const std::string& name) {
    const std::scoped_lock guard(mutex_);
    const auto found = makers_.find(name);
    return found == makers_.end() ? nullptr : found->second;
  }

 private:
  template <class... Es>
  void add_all() {
    (add(typeid(Es), &make_homecoming<Es>), ...);
  }
  Registry() {
    add_all<std::logic_error, std::invalid_argument, std::domain_error, std::length_error,
            std::out_of_range, std::runtime_error, std::range_error, std::overflow_error,
            std::underflow_error>();
    add_all<RuntimeError, ValueError, TimeoutError, BrokenBarrierError, OwnerDiedError, EOFError,
            ProcessError, AuthenticationError, PickleError, PicklingError, UnpicklingError,
            CancelledError, InvalidStateError, BrokenExecutor, BrokenThreadPool, BrokenProcessPool,
            RemoteError>();
  }

  std::mutex mutex_;
  std::unordered_map<std::string, MakeException> makers_;
};

Kind kind_of_current(int& code, std::string& category) {
  try {
    throw;
  } catch (const SystemExit& exit) {
    code = exit.code();
    return Kind::system_exit;
  } catch (const std::system_error& error) {
    code = error.code().value();
    category = error.code().category().name();
    return Kind::system_error;
  } catch (const std::bad_alloc&) {
    return Kind::bad_alloc;
  } catch (...) {
    return Kind::other;
  }
}

}  // namespace

void register_exception(const std::type_info& type, MakeException make) {
  Registry::instance().add(type, make);
}

void write_current_exception(marshal::Writer& out) {
  int code = 0;
  std::string category;
  const Kind kind = kind_of_current(code, category);
  const ExceptionText text = text_of_current_exception();
  const std::type_info* const type = abi::__cxa_current_exception_type();
  marshal::dump_to(out, static_cast<int>(kind));
  marshal::dump_to(out, code);
  marshal::dump_to(out, category);
  marshal::dump_to(out, std::string(type != nullptr ? type->name() : ""));
  marshal::dump_to(out, text.type);
  marshal::dump_to(out, text.what);
}

std::exception_ptr read_exception(marshal::Reader& in, const std::string& process, int pid,
                                  const std::string& function) {
  const auto kind = static_cast<Kind>(marshal::load_from<int>(in));
  const int code = marshal::load_from<int>(in);
  const auto category = marshal::load_from<std::string>(in);
  const auto name = marshal::load_from<std::string>(in);
  const auto type = marshal::load_from<std::string>(in);
  auto what = marshal::load_from<std::string>(in);
  if (kind == Kind::system_exit) return std::make_exception_ptr(SystemExit(code));
  const std::string place = fmt::format("in process '{}', id {}{}{}", process, pid,
                                        function.empty() ? "" : ", of ", function);
  RemoteOrigin origin;
  origin.process = process;
  origin.pid = pid;
  origin.function = function;
  origin.text = what;
  const std::string whole = fmt::format("{} ({})", what, place);
  if (const MakeException make = Registry::instance().find(name)) {
    return make(origin, whole);
  }
  if (kind == Kind::bad_alloc) return make_homecoming<BadAlloc>(origin, whole);
  if (kind == Kind::system_error) {
    const std::error_code error(
        code, category == "system" ? std::system_category() : std::generic_category());
    return std::make_exception_ptr(Homecoming<SystemError>(origin, error, whole));
  }
  return make_homecoming<RemoteError>(origin, fmt::format("{} ({})", joined(type, what), place));
}

}  // namespace hilo::detail::pool

namespace hilo::multiprocessing {

RemoteOrigin::~RemoteOrigin() = default;

}  // namespace hilo::multiprocessing
