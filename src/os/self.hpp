// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

/// Contract: what a process does to itself.
namespace hilo::os {

/// The id of the process that the caller's process is a child of, now.
[[nodiscard]] int parent_process_id() noexcept;

/// fork(). Returns: the child's id, 0 in the child, or -1 with errno set.
[[nodiscard]] int fork_process() noexcept;

/// Child, right after fork: standard input reads from the null device, what the parent had read
/// ahead is forgotten, and the signal of terminate() is let in.
void settle_forked_child() noexcept;

/// Ends the process at once: no handlers, no destructors.
[[noreturn]] void leave(int code) noexcept;

/// `hook(status)` runs inside std::exit(), after the handlers that are registered later and before
/// those registered earlier. Ends the process if there is no memory for it.
void on_exit(void (*hook)(int status)) noexcept;

/// Writes out what the C and C++ standard streams hold; never touches standard input.
void flush_standard_streams() noexcept;

/// Writes `text` to standard error in one piece, past all buffers.
void write_error(std::string_view text) noexcept;

/// Whether a page of text can be written there without waiting for who reads it.
[[nodiscard]] bool error_has_room() noexcept;

/// Bytes that nobody can guess. Throws: std::system_error if the system has none.
[[nodiscard]] std::string random_bytes(std::size_t count);

/// Whether the process has threads other than the caller, as far as the system tells.
[[nodiscard]] bool other_threads_run() noexcept;

/// What `ps` and `top` call this process: the file name of `program`, cut to 15 bytes.
void set_process_title(std::string_view program) noexcept;

}  // namespace hilo::os
