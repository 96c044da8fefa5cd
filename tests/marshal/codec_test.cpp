// SPDX-License-Identifier: MIT
#include "hilo/marshal/codec.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "hilo/marshal.hpp"
#include "marshal/types.hpp"

namespace other {

/// Somebody else's type: no default constructor, nothing public.
class Colour {
 public:
  explicit Colour(int rgb) : rgb_(rgb) {}
  [[nodiscard]] int rgb() const { return rgb_; }

 private:
  int rgb_;
};

class ByAdl {
 public:
  int value = 0;
  ByAdl() = default;
  virtual ~ByAdl() = default;
};

template <class Archive>
void serialize(Archive& archive, ByAdl& object) {
  archive(object.value);
}

}  // namespace other

template <>
struct hilo::marshal::codec<other::Colour> {
  static void write(Writer& out, const other::Colour& colour) { dump_to(out, colour.rgb()); }
  static other::Colour read(Reader& in) { return other::Colour(load_from<int>(in)); }
};

namespace hilo::marshal {
namespace {

using testing::crossed;

TEST(CodecTest, TypesOfOthersCrossByACodec) {
  EXPECT_EQ(crossed(other::Colour(7)).rgb(), 7);
  const auto many = crossed(std::vector<other::Colour>{other::Colour(1), other::Colour(2)});
  ASSERT_EQ(many.size(), 2U);
  EXPECT_EQ(many[1].rgb(), 2);
}

class Account {
 public:
  Account() = default;
  Account(std::string owner, int balance) : owner_(std::move(owner)), balance_(balance) {}
  bool operator==(const Account&) const = default;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(owner_, balance_);
  }

 private:
  std::string owner_;
  int balance_ = 0;
};

TEST(CodecTest, AMemberSerializeIsEnough) {
  EXPECT_EQ(crossed(Account("Ana", 3)), Account("Ana", 3));
  EXPECT_EQ(crossed(std::optional<Account>(Account("Ana", 3))), Account("Ana", 3));
}

TEST(CodecTest, AFreeSerializeIsFoundByAdl) {
  other::ByAdl object;
  object.value = 5;
  EXPECT_EQ(crossed(object).value, 5);
}

class Private {
 public:
  static Private of(int value) {
    Private made;
    made.value_ = value;
    return made;
  }
  [[nodiscard]] int value() const { return value_; }

 private:
  friend class hilo::marshal::Access;
  Private() = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive& value_;
  }

  int value_ = 0;
};

TEST(CodecTest, AFriendMayKeepSerializePrivate) { EXPECT_EQ(crossed(Private::of(9)).value(), 9); }

/// An aggregate whose author has another idea of what travels.
struct Cached {
  int value = 0;
  int cache = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value);
    if constexpr (Archive::is_loading::value) cache = value * 2;
  }
};

TEST(CodecTest, SerializeComesBeforeTakingApart) {
  const Cached same = crossed(Cached{4, 1});
  EXPECT_EQ(same.value, 4);
  EXPECT_EQ(same.cache, 8);
}

struct Tagged {
  int value = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(value);
  }
};

}  // namespace
}  // namespace hilo::marshal

template <>
struct hilo::marshal::codec<hilo::marshal::Tagged> {
  static void write(Writer&, const Tagged&) {}
  static Tagged read(Reader&) { return {42}; }
};

