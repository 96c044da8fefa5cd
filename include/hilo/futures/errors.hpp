// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/errors.hpp"

namespace hilo::futures {

using hilo::BrokenExecutor;
using hilo::BrokenProcessPool;
using hilo::BrokenThreadPool;
using hilo::CancelledError;
using hilo::InvalidStateError;
using hilo::TimeoutError;

}  // namespace hilo::futures
