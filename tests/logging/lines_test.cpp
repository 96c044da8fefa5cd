// SPDX-License-Identifier: MIT
// Lines of several processes and threads stay whole, and a child of threads that log can log.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/logging.hpp"
#include "hilo/multiprocessing.hpp"
#include "logging/capture.hpp"

namespace logging = hilo::logging;
namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

namespace {

constexpr int k_processes = 8;
constexpr int k_lines = 400;

// Line i of a process: its letter, as many as the line's number asks for.
std::string text_of(int process, int i, int longest) {
  return std::string(static_cast<std::size_t>(1 + (i * 37) % longest),
                     static_cast<char>('a' + process));
}

void log_many(int process, int longest) {
  for (int i = 0; i < k_lines; ++i) logging::error(text_of(process, i, longest));
}

std::vector<mp::Process> start_loggers(int longest) {
  std::vector<mp::Process> processes;
  for (int process = 0; process < k_processes; ++process) {
    processes.emplace_back(log_many, process, longest);
    processes.back().start();
  }
  return processes;
}

// Each process's lines are there, whole and in its order.
void expect_whole_lines(const std::string& text, int longest) {
  std::map<char, int> seen;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    ASSERT_FALSE(line.empty());
    const int process = line.front() - 'a';
    ASSERT_EQ(line, text_of(process, seen[line.front()]++, longest));
  }
  EXPECT_EQ(seen.size(), k_processes);
  for (const auto& [letter, count] : seen) EXPECT_EQ(count, k_lines) << letter;
}

/// A pipe, its writing end as a stream.
class Pipe {
 public:
  explicit Pipe(int flags = 0) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC | flags) != 0) std::abort();
    reader_ = ends[0];
    writer_ = ::fdopen(ends[1], "w");
  }
  ~Pipe() {
    close_writer();
    close_reader();
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;

  [[nodiscard]] std::FILE* writer() const noexcept { return writer_; }
  [[nodiscard]] int reader() const noexcept { return reader_; }
  void close_writer() {
    if (writer_ != nullptr) std::fclose(std::exchange(writer_, nullptr));
  }
  void close_reader() {
    if (reader_ >= 0) ::close(std::exchange(reader_, -1));
  }
  /// The next line; what there is of it after twenty seconds without more.
  [[nodiscard]] std::string take_line() {
    std::string line;
    struct pollfd more = {reader_, POLLIN, 0};
    for (char letter = 0; ::poll(&more, 1, 20'000) == 1; line += letter) {
      if (::read(reader_, &letter, 1) != 1 || letter == '\n') break;
    }
    return line;
  }
  /// All, up to the end of the last writer.
  [[nodiscard]] std::string drain() {
    std::string text;
    std::array<char, 65536> part{};
    for (ssize_t size; (size = ::read(reader_, part.data(), part.size())) > 0;) {
      text.append(part.data(), static_cast<std::size_t>(size));
    }
    return text;
  }

 private:
  int reader_ = -1;
  std::FILE* writer_ = nullptr;
};

/// A file name in a folder that goes with the object.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string folder = testing::TempDir() + "hilo-log-XXXXXX";
    if (::mkdtemp(folder.data()) == nullptr) std::abort();
    folder_ = folder;
  }
  ~ScratchFolder() {
    ::unlink(file().c_str());
    ::rmdir(folder_.c_str());
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;

  [[nodiscard]] std::string file() const { return folder_ + "/log"; }
  [[nodiscard]] std::string content() const {
    std::ostringstream text;
    text << std::ifstream(file()).rdbuf();
    return text.str();
  }

 private:
  std::string folder_;
};

void join_all(std::vector<mp::Process>& processes) {
  for (mp::Process& process : processes) {
    ASSERT_TRUE(process.join(30s));
    EXPECT_EQ(process.exitcode(), 0);
  }
}

class LogLinesTest : public testing::Test {
  const hilo::test::FreshRoot root_;
};
using LogForkTest = LogLinesTest;

// Longer than what the system writes to a full pipe in one piece, and than the pipe.
TEST_F(LogLinesTest, OfEightProcessesStayWholeInAPipe) {
  constexpr int longest = 100'000;
  Pipe pipe;
  logging::basic_config({.format = "%(message)s", .stream = pipe.writer()});
  auto processes = start_loggers(longest);
  pipe.close_writer();
  const std::string text = pipe.drain();
  join_all(processes);
  expect_whole_lines(text, longest);
}

