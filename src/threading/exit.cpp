// SPDX-License-Identifier: MIT
#include "threading/exit.hpp"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdlib>

#include "os/native_thread.hpp"
#include "threading/daemon.hpp"

namespace hilo::detail {
namespace {

constexpr std::size_t k_phases = 2;

// All constant-initialised and trivially destroyed: valid before the first constructor and after
// the last destructor.
constinit std::array<std::atomic<void (*)()>, k_phases> g_actions{};
constinit std::atomic<bool> g_handler_registered{false};
constinit std::atomic<bool> g_ended{false};
constinit thread_local bool t_armed = false;

/// What comes now are the ends of static objects.
void end_of_main_thread() {
  run_program_end();
  stop_daemons();
}

void at_exit_handler() {
  run_program_end();
  stop_daemons();
  g_ended = true;
  // What ended or started meanwhile; from now on a thread that ends lets go of itself.
  run_program_end();
}

}  // namespace

void at_program_end(EndPhase phase, void (*action)()) {
  g_actions[static_cast<std::size_t>(phase)] = action;
  if (!g_handler_registered.exchange(true)) std::atexit(at_exit_handler);
  if (!t_armed && os::is_main_thread()) {
    os::at_main_thread_exit(end_of_main_thread);
    t_armed = true;
  }
}

void run_program_end() {
  for (auto& action : g_actions) {
    if (auto* call = action.load()) call();
  }
}

bool program_has_ended() noexcept { return g_ended; }

}  // namespace hilo::detail
