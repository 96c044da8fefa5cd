// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/multiprocessing.hpp"

namespace hilo::test {

/// Founds the family, as the first start does: what a process keeps open for good is open now.
inline void found_family() {
  mp::Process first = mp::get_context(mp::StartMethod::fork).Process([] {});
  first.start();
  first.join();
  first.close();
}

}  // namespace hilo::test
