// SPDX-License-Identifier: MIT
// Document 004, "Programación repetitiva de un hilo": a task that counts to 10, once a second. The
// document builds a RepeatingTimer of its own, whose cancel() was lost in print; hilo has one.
#include <fmt/core.h>

#include <chrono>
#include <hilo/threading.hpp>

namespace threading = hilo::threading;
using namespace std::chrono_literals;

int contador = 0;

void tarea();

threading::RepeatingTimer temporizador({.delay = 0s}, 1s, tarea);

void tarea() {
  contador = contador + 1;
  if (contador == 10) {
    temporizador.cancel();
  } else {
    fmt::print("{}\n", contador);
  }
}

int main() { temporizador.start(); }
