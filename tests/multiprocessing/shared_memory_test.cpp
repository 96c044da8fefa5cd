// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/shared_memory.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <string>
#include <system_error>

#include "helpers/eventually.hpp"
#include "helpers/footprint.hpp"
#include "helpers/kills.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/process_test_base.hpp"
#include "helpers/pythons.hpp"
#include "helpers/run_program.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;
using mp::managers::SharedMemoryManager;
using mp::shared_memory::SharedMemory;
using mp::shared_memory::unlink_orphans;

namespace {

bool exists(const std::string& name) { return ::access(("/dev/shm/" + name).c_str(), F_OK) == 0; }

/// Whether the orphan's name goes: a test beside this one may be at it just now.
bool goes(const std::string& name) {
  return hilo::test::eventually([&] { return unlink_orphans(), !exists(name); });
}

std::string text(const SharedMemory& segment, std::size_t size = 4) {
  return {reinterpret_cast<const char*>(segment.buf().data()), size};
}
void write(const SharedMemory& segment, const char* text) {
  std::memcpy(segment.buf().data(), text, std::strlen(text));
}

std::errc error_of(const mp::shared_memory::SharedMemoryOptions& options) {
  try {
    SharedMemory segment(options);
  } catch (const std::system_error& error) {
    return static_cast<std::errc>(error.code().value());
  }
  return {};
}

/// Unlinks at the end of a test, however it ends.
struct Unlinked {
  std::string name;
  ~Unlinked() { ::unlink(("/dev/shm/" + name).c_str()); }
};

TEST(SharedMemoryTest, HasPythonsFormAndTheSizeAskedFor) {
  const SharedMemory segment({.create = true, .size = 5000});
  const Unlinked unlinked{segment.name()};
  EXPECT_EQ(segment.name().size(), 12u);
  EXPECT_TRUE(segment.name().starts_with("psm_"));
  EXPECT_EQ(segment.size(), 5000u);
  EXPECT_TRUE(
      std::ranges::all_of(segment.buf(), [](std::byte byte) { return byte == std::byte(); }));
  struct stat status {};
  ASSERT_EQ(::stat(("/dev/shm/" + segment.name()).c_str(), &status), 0);
  EXPECT_EQ(status.st_size, 5000);
  EXPECT_EQ(status.st_mode, S_IFREG | 0600u);
}

TEST(SharedMemoryTest, IsOpenedByItsNameAndStaysUntilUnlinked) {
  const hilo::testing::Footprint before;
  {
    SharedMemory segment({.create = true, .size = 10});
    SharedMemory same(segment.name());
    write(segment, "hola");
    EXPECT_EQ(text(same), "hola");
    const SharedMemory copy = segment;
    segment.close();
    segment.close();
    EXPECT_TRUE(segment.buf().empty());
    EXPECT_EQ(text(copy), "hola") << "a copy has it open";
    EXPECT_EQ(copy, same);
    segment.unlink();
    EXPECT_EQ(text(same), "hola") << "only the name has gone";
    EXPECT_THROW(segment.unlink(), std::system_error);
  }
  EXPECT_EQ(hilo::testing::Footprint(), before);
}

TEST(SharedMemoryTest, HasNoBytesWhereItWasMovedFrom) {
  SharedMemory segment({.create = true, .size = 10});
  SharedMemory moved = std::move(segment);
  moved.unlink();
  moved.close();
  EXPECT_TRUE(segment.buf().empty());  // NOLINT(bugprone-use-after-move)
  EXPECT_EQ(segment.size(), 0u);
}

TEST(SharedMemoryTest, RefusesWhatCannotBe) {
  const SharedMemory segment({.create = true, .size = 10});
  const Unlinked unlinked{segment.name()};
  EXPECT_EQ(error_of({.name = segment.name(), .create = true, .size = 10}), std::errc::file_exists);
  EXPECT_EQ(error_of({.name = "hilo_no_such_segment"}), std::errc::no_such_file_or_directory);
  EXPECT_NE(error_of({.create = true, .size = std::size_t{1} << 50}), std::errc());
  EXPECT_THROW(SharedMemory({.create = true}), hilo::ValueError);
  EXPECT_THROW(SharedMemory({.size = 10}), hilo::ValueError);
  EXPECT_THROW(SharedMemory("a/b"), hilo::ValueError);
  EXPECT_THROW(SharedMemory(std::string("a\0b", 3)), hilo::ValueError);
  EXPECT_THROW(SharedMemory(std::string(300, 'x')), hilo::ValueError);
  EXPECT_THROW(SharedMemory(".."), hilo::ValueError);
}

class SharedMemoryProcessTest : public hilo::test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(SharedMemoryProcessTest);

TEST_P(SharedMemoryProcessTest, TravelsByName) {
  const SharedMemory segment({.create = true, .size = 10});
  const Unlinked unlinked{segment.name()};
  const int code = run(
      +[](SharedMemory same) {
        if (same.size() != 10) throw hilo::SystemExit(3);
        write(same, "peer");
      },
      segment);
  EXPECT_EQ(code, 0);
  EXPECT_EQ(text(segment), "peer");
  EXPECT_TRUE(exists(segment.name())) << "the child's end does not unlink it";
}

TEST(SharedMemoryManagerTest, UnlinksAtItsEnd) {
  const hilo::testing::Footprint before;
  {
    SharedMemoryManager manager;
    const auto segment = manager.SharedMemory(100);
    const auto list = manager.ShareableList({1, "dos", nullptr});
    EXPECT_TRUE(exists(segment.name()));
    EXPECT_TRUE(exists(list.name()));
    (void)unlink_orphans();
    EXPECT_TRUE(exists(segment.name()) && exists(list.name())) << "they have an owner";
    list.shm().unlink();
    EXPECT_THROW((void)manager.SharedMemory(0), hilo::ValueError);
    manager.shutdown();
    EXPECT_FALSE(exists(segment.name()));
    EXPECT_THROW((void)manager.SharedMemory(100), hilo::RuntimeError);
  }
  EXPECT_EQ(hilo::testing::Footprint(), before);
}

TEST(SharedMemoryManagerTest, AForkedChildUnlinksNothing) {
  SharedMemoryManager manager;
  const auto segment = manager.SharedMemory(100);
  mp::Process child = mp::get_context(mp::StartMethod::fork).Process([&] { manager.shutdown(); });
  child.start();
  child.join();
  EXPECT_EQ(child.exitcode(), 0);
  EXPECT_TRUE(exists(segment.name()));
}

TEST(SharedMemoryManagerTest, WhatAKilledProcessLeftIsUnlinkedByTheNext) {
  for (unsigned round = 0; round < hilo::testing::kills(50); ++round) {
    hilo::test::Mailbox mailbox;
    mp::Process victim = mp::get_context(mp::StartMethod::fork).Process([&] {
      std::optional<SharedMemoryManager> manager;
      for (int made = 0;; ++made) {
        if (made % 8 == 0) manager.emplace();
        const auto segment = manager->SharedMemory(100);
        const auto list = manager->ShareableList({1, 2});
        if (made == 0) hilo::test::Mailbox::post(mailbox.path(), segment.name());
      }
    });
    victim.start();
    const std::string first = mailbox.take();
    EXPECT_TRUE(first.starts_with("psm_"));
    ::usleep(round * 50);  // the instant of the kill is what varies; nothing is waited for
    victim.kill();
    victim.join();
    SharedMemoryManager next;
    (void)next.SharedMemory(1);
    EXPECT_TRUE(hilo::test::eventually([&] { return !exists(first); }));
  }
}

TEST(SharedMemoryManagerTest, OrphansAreNobodysAndOurs) {
  const SharedMemory kept({.create = true, .size = 10});  // not tracked
  const Unlinked unlinked{kept.name()};
  std::string name;
  {
    SharedMemory tracked({.create = true, .size = 10, .track = true});
    name = tracked.name();
    const SharedMemory user(name);
    tracked.close();
    (void)unlink_orphans();
    EXPECT_TRUE(exists(name)) << "another has it open";
  }
  EXPECT_TRUE(goes(name));
  EXPECT_TRUE(exists(kept.name()));
}

class SharedMemoryPythonTest : public testing::TestWithParam<hilo::test::Python> {
 protected:
  static void python(const std::string& role, const std::string& name) {
    const auto result = hilo::test::run_program(GetParam().path + " " HILO_SHARED_MEMORY_PEER " " +
                                                role + " " + name);
    EXPECT_EQ(result.exitcode, 0) << result.output;
    EXPECT_EQ(result.output, "") << "the tracker complains";
  }
};

TEST_P(SharedMemoryPythonTest, OpensWhatPythonMade) {
  const Unlinked unlinked{"psm_test_" + std::to_string(::getpid())};
  python("make", unlinked.name);
  const SharedMemory segment(unlinked.name);
  EXPECT_EQ(segment.size(), 5000u);
  EXPECT_EQ(text(segment), "peer");
  write(segment, "hilo");
  python("use", unlinked.name);
  EXPECT_EQ(text(segment), "peer");
  segment.unlink();
}

TEST_P(SharedMemoryPythonTest, PythonOpensWhatHiloMade) {
  const SharedMemory segment({.create = true, .size = 5000});
  const Unlinked unlinked{segment.name()};
  for (int round = 0; round < 2; ++round) {
    write(segment, "hilo");
    python("use", segment.name());
    EXPECT_EQ(text(segment), "peer");
    EXPECT_TRUE(exists(segment.name())) << "its tracker has destroyed it";
  }
}

HILO_TEST_BY_EVERY_PYTHON(SharedMemoryPythonTest, 8);

}  // namespace
