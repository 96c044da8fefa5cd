// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "hilo/detail/export.hpp"
#include "hilo/marshal.hpp"

/// Memory with a name, for programs that are no family: Python's among them.
namespace hilo::multiprocessing::shared_memory {

struct SharedMemoryOptions {
  std::string name = {};  ///< none: a new one, "psm_" and eight digits
  bool create = false;
  std::size_t size = 0;
  /// Of a new segment: it goes when the processes that have it open have died, by the next
  /// unlink_orphans().
  bool track = false;
};

/// A segment of shared memory that any program of this user opens by its name.
///
///     using namespace mp::shared_memory;
///     SharedMemory segment({.create = true, .size = 4096});
///     segment.buf()[0] = std::byte{1};
///     SharedMemory same(segment.name());       // in any other process, also as its argument
///     segment.unlink();                        // once, by whoever made it
///
/// A handle: a copy is the same segment, mapped once. It travels by name, so it must not be
/// unlinked before it has arrived. The last handle of a process closes the segment; none unlinks
/// it. Python: multiprocessing.shared_memory.SharedMemory, whose segments these are; differs: new
/// memory
///         is there or refused at once; nothing is unlinked behind your back, so `track` is off
///         unless asked for; an attaching Python must say `track=False`, before 3.13
///         `resource_tracker.unregister(shm._name, "shared_memory")`, or it destroys the segment.
class SharedMemory {
 public:
  /// Throws: ValueError for a name that cannot be, a new segment without size, none without name;
  ///         std::system_error: file_exists, no_such_file_or_directory, or what the system says.
  HILO_EXPORT explicit SharedMemory(SharedMemoryOptions options);
  /// The segment that has this name. Throws: as above.
  template <std::convertible_to<std::string_view> Text>
  explicit SharedMemory(const Text& name)
      : SharedMemory(SharedMemoryOptions{.name = std::string(std::string_view(name))}) {}

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  /// In bytes: what was asked for; 0 when closed.
  [[nodiscard]] std::size_t size() const noexcept { return buf().size(); }
  /// Its bytes, for as long as a handle of this process has it open; none when closed or moved
  /// from.
  [[nodiscard]] std::span<std::byte> buf() const noexcept {
    return segment_ ? buf_ : std::span<std::byte>();
  }

  /// This handle lets go of the memory, and keeps the name. May be repeated.
  void close() noexcept { segment_.reset(); }
  /// Takes the name away; whoever has the memory open keeps it.
  ///
  /// Throws: std::system_error: no_such_file_or_directory if that was done before.
  HILO_EXPORT void unlink() const;

  friend bool operator==(const SharedMemory& a, const SharedMemory& b) noexcept {
    return a.name_ == b.name_;
  }

 private:
  std::string name_;
  std::shared_ptr<const void> segment_;  // the mapping
  std::span<std::byte> buf_;             // for as long as segment_ is there
};

/// Unlinks the segments made with `track` that nobody has open any more: of killed programs.
///
/// Returns: how many there were.
/// Python:  none; its tracker is a process that a kill may hit as well.
HILO_EXPORT std::size_t unlink_orphans() noexcept;

}  // namespace hilo::multiprocessing::shared_memory

template <>
struct hilo::marshal::codec<hilo::multiprocessing::shared_memory::SharedMemory> {
  using Segment = hilo::multiprocessing::shared_memory::SharedMemory;
  using parts = marshal::parts<std::string>;
  static void write(Writer& out, const Segment& segment) { dump_to(out, segment.name()); }
  static Segment read(Reader& in) { return Segment(load_from<std::string>(in)); }
};
