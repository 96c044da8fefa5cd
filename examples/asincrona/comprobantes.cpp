// SPDX-License-Identifier: MIT
// Document 004, Figure 1: a student attaches a receipt, the system checks it, stores it and says
// so. One after the other that takes 2.7 s each; with a thread for each student, the three hundred
// take hardly longer than one.
#include <fmt/core.h>

#include <chrono>
#include <hilo/threading.hpp>
#include <thread>
#include <vector>

namespace threading = hilo::threading;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

void adjuntar() { std::this_thread::sleep_for(500ms); }
void validar() { std::this_thread::sleep_for(100ms); }
void subir() { std::this_thread::sleep_for(2s); }
void notificar() { std::this_thread::sleep_for(100ms); }

void registrar_comprobante() {
  adjuntar();
  validar();
  subir();
  notificar();
}

void uno_tras_otro(int estudiantes) {
  for (int i = 0; i < estudiantes; ++i) registrar_comprobante();
}

void a_la_vez(int estudiantes) {
  std::vector<threading::Thread> hilos;
  for (int i = 0; i < estudiantes; ++i) {
    hilos.emplace_back(registrar_comprobante);
    hilos.back().start();
  }
  for (auto& hilo : hilos) hilo.join();
}

template <class Registro>
void medir(const char* como, Registro registro, int estudiantes) {
  const auto inicio = Clock::now();
  registro(estudiantes);
  const std::chrono::duration<double> duracion = Clock::now() - inicio;
  fmt::print("{} estudiantes {}: {:.1f} s\n", estudiantes, como, duracion.count());
}

int main() {
  medir("uno tras otro", uno_tras_otro, 2);
  medir("a la vez", a_la_vez, 300);
}
