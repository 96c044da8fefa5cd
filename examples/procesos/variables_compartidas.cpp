// SPDX-License-Identifier: MIT
// Document 001, "Variables compartidas": what the child writes to a Value and an Array, the parent
// sees; what it writes to a variable, it does not.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <hilo/multiprocessing.hpp>
#include <ranges>

namespace mp = hilo::multiprocessing;

int numero_local = 0;

void tarea(mp::Value<double> numero, mp::Array<int> arreglo) {
  numero_local = 7;
  numero.value() = 2.5;
  for (auto&& x : arreglo) x *= 10;
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);

  mp::Value numero_compartido(mp::typecode<'d'>, 0);                         // variables
  mp::Array arreglo_compartido(mp::typecode<'i'>, std::views::iota(0, 10));  // datos

  mp::Process proceso(tarea, numero_compartido, arreglo_compartido);
  proceso.start();
  proceso.join();
  fmt::print("{} {} {}\n", numero_local, numero_compartido.value().load(),
             arreglo_compartido.slice());
}
