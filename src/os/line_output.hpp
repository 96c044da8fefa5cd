// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "hilo/detail/export.hpp"

/// Contract: text that goes out in one piece.
namespace hilo::os {

/// A stream or a file, written to by one call of the system for each text, past the stream's
/// buffer. Any number of threads and processes may write to the same at once.
class HILO_EXPORT LineOutput {
 public:
  /// The stream stays the caller's.
  explicit LineOutput(std::FILE* stream) noexcept : stream_(stream) {}
  /// Opens a file to append to, after emptying it if `truncate`. Only forked children inherit it.
  /// Throws: std::system_error that names the path.
  LineOutput(const std::string& path, bool truncate);
  LineOutput(const LineOutput&) = delete;
  LineOutput& operator=(const LineOutput&) = delete;
  ~LineOutput();

  /// Blocks while the other side takes nothing, also where the descriptor is a non-blocking one.
  /// Throws: std::system_error, also where nobody reads any more: no signal is raised.
  void write(std::string_view text) const;

 private:
  std::FILE* stream_ = nullptr;
  std::intptr_t file_ = -1;  // if there is no stream: a descriptor or a handle
};

}  // namespace hilo::os
