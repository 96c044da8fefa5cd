// SPDX-License-Identifier: MIT
#include <cxxabi.h>
#include <fmt/format.h>

#include <cstdlib>

#include "hilo/errors.hpp"
#include "multiprocessing/start.hpp"
#include "os/self.hpp"
#include "threading/exception_text.hpp"
#include "trace/trace.hpp"

namespace hilo::detail {

// Noexcept: nothing unwinds into the frames of the caller, which may be a forked child's parent's.
// No object stands behind the reference to a forced unwinding, which the sanitizer would complain
// of.
__attribute__((no_sanitize("null"))) void run_to_end(const std::string& name,
                                                     const std::function<void()>& body,
                                                     void (*end)(int code)) noexcept {
  int code = 0;
  try {
    body();
  } catch (const SystemExit& exit) {
    code = exit.code();
  } catch (const abi::__forced_unwind&) {
    end(0);  // here, for the C library aborts the program where such a handler is left
  } catch (...) {
    os::flush_standard_streams();
    os::write_error(fmt::format("Process {}:\n  {}\n", name, describe_current_exception()));
    code = 1;
  }
  trace::end_process();
  end(code);
  std::abort();
}

}  // namespace hilo::detail
