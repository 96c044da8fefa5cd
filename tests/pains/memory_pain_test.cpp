// SPDX-License-Identifier: MIT
// What processes leave behind, and what they need to begin.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <filesystem>
#include <fstream>
#include <string>

#include "helpers/process_test_base.hpp"
#include "helpers/run_program.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;

namespace {

using mp::shared_memory::SharedMemory;

class MemoryPainTest : public hilo::test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(MemoryPainTest);

// CPython: the resource tracker of whoever attached unlinks the segment at its end (gh-82300).
TEST_P(MemoryPainTest, P10_ASegmentStaysWhenOneOfItsUsersEnds) {
  const SharedMemory segment({.create = true, .size = 100});
  EXPECT_EQ(run([](SharedMemory same) { std::memcpy(same.buf().data(), "hola", 4); }, segment), 0);
  mp::Process killed = make([](const SharedMemory&) { ::raise(SIGKILL); }, segment);
  killed.start();
  EXPECT_EQ(end_of(killed), -SIGKILL);
  const SharedMemory again(segment.name());
  EXPECT_EQ(std::memcmp(again.buf().data(), "hola", 4), 0);
  segment.unlink();
}

/// The files with a name that the caller's process has mapped or open for its shared objects.
std::string named_files() {
  std::string found;
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    if (line.find("/dev/shm/") != line.npos || line.find("/tmp/") != line.npos)
      found += line + '\n';
  }
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/fd")) {
    std::error_code gone;
    const std::string file = std::filesystem::read_symlink(entry.path(), gone);
    if (file.starts_with("/dev/shm/")) found += file + '\n';
  }
  return found;
}

// CPython: semaphores and segments of a killed program stay, or the tracker warns (gh-88887).
TEST_P(MemoryPainTest, P11_NothingHasANameThatCouldStay) {
  const std::string before = named_files();  // a sanitizer's, the build folder's
  const mp::Lock lock;
  const mp::Condition condition;
  const mp::BoundedSemaphore semaphore(2);
  const mp::Barrier barrier(2);
  const mp::Queue<std::string> queue;
  const mp::Value<int> value(1);
  const mp::Array<int> array(1000U);
  queue.put(std::string(1 << 20, 'x'));
  EXPECT_EQ(run([](mp::Lock, mp::Condition, mp::Queue<std::string>) {}, lock, condition, queue), 0);
  EXPECT_EQ(named_files(), before);
}

// CPython: OSError 38 from the first Lock, Queue or Pool on (gh-48020).
TEST_P(MemoryPainTest, P12_NeitherSharedMemoryFilesNorNamedSemaphoresAreNeeded) {
  const auto without = [](const std::string& command) {
    return hilo::test::run_program("unshare --mount sh -c 'mount -t tmpfs -o ro none /dev/shm && " +
                                   command + "'");
  };
  if (without("true").exitcode != 0) GTEST_SKIP() << "only root may take /dev/shm away";
  EXPECT_NE(without("touch /dev/shm/x").exitcode, 0);
  const auto result = without(std::string(HILO_PROCESS_PROGRAM) + ' ' +
                              std::string(mp::to_string(GetParam())) + " everything");
  EXPECT_EQ(result.exitcode, 0) << result.output;
  EXPECT_NE(result.output.find("done\n"), result.output.npos) << result.output;
}

}  // namespace
