// SPDX-License-Identifier: MIT
// Document 004: the first Process.
#include <fmt/core.h>

#include <hilo/multiprocessing.hpp>
#include <string>

using hilo::multiprocessing::Process;

void say_hello(const std::string& name) { fmt::print("Hello, {}!\n", name); }

int main(int argc, char** argv) {
  hilo::multiprocessing::freeze_support(argc, argv);
  Process p(say_hello, "world");
  p.start();
  p.join();
}
