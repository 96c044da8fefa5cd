// SPDX-License-Identifier: MIT
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

#include "hilo/errors.hpp"
#include "hilo/marshal.hpp"

namespace {

namespace marshal = hilo::marshal;

struct Packed {
  std::int32_t a, b;
  double c;
};

struct Tree {
  std::int8_t value = 0;
  std::vector<Tree> children;
};

struct Node {
  std::int8_t value = 0;
  std::unique_ptr<Node> next;
};

struct Nothing {};

class Account {
 public:
  template <class Archive>
  void serialize(Archive& archive) {
    archive(owner_, balance_);
  }

 private:
  std::string owner_;
  int balance_ = 0;
};

using Choice = std::variant<std::monostate, int, std::string, std::vector<bool>>;

struct Arrays {
  char name[8];
  std::array<std::string, 2> texts;
  std::optional<Packed> packed;
};

/// Reads the bytes as a T, in both frames of mind: as the whole and as a part of more.
template <class T>
void read_as(std::span<const std::byte> bytes) {
  marshal::Writer first;
  try {
    marshal::Reader in(bytes);
    const T value = marshal::load_from<T>(in);
    marshal::dump_to(first, value);
  } catch (const hilo::UnpicklingError&) {
    return;
  }
  // What was accepted must come out the same when it goes round once more.
  marshal::Reader again(first.bytes());
  marshal::Writer second;
  marshal::dump_to(second, marshal::load_from<T>(again));
  if (again.bytes_left() != 0 || second.size() != first.size()) std::abort();
}

template <class... Ts>
void read_as_one_of(std::uint8_t which, std::span<const std::byte> bytes) {
  std::uint8_t index = 0;
  static_cast<void>(((index++ == which % sizeof...(Ts) && (read_as<Ts>(bytes), true)) || ...));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::span<const std::byte> bytes(reinterpret_cast<const std::byte*>(data + 1), size - 1);
  read_as_one_of<
      bool, long double, std::string, std::u32string, std::vector<double>, std::vector<bool>,
      std::vector<std::string>, std::deque<int>, std::list<Choice>, std::forward_list<std::string>,
      std::map<std::string, int>, std::multimap<int, std::string>, std::set<std::string>,
      std::unordered_map<std::string, std::vector<int>>, std::unordered_multiset<std::string>,
      std::pair<std::string, double>, std::tuple<int, std::string, Choice>,
      std::optional<std::optional<std::string>>, std::unique_ptr<Packed>, std::filesystem::path,
      std::vector<std::chrono::nanoseconds>, Choice, Tree, Node, std::vector<Nothing>,
      std::vector<Account>, std::vector<Packed>, std::vector<Arrays>>(data[0], bytes);
  return 0;
}
