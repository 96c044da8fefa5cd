// SPDX-License-Identifier: MIT
// Document 001, "Espera al cierre": join() waits for the end, join(tiempo) gives up.
#include <fmt/core.h>

#include <chrono>
#include <hilo/multiprocessing.hpp>
#include <thread>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

void tarea() { std::this_thread::sleep_for(2s); }

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);

  mp::Process proceso(tarea);
  proceso.start();

  // bloqueo por medio segundo como máximo; Python's join() does not tell, hilo's does
  const auto tiempo = 500ms;
  fmt::print("join(tiempo) terminado: {}\n", proceso.join(tiempo));
  fmt::print("sigue vivo: {}\n", proceso.is_alive());

  // espera a que el proceso se cierre
  proceso.join();
  fmt::print("sigue vivo: {}\n", proceso.is_alive());
}
