// SPDX-License-Identifier: MIT
#include "hilo/marshal/cereal.hpp"

#include <gtest/gtest.h>

#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "hilo/errors.hpp"
#include "marshal/types.hpp"

namespace shapes {

/// Split save and load.
class Celsius {
 public:
  Celsius() = default;
  explicit Celsius(double degrees) : degrees_(degrees) {}
  [[nodiscard]] double degrees() const { return degrees_; }
  [[nodiscard]] double kelvin() const { return kelvin_; }

  template <class Archive>
  void save(Archive& archive) const {
    archive(degrees_);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(degrees_);
    kelvin_ = degrees_ + 273.15;
  }

 private:
  double degrees_ = 0;
  double kelvin_ = 0;
};

/// Split functions outside the class.
struct Outside {
  int value = 0;
  explicit Outside(int initial = 0) : value(initial) {}
};
template <class Archive>
void save(Archive& archive, const Outside& object) {
  archive(object.value + 1);
}
template <class Archive>
void load(Archive& archive, Outside& object) {
  archive(object.value);
}

/// A version.
struct Versioned {
  std::string text;
  std::uint32_t version = 0;
  template <class Archive>
  void serialize(Archive& archive, const std::uint32_t file_version) {
    archive(CEREAL_NVP(text));
    version = file_version;
  }
};

class Shape {
 public:
  virtual ~Shape() = default;
  [[nodiscard]] virtual double area() const = 0;
};

class Square final : public Shape {
 public:
  explicit Square(double side = 0) : side_(side) {}
  [[nodiscard]] double area() const override { return side_ * side_; }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(side_);
  }

 private:
  double side_;
};

class Polygon final : public Shape {
 public:
  explicit Polygon(std::vector<double> areas = {}) : areas_(std::move(areas)) {}
  [[nodiscard]] double area() const override {
    double sum = 0;
    for (const double area : areas_) sum += area;
    return sum;
  }
  template <class Archive>
  void serialize(Archive& archive) {
    archive(areas_);
  }

 private:
  std::vector<double> areas_;
};

/// Nobody registers it.
class Stranger final : public Shape {
 public:
  [[nodiscard]] double area() const override { return 0; }
};

/// A list that cereal follows to its end.
struct Link {
  std::shared_ptr<Link> next;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(next);
  }
};

/// Plain for hilo, although it was written for cereal.
struct Named {
  int value = 0;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(CEREAL_NVP(value));
  }
};

struct Handle {
  int number = 0;
};

/// A handle of hilo's inside an object of cereal's.
struct Holder {
  Handle handle;
  template <class Archive>
  void save(Archive& archive) const {
    archive(handle);
  }
  template <class Archive>
  void load(Archive& archive) {
    archive(handle);
  }
};

}  // namespace shapes

CEREAL_CLASS_VERSION(shapes::Versioned, 7)
CEREAL_REGISTER_TYPE(shapes::Square)
CEREAL_REGISTER_TYPE(shapes::Polygon)
CEREAL_REGISTER_POLYMORPHIC_RELATION(shapes::Shape, shapes::Square)
CEREAL_REGISTER_POLYMORPHIC_RELATION(shapes::Shape, shapes::Polygon)

template <>
struct hilo::marshal::codec<shapes::Handle> {
  static void write(Writer& out, const shapes::Handle& handle) { dump_to(out, handle.number); }
  static shapes::Handle read(Reader& in) { return {load_from<int>(in) * 10}; }
};

