// SPDX-License-Identifier: MIT
#pragma once

namespace hilo::test {

/// Whether the tests are built with the address sanitizer, whose search for leaks does not see what
/// only the stack of a forked child's parent names.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool k_address_sanitizer = true;
#elif defined(__has_feature)
inline constexpr bool k_address_sanitizer = __has_feature(address_sanitizer);
#else
inline constexpr bool k_address_sanitizer = false;
#endif

#if defined(__SANITIZE_THREAD__)
inline constexpr bool k_thread_sanitizer = true;
#elif defined(__has_feature)
inline constexpr bool k_thread_sanitizer = __has_feature(thread_sanitizer);
#else
inline constexpr bool k_thread_sanitizer = false;
#endif

/// Either of them: they need address space and descriptors of their own.
inline constexpr bool k_sanitizer = k_address_sanitizer || k_thread_sanitizer;

}  // namespace hilo::test
