// SPDX-License-Identifier: MIT
// Document 004, "Tuberías (Pipes)": the same list through a pipe, and what the text says of
// duplex=False: one end only receives, the other only sends.
#include <fmt/core.h>
#include <fmt/ranges.h>

#include <hilo/errors.hpp>
#include <hilo/multiprocessing.hpp>
#include <string>
#include <utility>
#include <vector>

namespace mp = hilo::multiprocessing;

using Urls = std::vector<std::string>;

void f(mp::Connection conn) {
  const Urls urls = {
      "https://jsonplaceholder.typicode.com/posts",
      "https://jsonplaceholder.typicode.com/comments",
      "https://jsonplaceholder.typicode.com/photos",
      "https://jsonplaceholder.typicode.com/todos",
      "https://jsonplaceholder.typicode.com/albums",
  };
  conn.send(urls);
  conn.close();
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  auto [parent_conn, child_conn] = mp::Pipe();
  mp::Process p(f, std::move(child_conn));
  p.start();
  fmt::print("{}\n", parent_conn.recv<Urls>());
  p.join();

  auto [conn1, conn2] = mp::Pipe({.duplex = false});
  try {
    conn1.send(1);
  } catch (const hilo::RuntimeError& error) {
    fmt::print("conn1: {}\n", error.what());
  }
  try {
    (void)conn2.recv<int>();
  } catch (const hilo::RuntimeError& error) {
    fmt::print("conn2: {}\n", error.what());
  }
  conn2.send(2);
  fmt::print("conn1 received {}\n", conn1.recv<int>());
}
