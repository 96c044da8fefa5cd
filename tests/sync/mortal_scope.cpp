// SPDX-License-Identifier: MIT
#include "sync/mortal_scope.hpp"

#include "sync/algorithms.hpp"

namespace hilo::detail::sync {

static_assert(Scope<test::MortalScope>);
HILO_DEFINE_SYNC(test::MortalScope);

}  // namespace hilo::detail::sync
