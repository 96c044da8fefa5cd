// SPDX-License-Identifier: MIT
#pragma once

namespace hilo::detail::sync {

/// Tells the processor that the caller spins.
inline void cpu_relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("isb" ::: "memory");
#endif
}

}  // namespace hilo::detail::sync
