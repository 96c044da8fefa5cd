// SPDX-License-Identifier: MIT
// The same records through Python's own logging.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "helpers/run_program.hpp"
#include "hilo/logging.hpp"
#include "hilo/os.hpp"
#include "hilo/threading.hpp"
#include "logging/capture.hpp"

namespace logging = hilo::logging;
namespace threading = hilo::threading;
using hilo::test::run_program;

namespace {

bool no_python() { return run_program("python3 -c 'import logging'").exitcode != 0; }

const std::vector<std::string> k_formats = {
    "%(levelname)s:%(name)s:%(message)s",
    "[%(levelname)s] - %(threadName)-10s : %(message)s",
    "[%(levelname)s/%(processName)s] %(message)s",
    "%(asctime)s - %(name)s - %(levelname)s - %(message)s",
    "%(asctime)30s|%(asctime)-30s|%(asctime).10s",
    "%(levelname)8s|%(levelname)-9s|%(levelname)2s|%(levelname).3s|%(levelname)6.3s|",
    "%(levelname)09s|%(levelname)-09s|%(levelname)+9s|%(levelname) 9s|%(levelname).0s|%(name).s|",
    "%(message)20s|%(message)-20s|%(message).3s|%(message)-9.4s|%(message)20.5s|",
    "%(levelno)s %(levelno)d %(levelno)i %(levelno)u|%(levelno)5d|%(levelno)-5d|%(levelno)05d",
    "%(levelno)+d|%(levelno) d|%(levelno)+ d|%(levelno)+05d",
    "%(levelno)x %(levelno)X %(levelno)o|%(levelno)06x|%(levelno)-6x|%(levelno).4x",
    "%(levelno).4d|%(levelno)8.4d|%(levelno)-8.4d|%(levelno)08.4d|%(levelno)+.4d|%(levelno).0d",
    "%(levelno)f %(levelno).1f %(levelno)e %(levelno)g %(levelno)8.2f|%(levelno)5s|%(levelno).1s",
    "%(created)s %(created)d %(created)f %(created).3f %(created)e %(created)G",
    "%(created)20.2f|%(created)-20.2f|%(created)020.2f|%(created)+.0f|%(created).12g",
    "%(msecs)s %(msecs)d %(msecs)03d %(msecs)5.1f %(msecs)E %(msecs).2d %(msecs)07d",
    "%(process)d %(processName)s %(thread)d %(threadName)s %(process)9d|%(process)-9s|",
    "%(pathname)s:%(filename)s:%(module)s:%(lineno)d:%(funcName)s",
    "100%% %(message)s %%(message)s %%%(levelno)d%%%%",
    "niño %(message)s ñ",
    "",
};

const std::vector<std::string> k_refused = {
    "plain",        "{message}",   "%(nothing)s",           "%(message)",    "%(message",
    "%(message)10", "%(message)d", "%(message)y",           "%(message)s %", "%(message)s %d",
    "%(created)x",  "%()s",        "%(message)s %(other)d",
};

std::string quoted(const std::string& text) { return "'''" + text + "'''"; }

std::string list_of(const std::vector<std::string>& texts) {
  std::string list = "[";
  for (const std::string& text : texts) list += quoted(text) + ",";
  return list + "]";
}

std::string run_python(const std::string& script) {
  return run_program(
             "python3 - 2>&1 <<'END'\n# coding: utf-8\nimport logging, threading, sys\n"
             "sys.stdout.reconfigure(encoding='utf-8')\n" +
             script + "\nEND\n")
      .output;
}

spdlog::details::log_msg record() {
  spdlog::details::log_msg message({"src/app/main.cpp", 7, "void app::work(int)"}, "db.pool",
                                   spdlog::level::warn, "niño à la {} 100% %(name)s");
  message.time = spdlog::log_clock::time_point(std::chrono::milliseconds(1'700'000'000'007));
  return message;
}

std::string python_record() {
  return "record = logging.makeLogRecord(dict(name='db.pool', levelno=30, levelname='WARNING',\n"
         "  msg='niño à la {} 100% %(name)s', created=1700000000.007, msecs=7.0,\n"
         "  pathname='src/app/main.cpp', filename='main.cpp', module='main', lineno=7,\n"
         "  funcName='work', processName='MainProcess', process=" +
         std::to_string(hilo::os::getpid()) +
         ", threadName='Dump-ñ', thread=" + std::to_string(threading::get_ident()) + "))\n";
}

TEST(PythonLogTest, EveryFormatPrintsTheSame) {
  if (no_python()) GTEST_SKIP() << "there is no python3";
  const hilo::test::ThreadName name("Dump-ñ");
  const auto message = record();
  std::string ours;
  for (const std::string datefmt : {"", "%d/%m/%Y %H:%M:%S %%", "%A %j"}) {
    for (const std::string& format : k_formats) {
      spdlog::memory_buf_t line;
      logging::Formatter(format, datefmt).format(message, line);
      ours.append(line.data(), line.size());
    }
  }
  EXPECT_EQ(ours, run_python(python_record() +
                             "for datefmt in ['', '%d/%m/%Y %H:%M:%S %%', '%A %j']:\n"
                             "  for format in " +
                             list_of(k_formats) +
                             ":\n"
                             "    print(logging.Formatter(format, datefmt).format(record))\n"));
}

TEST(PythonLogTest, WhatWeRefusePythonCannotPrintEither) {
  if (no_python()) GTEST_SKIP() << "there is no python3";
  std::string ours;
  for (const std::string& format : k_refused) {
    EXPECT_THROW(logging::Formatter{format}, hilo::ValueError) << format;
    ours += "refused " + format + "\n";
  }
  EXPECT_EQ(ours, run_python(python_record() + "for format in " + list_of(k_refused) +
                             ":\n"
                             "  try:\n"
                             "    logging.Formatter(format).format(record)\n"
                             "    print('accepted', format)\n"
                             "  except Exception: print('refused', format)\n"));
}

TEST(PythonLogTest, AWholeProgramPrintsTheSame) {
  if (no_python()) GTEST_SKIP() << "there is no python3";
  const hilo::test::FreshRoot root;
  testing::internal::CaptureStderr();
  logging::get_logger("early").warning("before");
  logging::warning("one");
  logging::info("not seen");
  logging::get_logger("db").critical("two");
  logging::basic_config({.level = logging::Level::debug,
                         .format = "[%(levelname)s] - %(threadName)-10s : %(message)s",
                         .force = true});
  for (const std::string name : {"Worker", "Servicio"}) {
    threading::Thread thread({.name = name}, [] {
      logging::debug("Iniciando...");
      logging::get_logger("db.pool").error("Terminando...");
    });
    thread.start();
    thread.join();
  }
  logging::log(logging::Level{25}, "between");
  logging::get_logger("db").set_level(logging::Level::error);
  logging::get_logger("db.pool").warning("not seen");
  hilo::multiprocessing::log_to_stderr(logging::Level::warning).warning("from the process");
  const std::string ours = testing::internal::GetCapturedStderr();
  EXPECT_EQ(ours, run_python(R"(
import multiprocessing
logging.getLogger('early').warning('before')
logging.warning('one')
logging.info('not seen')
logging.getLogger('db').critical('two')
logging.basicConfig(level=logging.DEBUG, force=True,
                    format='[%(levelname)s] - %(threadName)-10s : %(message)s')
def work():
    logging.debug('Iniciando...')
    logging.getLogger('db.pool').error('Terminando...')
for name in 'Worker', 'Servicio':
    thread = threading.Thread(target=work, name=name)
    thread.start()
    thread.join()
logging.log(25, 'between')
logging.getLogger('db').setLevel(logging.ERROR)
logging.getLogger('db.pool').warning('not seen')
multiprocessing.log_to_stderr(logging.WARNING).warning('from the process')
)"));
}

}  // namespace
