// SPDX-License-Identifier: MIT
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/pickle.hpp"

namespace {

namespace pickle = hilo::pickle;
using hilo::Object;

/// What may be walked through without regard to sharing.
constexpr std::uint64_t k_light = 100'000;

template <class T>
void convert(const Object& value) {
  try {
    const Object once(value.as<T>());
    if (Object(once.as<T>()) != once) std::abort();
  } catch (const hilo::ValueError&) {
  }
}

void raise(const Object& value) {
  try {
    value.raise();
  } catch (const std::exception&) {
  } catch (const hilo::SystemExit&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Object value;
  try {
    value = pickle::loads(std::as_bytes(std::span(data, size)));
  } catch (const hilo::UnpicklingError&) {
    return 0;
  }
  const auto bytes = pickle::dumps(value);
  if (value.weight() > k_light) return 0;
  // What was accepted must come out the same when it goes round once more.
  const Object again = pickle::loads(bytes);
  if (again != value || again.repr() != value.repr() || again.weight() != value.weight()) {
    std::abort();
  }
  raise(value);
  convert<std::vector<int>>(value);
  convert<std::vector<Object>>(value);
  convert<std::map<std::string, Object>>(value);
  convert<std::set<std::uint64_t>>(value);
  convert<std::optional<std::string>>(value);
  convert<std::tuple<Object, Object>>(value);
  convert<double>(value);
  return 0;
}
