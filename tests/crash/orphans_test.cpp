// SPDX-License-Identifier: MIT
// A parent is killed: its daemons, its forkserver and their daemons end with it, and no zombie of
// anybody stays in a family that lives.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/forget_server.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/process_tree.hpp"
#include "helpers/sanitizer.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::test {
namespace {

using namespace std::chrono_literals;

constexpr std::array k_methods = {mp::StartMethod::fork, mp::StartMethod::spawn,
                                  mp::StartMethod::forkserver};

// What a sanitizer makes of the second that everything has to end in.
constexpr auto k_within = k_sanitizer ? 10s : 1s;

void be_a_daemon(const std::string& path) {
  Mailbox::post(path, std::to_string(::getpid()));
  wait_for_a_signal();
}

/// Starts a daemon by each method, and waits.
void live_with_daemons(const std::string& path) {
  for (const mp::StartMethod method : k_methods) {
    mp::get_context(method).Process({.daemon = true}, be_a_daemon, path).start();
  }
  wait_for_a_signal();
}

/// The same, with a server of its own, and a child by each method that does the same.
void live_with_children(const std::string& path) {
  forget_server();
  mp::ensure_forkserver_running();
  for (const mp::StartMethod method : k_methods) {
    mp::get_context(method).Process(live_with_daemons, path).start();
  }
  live_with_daemons(path);
}

class OrphansTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(become_parent_of_orphans()); }

  /// A program is started and has `daemons` of them.
  void start(void (*program)(const std::string&), int daemons) {
    program_ = mp::get_context(mp::StartMethod::fork).Process(program, mailbox_.path());
    program_.start();
    for (int count = 0; count < daemons; ++count) daemons_.push_back(mailbox_.take_number());
  }
  /// All that is below the test but zombies.
  static std::vector<int> living() {
    std::vector<int> all = descendants_of(::getpid());
    std::erase_if(all, [](int pid) { return state_of(pid) == 'Z'; });
    return all;
  }
  static void kill(int pid) { ASSERT_TRUE(kill_descendant(pid)); }
  bool all_end() {
    return eventually([this] {
      reap_orphans({*program_.pid()});
      (void)program_.is_alive();
      return descendants_of(::getpid()).empty();
    });
  }

  Mailbox mailbox_;
  mp::Process program_;
  std::vector<int> daemons_;
};

TEST_F(OrphansTest, DaemonsAndForkserverEndWithinASecond) {
  start([](const std::string& path) { forget_server(), live_with_daemons(path); }, 3);
  EXPECT_EQ(living().size(), 5U) << "program, server, three daemons";
  program_.kill();
  EXPECT_LT(time_of([this] { EXPECT_TRUE(all_end()); }), k_within);
  EXPECT_EQ(program_.exitcode(), -9);
}

// Who is no daemon goes on with daemons of its own and the family's server, until it is killed.
TEST_F(OrphansTest, ChildrenKeepTheirOwnUntilTheyAreKilled) {
  start(live_with_children, 12);
  EXPECT_EQ(living().size(), 17U) << "program, server, three children, twelve daemons";
  program_.kill();
  program_.join();
  EXPECT_TRUE(eventually([] {
    reap_orphans({});
    return living().size() == 13;
  })) << "server, three children, nine daemons";
  for (const int pid : living()) {
    const bool is_daemon = std::find(daemons_.begin(), daemons_.end(), pid) != daemons_.end();
    if (!is_daemon && !children_of(pid).empty()) (void)kill_descendant(pid);
  }
  EXPECT_LT(time_of([this] { EXPECT_TRUE(all_end()); }), k_within);
}

TEST_F(OrphansTest, NoZombieStaysInALivingFamily) {
  start(live_with_children, 12);
  // The program looks after its own when it asks for them; for who has lost its parent the system
  // does, here the test in its place; for its children the server.
  for (const int daemon : daemons_) kill(daemon);
  EXPECT_TRUE(eventually([] {
    const auto all = descendants_of(::getpid());
    return std::count_if(all.begin(), all.end(), [](int pid) { return state_of(pid) == 'Z'; }) == 8;
  })) << "of the twelve the server has reaped its four";
  program_.kill();
  program_.join();
  EXPECT_TRUE(eventually([] {
    reap_orphans({});
    for (const int pid : living()) (void)kill_descendant(pid);
    return descendants_of(::getpid()).empty();
  }));
}

TEST_F(OrphansTest, TheParentsNextLookReapsAllThatWereKilled) {
  std::vector<mp::Process> children;
  for (int count = 0; count < 9; ++count) {
    children.push_back(mp::get_context(k_methods[static_cast<std::size_t>(count) % 3])
                           .Process(be_a_daemon, mailbox_.path()));
    children.back().start();
  }
  for (int count = 0; count < 9; ++count) kill(mailbox_.take_number());
  EXPECT_TRUE(eventually([] { return mp::active_children().empty(); }));
  EXPECT_LE(descendants_of(::getpid()).size(), 1U) << "the server";
}

}  // namespace
}  // namespace hilo::test
