// SPDX-License-Identifier: MIT
#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <type_traits>
#include <typeinfo>
#include <utility>

#include "hilo/detail/deadline.hpp"
#include "hilo/detail/export.hpp"
#include "hilo/detail/thread_work.hpp"

namespace hilo::detail {
struct ThreadRecord;
struct ThreadAccess;
}  // namespace hilo::detail

namespace hilo::threading {

class Thread;

/// Python's keyword arguments of Thread.
struct ThreadOptions {
  /// None: "Thread-N (target)": "<lambda>", the target's class, or a member function's class; a
  /// function's own name where the linker exports it (CMake's ENABLE_EXPORTS); else "Thread-N".
  std::string name = {};
  /// The program's end does not wait for a daemon. None: as the thread that makes the object.
  std::optional<bool> daemon = {};
};

/// What Thread can be given to run.
template <class T>
concept ThreadTarget = !std::derived_from<std::remove_cvref_t<T>, Thread> &&
                       !std::same_as<std::remove_cvref_t<T>, ThreadOptions>;

/// A thread of control: a function that runs beside its caller, or a subclass with its own run().
///
/// The object is a handle: a copy is the same thread, and all handles may die while it runs. The
/// program's end waits for every thread that is not a daemon. Only a subclass object must outlive
/// its run(): make it with std::make_shared, which keeps it alive by itself, or join it before it
/// dies; else the program ends with a message that says so.
///
/// An exception that leaves the target is printed with the thread's name and ends that thread only;
/// result() hands it on as well. SystemExit ends it silently.
///
///     threading::Thread sleeper({.name = "sleeper"}, sleep_for, 3s);
///     sleeper.start();
///     sleeper.join();
///
/// Python:    threading.Thread; differs: join(timeout) tells whether the thread ended, result()
///            exists, a target may take a std::stop_token first, and join() comes back only after
///            the thread's thread_local objects are gone.
/// Safe from: any thread.
class HILO_EXPORT Thread : public std::enable_shared_from_this<Thread> {
 public:
  /// A thread that will call `target(args...)`; both are copied or moved into it. Does not start.
  template <ThreadTarget Function, class... Args>
  explicit Thread(Function&& target, Args&&... args)
      : Thread(ThreadOptions{}, std::forward<Function>(target), std::forward<Args>(args)...) {}

  template <ThreadTarget Function, class... Args>
  Thread(ThreadOptions options, Function&& target, Args&&... args)
      : Thread(std::move(options), detail::make_thread_work(std::forward<Function>(target),
                                                            std::forward<Args>(args)...)) {}

  Thread(const Thread& other) noexcept;
  Thread& operator=(const Thread& other) noexcept;
  virtual ~Thread();

  /// Starts the thread; once in its life.
  ///
  /// Throws: RuntimeError if it was started before; std::system_error if the system refuses: then
  ///         nothing changed and it can be tried again.
  void start();

  /// What the thread does: calls the target. A subclass overrides it.
  virtual void run();

  /// Waits until the thread has ended. Any number of threads may wait.
  ///
  /// Throws: RuntimeError before start(), and from the thread itself.
  void join() { static_cast<void>(join_until(detail::Deadline::never())); }

  /// Waits until the thread has ended or `timeout` passes.
  ///
  /// Returns: whether it has ended.
  /// Throws:  RuntimeError before start(), and from the thread itself.
  template <class Rep, class Period>
  bool join(std::chrono::duration<Rep, Period> timeout) {
    return join_until(detail::Deadline::after(timeout));
  }

  /// Waits until the thread has ended, then gives what the target returned, or throws what left it.
  /// A value that cannot be copied is handed out once.
  ///
  /// Throws: what left the target; RuntimeError if it returned another type than `Value`, or if the
  ///         value was handed out already.
  /// Python: has none; concurrent.futures.Future.result() is the model.
  template <class Value = void>
  Value result() {
    return take_value<Value>(detail::Deadline::never());
  }

  /// The same within `timeout`. Throws: TimeoutError when time is up.
  template <class Value = void, class Rep, class Period>
  Value result(std::chrono::duration<Rep, Period> timeout) {
    return take_value<Value>(detail::Deadline::after(timeout));
  }

  /// Whether the thread was started and its run() has not ended.
  [[nodiscard]] bool is_alive() const noexcept;

  [[nodiscard]] std::string name() const;
  /// Also the name that debuggers and system monitors show, cut to what the system allows.
  void set_name(std::string name);

  /// The system's number for the thread; nothing before start(). It can be used anew after the end.
  [[nodiscard]] std::optional<std::uint64_t> ident() const;
  /// The same number: Python's two numbers are one here.
  [[nodiscard]] std::optional<std::uint64_t> native_id() const { return ident(); }

  [[nodiscard]] bool daemon() const noexcept;
  /// Throws: RuntimeError after start().
  void set_daemon(bool daemon);

  /// Asks a target that takes a std::stop_token as its first parameter to end.
  ///
  /// Returns: whether this call was the one that asked; false if the target takes no token.
  bool request_stop() noexcept;
  [[nodiscard]] std::stop_token get_stop_token() const noexcept;

  /// Whether both are the same thread.
  friend bool operator==(const Thread& left, const Thread& right) noexcept {
    return left.record_ == right.record_;
  }

 protected:
  /// For a subclass that overrides run().
  explicit Thread(ThreadOptions options = {});

  /// For those of the library's own that are handles as this class is.
  Thread(ThreadOptions options, std::unique_ptr<detail::ThreadWork> work);

 private:
  friend struct detail::ThreadAccess;

  explicit Thread(std::shared_ptr<detail::ThreadRecord> record) noexcept;
  /// The class whose objects are handles: what derives from it may have a run() of its own.
  [[nodiscard]] virtual const std::type_info& handle_type() const noexcept;

  [[nodiscard]] bool join_until(detail::Deadline deadline);
  /// Waits for the end. Throws what left run(). Returns: the place of a value of type `type`, once
  /// only if it is to be handed `out`.
  void* settle(detail::Deadline deadline, const std::type_info& type, bool out);
  void drop_value() noexcept;
  void end_if_still_running() const noexcept;

  template <class Value>
  Value take_value(detail::Deadline deadline) {
    constexpr bool k_stays = std::is_void_v<Value> || std::is_copy_constructible_v<Value>;
    void* const place = settle(deadline, typeid(Value), !k_stays);
    if constexpr (!k_stays) {
      Value value = std::move(*static_cast<Value*>(place));
      drop_value();
      return value;
    } else if constexpr (!std::is_void_v<Value>) {
      return *static_cast<const Value*>(place);
    }
  }

  std::shared_ptr<detail::ThreadRecord> record_;
};

}  // namespace hilo::threading
