// SPDX-License-Identifier: MIT
// Programs in one that end while they have pools: argv[1] names the start method, argv[2] what to
// do.
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <map>
#include <string>

#include "hilo/futures.hpp"
#include "hilo/futures/process_pool_executor.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/pool/thread_pool.hpp"
#include "hilo/threading.hpp"

namespace mp = hilo::multiprocessing;
namespace futures = hilo::futures;
namespace threading = hilo::threading;

namespace {

using namespace std::chrono_literals;

int square(int n) { return n * n; }
void hang() {
  for (;;) ::pause();
}
void hang_and_tell(mp::Event begun) {
  begun.set();
  hang();
}

/// Destroyed by nobody, as what a program forgets; the search for leaks finds it, though.
template <class T>
T& leaked(int workers) {
  static T* const left = new T(workers);
  return *left;
}

void leave_busy_threads() {
  threading::Event begun;
  auto& executor = leaked<futures::ThreadPoolExecutor>(2);
  (void)executor.submit([&] { return begun.set(), hang(); });
  (void)executor.submit(square, 1);
  (void)begun.wait(20s);
  std::puts("main");
}

void leave_a_busy_pool() {
  auto& pool = leaked<mp::Pool>(2);
  const mp::Event begun;
  (void)pool.apply_async(hang_and_tell, begun);
  for (int n = 0; n < 100; ++n) (void)pool.apply_async(hang);
  (void)begun.wait(20s);
  std::puts("main");
}

void exit_beside_a_pool() {
  mp::Pool pool(2);
  const mp::Event begun;
  (void)pool.apply_async(hang_and_tell, begun);
  (void)begun.wait(20s);
  std::puts("main");
  std::exit(0);
}

template <class T>
void have_a_static() {
  static T pool(2);
  const mp::Event begun;
  if constexpr (requires { pool.submit(square, 1); }) {
    (void)pool.submit(hang_and_tell, begun);
    for (int n = 0; n < 100; ++n) (void)pool.submit(hang);
  } else {
    (void)pool.apply_async(hang_and_tell, begun);
    for (int n = 0; n < 100; ++n) (void)pool.apply_async(hang);
  }
  (void)begun.wait(20s);
  std::puts("main");
}

/// A thread goes on after main() has returned, most likely, and needs its executors then.
void work_behind_main() {
  auto& threads = leaked<futures::ThreadPoolExecutor>(2);
  auto& processes = leaked<futures::ProcessPoolExecutor>(2);
  threading::Thread([&] {
    ::usleep(50'000);
    std::printf("%d\n", threads.submit(square, 3).result(20s));
    std::printf("%d\n", processes.submit(square, 4).result(20s));
  }).start();
  std::puts("main");
}

const std::map<std::string, std::function<void()>> k_programs = {
    {"leave_busy_threads", leave_busy_threads},
    {"leave_a_busy_pool", leave_a_busy_pool},
    {"exit_beside_a_pool", exit_beside_a_pool},
    {"static_pool", have_a_static<mp::Pool>},
    {"static_executor", have_a_static<futures::ProcessPoolExecutor>},
    {"work_behind_main", work_behind_main},
};

}  // namespace

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc < 3 || !k_programs.contains(argv[2])) return 64;
  mp::set_start_method(argv[1]);
  k_programs.at(argv[2])();
  return 0;
}
