// SPDX-License-Identifier: MIT
#include <utility>

#include "heap/family.hpp"
#include "heap/objects.hpp"
#include "hilo/marshal.hpp"
#include "multiprocessing/preparation.hpp"
#include "multiprocessing/start.hpp"
#include "os/birth.hpp"
#include "os/lifeline.hpp"
#include "os/self.hpp"
#include "os/spawn.hpp"

namespace hilo::detail {
namespace {

// In the order of their descriptors in the child.
enum { k_family, k_payload, k_lifeline };
constexpr int number(int place) { return os::k_first_descriptor + place; }

// What the arguments name in the family's memory is the child's from the moment it is written.
class HeldForChild final : public marshal::HandleTransfer {
 public:
  explicit HeldForChild(std::uint32_t member) : member_(member) {}
  void sent(std::uint64_t offset) override {
    (void)family::hold(offset, family::serial_of(offset), member_);
  }

 private:
  std::uint32_t member_;
};

os::UniqueDescriptor pack(const ProcessState& child, Registry& registry, std::uint32_t member) {
  HeldForChild transfer(member);
  marshal::Writer out;
  out.set_transfer(&transfer);
  Preparation preparation;
  {
    const std::scoped_lock guard(registry.mutex);
    preparation = {child.name,
                   child.identity,
                   child.daemon,
                   static_cast<int>(*registry.method),
                   registry.executable,
                   registry.pid,
                   registry.current->name};
  }
  marshal::dump_to(out, preparation);
  child.call->pack(out);
  return os::seal_payload(out.bytes());
}

}  // namespace

void start_by_spawn(const StatePointer& child) {
  Registry& registry = Registry::instance();
  family::Nascent member;
  const os::UniqueDescriptor payload = pack(*child, registry, member.id());
  os::SpawnRequest request;
  request.descriptors = {family::memory_descriptor(), payload.get()};
  os::Lifeline lifeline;
  if (child->daemon) {
    lifeline = os::make_lifeline();
    request.descriptors.push_back(lifeline.child.get());
  }
  request.environment = {
      family::environment_entry(member.id(), number(k_family)),
      os::birth_entry(number(k_payload), child->daemon ? number(k_lifeline) : -1)};
  {
    const std::scoped_lock guard(registry.mutex);
    request.program = registry.executable;
  }
  StartingChild starting(child, member, std::move(lifeline.parent));
  os::flush_standard_streams();
  starting.started(os::spawn(request));
}

}  // namespace hilo::detail
