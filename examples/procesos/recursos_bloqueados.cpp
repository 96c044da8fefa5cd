// SPDX-License-Identifier: MIT
// Document 001, the example "variables compartidas y bloqueo de recursos". The globals reach the
// children because they are forks, as in the original.
#include <fmt/core.h>

#include <chrono>
#include <hilo/multiprocessing.hpp>
#include <mutex>
#include <thread>
#include <vector>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

int numero_local = 0;
mp::Value numero_compartido(mp::typecode<'d'>, 0);

mp::Lock bloqueo;

void incremento() {
  std::scoped_lock guard(bloqueo);
  // se simula un recurso ocupado o una rutina exigente
  std::this_thread::sleep_for(500ms);
  // Los subprocesos modifican COPIAS de la variable local
  numero_local += 1;
  // El numero conpartido SÍ es modificado por los subprocesos
  numero_compartido.value() += 1;
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);

  const auto inicio = Clock::now();
  std::vector<mp::Process> subprocesos;
  for (int n = 0; n < 4; ++n) subprocesos.emplace_back(incremento);
  for (auto& proceso : subprocesos) proceso.start();
  for (auto& proceso : subprocesos) proceso.join();
  const std::chrono::duration<double> tiempo = Clock::now() - inicio;

  fmt::print("Tiempo ejecución: {:.2f} seg\n", tiempo.count());
  fmt::print("El numero local es {}; el numero compartido es {}\n", numero_local,
             numero_compartido.value().load());
}
