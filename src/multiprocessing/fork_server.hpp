// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>

#include "os/birth.hpp"
#include "os/descriptor.hpp"
#include "os/interrupt.hpp"
#include "os/surroundings.hpp"

/// The family's forkserver (docs/design/forkserver.md).
namespace hilo::detail {

/// What a child of the server needs. The record is reserved by the client.
struct ForkOrder {
  std::uint32_t member = 0;
  os::UniqueDescriptor payload;
  os::Ties ties;
  os::UniqueDescriptor lifeline;
};

/// A child that the server made: its id, and where its parent's ChildReport of its end comes.
struct ForkedChild {
  int pid;
  os::UniqueDescriptor report;
};

/// This process's way to a server.
class ForkServer {
 public:
  using Client = std::shared_ptr<os::WatchedDescriptor>;

  /// The family's. Never destroyed.
  static ForkServer& instance();

  /// A server of somebody's own, a nursery: no other program, but a copy of this process as it is
  /// now, in which nothing runs but the server. It ends with this object, and its children at the
  /// latest. Throws: std::system_error.
  static std::shared_ptr<ForkServer> nursery();

  /// What the server calls before it serves; none if nullptr. Too late once it runs.
  void set_preload(void (*preload)());

  /// The way to a server that runs; starts one if there is none, but a nursery only once.
  /// Throws: RuntimeError if it does not come up, std::system_error.
  Client ensure();

  /// The way to the server, as far as this process knows one.
  [[nodiscard]] Client client();

  /// A new member of the family inherits the way.
  void adopt(os::UniqueDescriptor client);

  /// Makes a child, if the server that `client` leads to lives.
  /// Returns: nullopt if it is gone, and nothing has happened.
  /// Throws: std::system_error if the fork is refused.
  [[nodiscard]] std::optional<ForkedChild> fork(const Client& client, const ForkOrder& order);

 private:
  ForkServer() = default;
  [[nodiscard]] Client launch() const;

  std::mutex mutex_;
  Client client_;
  void (*preload_)() = nullptr;
  bool is_nursery_ = false;
};

/// The server: serves until the last client is gone, then returns nullopt. Returns in each child
/// too, with what it was given.
[[nodiscard]] std::optional<os::Birth> serve_forks(const os::Birth& birth);

/// What goes to the server; its descriptors come in this order, those that are not there left out.
struct ForkRequest {
  std::uint32_t member;
  std::int32_t parent;
  os::Ties ties;
  bool has_output;
  bool has_error;
  bool has_folder;
  bool has_lifeline;
};

}  // namespace hilo::detail
