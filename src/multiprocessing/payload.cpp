// SPDX-License-Identifier: MIT
#include "multiprocessing/payload.hpp"

#include <mutex>
#include <vector>

#include "heap/objects.hpp"
#include "hilo/marshal.hpp"
#include "multiprocessing/luggage.hpp"
#include "multiprocessing/preparation.hpp"
#include "multiprocessing/registry.hpp"
#include "os/spawn.hpp"

namespace hilo::detail {
namespace {

// What the arguments name in the family's memory is the child's from the moment it is written.
class HeldForChild final : public marshal::HandleTransfer {
 public:
  explicit HeldForChild(std::uint32_t member) : member_(member) {}
  void sent(std::uint64_t offset) override {
    (void)family::hold(offset, family::serial_of(offset), member_);
  }
  std::uint32_t attach(int descriptor) override {
    descriptors_.push_back(descriptor);
    return static_cast<std::uint32_t>(descriptors_.size());
  }
  [[nodiscard]] const std::vector<int>& descriptors() const noexcept { return descriptors_; }

 private:
  std::vector<int> descriptors_;
  std::uint32_t member_;
};

}  // namespace

os::UniqueDescriptor pack_payload(const ProcessState& child, std::uint32_t member) {
  Registry& registry = Registry::instance();
  HeldForChild transfer(member);
  marshal::Writer out;
  out.set_transfer(&transfer);
  Preparation preparation;
  {
    const std::scoped_lock guard(registry.mutex);
    preparation = {child.name,
                   child.identity,
                   child.daemon,
                   child.authkey,
                   static_cast<int>(*registry.method),
                   registry.executable,
                   registry.pid,
                   registry.current->name};
  }
  marshal::dump_to(out, preparation);
  child.call->pack(out);
  return pack_luggage(os::seal_payload(out.bytes()), transfer.descriptors());
}

}  // namespace hilo::detail
