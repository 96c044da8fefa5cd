// SPDX-License-Identifier: MIT
// Document 001, "Creación": a process is made with its target, and its arguments one by one or as a
// tuple; it stands by until start().
#include <fmt/core.h>

#include <hilo/multiprocessing.hpp>
#include <tuple>

namespace mp = hilo::multiprocessing;

// rutina para el nuevo proceso
void tarea() { fmt::print("tarea()\n"); }

void tarea_con_argumentos(int x, int y) { fmt::print("tarea({}, {})\n", x, y); }

void ejecutar(mp::Process proceso) {
  fmt::print("creado: vivo {}, pid {}\n", proceso.is_alive(), proceso.pid().has_value());
  proceso.start();
  fmt::print("arrancado: pid {}\n", proceso.pid().has_value());
  proceso.join();
  fmt::print("terminado: vivo {}\n", proceso.is_alive());
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);

  // creacion del proceso
  ejecutar(mp::Process(tarea));

  // argumentos uno por uno
  const int x = 1;
  const int y = 2;
  ejecutar(mp::Process(tarea_con_argumentos, x, y));

  // formato alternativo: una tupla
  const std::tuple argumentos(3, 4);
  ejecutar(std::apply([](auto... args) { return mp::Process(tarea_con_argumentos, args...); },
                      argumentos));
}
