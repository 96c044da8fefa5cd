// SPDX-License-Identifier: MIT
// Document 004, "Temporizadores": a timer with an argument, and one that is cancelled in time. The
// original's args=("Hola mundo!") lacks the comma that makes it a tuple: Python takes each letter
// for an argument.
#include <fmt/core.h>

#include <chrono>
#include <hilo/threading.hpp>

namespace threading = hilo::threading;
using namespace std::chrono_literals;

int main() {
  auto funcion = [](const char* msg) { fmt::print("{}\n", msg); };
  threading::Timer hilo(3s, funcion, "Hola mundo!");
  hilo.start();

  threading::Timer cancelado(2s, funcion, "nunca");
  cancelado.start();
  cancelado.cancel();
}
