// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "os/descriptor.hpp"

/// Contract: this program, run again as a child that gets exactly the descriptors it is meant to.
namespace hilo::os {

/// What the new process starts with, beside the caller's environment, folder and standard output
/// and error. Its standard input is the null device.
struct SpawnRequest {
  /// The program's path; empty for the program that is running.
  std::string program;
  /// More entries "NAME=value" for its environment.
  std::vector<std::string> environment;
  /// What pass() was told; everything else is closed.
  std::vector<int> descriptors;

  /// The new process gets the descriptor, too. Returns: the number under which it arrives.
  [[nodiscard]] int pass(int descriptor);
};

/// Starts the process, with the arguments that this one was started with. The cost does not grow
/// with the caller's memory.
/// Returns: its id.
/// Throws: std::system_error if the system refuses, also when it cannot run the program.
[[nodiscard]] int spawn(const SpawnRequest& request);

/// main()'s arguments, as they are now; without this they are asked from the system.
void remember_arguments(int argc, char** argv);

/// Bytes on their way to a child, in memory that the child maps.
/// Throws: std::system_error if there is no memory for them.
[[nodiscard]] UniqueDescriptor seal_payload(std::span<const std::byte> bytes);

/// The payload at the child's side.
class Payload {
 public:
  /// Maps what `descriptor` holds, and closes it. Throws: std::system_error.
  explicit Payload(int descriptor);
  ~Payload();
  Payload(const Payload&) = delete;
  Payload& operator=(const Payload&) = delete;
  [[nodiscard]] std::span<const std::byte> bytes() const noexcept { return bytes_; }

 private:
  std::span<const std::byte> bytes_;
};

}  // namespace hilo::os
