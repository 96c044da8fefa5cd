// SPDX-License-Identifier: MIT
#pragma once

/// The end of the program, as Python defines it: it waits for what is not a daemon, while
/// everything static still lives.
namespace hilo::detail {

/// What is done first stands first.
enum class EndPhase { threads, processes };

/// Has `action` called at the program's end, in its phase. One action for each phase: registering
/// it again, at every start of a thread or process, is cheap and makes sure that it runs early
/// enough.
///
/// The end is when exit() runs, also after main() returned: on the main thread before any static
/// destructor, if something was registered on the main thread, else at the latest when the static
/// objects die that were made after the first registration. `action` can run more than once and
/// must not throw.
void at_program_end(EndPhase phase, void (*action)());

/// Runs the actions now: for a forked child, which leaves by _exit() and so skips exit()'s
/// handlers.
void run_program_end();

/// Whether the last run of the actions is over, so that nobody would wait for what starts now.
[[nodiscard]] bool program_has_ended() noexcept;

}  // namespace hilo::detail
