// SPDX-License-Identifier: MIT
// A plugin host: each plugin is a process, which the host asks through a pipe. One that crashes,
// hangs or eats memory is reported, and a fresh one stands in for it; what it was asked is dropped.
// The others notice nothing. By the forkserver a plugin starts fast however large the host is, and
// has nothing of the host's open.
#include <fmt/core.h>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <csignal>
#include <deque>
#include <exception>
#include <fstream>
#include <hilo/errors.hpp>
#include <hilo/multiprocessing.hpp>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Requests = std::deque<std::string>;

/// What runs in a plugin's process.
template <std::string (*handle)(const std::string&)>
void serve(mp::Connection host) {
  std::signal(SIGSEGV, SIG_DFL);  // let it end the process: nothing is to be saved here
  try {
    for (;;) host.send(handle(host.recv<std::string>()));
  } catch (const hilo::EOFError&) {  // the host has gone
  }
}

class Plugin {
 public:
  Plugin(std::string name, void (*target)(mp::Connection), Requests requests)
      : name_(std::move(name)), target_(target), requests_(std::move(requests)) {
    start();
  }

  [[nodiscard]] bool done() const { return requests_.empty(); }
  [[nodiscard]] const mp::Connection& connection() const { return connection_; }

  /// Takes what there is of the plugin, an answer or a failure.
  void look() {
    if (connection_.poll()) {
      try {
        fmt::print("{}: {} -> {}\n", name_, requests_.front(),
                   connection_.recv<std::string>(100ms));
        requests_.pop_front();
        ask();
      } catch (const std::exception&) {  // it has gone, or talks nonsense
        replace("it broke off");
      }
    } else if (Clock::now() > deadline_) {
      replace("it gave no answer in time");
    } else if (resident_mib() > k_most_mib) {
      replace("it took too much memory");
    }
  }

 private:
  static constexpr auto k_patience = 1s;
  static constexpr long k_most_mib = 256;

  void start() {
    auto [mine, its] = mp::Pipe();
    connection_ = std::move(mine);
    process_.emplace(mp::ProcessOptions{.name = name_, .daemon = true}, target_, std::move(its));
    process_->start();
    ask();
  }
  void ask() {
    if (done()) return;
    deadline_ = Clock::now() + k_patience;
    try {
      connection_.send(requests_.front(), k_patience);
    } catch (const std::exception&) {  // it has gone already, which look() will see
    }
  }
  void replace(const char* reason) {
    process_->kill();  // nothing, if it has ended by itself
    process_->join();
    fmt::print("{}: {}: {} (exit code {})\n", name_, requests_.front(), reason,
               *process_->exitcode());
    requests_.pop_front();
    start();
  }

  [[nodiscard]] long resident_mib() const {
    std::ifstream status(fmt::format("/proc/{}/status", *process_->pid()));
    for (std::string word; status >> word;) {
      long kib = 0;
      if (word == "VmRSS:" && status >> kib) return kib / 1024;
    }
    return 0;  // it has just ended, which its connection will tell
  }

  std::string name_;
  void (*target_)(mp::Connection);
  Requests requests_;
  mp::Connection connection_;
  std::optional<mp::Process> process_;
  Clock::time_point deadline_;
};

std::string shout(const std::string& text) {
  std::string loud = text;
  std::ranges::transform(loud, loud.begin(), [](unsigned char c) { return std::toupper(c); });
  return loud;
}

std::string crash(const std::string& text) {
  if (text == "bad") std::raise(SIGSEGV);
  return shout(text);
}
std::string hang(const std::string& text) {
  while (text == "bad") std::this_thread::sleep_for(1s);
  return shout(text);
}
std::string eat(const std::string& text) {
  for (std::vector<std::string> eaten; text == "bad"; std::this_thread::sleep_for(100us)) {
    eaten.emplace_back(1 << 20, 'x');
  }
  return shout(text);
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);
  mp::set_start_method("forkserver");

  std::vector<Plugin> plugins;
  plugins.emplace_back("shouter", serve<shout>, Requests{"one", "two", "three"});
  plugins.emplace_back("crasher", serve<crash>, Requests{"good", "bad", "better"});
  plugins.emplace_back("sleeper", serve<hang>, Requests{"good", "bad", "better"});
  plugins.emplace_back("glutton", serve<eat>, Requests{"good", "bad", "better"});
  while (!std::ranges::all_of(plugins, &Plugin::done)) {
    std::vector<mp::connection::Waitable> busy;
    for (const Plugin& plugin : plugins) {
      if (!plugin.done()) busy.emplace_back(plugin.connection());
    }
    (void)mp::wait(busy, 10ms);  // time and memory are looked at each time
    for (Plugin& plugin : plugins) {
      if (!plugin.done()) plugin.look();
    }
  }
  fmt::print("the host is through\n");
}
