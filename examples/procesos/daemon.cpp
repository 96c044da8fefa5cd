// SPDX-License-Identifier: MIT
// Document 001, "Configuración como 'daemon'": ends with its parent, may not have children, and is
// settled before start().
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <hilo/errors.hpp>
#include <hilo/multiprocessing.hpp>
#include <thread>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

void subtarea() {}

void tarea_sin_fin() {
  try {
    mp::Process(subtarea).start();
  } catch (const hilo::RuntimeError& error) {
    fmt::print("el daemon no puede tener hijos: {}\n", error.what());
    std::fflush(stdout);
  }
  for (;;) std::this_thread::sleep_for(1s);
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);

  mp::Process proceso(tarea_sin_fin);
  proceso.set_daemon(true);
  fmt::print("daemon: {}\n", proceso.daemon());
  proceso.start();
  try {
    proceso.set_daemon(false);
  } catch (const hilo::RuntimeError& error) {
    fmt::print("demasiado tarde: {}\n", error.what());
  }

  proceso.join(500ms);
  fmt::print("sigue vivo: {}\n", proceso.is_alive());
}  // y se cierra con el padre
