// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <string_view>

#include "helpers/sanitizer.hpp"

namespace hilo::test {

/// What GoogleTest captured, without the warning of a fork while other threads run:
/// ThreadSanitizer has one of its own.
inline std::string captured_stderr() {
  std::string text = testing::internal::GetCapturedStderr();
  if (!k_thread_sanitizer) return text;
  constexpr std::string_view k_start = "hilo: warning: a process is started by fork";
  constexpr std::string_view k_end = "forkserver\n";
  for (std::size_t at; (at = text.find(k_start)) != std::string::npos;) {
    const std::size_t end = text.find(k_end, at);
    text.erase(at, end == std::string::npos ? end : end - at + k_end.size());
  }
  return text;
}

}  // namespace hilo::test
