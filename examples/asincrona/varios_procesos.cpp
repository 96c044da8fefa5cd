// SPDX-License-Identifier: MIT
// Document 004: several processes. What the original prints at its top level runs once there too,
// under fork. A C++ function has no module name; the process is named in its place.
#include <fmt/core.h>

#include <hilo/multiprocessing.hpp>
#include <hilo/os.hpp>
#include <string>

namespace mp = hilo::multiprocessing;
namespace os = hilo::os;

void info(const std::string& title) { fmt::print("{}\n", title); }

void tarea(int tarea_id) { fmt::print("Tarea  {}\n", tarea_id); }

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  fmt::print("Nombre del proceso: {}\n", mp::current_process().name());
  fmt::print("Proceso padre: {}\n", os::getppid());
  fmt::print("ID del proceso {}\n", os::getpid());

  info("Iniciamos los procesos");
  mp::Process subproceso1(tarea, 1);
  mp::Process subproceso2(tarea, 2);
  mp::Process subproceso3(tarea, 3);
  subproceso1.start();
  subproceso2.start();
  subproceso3.start();
  subproceso1.join();
  subproceso2.join();
  subproceso3.join();
  fmt::print("Los subprocesos han finalizado...\n");
}
