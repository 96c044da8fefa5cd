// SPDX-License-Identifier: MIT
// Programs in one: argv[1] names the start method, argv[2] what to do. What they show is how a
// whole program ends, is refused by the system, or shares its output with its children.
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;

namespace {

struct Static {
  ~Static() { std::puts("static object ends"); }
};
Static g_static;

void say(const std::string& text) { std::cout << text << '\n'; }

// Most likely after its parent's main() has returned; else the test shows less, and passes.
void wait_then_say(const std::string& text) {
  ::usleep(50'000);
  say(text);
}

void sleep_for_ever() {
  for (;;) ::pause();
}

void ignore_and_sleep() {
  ::signal(SIGTERM, SIG_IGN);
  sleep_for_ever();
}

void leave_a_grandchild() {
  mp::Process(wait_then_say, "grandchild").start();
  std::printf("child\n");
}

void joined_at_the_end() {
  mp::Process(wait_then_say, "child").start();
  std::printf("main\n");
}

void joined_at_exit() {
  mp::Process(wait_then_say, "child").start();
  std::printf("main\n");
  std::exit(3);
}

void nested() { mp::Process(leave_a_grandchild).start(); }

void daemons() {
  mp::Process({.daemon = true}, sleep_for_ever).start();
  mp::Process({.daemon = true}, sleep_for_ever).start();
}

void deaf_daemon() { mp::Process({.daemon = true}, ignore_and_sleep).start(); }

void buffered() {
  std::printf("once,");
  std::cout << "too,";
  mp::Process child(say, "child");
  child.start();
  child.join();
  std::printf("main\n");
}

void stream_of_its_own() {
  std::ios_base::sync_with_stdio(false);
  std::cout << "once,";
  mp::Process child(say, "child");
  child.start();
  child.join();
  std::cout << "main\n";
}

void beside_threads() {
  std::thread thread(sleep_for_ever);
  for (int i = 0; i < 2; ++i) {
    mp::Process child(say, "child");
    child.start();
    child.join();
  }
  std::cout.flush();
  ::_exit(0);
}

// The superuser has no limit of processes.
void become_ordinary() {
  if (::getuid() == 0 &&
      (::setgroups(0, nullptr) != 0 || ::setgid(64321) != 0 || ::setuid(64321) != 0)) {
    throw std::runtime_error("setuid");
  }
}

void try_to_start(mp::Process& child) {
  try {
    child.start();
    std::puts("started");
  } catch (const std::system_error& error) {
    std::printf("refused: %s; %zu children\n", error.what(), mp::active_children().size());
  }
}

void too_many_processes() {
  become_ordinary();
  struct rlimit limit;
  ::getrlimit(RLIMIT_NPROC, &limit);
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = 0;
  ::setrlimit(RLIMIT_NPROC, &limit);
  mp::Process child(say, "child");
  try_to_start(child);
  limit.rlim_cur = before;
  ::setrlimit(RLIMIT_NPROC, &limit);
  child.start();
  child.join();
}

// The server runs, and it is it that may not fork.
void too_many_processes_of_the_server() {
  become_ordinary();
  const mp::Value<int> server(0);
  mp::Process first([](mp::Value<int> parent) { parent.value() = ::getppid(); }, server);
  first.start();
  first.join();
  rlimit before{};
  ::prlimit(server.value(), RLIMIT_NPROC, nullptr, &before);
  const rlimit none{0, before.rlim_max};
  ::prlimit(server.value(), RLIMIT_NPROC, &none, nullptr);
  mp::Process child(say, "child");
  try_to_start(child);
  ::prlimit(server.value(), RLIMIT_NPROC, &before, nullptr);
  child.start();
  child.join();
}

// Started without standard streams: their numbers go to no descriptor of the library.
void no_streams() {
  int right = 0;
  for (const bool daemon : {false, true}) {
    mp::Process child({.daemon = daemon}, [] { throw hilo::SystemExit(3); });
    child.start();
    std::puts("printed into nothing");
    std::fputs("this too", stderr);
    std::fflush(stdout);
    if (child.join(std::chrono::seconds(20)) && child.exitcode() == 3) ++right;
  }
  std::_Exit(right == 2 && ::fcntl(0, F_GETFD) < 0 && ::fcntl(1, F_GETFD) < 0 ? 7 : 8);
}

void use_everything(const mp::Lock& lock, const mp::Condition& condition, mp::Event event,
                    const mp::Semaphore& semaphore, const mp::Barrier& barrier,
                    const mp::Queue<std::string>& queue, mp::Value<int> value) {
  const std::scoped_lock guard(lock, condition);
  queue.put(std::string(1 << 20, 'x'));
  value.value() += 1;
  event.set();
  semaphore.release();
  (void)barrier.wait(std::chrono::seconds(20));
}

void everything() {
  const mp::Event event;
  const mp::Semaphore semaphore(0);
  const mp::Barrier barrier(2);
  const mp::Queue<std::string> queue;
  mp::Value<int> value(0);
  mp::Process child(use_everything, mp::Lock(), mp::Condition(), event, semaphore, barrier, queue,
                    value);
  child.start();
  (void)barrier.wait(std::chrono::seconds(20));
  child.join();
  const bool right = event.is_set() && semaphore.acquire(false) &&
                     queue.get(false).size() == 1 << 20 && value.value() == 1;
  std::puts(right ? "done" : "wrong");
}

// As when it is installed anew while it runs.
void replaced_on_disk() {
  const std::filesystem::path own = std::filesystem::read_symlink("/proc/self/exe");
  std::filesystem::remove(own);
  std::ofstream(own) << "another program";
  mp::Process child(say, "child");
  child.start();
  child.join();
}

void mistake() {
  mp::Process child(say, "child");
  child.start();
  child.join();
  std::printf("exit code %d\n", *child.exitcode());
}

const std::map<std::string, std::function<void()>> k_programs = {
    {"joined_at_the_end", joined_at_the_end},
    {"joined_at_exit", joined_at_exit},
    {"nested", nested},
    {"daemons", daemons},
    {"deaf_daemon", deaf_daemon},
    {"everything", everything},
    {"buffered", buffered},
    {"stream_of_its_own", stream_of_its_own},
    {"beside_threads", beside_threads},
    {"no_streams", no_streams},
    {"replaced_on_disk", replaced_on_disk},
    {"too_many_processes", too_many_processes},
    {"too_many_processes_of_the_server", too_many_processes_of_the_server},
    {"without_freeze_support", mistake},
    {"without_freeze_support_or_use", mistake},
};

}  // namespace

int main(int argc, char** argv) {
  const std::string name = argc > 2 ? argv[2] : "";
  // What a careless main() does: it starts its process in the child again, or does something else.
  if (name.rfind("without_freeze_support", 0) != 0) mp::freeze_support(argc, argv);
  if (name == "without_freeze_support_or_use" && std::getenv("SECOND_RUN") != nullptr) return 0;
  ::setenv("SECOND_RUN", "1", 1);
  if (!k_programs.contains(name)) return 64;
  mp::set_start_method(argv[1]);
  k_programs.at(name)();
  return 0;
}
