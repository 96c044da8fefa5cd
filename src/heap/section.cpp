// SPDX-License-Identifier: MIT
#include "heap/section.hpp"

#include "heap/heap.hpp"
#include "heap/layout.hpp"
#include "heap/objects.hpp"

namespace hilo::detail::family {
namespace {

constinit thread_local int t_depth = 0;

}  // namespace

Section::Section() {
  if (t_depth == 0) {
    (void)header().lock.acquire(Deadline::never());
    if (header().lock.recovered()) {
      mend_heap();
      mend_objects();
    }
  }
  ++t_depth;
}

Section::~Section() {
  if (--t_depth == 0) header().lock.release();
}

}  // namespace hilo::detail::family
