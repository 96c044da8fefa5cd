// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/marshal/reader.hpp"
#include "hilo/marshal/writer.hpp"

namespace hilo::detail::connection {

/// What a Connection is made of.
class Channel;
struct DeleteChannel {
  HILO_EXPORT void operator()(Channel* channel) const noexcept;
};

/// A message that is being written; thrown away unless it is sent. One at a time.
class HILO_EXPORT Outgoing {
 public:
  /// Throws: ValueError, RuntimeError, BrokenPipeError if the channel cannot send.
  explicit Outgoing(Channel* channel);
  ~Outgoing();
  Outgoing(const Outgoing&) = delete;
  Outgoing& operator=(const Outgoing&) = delete;

  [[nodiscard]] marshal::Writer& writer() noexcept;
  void send(Deadline deadline);

 private:
  Channel& channel_;
};

/// A message that has come, whole; gone with this object.
class HILO_EXPORT Incoming {
 public:
  /// Waits for it.
  Incoming(Channel* channel, Deadline deadline);
  ~Incoming();
  Incoming(const Incoming&) = delete;
  Incoming& operator=(const Incoming&) = delete;

  [[nodiscard]] marshal::Reader reader() noexcept;

 private:
  Channel& channel_;
};

}  // namespace hilo::detail::connection
