// SPDX-License-Identifier: MIT
#pragma once

#include "hilo/detail/family/scope.hpp"
#include "hilo/detail/sync/barrier.hpp"
#include "hilo/detail/sync/bounded_semaphore.hpp"
#include "hilo/detail/sync/condition.hpp"
#include "hilo/detail/sync/event.hpp"
#include "hilo/detail/sync/lock.hpp"
#include "hilo/detail/sync/rlock.hpp"
#include "hilo/detail/sync/semaphore.hpp"

/// The algorithms for states in the family's memory, compiled into the library.
namespace hilo::detail::sync {

extern template class HILO_EXPORT Lock<family::FamilyScope>;
extern template class HILO_EXPORT RLock<family::FamilyScope>;
extern template class HILO_EXPORT Semaphore<family::FamilyScope>;
extern template class HILO_EXPORT BoundedSemaphore<family::FamilyScope>;
extern template class HILO_EXPORT Event<family::FamilyScope>;
extern template class HILO_EXPORT Barrier<family::FamilyScope>;
extern template class HILO_EXPORT Condition<family::FamilyScope>;

}  // namespace hilo::detail::sync
