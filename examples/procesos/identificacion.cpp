// SPDX-License-Identifier: MIT
// Document 001, "Identificación": name and pid of a child, and who its parent is.
#include <fmt/core.h>

#include <hilo/multiprocessing.hpp>
#include <hilo/os.hpp>

namespace mp = hilo::multiprocessing;
namespace os = hilo::os;

void tarea() {
  fmt::print("hijo {}: pid {}, padre {}\n", mp::current_process().name(), os::getpid(),
             os::getppid());
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  fmt::print("original: pid {}\n", os::getpid());

  mp::Process proceso(tarea);  // un nombre por defecto
  mp::Process servicio({.name = "Servicio"}, tarea);
  for (mp::Process* cada_uno : {&proceso, &servicio}) {
    cada_uno->start();
    cada_uno->join();
    fmt::print("{} tuvo el pid {}\n", cada_uno->name(), cada_uno->pid().value());
  }
}
