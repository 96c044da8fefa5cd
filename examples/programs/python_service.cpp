// SPDX-License-Identifier: MIT
// A worker for a Python program (python_service.py): it listens where the system says, prints that
// as its first line, and serves who knows the key. A request is a dict, and so is the answer; the
// data stands in the client's SharedMemory, whose name it sends. What goes wrong here is raised
// there.
#include <fmt/core.h>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <hilo/errors.hpp>
#include <hilo/multiprocessing.hpp>
#include <hilo/pickle.hpp>
#include <span>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace mp = hilo::multiprocessing;
using hilo::Object;
using mp::shared_memory::SharedMemory;

/// The counts of the values in equal bins from `low` to `high`.
std::vector<int> histogram(std::span<const double> values, double low, double high, int bins) {
  if (bins < 1 || !(low < high)) throw hilo::ValueError("a histogram needs bins and a range");
  std::vector<int> counts(static_cast<std::size_t>(bins));
  for (const double value : values) {
    if (!(value >= low && value < high)) continue;
    const double place = (value - low) / (high - low) * bins;
    ++counts[std::min(counts.size() - 1, static_cast<std::size_t>(place))];
  }
  return counts;
}

/// The numbers at the beginning of a segment, which may be larger than was asked for.
std::span<double> doubles(const SharedMemory& segment, std::size_t count) {
  const std::span<std::byte> bytes = segment.buf();
  if (count > bytes.size() / sizeof(double)) throw hilo::ValueError("the segment is too small");
  return {reinterpret_cast<double*>(bytes.data()), count};
}

Object answer(const Object& request) {
  const auto wanted = request["do"].as<std::string>();
  const SharedMemory segment(request["data"].as<std::string>());
  const auto values = doubles(segment, request["count"].as<std::size_t>());
  if (wanted == "histogram") {
    const auto [low, high] = request["range"].as<std::pair<double, double>>();
    return histogram(values, low, high, request["bins"].as<int>());
  }
  if (wanted == "sort") {
    // Where they stand: the client sees it. A nan has its place in this order.
    std::ranges::sort(values, [](double a, double b) { return std::strong_order(a, b) < 0; });
    return {};
  }
  throw hilo::ValueError(fmt::format("{} is not offered", request["do"].repr()));
}

/// Until the client leaves, which is an EOFError.
[[noreturn]] void serve(mp::Connection client) {
  for (;;) {
    const Object request = client.recv_object();
    try {
      client.send_object(answer(request));
    } catch (const hilo::ValueError& error) {
      client.send_object(Object::exception("builtins", "ValueError", {error.what()}));
    } catch (const std::out_of_range& error) {
      client.send_object(Object::exception("builtins", "KeyError", {error.what()}));
    } catch (const std::system_error& error) {  // no such segment
      client.send_object(
          Object::exception("builtins", "OSError", {error.code().value(), error.what()}));
    }
  }
}

int main() {
  const char* const key = std::getenv("WORKER_KEY");
  if (key == nullptr) {
    fmt::print(stderr, "python_service.py starts this program\n");
    return 2;
  }
  mp::Listener listener({}, {.authkey = key});
  fmt::print("{}\n", listener.address().to_string());
  std::fflush(stdout);
  constexpr int k_standard_input = 0;  // ends with the program that started this one, at the latest
  while (mp::wait({listener, k_standard_input}).front() == listener) {
    try {
      serve(listener.accept());
    } catch (const hilo::AuthenticationError& error) {
      fmt::print("a stranger: {}\n", error.what());
    } catch (const std::exception& error) {  // one client's end is not the worker's
      fmt::print("a client left: {}\n", error.what());
    }
  }
  fmt::print("the worker is through\n");
}
