// SPDX-License-Identifier: MIT
#pragma once

#include <utility>

#include "hilo/multiprocessing/process.hpp"
#include "multiprocessing/registry.hpp"

namespace hilo::multiprocessing {

/// How the library makes a handle of a process that exists.
class ProcessAccess {
 public:
  static Process handle(detail::StatePointer state) { return Process(std::move(state)); }
};

}  // namespace hilo::multiprocessing
