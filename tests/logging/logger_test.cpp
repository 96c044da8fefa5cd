// SPDX-License-Identifier: MIT
#include "hilo/logging/logger.hpp"

#include <gtest/gtest.h>

#include <spdlog/sinks/base_sink.h>

#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <type_traits>

#include "hilo/errors.hpp"
#include "hilo/logging.hpp"
#include "logging/capture.hpp"

namespace logging = hilo::logging;
using hilo::test::Capture;
using logging::Level;

namespace {

class FailingSink : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
  void sink_it_(const spdlog::details::log_msg& /*message*/) override {
    throw std::runtime_error("the disk is full");
  }
  void flush_() override {}
};

struct Unprintable {};

}  // namespace

template <>
struct fmt::formatter<Unprintable> : fmt::formatter<int> {
  auto format(const Unprintable& /*value*/, fmt::format_context& context) const
      -> decltype(context.out()) {
    throw std::runtime_error("no such thing");
  }
};

namespace {

TEST(LoggerTest, OneNameIsOneLogger) {
  EXPECT_EQ(logging::get_logger("a.b"), logging::get_logger("a.b"));
  EXPECT_NE(logging::get_logger("a"), logging::get_logger("a.b"));
  EXPECT_EQ(logging::get_logger(), logging::get_logger("root"));
  EXPECT_EQ(logging::get_logger("a.b").name(), "a.b");
}

TEST(LoggerTest, HasItsParentsLevelUnlessItHasItsOwn) {
  const logging::Logger leaf = logging::get_logger("level.of.leaf");
  logging::Logger middle = logging::get_logger("level.of");
  EXPECT_EQ(leaf.get_effective_level(), Level::warning);
  middle.set_level(Level::debug);
  EXPECT_EQ(leaf.level(), Level::notset);
  EXPECT_EQ(leaf.get_effective_level(), Level::debug);
  EXPECT_TRUE(leaf.is_enabled_for(Level::debug));
  EXPECT_FALSE(leaf.is_enabled_for(Level{9}));
  middle.set_level(Level::notset);
  EXPECT_FALSE(leaf.is_enabled_for(Level::info));
}

TEST(LoggerTest, LeavesOutWhatIsBelowItsLevel) {
  Capture capture("%(levelname)s %(message)s");
  logging::Logger logger = logging::get_logger("levels");
  logger.add_handler(capture.sink());
  logger.debug("no");
  logger.info("no");
  logger.warning("one");
  logger.error("two");
  logger.critical("three");
  EXPECT_EQ(capture.take(), "WARNING one\nERROR two\nCRITICAL three\n");
  logger.set_level(Level::debug);
  logger.debug("four");
  logger.info("five");
  EXPECT_EQ(capture.take(), "DEBUG four\nINFO five\n");
}

TEST(LoggerTest, LevelsBetweenTheNamedOnesHaveTheirNumber) {
  Capture capture("%(levelname)s %(levelno)d");
  logging::Logger logger = logging::get_logger("numbers");
  logger.add_handler(capture.sink());
  logger.set_level(Level{25});
  logger.log(Level{25}, "yes");
  logger.log(Level{24}, "no");
  logger.log(Level{60}, "yes");
  EXPECT_EQ(capture.take(), "Level 25 25\nLevel 60 60\n");
}

TEST(LoggerTest, PassesRecordsUpTheTree) {
  Capture above;
  Capture below;
  logging::Logger parent = logging::get_logger("up");
  logging::Logger child = logging::get_logger("up.and.down");
  parent.add_handler(above.sink());
  child.add_handler(below.sink());
  child.error("both");
  EXPECT_EQ(above.take(), "both\n");
  EXPECT_EQ(below.take(), "both\n");
  child.set_propagate(false);
  child.error("one");
  EXPECT_EQ(above.take(), "");
  EXPECT_EQ(below.take(), "one\n");
}

TEST(LoggerTest, AHandlerIsAddedOnceAndCanBeRemoved) {
  Capture capture;
  logging::Logger logger = logging::get_logger("handlers");
  EXPECT_FALSE(logger.has_handlers());
  logger.add_handler(capture.sink());
  logger.add_handler(capture.sink());
  EXPECT_EQ(logger.handlers().size(), 1U);
  EXPECT_TRUE(logging::get_logger("handlers.child").has_handlers());
  logger.error("once");
  EXPECT_EQ(capture.take(), "once\n");
  logger.remove_handler(capture.sink());
  logger.remove_handler(capture.sink());
  EXPECT_FALSE(logger.has_handlers());
}

TEST(LoggerTest, RefusesNoHandlerAndANameTooDeep) {
  EXPECT_THROW(logging::get_logger("null").add_handler(nullptr), hilo::ValueError);
  EXPECT_FALSE(logging::get_logger("null").has_handlers());
  EXPECT_EQ(logging::get_logger(std::string(999, '.')).name().size(), 999U);
  EXPECT_THROW((void)logging::get_logger(std::string(200'000, '.')), hilo::ValueError);
}

template <class Arg>
concept TakesATextWithoutBraces = requires {
  typename std::bool_constant<(hilo::detail::LogMessage<Arg>("%s of"), true)>;
};
template <class Arg>
concept TakesATextWithBraces = requires {
  typename std::bool_constant<(hilo::detail::LogMessage<Arg>("{} of"), true)>;
};
static_assert(TakesATextWithBraces<int>);
static_assert(!TakesATextWithoutBraces<int>, "Python's %s would print no argument");

TEST(LoggerTest, AHandlersOwnLevelCounts) {
  Capture capture;
  capture.sink()->set_level(logging::to_spdlog(Level::error));
  logging::Logger logger = logging::get_logger("handler_level");
  logger.add_handler(capture.sink());
  logger.warning("no");
  logger.error("yes");
  EXPECT_EQ(capture.take(), "yes\n");
}

TEST(LoggerTest, WithoutAHandlerTheGraveIsSeenNevertheless) {
  testing::internal::CaptureStderr();
  logging::Logger logger = logging::get_logger("no.handler");
  logger.set_level(Level::debug);
  logger.info("no");
  logger.warning("seen");
  std::string seen = testing::internal::GetCapturedStderr();
  std::erase(seen, '\r');
  EXPECT_EQ(seen, "seen\n");
}

TEST(LoggerTest, ATextWithoutArgumentsIsPrintedAsItIs) {
  Capture capture;
  logging::Logger logger = logging::get_logger("texts");
  logger.add_handler(capture.sink());
  logger.error("100% {braces} {");
  logger.error(std::string("a string"));
  logger.error(std::string_view("a view"));
  logger.error("{} of {:03}", "one", 7);
  logger.error(fmt::runtime("{}!"), 1);
  EXPECT_EQ(capture.take(), "100% {braces} {\na string\na view\none of 007\n1!\n");
}

TEST(LoggerTest, RecordsWhereTheCallStands) {
  Capture capture("%(filename)s:%(lineno)d:%(funcName)s");
  logging::Logger logger = logging::get_logger("places");
  logger.add_handler(capture.sink());
  const int line = __LINE__ + 1;
  logger.error("without arguments");
  logger.error("with {}", "arguments");
  const auto lambda = [&] { logger.error("in a lambda"); };
  lambda();
  EXPECT_EQ(capture.take(), fmt::format("logger_test.cpp:{}:TestBody\nlogger_test.cpp:{}:TestBody\n"
                                        "logger_test.cpp:{}:<lambda>\n",
                                        line, line + 1, line + 2));
}

TEST(LoggerTest, AnExceptionIsDescribedBelowTheLine) {
  Capture capture("%(message)s, said %(name)s");
  logging::Logger logger = logging::get_logger("trouble");
  logger.add_handler(capture.sink());
  try {
    throw std::runtime_error("no such thing");
  } catch (...) {
    logger.exception("failed {}", 1);
    logger.error("told");
  }
  logger.exception("nothing to tell");
  EXPECT_EQ(capture.take(),
            "failed 1, said trouble\nstd::runtime_error: no such thing\ntold, said trouble\n"
            "nothing to tell, said trouble\n");
}

TEST(LoggerTest, SpdlogsOwnPatternsPrintTheExceptionToo) {
  Capture capture;
  capture.sink()->set_pattern("%v");
  logging::Logger logger = logging::get_logger("pattern");
  logger.add_handler(capture.sink());
  try {
    throw std::runtime_error("no such thing");
  } catch (...) {
    logger.exception("failed");
  }
  EXPECT_EQ(capture.take(), "failed\nstd::runtime_error: no such thing\n");
}

TEST(LoggerTest, WhatFailsIsToldAndTheOtherHandlersGoOn) {
  Capture capture;
  logging::Logger logger = logging::get_logger("failing");
  logger.add_handler(std::make_shared<FailingSink>());
  logger.add_handler(capture.sink());
  testing::internal::CaptureStderr();
  logger.error("a line");
  logger.error("{}", Unprintable());
  logger.error(fmt::runtime("{} {}"), 1);
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_EQ(capture.take(), "a line\n");
  EXPECT_NE(told.find("--- Logging error ---\n"), std::string::npos);
  EXPECT_NE(told.find("std::runtime_error: the disk is full"), std::string::npos);
  EXPECT_NE(told.find("std::runtime_error: no such thing"), std::string::npos);
  EXPECT_NE(told.find("format_error: argument not found"), std::string::npos);
}

TEST(LoggerTest, AHandlerMayLogItself) {
  class Chatty : public spdlog::sinks::base_sink<spdlog::details::null_mutex> {
    void sink_it_(const spdlog::details::log_msg& /*message*/) override {
      logging::get_logger("chatty.inner").error("inner");
    }
    void flush_() override {}
  };
  Capture capture("%(message)s %(levelno)s");
  logging::Logger inner = logging::get_logger("chatty.inner");
  inner.set_propagate(false);
  inner.add_handler(capture.sink());
  logging::Logger outer = logging::get_logger("chatty");
  outer.add_handler(std::make_shared<Chatty>());
  outer.add_handler(capture.sink());
  outer.log(Level{45}, "outer");
  EXPECT_EQ(capture.take(), "inner 40\nouter 45\n");
}

TEST(LevelTest, HasPythonsNames) {
  EXPECT_EQ(logging::get_level_name(Level::warning), "WARNING");
  EXPECT_EQ(logging::get_level_name(Level::critical), "CRITICAL");
  EXPECT_EQ(logging::get_level_name(Level::notset), "NOTSET");
  EXPECT_EQ(logging::get_level_name(Level{-1}), "Level -1");
}

TEST(LevelTest, StandsBesideSpdlogs) {
  for (const Level level :
       {Level::debug, Level::info, Level::warning, Level::error, Level::critical}) {
    EXPECT_EQ(logging::from_spdlog(logging::to_spdlog(level)), level);
  }
  EXPECT_EQ(logging::to_spdlog(Level{39}), spdlog::level::warn);
  EXPECT_EQ(logging::to_spdlog(Level{1}), spdlog::level::trace);
  EXPECT_EQ(logging::to_spdlog(Level{1000}), spdlog::level::critical);
}

}  // namespace
