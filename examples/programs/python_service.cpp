// SPDX-License-Identifier: MIT
// A worker for a Python program (python_service.py): it listens where the system says, prints that
// as its first line, and serves who knows the key. A request is a dict, and so is the answer; bulk
// data follows as bytes, which nobody pickles. What goes wrong here is raised there.
#include <fmt/core.h>

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <hilo/errors.hpp>
#include <hilo/multiprocessing.hpp>
#include <hilo/pickle.hpp>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace mp = hilo::multiprocessing;
using hilo::Object;

/// The counts of the values in equal bins from `low` to `high`.
std::vector<int> histogram(const std::vector<double>& values, double low, double high, int bins) {
  if (bins < 1 || !(low < high)) throw hilo::ValueError("a histogram needs bins and a range");
  std::vector<int> counts(static_cast<std::size_t>(bins));
  for (const double value : values) {
    if (!(value >= low && value < high)) continue;
    const double place = (value - low) / (high - low) * bins;
    ++counts[std::min(counts.size() - 1, static_cast<std::size_t>(place))];
  }
  return counts;
}

std::vector<double> receive_doubles(mp::Connection& client) {
  const auto bytes = client.recv_bytes();
  std::vector<double> values(bytes.size() / sizeof(double));
  std::memcpy(values.data(), bytes.data(), values.size() * sizeof(double));
  return values;
}

Object answer(const Object& request, mp::Connection& client) {
  const auto wanted = request["do"].as<std::string>();
  if (wanted == "histogram") {
    const std::vector<double> values = receive_doubles(client);
    const auto [low, high] = request["range"].as<std::pair<double, double>>();
    return Object::dict({{"count", values.size()},
                         {"bins", histogram(values, low, high, request["bins"].as<int>())}});
  }
  if (wanted == "sort") {
    std::vector<double> values = receive_doubles(client);
    std::ranges::sort(values);
    client.send_bytes(std::as_bytes(std::span(values)));
    return Object::dict({{"count", values.size()}});
  }
  throw hilo::ValueError(fmt::format("{} is not offered", request["do"].repr()));
}

/// Until the client leaves. Returns: false if it asks the worker to end.
bool serve(mp::Connection client) {
  for (;;) {
    const Object request = client.recv_object();
    if (request.is_none()) return false;
    try {
      client.send_object(answer(request, client));
    } catch (const hilo::ValueError& error) {
      client.send_object(Object::exception("builtins", "ValueError", {error.what()}));
    } catch (const std::out_of_range& error) {
      client.send_object(Object::exception("builtins", "KeyError", {error.what()}));
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
  for (bool wanted = true; wanted;) {
    try {
      wanted = serve(listener.accept());
    } catch (const hilo::AuthenticationError& error) {
      fmt::print("a stranger: {}\n", error.what());
    } catch (const std::exception& error) {  // one client's end is not the worker's
      fmt::print("a client left: {}\n", error.what());
    }
    std::fflush(stdout);
  }
  fmt::print("the worker is through\n");
}
