// SPDX-License-Identifier: MIT
// Document 002, In [5]: a queue and a daemon that works on its items. The output shown there is of
// a version that puts the numbers themselves; so does this one.
#include <fmt/core.h>

#include <hilo/queue.hpp>
#include <hilo/threading.hpp>

namespace queue = hilo::queue;
namespace threading = hilo::threading;

queue::Queue<int> q;

void worker() {
  while (true) {
    const int item = q.get();
    fmt::print("Working on {}\n", item);
    fmt::print("Finished {}\n", item);
    q.task_done();
  }
}

int main() {
  // turn-on the worker thread
  threading::Thread({.daemon = true}, worker).start();

  // send thirty task requests to the worker
  for (int item = 0; item < 30; ++item) q.put(item);

  fmt::print("All task requests sent\n");

  // block until all tasks are done
  q.join();
  fmt::print("All work completed\n");
}  // the daemon still waits for the next item
