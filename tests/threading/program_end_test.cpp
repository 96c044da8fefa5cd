// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <future>
#include <memory>
#include <thread>

#include "hilo/errors.hpp"
#include "hilo/threading/functions.hpp"
#include "hilo/threading/thread.hpp"
#include "threading/exit.hpp"

namespace hilo::threading {
namespace {

using namespace std::chrono_literals;

// Long enough for a main thread that does not wait to be through with exit().
constexpr auto k_a_while = 100ms;

void say(const char* word) { std::fprintf(stderr, "%s;", word); }

struct Static {
  const char* word;
  ~Static() { say(word); }
};

void work_a_while() {
  std::this_thread::sleep_for(k_a_while);
  say("worked");
}

class ProgramEndDeathTest : public testing::Test {
 protected:
  void SetUp() override { testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

TEST_F(ProgramEndDeathTest, WaitsForThreadsWhileStaticObjectsLive) {
  EXPECT_EXIT(
      {
        static const Static before{"before died"};
        Thread(work_a_while).start();
        static const Static after{"after died"};
        std::exit(3);
      },
      testing::ExitedWithCode(3), "worked;.*before died");
}

TEST_F(ProgramEndDeathTest, WaitsForThreadsOfThreads) {
  EXPECT_EXIT(
      {
        Thread([] {
          std::this_thread::sleep_for(k_a_while);
          Thread(work_a_while).start();
        }).start();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "worked;");
}

TEST_F(ProgramEndDeathTest, DoesNotWaitForDaemons) {
  EXPECT_EXIT(
      {
        Thread({.daemon = true}, [] { std::promise<void>().get_future().wait(); }).start();
        Thread(work_a_while).start();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "worked;");
}

TEST_F(ProgramEndDeathTest, WaitsForSharedSubclassObjects) {
  struct Worker : Thread {
    void run() override { work_a_while(); }
  };
  EXPECT_EXIT(
      {
        std::make_shared<Worker>()->start();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "worked;");
}

TEST_F(ProgramEndDeathTest, LetsThoseGoOnWhoWaitForTheMainThread) {
  EXPECT_EXIT(
      {
        Thread([] {
          main_thread().join();
          say(main_thread().is_alive() ? "alive" : "main has ended");
        }).start();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "main has ended;");
}

TEST_F(ProgramEndDeathTest, ComesFromAnyThread) {
  EXPECT_EXIT(
      {
        Thread(work_a_while).start();
        Thread leaver([] { std::exit(4); });
        leaver.start();
        leaver.join();
      },
      testing::ExitedWithCode(4), "worked;");
}

TEST_F(ProgramEndDeathTest, DoesNotWaitForThoseWhoWaitForItsCaller) {
  EXPECT_EXIT(
      {
        std::promise<void> joining;
        Thread leaver([go = joining.get_future()] {
          go.wait();
          std::exit(4);
        });
        leaver.start();
        Thread second([leaver]() mutable { leaver.join(); });
        second.start();
        Thread third([second]() mutable { second.join(); });
        third.start();
        joining.set_value();
        std::promise<void>().get_future().wait();
      },
      testing::ExitedWithCode(4), "");
}

TEST_F(ProgramEndDeathTest, WaitsForThreadsThatForeignThreadsStarted) {
  EXPECT_EXIT(
      {
        std::thread([] { Thread(work_a_while).start(); }).join();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "worked;");
}

TEST_F(ProgramEndDeathTest, RefusesThreadsOnceItIsOver) {
  struct Starter {
    ~Starter() {
      try {
        Thread([] {}).start();
      } catch (const RuntimeError& error) {
        say(error.what());
      }
    }
  };
  EXPECT_EXIT(
      {
        static const Starter starter;
        Thread([] {}).start();
        std::exit(0);
      },
      testing::ExitedWithCode(0), "the program has ended");
}

TEST_F(ProgramEndDeathTest, DaemonsMayGoOnUsingTheLibrary) {
  EXPECT_EXIT(
      {
        for (int i = 0; i < 4; ++i) {
          Thread({.daemon = true}, [] {
            try {
              for (;;) {
                Thread inner({.daemon = true}, [] {});
                inner.start();
                inner.join();
                static_cast<void>(enumerate());
              }
            } catch (const RuntimeError&) {
              // refused: the program has ended
            }
          }).start();
        }
        std::this_thread::sleep_for(k_a_while);
        std::exit(0);
      },
      testing::ExitedWithCode(0), "");
}

TEST_F(ProgramEndDeathTest, RunsItsPhasesInOrder) {
  EXPECT_EXIT(
      {
        detail::at_program_end(detail::EndPhase::processes, [] { say("processes"); });
        detail::at_program_end(detail::EndPhase::threads, [] { say("threads"); });
        detail::run_program_end();
        std::_Exit(0);
      },
      testing::ExitedWithCode(0), "threads;processes;");
}

}  // namespace
}  // namespace hilo::threading
