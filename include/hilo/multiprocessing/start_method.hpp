// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <vector>

#include "hilo/detail/export.hpp"

namespace hilo::multiprocessing {

/// How a child process comes to be.
enum class StartMethod {
  /// A copy of the parent: fast, any closure goes along; not beside threads.
  fork,
  /// The program run again: clean; what goes along is turned into bytes.
  spawn,
  /// A copy of a small helper process, the program run again: clean, and fast however large and
  /// threaded the parent is.
  forkserver,
};

/// The method's name, as in Python.
[[nodiscard]] HILO_EXPORT std::string_view to_string(StartMethod method) noexcept;

/// The method that is called `name`.
///
/// Throws: ValueError if there is none.
[[nodiscard]] HILO_EXPORT StartMethod start_method(std::string_view name);

/// Chooses how processes start from now on. To be called once, before anything starts.
///
/// Throws: RuntimeError if the method is chosen or used already, unless `force`; ValueError for an
///         unknown one.
HILO_EXPORT void set_start_method(StartMethod method, bool force = false);
HILO_EXPORT void set_start_method(std::string_view name, bool force = false);

/// How processes start. Asking makes the choice final, as in Python.
[[nodiscard]] HILO_EXPORT StartMethod get_start_method();

/// The methods that work here, the default first.
[[nodiscard]] HILO_EXPORT std::vector<StartMethod> get_all_start_methods();

}  // namespace hilo::multiprocessing

namespace hilo::detail {

/// `method` itself. Throws: ValueError if there is no such method, as after a cast.
[[nodiscard]] HILO_EXPORT multiprocessing::StartMethod checked(multiprocessing::StartMethod method);

}  // namespace hilo::detail