namespace hilo::marshal {
namespace {

TEST(CodecTest, ACodecComesBeforeEverything) { EXPECT_EQ(crossed(Tagged{1}).value, 42); }

TEST(CodecTest, AggregatesNeedNothing) {
  EXPECT_EQ(crossed(testing::some_record()), testing::some_record());
  const testing::Tree tree{1, {{2, {{3, {}}}}, {4, {}}}};
  EXPECT_EQ(crossed(tree), tree);
  testing::Node node{1, std::make_unique<testing::Node>()};
  EXPECT_EQ(crossed(node).next->value, 0);
}

struct Arrays {
  char name[16];
  bool flags[2];
  int numbers[2][3];
  std::string texts[2];
  bool operator==(const Arrays&) const = default;
};

TEST(CodecTest, AggregatesMayHoldArrays) {
  const Arrays arrays{"abc", {true, false}, {{1, 2, 3}, {4, 5, 6}}, {"x", "y"}};
  EXPECT_EQ(crossed(arrays), arrays);
  const testing::Packed packed{1, 2, {3, 4, 5, 6, 7, 8}, 9, 10};
  EXPECT_EQ(crossed(packed), packed);
}

/// What is made by default only when one says so.
struct Reserved {
  explicit Reserved(int number_ = 3) : number(number_) {}
  int number;
  bool operator==(const Reserved&) const = default;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(number);
  }
};
struct WithDefaults {
  int numbers[3] = {};
  Reserved first{1};
  Reserved second{2};
  std::string text;
  bool operator==(const WithDefaults&) const = default;
};

TEST(CodecTest, MembersMayHaveAnExplicitDefaultConstructor) {
  const WithDefaults value{{1, 2, 3}, Reserved(4), Reserved(5), "six"};
  EXPECT_EQ(crossed(value), value);
}

/// Its members have no default constructor, so it cannot be made first and filled in afterwards.
struct Unfinished {
  other::Colour colour;
  std::optional<int> number;
  std::string text;
  std::variant<int, std::string> choice;
};

TEST(CodecTest, MembersNeedNoDefaultConstructor) {
  const Unfinished same = crossed(Unfinished{other::Colour(3), 4, "five", "six"});
  EXPECT_EQ(same.colour.rgb(), 3);
  EXPECT_EQ(same.number, 4);
  EXPECT_EQ(same.text, "five");
  EXPECT_EQ(std::get<std::string>(same.choice), "six");
}

struct Bits {
  int low : 3;
  unsigned high : 5;
};

TEST(CodecTest, BitFieldsCross) {
  const Bits same = crossed(Bits{-2, 17});
  EXPECT_EQ(same.low, -2);
  EXPECT_EQ(same.high, 17U);
}

struct Wide {
  int a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p, q, r, s, t, u, v, w;
  std::string x;
  bool operator==(const Wide&) const = default;
};

TEST(CodecTest, TwentyFourMembersAreFine) {
  Wide wide{};
  wide.a = 1;
  wide.w = 2;
  wide.x = "last";
  EXPECT_EQ(crossed(wide), wide);
}

TEST(CodecTest, OnlyWhatHasNoPaddingIsCopiedInOne) {
  struct Padded {
    char a;
    int b;
  };
  struct WithBool {
    bool a, b;
  };
  static_assert(detail::is_packed<testing::Packed>());
  static_assert(!detail::is_packed<Padded>());
  static_assert(!detail::is_packed<WithBool>());
  static_assert(!detail::is_packed<testing::Record>());
  EXPECT_EQ(dumps(Padded{'a', 1}).size(), 8U + 5U);
}

/// Counts what the codecs of handles tell.
class Counter final : public HandleTransfer, public HandleReceiver {
 public:
  void sent(std::uint64_t offset) override { sent_.push_back(offset); }
  void received(std::uint64_t offset) override { received_.push_back(offset); }
  std::vector<std::uint64_t> sent_, received_;
};

struct Handle {
  std::uint64_t offset;
};

}  // namespace
}  // namespace hilo::marshal

template <>
struct hilo::marshal::codec<hilo::marshal::Handle> {
  static constexpr std::size_t k_least_size = sizeof(std::uint64_t);
  static void write(Writer& out, const Handle& handle) {
    if (out.transfer() != nullptr) out.transfer()->sent(handle.offset);
    out.write_scalar(handle.offset);
  }
  static Handle read(Reader& in) {
    const auto offset = in.read_scalar<std::uint64_t>();
    if (in.receiver() != nullptr) in.receiver()->received(offset);
    return {offset};
  }
};

namespace hilo::marshal {
namespace {

TEST(CodecTest, HandlesAreToldToTheirTransfer) {
  Counter counter;
  Writer out;
  out.set_transfer(&counter);
  dump_to(out, std::vector<Handle>{{5}, {6}});
  EXPECT_EQ(counter.sent_, (std::vector<std::uint64_t>{5, 6}));
  Reader in(out.bytes());
  in.set_receiver(&counter);
  EXPECT_EQ(load_from<std::vector<Handle>>(in)[1].offset, 6U);
  EXPECT_EQ(counter.received_, (std::vector<std::uint64_t>{5, 6}));
}

}  // namespace
}  // namespace hilo::marshal
