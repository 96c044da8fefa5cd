// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/multiprocessing.hpp"

// Targets that live in a shared library.
[[gnu::visibility("default")]] void end_from_library(int code);
[[gnu::visibility("default")]] hilo::multiprocessing::Process process_from_library(int code);
