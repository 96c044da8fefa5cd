// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <string>

#include "helpers/mailbox.hpp"
#include "hilo/logging.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/os.hpp"
#include "hilo/threading.hpp"
#include "logging/capture.hpp"

namespace logging = hilo::logging;
namespace mp = hilo::multiprocessing;
using hilo::test::Mailbox;

namespace {

void report(const std::string& path) {
  logging::basic_config(
      {.format = "%(processName)s %(process)d %(threadName)s %(thread)d", .filename = path});
  logging::error("");
}

std::string own_line() {
  return mp::current_process().name() + ' ' + std::to_string(hilo::os::getpid()) + ' ' +
         hilo::threading::current_thread().name() + ' ' +
         std::to_string(hilo::threading::get_ident());
}

TEST(ProcessLogTest, ASpawnedProcessHasItsOwnNamesAndNumbers) {
  Mailbox mailbox;
  mp::Process child =
      mp::get_context(mp::StartMethod::spawn).Process({.name = "Servicio"}, report, mailbox.path());
  child.start();
  const std::string pid = std::to_string(*child.pid());
  EXPECT_EQ(mailbox.take(), "Servicio " + pid + " MainThread " + pid);
  child.join();
}

TEST(ProcessLogTest, AForkedProcessHasItsOwnNumbersAlsoWhereItsParentHasLogged) {
  const hilo::test::FreshRoot root;
  Mailbox mailbox;
  logging::basic_config({.format = "%(processName)s %(process)d %(threadName)s %(thread)d",
                         .filename = mailbox.path()});
  logging::error("");
  EXPECT_EQ(mailbox.take(), own_line());
  mp::Process child([] { logging::error(""); });
  child.start();
  const std::string pid = std::to_string(*child.pid());
  EXPECT_EQ(mailbox.take(), child.name() + ' ' + pid + " MainThread " + pid);
  child.join();
}

}  // namespace
