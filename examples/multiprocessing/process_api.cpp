// SPDX-License-Identifier: MIT
// Document 003, "la clase Process": every parameter, method and attribute of the list. `group` has
// no use in Python either and is left out; args and kwargs are C++'s arguments.
#include <fmt/core.h>

#include <chrono>
#include <hilo/errors.hpp>
#include <hilo/multiprocessing.hpp>
#include <optional>
#include <string>
#include <thread>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

void saluda(const std::string& nombre, int veces) { fmt::print("hola {} x{}\n", nombre, veces); }

void duerme() { std::this_thread::sleep_for(60s); }

std::string texto(std::optional<int> numero) { return numero ? std::to_string(*numero) : "None"; }

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);

  // target, name, args, daemon
  mp::Process proceso({.name = "Saludo", .daemon = false}, saluda, "mundo", 3);
  fmt::print("name {}, daemon {}, pid {}, exitcode {}, is_alive {}\n", proceso.name(),
             proceso.daemon(), texto(proceso.pid()), texto(proceso.exitcode()), proceso.is_alive());

  proceso.start();
  proceso.join();
  fmt::print("exitcode {}, is_alive {}\n", texto(proceso.exitcode()), proceso.is_alive());

  // join(timeout), terminate() y kill()
  mp::Process lento({.daemon = true}, duerme);
  lento.start();
  fmt::print("join(timeout) {}, is_alive {}, exitcode {}\n", lento.join(100ms), lento.is_alive(),
             texto(lento.exitcode()));
  try {
    lento.close();
  } catch (const hilo::ValueError&) {
    fmt::print("close() de un proceso en marcha: ValueError\n");
  }
  lento.terminate();
  lento.join();
  fmt::print("terminate(): exitcode {}\n", texto(lento.exitcode()));

  mp::Process terco(duerme);
  terco.start();
  terco.kill();
  terco.join();
  fmt::print("kill(): exitcode {}\n", texto(terco.exitcode()));

  // una vez cerrado, casi todo es ValueError
  proceso.close();
  try {
    static_cast<void>(proceso.exitcode());
  } catch (const hilo::ValueError&) {
    fmt::print("exitcode de un proceso cerrado: ValueError\n");
  }
  try {
    proceso.join();
  } catch (const hilo::ValueError&) {
    fmt::print("join() de un proceso cerrado: ValueError\n");
  }
}
