// SPDX-License-Identifier: MIT
#pragma once

#include "os/lifeline.hpp"

/// Contract: Control-C, which the terminal sends to a program and all its children at once. Of a
/// program that handles it, its own handler decides, and its children leave it to that.
namespace hilo::os {

enum class Interrupts : int {
  end_it,   ///< as a process is by default
  nothing,  ///< ignored
  handled,  ///< by a function of the program's
};

/// What they do to the calling process.
[[nodiscard]] Interrupts interrupts() noexcept;

/// They do nothing to the calling process, or end it.
void ignore_interrupts() noexcept;
void heed_interrupts() noexcept;

/// How a child's life depends on its parent's.
struct Ties {
  bool daemon = false;
  Interrupts interrupts = Interrupts::end_it;  ///< what they do to the parent
};

/// The lifeline of a child with these ties; empty if it needs none. Throws: std::system_error.
[[nodiscard]] Lifeline make_lifeline(Ties ties);

/// In the child, whose parent has the number `parent`: a daemon hangs on the lifeline. Where the
/// parent handles interrupts, one that the parent itself sends ends the child; any other makes it
/// hang on the lifeline from then on, so that it ends when its parent does, but not before.
/// Async-signal-safe. The descriptor is the system's business from now on.
void tie_to_parent(Ties ties, int lifeline, int parent) noexcept;

}  // namespace hilo::os
