// SPDX-License-Identifier: MIT
#include "hilo/logging/formatter.hpp"

#include <gtest/gtest.h>

#include <string>

#include "hilo/errors.hpp"
#include "hilo/threading/thread.hpp"

namespace logging = hilo::logging;
namespace threading = hilo::threading;

namespace {

std::string formatted(const std::string& format, const std::string& text = "Iniciando...") {
  const spdlog::details::log_msg message({"src/app/main.cpp", 7, "void app::work(int)"}, "db",
                                         spdlog::level::warn, text);
  spdlog::memory_buf_t line;
  logging::Formatter(format).format(message, line);
  std::string result(line.data(), line.size());
  std::erase(result, '\r');
  EXPECT_TRUE(result.ends_with('\n'));
  result.pop_back();
  return result;
}

std::string refusal(const std::string& format) {
  try {
    const logging::Formatter formatter(format);
  } catch (const hilo::ValueError& error) {
    return error.what();
  }
  return "(none)";
}

TEST(LogFormatterTest, PrintsTheDocumentsLine) {
  std::string line;
  threading::Thread worker({.name = "Worker"}, [&] {
    line = formatted("[%(levelname)s] - %(threadName)-10s : %(message)s");
  });
  worker.start();
  worker.join();
  EXPECT_EQ(line, "[WARNING] - Worker     : Iniciando...");
}

TEST(LogFormatterTest, KnowsTheRecordAndItsPlace) {
  EXPECT_EQ(formatted("%(name)s %(levelname)s %(levelno)d %(message)s"),
            "db WARNING 30 Iniciando...");
  EXPECT_EQ(formatted("%(pathname)s %(filename)s %(module)s %(lineno)d %(funcName)s"),
            "src/app/main.cpp main.cpp main 7 work");
  EXPECT_EQ(formatted("%(threadName)s %(processName)s"), "MainThread MainProcess");
}

TEST(LogFormatterTest, PadsToTheRightToTheLeftAndCuts) {
  EXPECT_EQ(formatted("%(levelname)9s|%(levelname)-9s|%(levelname)3s|%(levelname).4s|%(name)5.1s|"),
            "  WARNING|WARNING  |WARNING|WARN|    d|");
  EXPECT_EQ(formatted("%(lineno)03d|%(lineno)-3d|%(lineno)+d|%(lineno) d|%(lineno)3d|"),
            "007|7  |+7| 7|  7|");
}

TEST(LogFormatterTest, CountsCharactersNotBytes) {
  EXPECT_EQ(formatted("%(message)6s|", "niño"), "  niño|");
  EXPECT_EQ(formatted("%(message)-6s|", "niño"), "niño  |");
  EXPECT_EQ(formatted("%(message).3s|", "niño"), "niñ|");
}

TEST(LogFormatterTest, AnyBytesAreAMessage) {
  EXPECT_EQ(formatted("%(message)s", "100% {} %(name)s"), "100% {} %(name)s");
  EXPECT_EQ(formatted("%(message)4s|", "\xff\xfe"), "  \xff\xfe|");
  EXPECT_EQ(formatted("%(message).2s|", "a\x80\x80"), "a\x80\x80|");
}

TEST(LogFormatterTest, TwoPercentSignsAreOne) {
  EXPECT_EQ(formatted("%%100%%(x) %(name)s%%"), "%100%(x) db%");
}

TEST(LogFormatterTest, ARecordWithoutAPlaceSaysSo) {
  const spdlog::details::log_msg message("db", spdlog::level::info, "text");
  spdlog::memory_buf_t line;
  logging::Formatter("%(pathname)s:%(lineno)d %(funcName)s").format(message, line);
  EXPECT_TRUE(
      std::string(line.data(), line.size()).starts_with("(unknown file):0 (unknown function)"));
}

TEST(LogFormatterTest, RefusesWhatItCannotPrintAndNamesIt) {
  EXPECT_EQ(
      refusal("%(message)s %(thraedName)-10s"),
      "hilo: log format '%(message)s %(thraedName)-10s', at '%(thraedName)': there is no field "
      "'thraedName'");
  EXPECT_EQ(refusal("%(name)d"),
            "hilo: log format '%(name)d', at '%(name)d': 'name' cannot be printed as 'd'");
  for (const std::string format :
       {"%(message)", "%(message", "%(message)10", "%(message)-", "%(message).", "%(message)!",
        "%(message)s 5%", "%(message)s %d", "%(message)s %s", "%()s", "%(created)x", "%(message)q",
        "%(message)99999999999s", "%(message)*s", "%( message)s", "%(MESSAGE)s"}) {
    EXPECT_TRUE(refusal(format).starts_with("hilo: log format '" + format + "', at '%")) << format;
  }
}

TEST(LogFormatterTest, RefusesAFormatThatPrintsNothingOfTheRecord) {
  EXPECT_EQ(refusal("{message}"),
            "hilo: log format '{message}' prints nothing of the record, as %(message)s would");
}

TEST(LogFormatterTest, PrintsTheMessageIfTheFormatIsEmpty) {
  const spdlog::details::log_msg message("db", spdlog::level::info, "text");
  spdlog::memory_buf_t line;
  logging::Formatter("").format(message, line);
  EXPECT_TRUE(std::string_view(line.data(), line.size()).starts_with("text"));
}

TEST(LogFormatterTest, RefusesADateFormatWithoutEnd) {
  const auto refuses = [](const std::string& datefmt) {
    EXPECT_THROW(logging::Formatter("%(message)s", datefmt), hilo::ValueError);
  };
  refuses(std::string(1, '\0'));
  refuses(std::string("%H\0%M", 5));
  refuses("%1000000000d");
}

TEST(LogFormatterTest, TakesAnyDateFormat) {
  const auto with = [](const std::string& datefmt) {
    spdlog::details::log_msg message("db", spdlog::level::info, "text");
    message.time = {};
    spdlog::memory_buf_t line;
    logging::Formatter("%(asctime)s|%(message)s", datefmt).format(message, line);
    std::string text(line.data(), line.size());
    return text.substr(0, text.find('|'));
  };
  EXPECT_EQ(with("%%"), "%");
  EXPECT_EQ(with(" "), " ");
  std::string much;
  for (int i = 0; i < 500; ++i) much += "%%-";
  EXPECT_EQ(with(much).size(), 1000U);
  EXPECT_EQ(with("").size(), std::string("1970-01-01 00:00:00,000").size());
}

}  // namespace
