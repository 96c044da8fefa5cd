// SPDX-License-Identifier: MIT
// Document 001, "Bifurcaciones": os.fork() and its three results. The original asks for `>= 0`
// first and so never reaches the child's branch; mended.
#include <fmt/core.h>

#include <cstdio>
#include <hilo/os.hpp>

namespace os = hilo::os;

int main() {
  // Rutina común
  fmt::print("¡Vamos a hacer un fork de un proceso!\n");
  std::fflush(stdout);  // or the copy would have the line in its buffer, and print it too

  // bifurcacion
  const int retorno = os::fork();

  if (retorno > 0) {
    // proceso padre: retorno = ID proceso hijo
    fmt::print("Rutina del proceso original\npid: {}, retorno: {}\n", os::getpid(), retorno);
  } else if (retorno == 0) {
    // proceso hijo : retorno = 0
    fmt::print("Rutina del proceso hijo\npid = {}, retorno: {}\n", os::getpid(), retorno);
  } else {
    // error : retorno < 0
    fmt::print("Error de bifurcación\n");
  }
}
