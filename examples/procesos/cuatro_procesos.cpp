// SPDX-License-Identifier: MIT
// Document 001, the example of "Identificación": four tasks of one second each take one second.
#include <fmt/core.h>

#include <chrono>
#include <hilo/multiprocessing.hpp>
#include <hilo/os.hpp>
#include <thread>
#include <vector>

namespace mp = hilo::multiprocessing;
namespace os = hilo::os;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

// tareas de 1 segundo cada una
void tarea() {
  std::this_thread::sleep_for(1s);
  fmt::print("PID:  {}\n", os::getpid());
  fmt::print("El ID del proceso padre es: {}\n", os::getppid());
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);

  const auto inicio = Clock::now();
  // Creacion de lista de procesos en bucle
  std::vector<mp::Process> procesos;
  for (int i = 0; i < 4; ++i) procesos.emplace_back(tarea);
  // llama a los procesos para ejecutar
  for (auto& proceso : procesos) proceso.start();
  // espera hasta que cada proceso termine
  for (auto& proceso : procesos) proceso.join();

  const std::chrono::duration<double> tiempo = Clock::now() - inicio;
  fmt::print("Tiempo ejecución: {:.2f} seg\n", tiempo.count());  // 'Tiempo ejecución: 1.04 seg'
}
