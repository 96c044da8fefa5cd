// SPDX-License-Identifier: MIT
// Document 004, "Usando el módulo logging": the format with the thread's name, ten columns wide.
#include <chrono>
#include <hilo/logging.hpp>
#include <hilo/threading.hpp>
#include <thread>

namespace logging = hilo::logging;
namespace threading = hilo::threading;
using namespace std::chrono_literals;

void worker() {
  logging::debug("Iniciando...");
  std::this_thread::sleep_for(2s);
  logging::debug("Finalizando...");
}

int main() {
  logging::basic_config({.level = logging::Level::debug,
                         .format = "[%(levelname)s] - %(threadName)-10s : %(message)s"});
  threading::Thread w({.name = "Worker"}, worker);
  w.start();
}
