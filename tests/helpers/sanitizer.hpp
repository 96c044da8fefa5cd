// SPDX-License-Identifier: MIT
#pragma once

namespace hilo::test {

/// Whether the tests are built with the address or thread sanitizer, which need address space and
/// descriptors of their own.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
inline constexpr bool k_sanitizer = true;
#elif defined(__has_feature)
inline constexpr bool k_sanitizer =
    __has_feature(address_sanitizer) || __has_feature(thread_sanitizer);
#else
inline constexpr bool k_sanitizer = false;
#endif

}  // namespace hilo::test
