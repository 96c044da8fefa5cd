// SPDX-License-Identifier: MIT
#include "hilo/threading/excepthook.hpp"

#include <gtest/gtest.h>

#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/threading/functions.hpp"

namespace hilo::threading {
namespace {

struct Trouble : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Runs a thread named "worker" to its end. Returns: what was printed on standard error.
template <class Target>
std::string errors_of(Target target) {
  testing::internal::CaptureStderr();
  Thread worker({.name = "worker"}, std::move(target));
  worker.start();
  worker.join();
  return testing::internal::GetCapturedStderr();
}

class ExceptHookTest : public testing::Test {
 protected:
  ~ExceptHookTest() override { set_excepthook({}); }

  /// Sets a hook that keeps what it is told.
  void keep() {
    set_excepthook([this](const ExceptHookArgs& args) { told.push_back(args); });
  }
  std::vector<ExceptHookArgs> told;
};

TEST_F(ExceptHookTest, TheDefaultPrintsThreadNameTypeAndText) {
  EXPECT_EQ(errors_of([] { throw std::out_of_range("no such thing"); }),
            "Exception in thread worker:\n  std::out_of_range: no such thing\n");
  EXPECT_EQ(errors_of([] { throw 2.5; }), "Exception in thread worker:\n  double\n");
}

TEST_F(ExceptHookTest, IsToldWhatLeftWhichThread) {
  keep();
  EXPECT_EQ(errors_of([] { throw Trouble("no such thing"); }), "");
  ASSERT_EQ(told.size(), 1U);
  EXPECT_NE(told[0].exc_type.find("Trouble"), std::string::npos) << told[0].exc_type;
  EXPECT_EQ(told[0].what, "no such thing");
  EXPECT_EQ(told[0].thread.name(), "worker");
  EXPECT_THROW(std::rethrow_exception(told[0].exc_value), Trouble);
}

TEST_F(ExceptHookTest, IsCalledByTheThreadWhileItLives) {
  bool alive = false;
  bool itself = false;
  set_excepthook([&](const ExceptHookArgs& args) {
    alive = args.thread.is_alive();
    itself = args.thread == current_thread();
  });
  errors_of([] { throw Trouble(""); });
  EXPECT_TRUE(alive);
  EXPECT_TRUE(itself);
}

TEST_F(ExceptHookTest, IsToldOfSubclassesToo) {
  struct Worker : Thread {
    void run() override { throw Trouble("in run"); }
  };
  keep();
  Worker worker;
  worker.start();
  worker.join();
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].thread, worker);
}

TEST_F(ExceptHookTest, SystemExitIsSilentByDefaultAndToldToAHook) {
  EXPECT_EQ(errors_of([] { throw SystemExit(3); }), "");
  keep();
  errors_of([] { throw SystemExit(3); });
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].exc_type, "hilo::SystemExit");
}

TEST_F(ExceptHookTest, AHookThatThrowsFallsBackToTheDefaultAndIsNamed) {
  set_excepthook([](const ExceptHookArgs&) { throw std::logic_error("bad hook"); });
  EXPECT_EQ(errors_of([] { throw 5; }),
            "Exception in threading.excepthook:\n  std::logic_error: bad hook\n"
            "Exception in thread worker:\n  int: 5\n");
}

TEST_F(ExceptHookTest, TheHookBeforeIsGivenBack) {
  EXPECT_FALSE(set_excepthook([](const ExceptHookArgs&) {}));
  keep();
  const ExceptHook kept = set_excepthook(default_excepthook);
  EXPECT_NE(errors_of([] { throw 5; }), "");
  set_excepthook(kept);
  EXPECT_EQ(errors_of([] { throw 5; }), "");
  EXPECT_EQ(told.size(), 1U);
}

TEST_F(ExceptHookTest, CanBeReplacedByItself) {
  set_excepthook([](const ExceptHookArgs&) { set_excepthook({}); });
  EXPECT_EQ(errors_of([] { throw 5; }), "");
  EXPECT_NE(errors_of([] { throw 5; }), "");
}

TEST_F(ExceptHookTest, CanBeCalledByThoseWhoCatchThemselves) {
  keep();
  excepthook({.exc_type = "Own", .exc_value = nullptr, .what = "text", .thread = main_thread()});
  ASSERT_EQ(told.size(), 1U);
  EXPECT_EQ(told[0].exc_type, "Own");
}

}  // namespace
}  // namespace hilo::threading
