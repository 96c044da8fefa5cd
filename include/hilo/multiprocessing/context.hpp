// SPDX-License-Identifier: MIT
#pragma once

#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/multiprocessing/functions.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/process.hpp"
#include "hilo/multiprocessing/start_method.hpp"

namespace hilo::multiprocessing {

/// The module bound to one start method, so that parts of a program can choose differently.
///
///     auto context = mp::get_context(mp::StartMethod::spawn);
///     mp::Process worker = context.Process(work, 7);
///
/// Only how processes start depends on it: locks, queues and values serve every method alike.
class Context {
 public:
  /// Throws: ValueError if there is no such method.
  explicit Context(StartMethod method) : method_(detail::checked(method)) {}

  template <ProcessTarget F, class... Args>
  [[nodiscard]] multiprocessing::Process Process(F&& target, Args&&... arguments) const {
    return Process(ProcessOptions(), std::forward<F>(target), std::forward<Args>(arguments)...);
  }
  template <ProcessTarget F, class... Args>
  [[nodiscard]] multiprocessing::Process Process(ProcessOptions options, F&& target,
                                                 Args&&... arguments) const {
    return multiprocessing::Process(
        std::move(options),
        detail::ProcessMake{
            detail::make_call(std::forward<F>(target), std::forward<Args>(arguments)...), method_});
  }

  /// Its workers start by this method, whatever the options say.
  [[nodiscard]] multiprocessing::Pool Pool(pool::PoolOptions options = {}) const {
    options.context = method_;
    return multiprocessing::Pool(std::move(options));
  }
  [[nodiscard]] multiprocessing::Pool Pool(int processes) const {
    return Pool(pool::PoolOptions{.processes = processes});
  }

  [[nodiscard]] StartMethod get_start_method() const noexcept { return method_; }
  [[nodiscard]] static std::vector<StartMethod> get_all_start_methods() {
    return multiprocessing::get_all_start_methods();
  }
  [[nodiscard]] static multiprocessing::Process current_process() {
    return multiprocessing::current_process();
  }
  [[nodiscard]] static std::optional<multiprocessing::Process> parent_process() {
    return multiprocessing::parent_process();
  }
  static std::vector<multiprocessing::Process> active_children() {
    return multiprocessing::active_children();
  }
  [[nodiscard]] static int cpu_count() noexcept { return multiprocessing::cpu_count(); }

  friend bool operator==(const Context&, const Context&) = default;

 private:
  StartMethod method_;
};

/// The module bound to `method`.
///
/// Throws: ValueError if there is no such method.
[[nodiscard]] inline Context get_context(StartMethod method) { return Context(method); }
[[nodiscard]] inline Context get_context(std::string_view name) {
  return Context(start_method(name));
}
/// The module bound to the method that is chosen, which is final from now on.
[[nodiscard]] inline Context get_context() { return Context(get_start_method()); }

}  // namespace hilo::multiprocessing
