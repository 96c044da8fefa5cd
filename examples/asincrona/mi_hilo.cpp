// SPDX-License-Identifier: MIT
// Document 004, "Crear una subclase de Thread".
#include <fmt/core.h>

#include <hilo/threading.hpp>

namespace threading = hilo::threading;

class MiHilo : public threading::Thread {
 public:
  explicit MiHilo(int num) : num_(num) {}

  void run() override { fmt::print(" Ejecutando el hilo:  {}\n", num_); }

 private:
  int num_;
};

// Programa Principal

int main() {
  fmt::print("Ejecutando el hilo principal...\n");
  for (int i = 0; i < 3; ++i) {
    MiHilo t(i);
    t.start();
    t.join();
  }
}
