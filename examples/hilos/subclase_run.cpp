// SPDX-License-Identifier: MIT
// Document 002, "Threading": the second way to make a thread is to derive from Thread and to
// override run() and the constructor; is_alive() tells whether it lives.
#include <fmt/core.h>

#include <hilo/threading.hpp>
#include <string>
#include <utility>

namespace threading = hilo::threading;

class Saludo : public threading::Thread {
 public:
  explicit Saludo(std::string nombre) : nombre_(std::move(nombre)) {}

  void run() override {
    fmt::print("Hola, {}; is_alive: {}\n", nombre_, is_alive());
    permiso.wait();
  }

  threading::Event permiso;

 private:
  std::string nombre_;
};

int main() {
  Saludo saludo("mundo");
  fmt::print("antes de start(): {}\n", saludo.is_alive());
  saludo.start();
  fmt::print("después de start(): {}\n", saludo.is_alive());
  saludo.permiso.set();
  saludo.join();
  fmt::print("después de join(): {}\n", saludo.is_alive());
}
