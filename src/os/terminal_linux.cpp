// SPDX-License-Identifier: MIT
#include "os/terminal.hpp"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

namespace hilo::os {

std::optional<std::size_t> terminal_width(std::FILE* stream) noexcept {
  const int descriptor = ::fileno(stream);
  if (::isatty(descriptor) == 0) return std::nullopt;
  struct winsize size = {};
  const bool told = ::ioctl(descriptor, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
  return told ? size.ws_col : k_usual_width;
}

}  // namespace hilo::os
