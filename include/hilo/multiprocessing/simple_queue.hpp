// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/family/queue_core.hpp"

namespace hilo::multiprocessing {

/// A queue between processes without limit, and with little else: put(), get(), empty(), close().
///
/// A handle: a copy is the same queue, also in another process.
/// Python: multiprocessing.SimpleQueue; differs: put() waits for nobody, get() can be given a
///         timeout.
template <class T>
class SimpleQueue : public detail::family::QueueCore<T> {
 public:
  using detail::family::QueueCore<T>::QueueCore;
  /// Throws: std::system_error if there is no memory.
  SimpleQueue() : detail::family::QueueCore<T>(0) {}
};

}  // namespace hilo::multiprocessing
