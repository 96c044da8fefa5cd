// SPDX-License-Identifier: MIT
// Document 004, "Objeto Thread": `Thread(target=worker(i))` is a mistake that Python does not see.
// It calls worker at once, in the thread that makes the object, and gives the new thread what
// worker returns: None, so that one has nothing to do. C++ does not compile it. The call and the
// thread without work are written apart here; what was meant is in argumentos.cpp.
#include <fmt/core.h>

#include <hilo/threading.hpp>
#include <vector>

namespace threading = hilo::threading;

void worker(int /*alumno*/) {
  fmt::print("Alumno adjuntando comprobante....\n");
  fmt::print("  en {}\n", threading::current_thread().name());
}

template <class Worker>
concept LlamadaDirecta = requires(Worker f) {
  threading::Thread(f(0));
};
static_assert(!LlamadaDirecta<decltype(worker)>);

void none() {}

int main() {
  std::vector<threading::Thread> threads;
  for (int i = 0; i < 3; ++i) {
    worker(i);
    threads.emplace_back(none);
    threads.back().start();
  }
}
