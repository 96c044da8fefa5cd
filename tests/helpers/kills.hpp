// SPDX-License-Identifier: MIT
#pragma once

#include <algorithm>
#include <cstdlib>

namespace hilo::testing {

/// How many children a test kills: as many as it promises, or HILO_TEST_KILLS where time is short.
inline unsigned kills(unsigned promised) {
  const char* const most = std::getenv("HILO_TEST_KILLS");
  return most == nullptr ? promised : std::min(promised, static_cast<unsigned>(std::atoi(most)));
}

}  // namespace hilo::testing
