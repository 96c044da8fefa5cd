// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "hilo/detail/export.hpp"
#include "hilo/detail/futures/attempts.hpp"
#include "hilo/detail/futures/call_job.hpp"
#include "hilo/detail/futures/job.hpp"
#include "hilo/detail/futures/map_job.hpp"
#include "hilo/detail/pool/outgoing.hpp"
#include "hilo/detail/process_call.hpp"
#include "hilo/detail/thread_work.hpp"
#include "hilo/detail/trace.hpp"

/// Tasks for worker processes (docs/design/pool.md).
namespace hilo::detail::pool {

class ProcessCrew;

/// What a worker does with a call: reads it, and writes what it came to.
using Execute = void (*)(marshal::Reader& in, Outgoing& out);

/// Writes where code is, so that other processes of this build find it; quickly, since each task
/// does.
HILO_EXPORT void write_code_tag(marshal::Writer& out, const void* code);
[[nodiscard]] HILO_EXPORT const void* read_code_tag(marshal::Reader& in);

/// The side of a job that crosses.
class HILO_EXPORT RemoteTask {
 public:
  explicit RemoteTask(std::unique_ptr<futures::Attempts> attempts);
  RemoteTask(const RemoteTask&) = delete;
  RemoteTask& operator=(const RemoteTask&) = delete;

  [[nodiscard]] virtual futures::Job& job() noexcept = 0;
  /// Writes the call, its Execute first. Throws: PicklingError.
  virtual void pack(Outgoing& out) const = 0;
  /// Reads the result into its place. Throws: UnpicklingError; what its constructors throw.
  virtual void accept(marshal::Reader& in) = 0;
  /// What it is called after, for messages.
  [[nodiscard]] virtual NameSource named_after() const noexcept = 0;

  [[nodiscard]] futures::Attempts* attempts() const noexcept { return attempts_.get(); }
  void set_attempts(std::unique_ptr<futures::Attempts> attempts) noexcept {
    attempts_ = std::move(attempts);
  }
  void set_crew(std::shared_ptr<ProcessCrew> crew) noexcept { crew_ = std::move(crew); }

 protected:
  virtual ~RemoteTask();
  /// Ends the worker that is at it. Returns: whether it is cancelled.
  bool cancel_in_worker() noexcept;

 private:
  std::unique_ptr<futures::Attempts> attempts_;
  std::shared_ptr<ProcessCrew> crew_;
};

/// A function travels as in ProcessCall: by its address, its type, or its bytes.
template <class F>
void write_target(marshal::Writer& out, const F& target) {
  if constexpr (k_is_function<F>) {
    write_code_tag(out, reinterpret_cast<const void*>(target));
  } else if constexpr (!k_is_stateless<F>) {
    marshal::dump_to(out, target);
  }
}
template <class F>
F read_target([[maybe_unused]] marshal::Reader& in) {
  if constexpr (k_is_function<F>) {
    return reinterpret_cast<F>(const_cast<void*>(read_code_tag(in)));
  } else if constexpr (k_is_stateless<F>) {
    return F();
  } else {
    return marshal::load_from<F>(in);
  }
}

/// Stops the compiler with a sentence if a task with these parts cannot cross.
template <class R, class F, class... Args>
constexpr void require_crossing() {
  if constexpr (!target_crosses<F>()) marshal::require_marshalable<F>();
  (marshal::require_marshalable<Args>(), ...);
  if constexpr (!std::is_void_v<R>) marshal::require_marshalable<R>();
}

/// target(args...).
struct CallOnce {
  template <class R, class F, class... Args>
  static void run(F& target, std::tuple<Args...>& args, Outgoing& out) {
    if constexpr (std::is_void_v<R>) {
      std::apply([&](Args&... each) { call(target, each...); }, args);
    } else {
      end_with<R>(out, std::apply(
                           [&](Args&... each) -> R {
                             if constexpr (std::is_invocable_v<F, Args...>) {
                               return std::invoke(std::move(target), std::move(each)...);
                             } else {
                               return std::invoke(std::move(target), as_c_string(each)...);
                             }
                           },
                           args));
    }
  }
};

/// target(item) for each item of a vector.
template <class Style>
struct CallForEach {
  template <class R, class F, class Item>
  static void run(F& target, std::tuple<std::vector<Item>>& args, Outgoing& out) {
    auto& items = std::get<0>(args);
    R results;
    results.reserve(items.size());
    for (auto&& item : items) {
      results.push_back(futures::result_of<Style, F, Item>(target, static_cast<Item>(item)));
    }
    end_with(out, std::move(results));
  }
};

/// A call in a worker process.
template <class How, class R, class F, class... Args>
class RemoteJob final : public futures::ResultJob<R>, public RemoteTask {
 public:
  template <class... Given>
  explicit RemoteJob(std::unique_ptr<futures::Attempts> attempts, F target, Given&&... args)
      : RemoteTask(std::move(attempts)),
        target_(std::move(target)),
        args_(std::forward<Given>(args)...) {
    require_crossing<R, F, Args...>();
  }

  futures::Job& job() noexcept override { return *this; }
  bool cancel_running() noexcept override { return cancel_in_worker(); }
  [[nodiscard]] NameSource named_after() const noexcept override { return name_source(target_); }

  void pack(Outgoing& out) const override {
    Execute code = &execute;
    write_code_tag(out.head, reinterpret_cast<const void*>(code));
    write_target(out.head, target_);
    std::apply([&](const Args&... args) { (dump_or_lend(out, args), ...); }, args_);
  }
  void accept([[maybe_unused]] marshal::Reader& in) override {
    if constexpr (std::is_void_v<R>) {
      this->set_value();
    } else {
      this->set_value(marshal::load_from<R>(in));
    }
    in.finish();
  }

 private:
  static void execute(marshal::Reader& in, Outgoing& out) {
    F target = read_target<F>(in);
    const trace::Task traced(target);
    // A braced list is read from left to right.
    std::tuple<Args...> args{marshal::load_from<Args>(in)...};
    in.finish();
    How::template run<R>(target, args, out);
  }

  F target_;
  std::tuple<Args...> args_;
};

}  // namespace hilo::detail::pool
