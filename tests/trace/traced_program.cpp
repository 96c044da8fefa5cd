// SPDX-License-Identifier: MIT
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/multiprocessing/pool/thread_pool.hpp"
#include "hilo/threading.hpp"

// Where the system's linker finds them, so that they have names.
int square(int n) { return n * n; }

int be_killed(int) {
  ::kill(::getpid(), SIGKILL);
  return 0;
}

namespace {

using namespace std::chrono_literals;
namespace mp = hilo::mp;
namespace threading = hilo::threading;

void wait_for(mp::Queue<int> queue) { queue.get(); }

struct Nap {
  int operator()(int n) const {
    std::this_thread::sleep_for(1ms);
    return n;
  }
};

void hold_a_lock_against_somebody() {
  threading::Lock lock;
  threading::Thread other({.name = "the \"other\""}, [&] { const std::scoped_lock guard(lock); });
  {
    const std::scoped_lock guard(lock);
    other.start();
    std::this_thread::sleep_for(100ms);
  }
  other.join();
}

void keep_a_child_waiting(mp::StartMethod method) {
  mp::Queue<int> queue;
  mp::Process child = mp::Context(method).Process({.name = "Waiter"}, wait_for, queue);
  child.start();
  std::this_thread::sleep_for(100ms);
  queue.put(1);
  child.join();
}

void do_tasks(mp::StartMethod method) {
  mp::Pool pool({.processes = 2, .context = method});
  pool.map(square, std::vector{1, 2, 3});
  try {
    pool.apply(be_killed, 1);
  } catch (const hilo::WorkerLostError&) {
    pool.apply(square, 4);
  }
}

}  // namespace

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  mp::pool::ThreadPool(2).map(Nap(), std::vector{1, 2, 3});
  hold_a_lock_against_somebody();
  for (const auto method :
       {mp::StartMethod::fork, mp::StartMethod::spawn, mp::StartMethod::forkserver}) {
    keep_a_child_waiting(method);
    do_tasks(method);
  }
}
