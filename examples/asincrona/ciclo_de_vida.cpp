// SPDX-License-Identifier: MIT
// Document 004, "Ciclo de vida de un hilo o thread": created, started, waiting, dead.
#include <fmt/core.h>

#include <hilo/errors.hpp>
#include <hilo/threading.hpp>

namespace threading = hilo::threading;

threading::Event esperando;
threading::Event continuar;

void tarea() {
  fmt::print("En ejecución\n");
  esperando.set();
  continuar.wait();
}

void mostrar(const char* estado, const threading::Thread& hilo) {
  fmt::print("{}: is_alive {}, ident {}\n", estado, hilo.is_alive(),
             hilo.ident() ? "conocido" : "ninguno");
}

int main() {
  threading::Thread hilo(tarea);
  mostrar("Creado", hilo);

  hilo.start();
  esperando.wait();
  mostrar("Bloqueado", hilo);

  continuar.set();
  hilo.join();
  mostrar("Muerto", hilo);

  try {
    hilo.start();
  } catch (const hilo::RuntimeError& error) {
    fmt::print("RuntimeError: {}\n", error.what());
  }
}
