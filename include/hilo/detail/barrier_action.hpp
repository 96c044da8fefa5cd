// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <functional>
#include <utility>

#include "hilo/detail/process_call.hpp"
#include "hilo/marshal.hpp"

namespace hilo::detail {

/// What the last process to come to a barrier calls. A function, or what converts to one, also
/// travels as bytes.
class BarrierAction {
 public:
  BarrierAction() = default;
  template <std::invocable F>
  requires(!std::same_as<std::remove_cvref_t<F>, BarrierAction>) BarrierAction(F&& action)
      : action_(std::forward<F>(action)) {  // NOLINT: as std::function
    if constexpr (std::convertible_to<F, void (*)()>) function_ = action;
  }

  [[nodiscard]] const std::function<void()>& get() const noexcept { return action_; }

 private:
  friend struct marshal::codec<BarrierAction>;
  std::function<void()> action_;
  void (*function_)() = nullptr;
};

}  // namespace hilo::detail

template <>
struct hilo::marshal::codec<hilo::detail::BarrierAction> {
  static void write(Writer& out, const hilo::detail::BarrierAction& action) {
    const bool crosses = action.function_ != nullptr;
    if (action.action_ && !crosses) hilo::detail::refuse_barrier_action();
    dump_to(out, crosses);
    if (crosses) {
      hilo::detail::write_code(out, reinterpret_cast<const void*>(action.function_));
    }
  }
  static hilo::detail::BarrierAction read(Reader& in) {
    if (!load_from<bool>(in)) return {};
    return reinterpret_cast<void (*)()>(const_cast<void*>(hilo::detail::read_code(in)));
  }
};
