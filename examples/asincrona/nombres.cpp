// SPDX-License-Identifier: MIT
// Document 004, "Identificar el Thread": names that were given, and one by default.
#include <fmt/core.h>

#include <chrono>
#include <hilo/threading.hpp>
#include <thread>

namespace threading = hilo::threading;
using namespace std::chrono_literals;

void worker() {
  fmt::print("{} Iniciando...\n", threading::current_thread().name());
  fmt::print("{} En pausa...\n", threading::current_thread().name());
  std::this_thread::sleep_for(2s);
  fmt::print("{} Finalizando...\n", threading::current_thread().name());
}

void servicio() {
  fmt::print("{} Iniciando...\n", threading::current_thread().name());
  fmt::print("{} Finalizando...\n", threading::current_thread().name());
}

int main() {
  threading::Thread t({.name = "Servicio"}, servicio);
  threading::Thread w({.name = "Worker"}, worker);
  threading::Thread z(worker);  // with its default name
  w.start();
  z.start();
  t.start();
}
