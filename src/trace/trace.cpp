// SPDX-License-Identifier: MIT
#include "trace/trace.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iterator>
#include <new>
#include <string>
#include <utility>

#include "hilo/detail/deadline.hpp"
#include "os/birth.hpp"
#include "os/line_output.hpp"
#include "os/thread.hpp"

namespace hilo::detail::trace {

constinit std::atomic<bool> g_on{false};

namespace {

constinit bool g_process_begun = false;
constinit const os::LineOutput* g_file = nullptr;  // never closed: threads may outlive main()

void give_up(const char* why) noexcept {
  if (!g_on.exchange(false)) return;
  std::fprintf(stderr, "hilo: HILO_TRACE: the trace ends here: %s\n", why);
}

/// JSON's string.
std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      fmt::format_to(std::back_inserter(result), "\\u{:04x}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result += '"';
}

double microseconds(std::int64_t nanoseconds) noexcept {
  return static_cast<double>(nanoseconds) / 1000;
}

/// `rest`: its members besides phase, process and thread, as the trace event format has them.
template <class... Args>
void write_event(char phase, fmt::format_string<Args...> rest, Args&&... args) noexcept {
  try {
    std::string line = fmt::format(R"({{"ph":"{}","pid":{},"tid":{},)", phase, os::process_id(),
                                   os::native_thread_id());
    fmt::format_to(std::back_inserter(line), rest, std::forward<Args>(args)...);
    line += "},\n";
    g_file->write(line);
  } catch (const std::exception& error) {
    give_up(error.what());
  }
}

void write_name(const char* of, std::string_view name) noexcept {
  if (!on()) return;
  write_event('M', R"("name":"{}","args":{{"name":{}}})", of, quoted(name));
}

/// At once, and the process's, not the calling thread's.
void happened(fmt::format_string<std::string_view&, int&> what, std::string_view name,
              int number) noexcept {
  if (!on()) return;
  try {
    write_event('i', R"("ts":{:.3f},"cat":"process","s":"p","name":{})",
                microseconds(Deadline::now()), quoted(fmt::format(what, name, number)));
  } catch (const std::bad_alloc&) {
    give_up("no memory");
  }
}

// Before main(), so that what asks for it asks nothing.
[[maybe_unused]] const bool g_asked = [] {
  const char* const path = std::getenv("HILO_TRACE");
  if (path == nullptr || *path == '\0') return false;
  const bool first = os::family_entry() == nullptr;  // the others find what it began
  g_on = true;
  try {
    g_file = new os::LineOutput(path, first);
    if (first) g_file->write("[\n");
  } catch (const std::exception& error) {
    give_up(error.what());
    return false;
  }
  if (first) {
    write_name("process_name", "MainProcess");
    name_thread("MainThread");
  }
  return true;
}();

}  // namespace

void name_thread(std::string_view name) noexcept { write_name("thread_name", name); }

void begin(const char* category, std::string_view name) noexcept {
  if (!on()) return;
  write_event('B', R"("ts":{:.3f},"cat":"{}","name":{})", microseconds(Deadline::now()), category,
              quoted(name));
}

void end() noexcept {
  if (!on()) return;
  write_event('E', R"("ts":{:.3f})", microseconds(Deadline::now()));
}

void begin_process(std::string_view name) noexcept {
  if (!on()) return;
  write_name("process_name", name);
  name_thread("MainThread");
  begin("process", name);
  g_process_begun = true;
}

void end_process() noexcept {
  if (std::exchange(g_process_begun, false)) end();
}

void process_started(std::string_view name, int pid) noexcept {
  happened("{} started, id {}", name, pid);
}

void process_ended(std::string_view name, int exitcode) noexcept {
  happened("{} ended, exit code {}", name, exitcode);
}

void Wait::start() noexcept { since_ = Deadline::now(); }

void Wait::write() const noexcept {
  if (!on()) return;
  write_event('X', R"("ts":{:.3f},"dur":{:.3f},"cat":"wait","name":"{}")", microseconds(since_),
              microseconds(Deadline::now() - since_), what_);
}

}  // namespace hilo::detail::trace
