// SPDX-License-Identifier: MIT
// Document 004, "Temporizadores": a timer shows the time, 5 seconds after its start.
#include <fmt/core.h>

#include <chrono>
#include <ctime>
#include <hilo/threading.hpp>
#include <string>

namespace threading = hilo::threading;
using namespace std::chrono_literals;

std::string hora() {
  const std::time_t ahora = std::time(nullptr);
  char texto[sizeof "11:35:02"];
  std::strftime(texto, sizeof texto, "%H:%M:%S", std::localtime(&ahora));
  return texto;
}

void mostrar_hora() { fmt::print("Se ejecuta en: {}\n", hora()); }

int main() {
  threading::Timer hilo(5s, mostrar_hora);
  fmt::print("Lanzamos el hilo en: {}\n", hora());
  hilo.start();
}
