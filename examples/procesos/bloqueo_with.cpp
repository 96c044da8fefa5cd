// SPDX-License-Identifier: MIT
// Document 001, "with bloqueo:": an exact total though four processes add at once. The number
// has no lock of its own here (RawValue), so that the total depends on this one.
#include <fmt/core.h>

#include <hilo/multiprocessing.hpp>
#include <mutex>
#include <vector>

namespace mp = hilo::multiprocessing;

constexpr int k_veces = 10'000;

void tarea(mp::Lock bloqueo, mp::RawValue<int> numero_compartido) {
  for (int i = 0; i < k_veces; ++i) {
    std::scoped_lock guard(bloqueo);
    // recurso compartido
    numero_compartido.value() += 1;
  }
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);

  mp::Lock bloqueo;
  mp::RawValue<int> numero_compartido(0);
  std::vector<mp::Process> procesos;
  for (int i = 0; i < 4; ++i) procesos.emplace_back(tarea, bloqueo, numero_compartido);
  for (auto& proceso : procesos) proceso.start();
  for (auto& proceso : procesos) proceso.join();
  fmt::print("El numero compartido es {}\n", numero_compartido.value());
}
