// SPDX-License-Identifier: MIT
// Document 004, "Controlar la ejecución de varios demonios": join() for each, found by enumerate()
// and without the main thread. The original's threads count so fast that few of them are still
// there to be found; these pause.
#include <fmt/core.h>

#include <chrono>
#include <hilo/threading.hpp>
#include <thread>

namespace threading = hilo::threading;
using namespace std::chrono_literals;

void contar(int numero) {
  int contador = 0;
  while (contador < 10) {
    contador += 1;
    fmt::print("{} {} {}\n", numero, threading::get_ident(), contador);
    std::this_thread::sleep_for(100ms);
  }
}

int main() {
  for (int numero = 1; numero < 11; ++numero) {
    threading::Thread hilo({.daemon = true}, contar, numero);
    hilo.start();
  }

  // Gets the main thread
  const auto hilo_ppal = threading::main_thread();

  // Goes through the threads that are alive
  for (auto& hilo : threading::enumerate()) {
    // Past the main thread
    if (hilo == hilo_ppal) continue;

    // What is known of this thread, and how many are alive
    fmt::print("Nombre:  {} Id:  {} Demonio:  {} Activo:  {}\n", hilo.name(), *hilo.ident(),
               hilo.daemon() ? "True" : "False", threading::active_count());

    // The program waits for the end of this thread
    hilo.join();
  }
}
