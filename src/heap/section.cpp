#include "heap/section.hpp"
#include "heap/heap.hpp"
#include "heap/layout.hpp"
#include "heap/objects.hpp"
#include "hilo/detail/family/scope.hpp"
namespace hilo::detail::family {
thread_local int depth = 0;
Section::Section() {
  if (depth++ == 0) {
    for (;;) {
      std::uint32_t e = 0;
      if (header().lock.word.compare_exchange_strong(e, g_self.load() ? g_self.load() : 8192))
        return;
      if (e != g_self.load() && member_died(e)) {
        if (header().lock.word.compare_exchange_strong(e, g_self.load())) {
          mend_heap();
          mend_objects();
          return;
        }
      }
    }
  }
}
Section::~Section() {
  if (--depth == 0) header().lock.word.store(0);
}
}  // namespace hilo::detail::family
