// SPDX-License-Identifier: MIT
// Targets of every kind cross to a spawned process, however the program was linked.
#include <cstdio>
#include <string>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#ifdef HILO_CROSSING_LIBRARY
#include "helpers/crossing_library.hpp"
#endif

namespace mp = hilo::multiprocessing;

namespace {

int g_failures = 0;

void expect(mp::Process process, int code) {
  process.start();
  process.join();
  if (process.exitcode() == code) return;
  std::printf("%s: %d, not %d\n", process.name().c_str(), *process.exitcode(), code);
  ++g_failures;
}

void end_with(int code) { throw hilo::SystemExit(code); }
// Another function with the same code, which a linker may fold into one.
void also_end_with(int code) { throw hilo::SystemExit(code); }

template <class T>
void end_with_size(const T& value) {
  throw hilo::SystemExit(static_cast<int>(value.size()));
}

}  // namespace

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  mp::set_start_method("spawn");
  expect(mp::Process(end_with, 3), 3);
  expect(mp::Process(also_end_with, 4), 4);
  expect(mp::Process([](int code) { throw hilo::SystemExit(code); }, 5), 5);
  expect(mp::Process(end_with_size<std::string>, "four"), 4);
  expect(mp::Process(end_with_size<std::vector<int>>, std::vector{1, 2}), 2);
#ifdef HILO_CROSSING_LIBRARY
  expect(mp::Process(end_from_library, 6), 6);
  expect(process_from_library(6), 7);
#endif
  return g_failures;
}
