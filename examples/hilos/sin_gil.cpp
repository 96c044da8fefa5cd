// SPDX-License-Identifier: MIT
// Document 002, "Python GIL": there, one thread runs at any instant. Here the same CPU-bound work,
// on 1, 2 and as many threads as there are cores, takes less time with each thread.
#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <hilo/threading.hpp>
#include <set>
#include <thread>
#include <vector>

namespace threading = hilo::threading;
using Clock = std::chrono::steady_clock;

constexpr int k_pasos = 100'000'000;

/// Its share of the integral of 4 / (1 + x^2) from 0 to 1, which is pi.
double sumar(int primero, int hilos) {
  double suma = 0;
  for (int i = primero; i < k_pasos; i += hilos) {
    const double x = (i + 0.5) / k_pasos;
    suma += 4 / (1 + x * x);
  }
  return suma / k_pasos;
}

double calcular_pi(int hilos) {
  std::vector<threading::Thread> todos;
  for (int i = 0; i < hilos; ++i) {
    todos.emplace_back(sumar, i, hilos);
    todos.back().start();
  }
  double pi = 0;
  for (auto& hilo : todos) pi += hilo.result<double>();
  return pi;
}

int main() {
  const int nucleos = static_cast<int>(std::thread::hardware_concurrency());
  std::chrono::duration<double> uno{};
  for (const int hilos : std::set{1, 2, std::max(2, nucleos)}) {
    const auto inicio = Clock::now();
    const double pi = calcular_pi(hilos);
    const std::chrono::duration<double> duracion = Clock::now() - inicio;
    if (hilos == 1) uno = duracion;
    fmt::print("{} hilos: pi = {:.6f} en {:.2f} s, {:.2f} veces más rápido\n", hilos, pi,
               duracion.count(), uno / duracion);
  }
}
