// SPDX-License-Identifier: MIT
// Document 000, In [8] and In [9]: Python asks an object by dir() what it has. C++ asks by a
// concept whether it has what is needed, and the compiler answers.
#include <fmt/core.h>

#include <hilo/multiprocessing.hpp>
#include <hilo/threading.hpp>

namespace mp = hilo::multiprocessing;
namespace threading = hilo::threading;

template <class T>
concept HasAcquire = requires(T object) {
  object.acquire();
};
template <class T>
concept HasGetValue = requires(T object) {
  object.get_value();
};
template <class T>
concept HasRelease = requires(T object) {
  object.release();
};
template <class T>
concept HasA = requires(T object) {
  object.a;
};

struct my_class {
  int a = 5;
};

template <class T>
void ask(const char* name) {
  fmt::print("{}: acquire {}, get_value {}, release {}, a {}\n", name, HasAcquire<T>,
             HasGetValue<T>, HasRelease<T>, HasA<T>);
}

int main() {
  ask<mp::Semaphore>("multiprocessing.Semaphore");
  ask<mp::Lock>("multiprocessing.Lock");
  ask<threading::Semaphore>("threading.Semaphore");
  ask<my_class>("my_class");
}
