// SPDX-License-Identifier: MIT
// A user's program of the component connection_auth: both ends know the key.
#include <hilo/multiprocessing.hpp>
#include <thread>

namespace mp = hilo::multiprocessing;

int main() {
  mp::Listener listener({}, {.authkey = "secret"});
  std::jthread client([&] { mp::Client(listener.address(), {.authkey = "secret"}).send(42); });
  return listener.accept().recv<int>() == 42 ? 0 : 1;
}
