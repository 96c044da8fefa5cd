// SPDX-License-Identifier: MIT
#include "os/terminal.hpp"

#include <io.h>
#include <windows.h>

namespace hilo::os {

std::optional<std::size_t> terminal_width(std::FILE* stream) noexcept {
  const auto console = reinterpret_cast<HANDLE>(::_get_osfhandle(::_fileno(stream)));
  DWORD mode = 0;  // only a console has one
  if (::GetConsoleMode(console, &mode) == 0) return std::nullopt;
  CONSOLE_SCREEN_BUFFER_INFO info = {};
  if (::GetConsoleScreenBufferInfo(console, &info) == 0) return k_usual_width;
  return static_cast<std::size_t>(info.srWindow.Right - info.srWindow.Left + 1);
}

}  // namespace hilo::os
