// SPDX-License-Identifier: MIT
// Targets in libraries that the program loads while it runs.
#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <string>

#include "helpers/mailbox.hpp"
#include "helpers/process_test_base.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::multiprocessing {
namespace {

class ProcessLibraryTest : public test::ProcessTestBase {
 protected:
  ProcessLibraryTest() { install(HILO_TEST_PLUGIN); }
  ~ProcessLibraryTest() override { std::remove(path_.c_str()); }
  // A new file, lest what is loaded of the one before changes.
  void install(const std::string& build) const {
    std::filesystem::remove(path_);
    std::filesystem::copy_file(build, path_);
  }
  [[nodiscard]] Process with_target_in_library() const {
    void* const library = ::dlopen(path_.c_str(), RTLD_NOW);
    if (library == nullptr) throw RuntimeError(::dlerror());
    return make(reinterpret_cast<void (*)(int)>(::dlsym(library, "end_with_twice")), 3);
  }
  static std::string failure_of(Process process) {
    testing::internal::CaptureStderr();
    process.start();
    EXPECT_EQ(end_of(process), 1);
    return testing::internal::GetCapturedStderr();
  }

  const std::string path_ = mailbox_.path() + ".so";
};
HILO_TEST_BY_EVERY_METHOD(ProcessLibraryTest);

TEST_P(ProcessLibraryTest, IsLoadedByTheChild) {
  Process process = with_target_in_library();
  process.start();
  EXPECT_EQ(end_of(process), 6);
}

// A copy of memory, which fork makes, needs no file.
class OtherLibraryTest : public ProcessLibraryTest {};
INSTANTIATE_TEST_SUITE_P(Methods, OtherLibraryTest,
                         testing::Values(StartMethod::spawn, StartMethod::forkserver),
                         [](const auto& method) { return std::string(to_string(method.param)); });

TEST_P(OtherLibraryTest, AnotherBuildIsAnErrorThatNamesIt) {
  const Process process = with_target_in_library();
  install(HILO_TEST_PLUGIN_OTHER);
  const std::string error = failure_of(process);
  EXPECT_NE(error.find("another build of " + path_), error.npos) << error;
}

TEST_P(OtherLibraryTest, OneThatIsGoneIsAnErrorThatNamesIt) {
  const Process process = with_target_in_library();
  std::filesystem::remove(path_);
  const std::string error = failure_of(process);
  EXPECT_NE(error.find("in " + path_ + ", which this process cannot load"), error.npos) << error;
}

}  // namespace
}  // namespace hilo::multiprocessing
