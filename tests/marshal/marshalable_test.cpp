// SPDX-License-Identifier: MIT
#include "hilo/marshal/marshalable.hpp"

#include <gtest/gtest.h>

#include <any>
#include <atomic>
#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "marshal/types.hpp"

namespace hilo::marshal {
namespace {

using testing::Node;
using testing::Record;
using testing::Tree;

static_assert(Marshalable<int> && Marshalable<const int> && Marshalable<std::string>);
static_assert(Marshalable<Record> && Marshalable<Tree> && Marshalable<Node>);
static_assert(Marshalable<std::vector<std::map<std::string, std::unique_ptr<Tree>>>>);

static_assert(!Marshalable<int*> && !Marshalable<int&> && !Marshalable<const char*>);
static_assert(!Marshalable<void (*)()> && !Marshalable<int Record::*> && !Marshalable<void>);
static_assert(!Marshalable<std::string_view> && !Marshalable<std::span<int>>);
static_assert(!Marshalable<std::mutex> && !Marshalable<std::thread> && !Marshalable<std::any>);
static_assert(!Marshalable<std::condition_variable> && !Marshalable<std::atomic<int>>);
static_assert(!Marshalable<std::function<void()>> && !Marshalable<std::shared_ptr<int>>);
static_assert(!Marshalable<std::reference_wrapper<int>> && !Marshalable<std::unique_ptr<int[]>>);
static_assert(!Marshalable<int[3]> && !Marshalable<std::allocator<int>>);

struct Job {
  int id;
  std::mutex* mutex;
};
struct Batch {
  std::vector<Job> jobs;
};
struct WithReference {
  const std::string& text;
};
struct WithConst {
  const int number;
};
struct Base {
  int a;
};
struct Derived : Base {
  int b;
};
union Union {
  int a;
  float b;
};
struct WithUnion {
  Union either;
};
struct Wider {
  int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w, x, y;
};
struct Unmovable {
  std::mutex mutex;
};
struct Order {
  bool descending;
  bool operator()(int a, int b) const { return descending ? b < a : a < b; }
};
class Polymorphic {
 public:
  virtual ~Polymorphic() = default;
};
class NoDefault {
 public:
  explicit NoDefault(int) {}
  template <class Archive>
  void serialize(Archive&) {}
};
struct Split {
  int a;
  template <class Archive>
  void save(Archive&) const {}
  template <class Archive>
  void load(Archive&) {}
};

template <class T>
void expect_reason(std::string_view start, std::string_view word) {
  static_assert(!Marshalable<T>);
  const std::string text(why_not<T>());
  EXPECT_EQ(text.substr(0, start.size()), start);
  EXPECT_NE(text.find(" cannot cross a process boundary: "), std::string::npos) << text;
  EXPECT_NE(text.find(word), std::string::npos) << text;
}

TEST(MarshalableTest, SaysNothingOfWhatCanCross) { EXPECT_EQ(why_not<Record>(), ""); }

TEST(MarshalableTest, NamesTheWholeTheHolderAndTheCulprit) {
  const std::string job(detail::type_name<Job>());
  const std::string batch(detail::type_name<Batch>());
  expect_reason<Job>("hilo: std::mutex* in " + job + " cannot", "pointer");
  expect_reason<Batch>("hilo: std::mutex* in " + job + " in " + batch + " cannot", "pointer");
  expect_reason<int*>("hilo: int* cannot", "pointer");
}

TEST(MarshalableTest, EveryCulpritHasItsReason) {
  expect_reason<WithReference>("hilo: const std::basic_string<char>& in ", "reference");
  expect_reason<WithConst>("hilo: const int in ", "const");
  expect_reason<Derived>("hilo: ", "base class");
  expect_reason<WithUnion>("hilo: ", "std::variant");
  expect_reason<Wider>("hilo: ", "24");
  expect_reason<Unmovable>("hilo: std::mutex in ", "hilo::multiprocessing");
  expect_reason<std::set<int, Order>>("hilo: std::set<", "state");
  expect_reason<std::unique_ptr<Polymorphic>>("hilo: std::unique_ptr<", "cereal");
  expect_reason<NoDefault>("hilo: ", "default constructor");
  expect_reason<Split>("hilo: ", "cereal");
  expect_reason<std::string_view>("hilo: std::basic_string_view<char>", "own");
  expect_reason<std::vector<std::thread>>("hilo: std::thread in std::vector", "one process");
  expect_reason<std::function<void()>>("hilo: std::function<void", "anything");
  expect_reason<std::shared_ptr<int>>("hilo: std::shared_ptr<int>", "unique_ptr");
  expect_reason<int[3]>("hilo: int", "array");
}

TEST(MarshalableTest, AClosureThatKeepsSomethingIsRefused) {
  int kept = 0;
  const auto closure = [&kept] { return kept; };
  expect_reason<decltype(closure)>("hilo: ", "captured");
  EXPECT_EQ(closure(), 0);
}

}  // namespace
}  // namespace hilo::marshal
