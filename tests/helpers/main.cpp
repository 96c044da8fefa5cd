// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include "hilo/multiprocessing/freeze_support.hpp"

// Of tests that start processes by spawn: those are this program again.
int main(int argc, char** argv) {
  hilo::multiprocessing::freeze_support(argc, argv);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
