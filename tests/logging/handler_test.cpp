// SPDX-License-Identifier: MIT
#include "hilo/logging/handler.hpp"

#include <gtest/gtest.h>

#include <spdlog/logger.h>

#include <atomic>
#include <cstdio>
#include <memory>
#include <string>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "hilo/logging.hpp"

namespace logging = hilo::logging;
using hilo::test::in_threads;

namespace {

std::string all_of(std::FILE* file) {
  std::string text;
  std::rewind(file);
  for (int letter; (letter = std::fgetc(file)) != EOF;) text += static_cast<char>(letter);
  std::erase(text, '\r');
  return text;
}

struct Close {
  void operator()(std::FILE* file) const { std::fclose(file); }
};
using File = std::unique_ptr<std::FILE, Close>;

TEST(StreamHandlerTest, ServesSpdlogsOwnLoggers) {
  const File file(std::tmpfile());
  ASSERT_NE(file, nullptr);
  const auto handler = std::make_shared<logging::StreamHandler>(file.get());
  handler->set_formatter(
      std::make_unique<logging::Formatter>("%(levelname)s:%(name)s:%(message)s"));
  handler->set_level(logging::Level::info);
  spdlog::logger logger("theirs", handler);
  logger.set_level(spdlog::level::trace);
  logger.debug("no");
  logger.warn("yes");
  handler->set_pattern("%n %v");
  logger.info("with a pattern");
  EXPECT_EQ(all_of(file.get()), "WARNING:theirs:yes\ntheirs with a pattern\n");
}

TEST(StreamHandlerTest, NullIsStandardErrorAndNoFormatter) {
  testing::internal::CaptureStderr();
  logging::StreamHandler handler(nullptr);
  handler.log({"theirs", spdlog::level::info, "seen"});
  EXPECT_EQ(testing::internal::GetCapturedStderr().substr(0, 4), "seen");
  EXPECT_THROW(handler.set_formatter(nullptr), hilo::ValueError);
}

TEST(StreamHandlerTest, LetsThroughByTheLevelsNumber) {
  const File file(std::tmpfile());
  ASSERT_NE(file, nullptr);
  const auto handler = std::make_shared<logging::StreamHandler>(file.get());
  logging::Logger logger = logging::get_logger("numbers");
  logger.add_handler(handler);
  logger.set_propagate(false);
  logger.set_level(logging::Level{1});
  handler->set_level(logging::Level{25});
  logger.info("no");
  logger.log(logging::Level{24}, "no");
  logger.log(logging::Level{25}, "25");
  handler->set_level(logging::Level{60});
  logger.critical("no");
  logger.log(logging::Level{60}, "60");
  handler->set_level(spdlog::level::info);
  logger.info("spdlog's");
  handler->set_level(logging::Level{25});
  logger.handlers().front()->set_level(spdlog::level::debug);
  logger.debug("the sink's");
  logger.remove_handler(handler);
  EXPECT_EQ(all_of(file.get()), "25\n60\nspdlog's\nthe sink's\n");
}

TEST(StreamHandlerTest, AnyFormatterCanBeUsedAndChangedByManyThreads) {
  const File file(std::tmpfile());
  ASSERT_NE(file, nullptr);
  const auto handler = std::make_shared<logging::StreamHandler>(file.get());
  logging::Logger logger = logging::get_logger("many");
  logger.add_handler(handler);
  logger.set_propagate(false);
  in_threads(4, [&](int number) {
    for (int i = 0; i < 250; ++i) {
      if (number == 0 && i % 2 == 0) handler->set_pattern("[%T.%e] %v");
      if (number == 0 && i % 2 == 1) {
        handler->set_formatter(std::make_unique<logging::Formatter>("[%(asctime)s] %(message)s"));
      }
      logger.error("line of {}", number);
    }
  });
  const std::string text = all_of(file.get());
  int lines = 0;
  for (std::size_t at = 0; at < text.size(); ++lines) {
    const std::size_t end = text.find('\n', at);
    ASSERT_NE(end, std::string::npos);
    const std::string line = text.substr(at, end - at);
    ASSERT_NE(line.find("line of "), std::string::npos) << line;
    ASSERT_EQ(line.find("line of "), line.size() - 9) << line;
    at = end + 1;
  }
  EXPECT_EQ(lines, 1000);
}

TEST(StreamHandlerTest, HandlersComeAndGoWhileOthersLog) {
  const File file(std::tmpfile());
  ASSERT_NE(file, nullptr);
  logging::Logger logger = logging::get_logger("busy");
  logger.set_propagate(false);
  logger.add_handler(std::make_shared<logging::StreamHandler>(file.get()));
  in_threads(3, [&](int number) {
    for (int i = 0; i < 200; ++i) {
      if (number == 0) {
        const auto passing = std::make_shared<logging::StreamHandler>(file.get());
        passing->set_level(logging::Level::critical);
        logger.add_handler(passing);
        logging::get_logger("busy." + std::to_string(i)).error("x");
        logger.remove_handler(passing);
      } else {
        logger.error("x");
      }
    }
  });
  EXPECT_EQ(all_of(file.get()).size(), 600U * 2);
}

}  // namespace
