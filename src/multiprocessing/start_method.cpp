// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/start_method.hpp"

#include <string>

#include "hilo/errors.hpp"
#include "multiprocessing/registry.hpp"

namespace hilo::multiprocessing {

using detail::Registry;

std::string_view to_string(StartMethod method) noexcept {
  switch (method) {
    case StartMethod::fork:
      return "fork";
    case StartMethod::spawn:
      return "spawn";
    case StartMethod::forkserver:
      return "forkserver";
  }
  return "unknown";
}

StartMethod start_method(std::string_view name) {
  for (StartMethod method : {StartMethod::fork, StartMethod::spawn, StartMethod::forkserver}) {
    if (to_string(method) == name) return method;
  }
  throw ValueError("hilo: no start method is called '" + std::string(name) +
                   "': there are fork, spawn and forkserver");
}

void set_start_method(StartMethod method, bool force) {
  method = detail::checked(method);
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  if (registry.method && !force) {
    throw RuntimeError("hilo: the start method is chosen already (" +
                       std::string(to_string(*registry.method)) +
                       "); choose once, before any process starts");
  }
  registry.method = method;
}

void set_start_method(std::string_view name, bool force) {
  set_start_method(start_method(name), force);
}

StartMethod get_start_method() {
  Registry& registry = Registry::instance();
  const std::scoped_lock guard(registry.mutex);
  if (!registry.method) registry.method = get_all_start_methods().front();
  return *registry.method;
}

std::vector<StartMethod> get_all_start_methods() {
  return {StartMethod::fork, StartMethod::spawn, StartMethod::forkserver};
}

}  // namespace hilo::multiprocessing

namespace hilo::detail {

multiprocessing::StartMethod checked(multiprocessing::StartMethod method) {
  // By the name, which an unknown one has not.
  return multiprocessing::start_method(multiprocessing::to_string(method));
}

}  // namespace hilo::detail
