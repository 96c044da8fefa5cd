// SPDX-License-Identifier: MIT
// Document 001, "Estado actual": exitcode and is_alive() of processes that end in different ways.
#include <fmt/core.h>

#include <chrono>
#include <hilo/errors.hpp>
#include <hilo/multiprocessing.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

void duerme() { std::this_thread::sleep_for(500ms); }
void duerme_mucho() { std::this_thread::sleep_for(60s); }
void sale_con_tres() { throw hilo::SystemExit(3); }
void falla() { throw std::runtime_error("algo salió mal"); }

void estado(std::string_view cuando, const mp::Process& proceso) {
  const auto codigo = proceso.exitcode();  // None si sigue vivo
  fmt::print("{}: exitcode {}, is_alive {}\n", cuando, codigo ? std::to_string(*codigo) : "None",
             proceso.is_alive());
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);

  mp::Process normal(duerme);
  normal.start();
  estado("en marcha", normal);
  normal.join();
  estado("terminado", normal);

  mp::Process distinto(sale_con_tres);
  distinto.start();
  distinto.join();
  estado("SystemExit(3)", distinto);

  mp::Process fallido(falla);
  fallido.start();
  fallido.join();
  estado("excepción", fallido);

  // un número negativo: la señal que lo terminó
  mp::Process terminado(duerme_mucho);
  terminado.start();
  terminado.terminate();
  terminado.join();
  estado("terminate()", terminado);

  mp::Process matado(duerme_mucho);
  matado.start();
  matado.kill();
  matado.join();
  estado("kill()", matado);
}
