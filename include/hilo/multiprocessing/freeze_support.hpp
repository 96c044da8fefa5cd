// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/export.hpp"

namespace hilo::multiprocessing {

/// The first line of main() in a program whose processes start by spawn or forkserver: in a child
/// it runs the target and never returns. Harmless in the program itself.
///
///     int main(int argc, char** argv) {
///       hilo::multiprocessing::freeze_support(argc, argv);
///
/// Python: multiprocessing.freeze_support() and `if __name__ == "__main__":`.
HILO_EXPORT void freeze_support(int argc, char** argv);

}  // namespace hilo::multiprocessing
