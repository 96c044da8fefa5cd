// SPDX-License-Identifier: MIT
// How the errors of tasks come home.
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <new>
#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/multiprocessing/pool/pool.hpp"
#include "hilo/multiprocessing/remote_origin.hpp"

namespace {

using namespace std::chrono_literals;
namespace mp = hilo::mp;

int worker_id() { return ::getpid(); }
int fail_far(int) { throw std::out_of_range("far"); }
void fail_in_system() { throw std::system_error(ENOENT, std::generic_category(), "hilo: open"); }
void fail_without_memory() { throw std::bad_alloc(); }
struct OwnError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
struct KnownError : std::runtime_error {
  using std::runtime_error::runtime_error;
};
void fail_own() { throw OwnError("mine"); }
void fail_known() { throw KnownError("ours"); }
void fail_with_number() { throw 42; }

/// Refuses to be read where it arrives.
struct Unreadable {
  int value = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value);
    if (value == 13) throw std::runtime_error("unreadable");
  }
};
int value_of(const Unreadable& object) { return object.value; }
Unreadable unreadable() { return {13}; }

TEST(PoolErrorTest, ComesHomeWithItsType) {
  mp::Pool pool(1);
  const int pid = pool.apply(worker_id);
  try {
    (void)pool.apply(fail_far, 1);
    FAIL();
  } catch (const std::out_of_range& error) {
    const auto* origin = dynamic_cast<const mp::RemoteOrigin*>(&error);
    ASSERT_NE(origin, nullptr);
    EXPECT_EQ(origin->pid, pid);
    EXPECT_EQ(origin->text, "far");
    EXPECT_TRUE(origin->process.starts_with("PoolWorker-"));
    EXPECT_TRUE(std::string(error.what()).starts_with("far (in process 'PoolWorker-"));
  }
  try {
    pool.apply(fail_in_system);
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
  }
  EXPECT_THROW(pool.apply(fail_without_memory), std::bad_alloc);
  EXPECT_EQ(pool.apply(worker_id), pid);
}

TEST(PoolErrorTest, ComesHomeAsRemoteErrorWhereItIsUnknown) {
  mp::Pool pool(1);
  try {
    pool.apply(fail_own);
    FAIL();
  } catch (const hilo::RemoteError& error) {
    EXPECT_NE(std::string(error.what()).find("OwnError: mine"), std::string::npos);
  }
  EXPECT_THROW(pool.apply(fail_with_number), hilo::RemoteError);
  mp::register_exception<KnownError>();
  EXPECT_THROW(pool.apply(fail_known), KnownError);
}

TEST(PoolErrorTest, FailsOnlyTheTaskThatCannotCross) {
  mp::Pool pool(1);
  const int pid = pool.apply(worker_id);
  EXPECT_THROW((void)pool.apply(value_of, Unreadable{13}), std::runtime_error);
  EXPECT_THROW((void)pool.apply(unreadable), std::runtime_error);
  EXPECT_EQ(pool.apply(value_of, Unreadable{1}), 1);
  EXPECT_EQ(pool.apply(worker_id), pid);
}

}  // namespace
