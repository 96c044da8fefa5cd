// SPDX-License-Identifier: MIT
#include "hilo/detail/family/scope.hpp"

#include "heap/objects.hpp"
#include "heap/segments.hpp"
#include "hilo/detail/family/sync.hpp"
#include "sync/algorithms.hpp"

namespace hilo::detail::family {

// The state stands at the start of its object's payload.
std::uint64_t FamilyScope::allocate(std::size_t bytes, const void* state) {
  return create_part(g_segments.offset_of(state), bytes);
}

void* FamilyScope::resolve(std::uint64_t reference) { return g_segments.resolve(reference); }

}  // namespace hilo::detail::family

namespace hilo::detail::sync {

HILO_DEFINE_SYNC(family::FamilyScope);

}  // namespace hilo::detail::sync
