// SPDX-License-Identifier: MIT
// Document 001, "Reservas (pools)": terminate() ends a pool at once, also what runs. The original
// only shows the call; here its effect is seen.
#include <fmt/core.h>

#include <chrono>
#include <hilo/multiprocessing.hpp>
#include <string>
#include <thread>
#include <vector>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

void tarea(const std::string& nombre) {
  fmt::print("Started worker \"{}\"\n", nombre);
  std::this_thread::sleep_for(60s);
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  std::vector<std::string> nombres;
  for (int i = 0; i < 16; ++i) nombres.push_back(fmt::format("Tarea_{}", i));

  mp::Pool pool(4);
  auto resultado = pool.map_async(tarea, nombres);
  std::this_thread::sleep_for(200ms);
  pool.terminate();
  pool.join();
  fmt::print("Terminada: {}\n", resultado.cancelled());
}
