// SPDX-License-Identifier: MIT
#include "helpers/crossing_library.hpp"

#include "hilo/errors.hpp"

void end_from_library(int code) { throw hilo::SystemExit(code); }

hilo::multiprocessing::Process process_from_library(int code) {
  return hilo::multiprocessing::get_context("spawn").Process(
      [](int number) { throw hilo::SystemExit(number + 1); }, code);
}
