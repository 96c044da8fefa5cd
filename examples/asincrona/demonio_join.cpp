// SPDX-License-Identifier: MIT
// Document 004, "Hilos Demonios": who joins the daemon waits until it has counted to 100.
#include <fmt/core.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <hilo/threading.hpp>
#include <random>
#include <string>
#include <system_error>
#include <thread>

namespace fs = std::filesystem;
namespace threading = hilo::threading;
using namespace std::chrono_literals;

/// Checks the size of a file.
void chequear(const fs::path& nombre) {
  int contador = 0;
  std::uintmax_t tam = 0;
  while (contador < 100) {
    contador += 1;
    std::error_code no_existe;
    if (const auto ahora = fs::file_size(nombre, no_existe); !no_existe) tam = ahora;

    fmt::print("{} {} {} bytes\n", threading::current_thread().name(), contador, tam);

    std::this_thread::sleep_for(100ms);
  }
}

/// Writes into a file.
void escribir(const fs::path& nombre) {
  int contador = 1;
  while (contador <= 10) {
    std::ofstream archivo(nombre, std::ios::app);
    archivo << '1' << std::flush;
    fmt::print("{} {}\n", threading::current_thread().name(), contador);
    std::this_thread::sleep_for(300ms);
    contador += 1;
  }
}

/// A file of its own for each run; static objects die when no thread but daemons is left.
struct Archivo {
  const fs::path nombre =
      fs::temp_directory_path() / ("archivo-" + std::to_string(std::random_device()()) + ".txt");
  ~Archivo() {
    std::error_code ignored;
    fs::remove(nombre, ignored);
  }
};

int main() {
  static const Archivo archivo;

  threading::Thread hilo1({.name = "chequear", .daemon = true}, chequear, archivo.nombre);
  threading::Thread hilo2({.name = "escribir"}, escribir, archivo.nombre);

  hilo1.start();
  hilo2.start();

  hilo1.join();
  fmt::print("{}\n", hilo1.is_alive() ? "True" : "False");
}
