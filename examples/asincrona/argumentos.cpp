// SPDX-License-Identifier: MIT
// Document 004, "Objeto Thread": args=(i,) become the arguments that follow the target. Python's
// kwargs are an options struct.
#include <fmt/core.h>

#include <hilo/threading.hpp>
#include <vector>

namespace threading = hilo::threading;

struct Comprobante {
  int alumno;
  const char* estado = "adjuntando comprobante....";
};

void worker(int alumno) { fmt::print("Alumno {} adjuntando comprobante....\n", alumno); }

void worker_kwargs(Comprobante c) { fmt::print("Alumno {} {}\n", c.alumno, c.estado); }

int main() {
  std::vector<threading::Thread> threads;
  for (int i = 1; i < 4; ++i) {
    threads.emplace_back(worker, i);
    threads.back().start();
  }
  for (auto& t : threads) t.join();

  threading::Thread t(worker_kwargs, Comprobante{.alumno = 4, .estado = "registrado"});
  t.start();
}
