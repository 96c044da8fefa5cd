// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hilo/marshal.hpp"

/// Types that the tests of marshal send.
namespace hilo::marshal::testing {

/// 64 bytes without padding: one copy.
struct Packed {
  std::int32_t a, b;
  double c[6];
  float d, e;
  bool operator==(const Packed&) const = default;
};

struct Record {
  int number = 0;
  std::string text;
  std::vector<double> values;
  std::map<std::string, int> counts;
  bool operator==(const Record&) const = default;
};

struct Tree {
  int value = 0;
  std::vector<Tree> children;
  bool operator==(const Tree&) const = default;
};

struct Node {
  int value = 0;
  std::unique_ptr<Node> next;
};

/// Everything at once: what a hostile sender may try.
struct Everything {
  Record record;
  Tree tree;
  Node node;
  std::optional<std::variant<int, std::string, Packed>> choice;
  std::vector<bool> flags;
  std::vector<Packed> packed;
  bool operator==(const Everything&) const = delete;
};

inline Record some_record() {
  return {7, "hola, mundo", {1.5, -2.5, 3.25}, {{"one", 1}, {"two", 2}, {"three", 3}}};
}

inline Everything some_everything() {
  Everything all;
  all.record = some_record();
  all.tree = {1, {{2, {{3, {}}}}, {4, {}}}};
  all.node.next = std::make_unique<Node>();
  all.choice = std::string("chosen");
  all.flags = {true, false, true};
  all.packed.resize(2);
  return all;
}

/// What comes out at the other end.
template <class T>
[[nodiscard]] T crossed(const T& value) {
  return loads<T>(dumps(value));
}

}  // namespace hilo::marshal::testing
