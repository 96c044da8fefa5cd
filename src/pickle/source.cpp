// SPDX-License-Identifier: MIT
#include "pickle/source.hpp"

#include <fmt/format.h>

#include "hilo/errors.hpp"

namespace hilo::pickle::detail {

std::string_view Source::take(std::uint64_t count) {
  if (count > left()) {
    refuse(fmt::format("the bytes end too early: {} are needed, {} are left", count, left()));
  }
  const std::string_view taken = bytes_.substr(position_, static_cast<std::size_t>(count));
  position_ += taken.size();
  return taken;
}

std::uint64_t Source::number(std::size_t size) {
  std::uint64_t value = 0;
  const std::string_view bytes = take(size);
  for (std::size_t i = size; i-- > 0;) value = value << 8 | static_cast<unsigned char>(bytes[i]);
  return value;
}

std::string_view Source::line() {
  const std::size_t end = bytes_.find('\n', position_);
  if (end == std::string_view::npos) refuse("the bytes end within a line");
  const std::string_view line = take(end - position_);
  ++position_;
  return line;
}

void Source::refuse(std::string_view why) const {
  throw UnpicklingError(fmt::format("hilo: pickle, byte {} of {}: {}", position_, size(), why));
}

}  // namespace hilo::pickle::detail