TEST_F(LogLinesTest, OfAnyLengthStayWholeInAFile) {
  constexpr int longest = 100'000;
  const ScratchFolder folder;
  logging::basic_config({.format = "%(message)s", .filename = folder.file()});
  auto processes = start_loggers(longest);
  join_all(processes);
  expect_whole_lines(folder.content(), longest);
}

TEST_F(LogLinesTest, OfProcessesThatOpenTheFileThemselvesStayWhole) {
  constexpr int longest = 10'000;
  const ScratchFolder folder;
  std::vector<mp::Process> processes;
  for (int process = 0; process < k_processes; ++process) {
    processes.emplace_back([&, process] {
      logging::basic_config({.format = "%(message)s", .filename = folder.file()});
      log_many(process, longest);
    });
    processes.back().start();
  }
  join_all(processes);
  expect_whole_lines(folder.content(), longest);
}

TEST_F(LogLinesTest, AreNotLostWhereTheDescriptorDoesNotBlock) {
  Pipe pipe(O_NONBLOCK);
  ASSERT_EQ(::fcntl(pipe.reader(), F_SETFL, 0), 0);
  logging::basic_config({.format = "%(message)s", .stream = pipe.writer()});
  std::string text;
  std::thread reader([&] { text = pipe.drain(); });
  const std::string line(1'000'000, 'x');  // more than the pipe holds
  logging::error(line);
  pipe.close_writer();
  reader.join();
  EXPECT_EQ(text, line + '\n');
}

TEST_F(LogLinesTest, OfManyThreadsStayWholeInAPipe) {
  constexpr int longest = 100'000;
  Pipe pipe;
  logging::basic_config({.format = "%(message)s", .stream = pipe.writer()});
  std::string text;
  std::thread reader([&] { text = pipe.drain(); });
  hilo::test::in_threads(k_processes, [&](int thread) { log_many(thread, longest); });
  pipe.close_writer();
  reader.join();
  expect_whole_lines(text, longest);
}

bool has_pipe_signal() {
  sigset_t pending;
  ::sigpending(&pending);
  return ::sigismember(&pending, SIGPIPE) == 1;
}

TEST_F(LogLinesTest, ThatNobodyReadsAreAnErrorAndNoSignal) {
  Pipe pipe;
  pipe.close_reader();
  logging::StreamHandler handler(pipe.writer());
  EXPECT_THROW(handler.log({"theirs", spdlog::level::info, "lost"}), std::system_error);
  std::fputs("lost too", pipe.writer());  // is in the stream's buffer
  EXPECT_THROW(handler.log({"theirs", spdlog::level::info, "lost"}), std::system_error);
  EXPECT_FALSE(has_pipe_signal());
}

TEST_F(LogForkTest, AChildOfThreadsThatLogCanLog) {
  Pipe pipe;
  logging::basic_config({.level = logging::Level::info,
                         .format = "%(asctime)s %(threadName)s %(processName)s %(message)s",
                         .datefmt = "%H",
                         .stream = pipe.writer()});
  logging::Logger threads_log = logging::get_logger("threads");
  threads_log.set_propagate(false);
  const auto null = std::make_shared<logging::FileHandler>("/dev/null");
  null->set_formatter(std::make_unique<logging::Formatter>("%(asctime)s %(message)s"));
  threads_log.add_handler(null);
  std::atomic<bool> stop = false;
  std::vector<std::thread> threads;
  for (int i = 0; i < 2; ++i) {
    threads.emplace_back([&] {
      while (!stop.load()) threads_log.error("busy");
    });
  }
  for (int round = 0; round < 50; ++round) {
    mp::Process child([&] {
      threads_log.error("a child's");
      logging::info("child {}", round);
    });
    child.start();
    const std::string line = pipe.take_line();
    EXPECT_TRUE(line.ends_with(" MainThread " + child.name() + " child " + std::to_string(round)))
        << line;
    EXPECT_TRUE(child.join(20s)) << "in round " << round;
    if (!testing::Test::HasFailure()) continue;
    child.kill();
    break;
  }
  stop = true;
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
