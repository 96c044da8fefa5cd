// SPDX-License-Identifier: MIT
// Document 003, "Exchanging Data Between Processes" (pool-pipe.py): a worker sends a greeting
// through a pipe.
#include <fmt/core.h>

#include <chrono>
#include <cstdio>
#include <hilo/multiprocessing.hpp>
#include <string>
#include <thread>
#include <utility>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

/// print() to a terminal: the line is seen at once.
void say(const std::string& line) {
  fmt::print("{}\n", line);
  std::fflush(stdout);
}

void worker(mp::Connection conn) {
  say("Worker - started now sleeping for 1 second");
  std::this_thread::sleep_for(1s);
  say("Worker - sending data via Pipe");
  conn.send(std::string("Hello!"));
  say("Worker - closing worker end of connection");
  conn.close();
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  if (argc > 1) mp::set_start_method(argv[1]);

  say("Main - starting, creating the pipe");
  auto [main_connection, worker_connection] = mp::Pipe();
  say("Main - setting up the process");
  mp::Process p(worker, std::move(worker_connection));
  say("Main - Starting the process");
  p.start();
  say("Main - Wait for a response from the child process");
  say(main_connection.recv<std::string>());
  say("Main - Closing parent process end of connection");
  main_connection.close();
  say("Main - Done");
}