namespace hilo::marshal {
namespace {

using testing::crossed;

static_assert(Marshalable<shapes::Celsius> && Marshalable<shapes::Versioned>);
static_assert(Marshalable<std::unique_ptr<shapes::Shape>>);
static_assert(Marshalable<std::vector<std::shared_ptr<shapes::Shape>>>);
static_assert(!Marshalable<int*> && !Marshalable<std::string_view>);
static_assert(!detail::HasCodec<std::vector<int>> && !detail::HasCodec<std::string>);
static_assert(!detail::HasCodec<testing::Record> && !detail::HasCodec<shapes::Named>);

TEST(CerealTest, SplitSaveAndLoad) {
  const shapes::Celsius same = crossed(shapes::Celsius(20));
  EXPECT_EQ(same.degrees(), 20);
  EXPECT_EQ(same.kelvin(), 293.15);
  EXPECT_EQ(crossed(shapes::Outside(4)).value, 5);
  EXPECT_EQ(crossed(std::vector<shapes::Celsius>(3, shapes::Celsius(1)))[2].degrees(), 1);
}

TEST(CerealTest, Versions) {
  const shapes::Versioned same = crossed(shapes::Versioned{"text", 0});
  EXPECT_EQ(same.text, "text");
  EXPECT_EQ(same.version, 7U);
}

TEST(CerealTest, PolymorphicPointers) {
  std::vector<std::unique_ptr<shapes::Shape>> shapes;
  shapes.push_back(std::make_unique<shapes::Square>(3));
  shapes.push_back(std::make_unique<shapes::Polygon>(std::vector<double>{1, 2}));
  shapes.push_back(nullptr);
  const auto same = crossed(shapes);
  ASSERT_EQ(same.size(), 3U);
  EXPECT_EQ(same[0]->area(), 9);
  EXPECT_EQ(same[1]->area(), 3);
  EXPECT_EQ(same[2], nullptr);
  const std::shared_ptr<shapes::Shape> shared = std::make_shared<shapes::Square>(2);
  EXPECT_EQ(crossed(shared)->area(), 4);
}

TEST(CerealTest, AnUnregisteredClassCannotBeWritten) {
  const std::unique_ptr<shapes::Shape> stranger = std::make_unique<shapes::Stranger>();
  EXPECT_THROW(static_cast<void>(dumps(stranger)), PicklingError);
}

TEST(CerealTest, NamesAreNotSentByHilo) {
  EXPECT_EQ(crossed(shapes::Named{5}).value, 5);
  EXPECT_EQ(dumps(shapes::Named{5}).size(), 8U + sizeof(int));
}

TEST(CerealTest, OwnCodecsWorkInside) { EXPECT_EQ(crossed(shapes::Holder{{4}}).handle.number, 40); }

TEST(CerealTest, CutShortAtEveryLength) {
  std::unique_ptr<shapes::Shape> shape =
      std::make_unique<shapes::Polygon>(std::vector<double>{1, 2, 3});
  const Bytes bytes = dumps(shape);
  for (std::size_t length = 0; length < bytes.size(); ++length) {
    EXPECT_THROW(static_cast<void>(loads<std::unique_ptr<shapes::Shape>>(
                     std::span<const std::byte>(bytes.data(), length))),
                 UnpicklingError);
  }
}

TEST(CerealTest, MutationsEndInAnErrorOrAValue) {
  std::unique_ptr<shapes::Shape> shape =
      std::make_unique<shapes::Polygon>(std::vector<double>{1, 2, 3});
  const Bytes good = dumps(shape);
  for (std::size_t at = 8; at < good.size(); ++at) {
    for (const int value : {0x00, 0x01, 0x7f, 0x80, 0xff}) {
      Bytes bytes{std::span<const std::byte>(good)};
      bytes.data()[at] = static_cast<std::byte>(value);
      try {
        static_cast<void>(loads<std::unique_ptr<shapes::Shape>>(bytes));
      } catch (const UnpicklingError&) {
        continue;
      }
    }
  }
}

TEST(CerealTest, DeepNesting) {
  auto first = std::make_shared<shapes::Link>();
  shapes::Link* last = first.get();
  for (int i = 0; i < 5000; ++i) {
    last->next = std::make_shared<shapes::Link>();
    last = last->next.get();
  }
  EXPECT_THROW(static_cast<void>(dumps(first)), PicklingError);
  Writer out;
  out.write_scalar(type_hash<std::shared_ptr<shapes::Link>>());
  for (std::uint32_t id = 1; id < 100'000; ++id) out.write_scalar(id | 0x80000000U);
  EXPECT_THROW(static_cast<void>(loads<std::shared_ptr<shapes::Link>>(out.bytes())),
               UnpicklingError);
}

}  // namespace
}  // namespace hilo::marshal
