// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <optional>
#include <typeinfo>
#include <utility>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/multiprocessing/array.hpp"
#include "hilo/multiprocessing/connection.hpp"
#include "hilo/multiprocessing/value.hpp"
#include "hilo/queue.hpp"
#include "hilo/threading.hpp"

/// Python's multiprocessing.dummy: the names of hilo::multiprocessing, for threads of one process.
///
///     namespace mp = hilo::multiprocessing::dummy;     // instead of hilo::multiprocessing
///
/// multiprocessing.hpp does not include it. Queues, locks and events are those of threads, which
/// stay put: they are handed on by reference, not copied.
namespace hilo::multiprocessing::dummy {

using multiprocessing::Array;
using multiprocessing::Pipe;
using multiprocessing::Value;
using queue::Queue;
using threading::Barrier;
using threading::BoundedSemaphore;
using threading::Condition;
using threading::Event;
using threading::Lock;
using threading::RLock;
using threading::Semaphore;
template <class T>
using JoinableQueue = queue::Queue<T>;
using ProcessOptions = threading::ThreadOptions;

/// A thread that answers to a Process's names.
///
/// Python: multiprocessing.dummy.Process; differs: any thread may start it, and is its parent.
class HILO_EXPORT Process : public threading::Thread {
 public:
  template <threading::ThreadTarget Function, class... Args>
  explicit Process(Function&& target, Args&&... args)
      : Thread(std::forward<Function>(target), std::forward<Args>(args)...) {}
  template <threading::ThreadTarget Function, class... Args>
  Process(ProcessOptions options, Function&& target, Args&&... args)
      : Thread(std::move(options), std::forward<Function>(target), std::forward<Args>(args)...) {}

  /// As Thread's.
  void start();

  /// 0 when it has ended, whatever ended it; nothing before.
  [[nodiscard]] std::optional<int> exitcode() const {
    return ident() && !is_alive() ? std::optional(0) : std::nullopt;
  }
  [[nodiscard]] std::optional<std::uint64_t> pid() const { return ident(); }

 private:
  [[nodiscard]] const std::type_info& handle_type() const noexcept override;
};

/// Those that the calling thread has started and that have not ended.
HILO_EXPORT std::vector<Process> active_children();

[[nodiscard]] inline threading::Thread current_process() { return threading::current_thread(); }

/// Does nothing.
inline void freeze_support(int /*argc*/, char** /*argv*/) noexcept {}

}  // namespace hilo::multiprocessing::dummy
