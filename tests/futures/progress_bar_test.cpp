// SPDX-License-Identifier: MIT
#include <fcntl.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <functional>
#include <optional>
#include <ranges>
#include <stdexcept>
#include <string>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/futures/progress.hpp"
#include "hilo/multiprocessing/pool/thread_pool.hpp"
#include "os/terminal.hpp"

namespace {

using hilo::futures::progress;

/// Standard error is another descriptor's while it lives.
class StandardError {
 public:
  explicit StandardError(int descriptor) : before_(::dup(STDERR_FILENO)) {
    ::dup2(descriptor, STDERR_FILENO);
  }
  ~StandardError() {
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
  }
  StandardError(const StandardError&) = delete;
  StandardError& operator=(const StandardError&) = delete;

 private:
  int before_;
};

/// Two ends: what is written to the one can be read from the other.
class Ends {
 public:
  ~Ends() {
    ::close(reader_);
    ::close(writer_);
  }
  Ends(const Ends&) = delete;
  Ends& operator=(const Ends&) = delete;

  /// All that `work` writes to standard error; little enough for the buffer between the ends.
  std::string written_by(const std::function<void()>& work) const {
    {
      const StandardError redirected(writer_);
      work();
    }
    std::string text;
    char part[4096];
    for (struct pollfd entry = {reader_, POLLIN, 0}; ::poll(&entry, 1, 0) == 1;) {
      const ssize_t size = ::read(reader_, part, sizeof part);
      if (size <= 0) break;
      text.append(part, static_cast<std::size_t>(size));
    }
    return text;
  }

 protected:
  Ends() = default;
  int reader_ = -1;
  int writer_ = -1;
};

struct Pipe : Ends {
  Pipe() {
    int both[2];
    if (::pipe2(both, O_CLOEXEC) != 0) throw std::runtime_error("pipe2");
    reader_ = both[0];
    writer_ = both[1];
  }
};

struct Terminal : Ends {
  explicit Terminal(unsigned short columns) {
    const winsize size = {.ws_row = 24, .ws_col = columns, .ws_xpixel = 0, .ws_ypixel = 0};
    if (::openpty(&reader_, &writer_, nullptr, nullptr, &size) != 0) {
      throw std::runtime_error("openpty");
    }
  }
};

std::string on_terminal(const std::function<void()>& work, unsigned short columns = 80) {
  return Terminal(columns).written_by(work);
}

/// What a person sees in the end: of each line what was drawn last.
std::vector<std::string> seen(const std::string& written) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < written.size();) {
    const std::size_t end = std::min(written.find("\r\n", at), written.size());
    const std::string line = written.substr(at, end - at);
    const std::string last = line.substr(line.rfind('\r') + 1);
    lines.push_back(last.substr(0, last.find_last_not_of(' ') + 1));
    at = end + 2;
  }
  return lines;
}

TEST(ProgressBarTest, WritesNothingWhereNobodyLooks) {
  const auto loop = [] {
    for (int n : progress(std::views::iota(0, 1000), {.label = "numbers"})) (void)n;
  };
  EXPECT_EQ(Pipe().written_by(loop), "");
  EXPECT_NE(on_terminal(loop), "");
}

TEST(ProgressBarTest, EndsItsLineWithTheRange) {
  const std::string written = on_terminal([] {
    hilo::multiprocessing::pool::ThreadPool pool(2);
    const auto twice = [](int n) { return 2 * n; };
    for (int n : progress(pool.imap(twice, std::views::iota(0, 9)), {.label = "twice"})) (void)n;
    std::fputs("next\n", stderr);
  });
  const auto lines = seen(written);
  ASSERT_EQ(lines.size(), 2U) << written;
  EXPECT_TRUE(lines[0].starts_with("twice: 100% [####")) << lines[0];
  EXPECT_NE(lines[0].find("] 9/9, "), std::string::npos) << lines[0];
  EXPECT_EQ(lines[1], "next");
  EXPECT_TRUE(written.ends_with("\r\nnext\r\n"));
}

TEST(ProgressBarTest, EndsItsLineWhenTheLoopIsLeft) {
  const auto lines = seen(on_terminal([] {
    for (int n : progress(std::views::iota(0), {.total = 50})) {
      if (n == 5) break;
    }
    std::fputs("next\n", stderr);
  }));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines[0].find("5/50"), std::string::npos) << lines[0];
}

TEST(ProgressBarTest, EndsItsLineBeforeAnErrorIsHandled) {
  const auto lines = seen(on_terminal([] {
    try {
      for (int n : progress(std::vector{1, 2, 3})) {
        if (n == 3) throw std::runtime_error("three");
      }
    } catch (const std::runtime_error& error) {
      std::fputs(error.what(), stderr);
    }
  }));
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_NE(lines[0].find("2/3"), std::string::npos) << lines[0];
  EXPECT_EQ(lines[1], "three");
}

TEST(ProgressBarTest, CountsWhatHasNoTotal) {
  const auto lines = seen(on_terminal([] {
    for (int n : progress(std::views::iota(0))) {
      if (n == 7) break;
    }
  }));
  ASSERT_EQ(lines.size(), 1U);
  EXPECT_TRUE(lines[0].starts_with("7, ")) << lines[0];
}

TEST(ProgressBarTest, IsDrawnTenTimesASecondAtMost) {
  std::string written;
  const auto took = hilo::test::time_of([&] {
    written = on_terminal([] {
      const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(350);
      for (int n : progress(std::views::iota(0))) {
        if (n % 100 == 0 && std::chrono::steady_clock::now() > end) break;
      }
    });
  });
  const auto draws = std::ranges::count(written, '\r') - 1;  // one belongs to the end of the line
  EXPECT_GE(draws, 3);                                       // the first, one between, the last
  EXPECT_LE(draws, 2 + took / std::chrono::milliseconds(100));
}

TEST(ProgressBarTest, LeavesTheLineToTheParentInAForkedChild) {
  const std::string written = on_terminal([test = ::getpid()] {
    for (int n : progress(std::vector{1, 2, 3})) {
      if (n != 2) continue;
      const pid_t child = ::fork();
      if (child == 0) break;
      int status = 0;
      ASSERT_EQ(::waitpid(child, &status, 0), child);
    }
    if (::getpid() != test) ::_exit(0);
  });
  EXPECT_EQ(std::ranges::count(written, '\n'), 1);
}

TEST(ProgressBarTest, FitsTheTerminal) {
  const auto loop = [] {
    for (int n :
         progress(std::vector<int>(100), {.label = "a long label of forty characters, or so"}))
      (void)n;
  };
  for (const unsigned short columns : {1, 2, 20, 60, 200}) {
    for (const std::string& line : seen(on_terminal(loop, columns))) {
      EXPECT_LT(line.size(), columns);
    }
  }
}

TEST(TerminalTest, TellsItsWidth) {
  const auto width_of = [](const Ends& ends) {
    std::optional<std::size_t> width;
    (void)ends.written_by([&] { width = hilo::os::terminal_width(stderr); });
    return width;
  };
  EXPECT_EQ(width_of(Terminal(132)), 132U);
  EXPECT_EQ(width_of(Terminal(0)), hilo::os::k_usual_width);
  EXPECT_EQ(width_of(Pipe()), std::nullopt);
}

}  // namespace
