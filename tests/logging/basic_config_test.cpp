// SPDX-License-Identifier: MIT
#include "hilo/logging/basic_config.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <system_error>

#include "hilo/errors.hpp"
#include "hilo/logging.hpp"
#include "logging/capture.hpp"

namespace logging = hilo::logging;
using hilo::test::Capture;
using logging::Level;

namespace {

template <class Work>
std::string errors_of(Work&& work) {
  testing::internal::CaptureStderr();
  work();
  std::string text = testing::internal::GetCapturedStderr();
  std::erase(text, '\r');
  return text;
}

/// A name for a file that goes with the object.
class ScratchFile {
 public:
  ScratchFile() : path_(testing::TempDir() + "hilo-" + name() + ".log") { remove(); }
  ~ScratchFile() { remove(); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  [[nodiscard]] const std::string& path() const noexcept { return path_; }
  [[nodiscard]] std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    std::string text(std::istreambuf_iterator<char>(file), {});
    std::erase(text, '\r');
    return text;
  }

 private:
  static std::string name() {
    return testing::UnitTest::GetInstance()->current_test_info()->name() +
           std::to_string(std::random_device()());
  }
  void remove() const {
    std::error_code ignored;  // Windows keeps a file that is open
    std::filesystem::remove(path_, ignored);
  }

  std::string path_;
};

class BasicConfigTest : public testing::Test {
  const hilo::test::FreshRoot root_;
};
using MultiprocessingLogTest = BasicConfigTest;

TEST_F(BasicConfigTest, TheFirstCallOnTheRootConfiguresIt) {
  EXPECT_EQ(errors_of([] {
              logging::info("no");
              logging::warning("seen {}", 1);
              logging::get_logger("db").error("too");
            }),
            "WARNING:root:seen 1\nERROR:db:too\n");
}

TEST_F(BasicConfigTest, AllCallsWorkOnTheRoot) {
  Capture capture;
  logging::basic_config(
      {.level = Level::debug, .format = "%(levelname)s %(message)s", .handlers = {capture.sink()}});
  logging::debug("1");
  logging::info("{}", 2);
  logging::warning("3");
  logging::error("4");
  logging::critical("5");
  logging::exception("6");
  logging::log(Level::info, "7");
  EXPECT_EQ(capture.take(), "DEBUG 1\nINFO 2\nWARNING 3\nERROR 4\nCRITICAL 5\nERROR 6\nINFO 7\n");
}

TEST_F(BasicConfigTest, ASecondCallDoesNothingUnlessForced) {
  Capture first;
  Capture second;
  logging::basic_config({.handlers = {first.sink()}});
  logging::basic_config({.level = Level::debug, .handlers = {second.sink()}});
  EXPECT_EQ(logging::get_logger().level(), Level::warning);
  logging::error("one");
  logging::basic_config({.level = Level::debug, .handlers = {second.sink()}, .force = true});
  logging::debug("two");
  EXPECT_EQ(first.take(), "ERROR:root:one\n");
  EXPECT_EQ(second.take(), "DEBUG:root:two\n");
}

TEST_F(BasicConfigTest, WritesToAStream) {
  testing::internal::CaptureStdout();
  logging::basic_config({.format = "%(message)s", .stream = stdout});
  std::fputs("before, ", stdout);
  logging::error("line");
  std::fputs("after", stdout);
  std::string text = testing::internal::GetCapturedStdout();
  std::erase(text, '\r');
  EXPECT_EQ(text, "before, line\nafter");
}

TEST_F(BasicConfigTest, AppendsToAFileOrEmptiesIt) {
  const ScratchFile file;
  for (const std::string mode : {"a", "a", "w"}) {
    logging::basic_config(
        {.format = "%(message)s", .filename = file.path(), .filemode = mode, .force = true});
    logging::error(mode);
  }
  EXPECT_EQ(file.content(), "w\n");
  logging::basic_config({.format = "%(message)s", .filename = file.path(), .force = true});
  logging::error("more");
  EXPECT_EQ(file.content(), "w\nmore\n");
}

TEST_F(BasicConfigTest, RefusesWhatCannotBeAndChangesNothing) {
  const auto refuses = [](const logging::BasicConfig& config) {
    EXPECT_THROW(logging::basic_config(config), hilo::ValueError);
  };
  Capture capture;
  const ScratchFile file;
  refuses({.format = "%(nothing)s"});
  refuses({.filename = file.path(), .filemode = "r"});
  refuses({.filename = file.path(), .stream = stdout});
  refuses({.stream = stdout, .handlers = {capture.sink()}});
  refuses({.handlers = {capture.sink(), nullptr}});
  EXPECT_THROW(logging::basic_config({.filename = testing::TempDir()}), std::system_error);
  EXPECT_FALSE(std::filesystem::exists(file.path()));
  EXPECT_FALSE(logging::get_logger().has_handlers());
}

TEST_F(MultiprocessingLogTest, PrintsLevelAndProcess) {
  namespace mp = hilo::multiprocessing;
  EXPECT_EQ(errors_of([] {
              logging::basic_config();  // its records do not come here
              mp::log_to_stderr(Level::info).info("{} it is", "here");
              mp::log_to_stderr();
              mp::get_logger().info("once");
              mp::get_logger().debug("no");
            }),
            "[INFO/MainProcess] here it is\n[INFO/MainProcess] once\n");
  EXPECT_EQ(mp::get_logger().name(), "multiprocessing");
}

}  // namespace
