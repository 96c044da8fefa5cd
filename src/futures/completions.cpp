// SPDX-License-Identifier: MIT
#include "hilo/detail/futures/completions.hpp"

#include <map>
#include <utility>

#include "futures/current_crew.hpp"
#include "hilo/detail/queue/simple_engine.hpp"

namespace hilo::detail::futures {
namespace {

class Watch final : public Listener {
 public:
  Watch(Ref<Job> job, std::size_t number) : job_(std::move(job)), number_(number) {}

  [[nodiscard]] Job& job() const noexcept { return *job_; }
  /// Keeps what it stands in alive until it was told.
  std::shared_ptr<void> keep;
  queue::SimpleEngine<std::size_t>* told = nullptr;

  void job_done(Job&) noexcept override {
    const std::shared_ptr<void> kept = std::move(keep);
    told->put(number_);
  }

 private:
  Ref<Job> job_;
  const std::size_t number_;
};

}  // namespace

struct Completions::State {
  queue::SimpleEngine<std::size_t> told;
  std::map<std::size_t, Watch> watches;  // which stay where they are
};

Completions::Completions() : state_(std::make_shared<State>()) {}

Completions::Completions(Completions&& other) noexcept = default;

Completions::~Completions() {
  if (!state_) return;
  for (auto& [number, watch] : state_->watches) {
    if (watch.job().unlisten(watch)) watch.keep.reset();
  }
}

void Completions::watch(const Ref<Job>& job, std::size_t number) {
  state_->told.reserve(state_->watches.size() + 1);  // so that telling cannot fail
  Watch& watch = state_->watches.try_emplace(number, job, number).first->second;
  watch.told = &state_->told;
  watch.keep = state_;
  if (!watch.job().listen(watch)) watch.job_done(watch.job());
}

std::optional<std::size_t> Completions::next(Deadline deadline) {
  using Told = std::optional<std::size_t>;
  Told told = state_->told.get<Told>(Deadline::poll());
  if (!told && current_crew() != nullptr) {
    for (auto& [number, watch] : state_->watches) {
      if (!deadline.passed()) refuse_vain_wait(watch.job().crew());
      if (watch.job().crew() != current_crew() || watch.job().phase() != Phase::pending) continue;
      run_as_worker(watch.job());
      if (watch.job().done()) break;
    }
  }
  if (!told) told = state_->told.get<Told>(deadline);
  // Who told it does not touch the watch any more.
  if (told) state_->watches.erase(*told);
  return told;
}

}  // namespace hilo::detail::futures
