// SPDX-License-Identifier: MIT
// Document 004, "Colas (queues)": a list of addresses comes from another process. The original
// gets before it joins, since its queue needs a thread of the child's to empty it; here what was
// put is in the queue, and a process may be joined first.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <hilo/multiprocessing.hpp>
#include <string>
#include <vector>

namespace mp = hilo::multiprocessing;

using Urls = std::vector<std::string>;

void f(mp::Queue<Urls> q) {
  const Urls urls = {
      "https://jsonplaceholder.typicode.com/posts",
      "https://jsonplaceholder.typicode.com/comments",
      "https://jsonplaceholder.typicode.com/photos",
      "https://jsonplaceholder.typicode.com/todos",
      "https://jsonplaceholder.typicode.com/albums",
  };
  q.put(urls);
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  mp::Queue<Urls> q;
  mp::Process p(f, q);
  p.start();
  fmt::print("{}\n", q.get());
  p.join();

  mp::Process again(f, q);
  again.start();
  again.join();
  fmt::print("got after the join: {}\n", q.get().size());
}
