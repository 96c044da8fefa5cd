// SPDX-License-Identifier: MIT
#pragma once

#include "sync/barrier_impl.hpp"
#include "sync/condition_impl.hpp"
#include "sync/event_impl.hpp"
#include "sync/lock_impl.hpp"
#include "sync/semaphore_impl.hpp"

/// Compiles every algorithm for one scope: in one source file, in namespace hilo::detail::sync. A
/// header declares each as `extern template class HILO_EXPORT`, or a shared library would hide it.
#define HILO_DEFINE_SYNC(scope)                                                    \
  template class Lock<scope>;                                                      \
  template class RLock<scope>;                                                     \
  template class Semaphore<scope>;                                                 \
  template class BoundedSemaphore<scope>;                                          \
  template class Event<scope>;                                                     \
  template class Barrier<scope>;                                                   \
  template class Condition<scope>;                                                 \
  template HILO_EXPORT bool Condition<scope>::wait(Lock<scope>&, Deadline);        \
  template HILO_EXPORT bool Condition<scope>::wait(RLock<scope>&, Deadline);       \
  template HILO_EXPORT void Condition<scope>::notify(Lock<scope>&, std::int64_t);  \
  template HILO_EXPORT void Condition<scope>::notify(RLock<scope>&, std::int64_t); \
  template HILO_EXPORT void Condition<scope>::notify_all(Lock<scope>&);            \
  template HILO_EXPORT void Condition<scope>::notify_all(RLock<scope>&)
