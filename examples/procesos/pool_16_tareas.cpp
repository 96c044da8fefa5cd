// SPDX-License-Identifier: MIT
// Document 001, "Ejemplo: Pool de 4 procesos, 16 tareas". A second of the original's takes a
// twentieth here.
#include <fmt/core.h>

#include <chrono>
#include <hilo/multiprocessing.hpp>
#include <random>
#include <string>
#include <thread>
#include <vector>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

// A generic task with an argument.
void tarea(const std::string& nombre) {
  fmt::print("Started worker \"{}\"\n", nombre);
  std::random_device random;
  const int tiempo_rutina = std::uniform_int_distribution(1, 4)(random);
  std::this_thread::sleep_for(tiempo_rutina * 50ms);
  fmt::print("Tarea \"{}\" finalizada en {} segundos\n", nombre, tiempo_rutina);
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  std::vector<std::string> nombres_proceso;
  for (int i = 0; i < 16; ++i) nombres_proceso.push_back(fmt::format("Tarea_{}", i));

  mp::Pool pool(4);                  // four processes at once
  pool.map(tarea, nombres_proceso);  // four tasks at a time
  pool.terminate();
}
