// SPDX-License-Identifier: MIT
#pragma once

namespace hilo::test {

/// Whether the tests are built with the address sanitizer, which needs address space and
/// descriptors of its own.
#if defined(__SANITIZE_ADDRESS__)
inline constexpr bool k_address_sanitizer = true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
inline constexpr bool k_address_sanitizer = true;
#else
inline constexpr bool k_address_sanitizer = false;
#endif
#else
inline constexpr bool k_address_sanitizer = false;
#endif

}  // namespace hilo::test
