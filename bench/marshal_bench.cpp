// SPDX-License-Identifier: MIT
#include "hilo/marshal.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <cereal/archives/binary.hpp>
#include <cereal/types/map.hpp>
#include <cereal/types/string.hpp>
#include <cereal/types/vector.hpp>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <numeric>
#include <sstream>
#include <string>
#include <vector>

namespace {

namespace marshal = hilo::marshal;

/// 64 bytes without padding.
struct Plain {
  std::array<std::int32_t, 4> counts;
  std::array<double, 4> values;
  std::int64_t first;
  std::int64_t second;
};
static_assert(sizeof(Plain) == 64);

struct Record {
  int id;
  std::string name;
  std::vector<double> values;
  std::map<std::string, int> counts;

  template <class Archive>
  void serialize(Archive& archive) {
    archive(id, name, values, counts);
  }
};

using Doubles = std::vector<double>;

template <class T>
T sample();
template <>
Plain sample() {
  return {{1, 2, 3, 4}, {0.5, 1.5, 2.5, 3.5}, 5, 6};
}
template <>
Record sample() {
  return {7,
          "a name of some length",
          {1, 2, 3, 4, 5, 6, 7, 8},
          {{"one", 1}, {"two", 2}, {"three", 3}, {"four", 4}}};
}
template <>
Doubles sample() {
  Doubles values(1'000'000);
  std::iota(values.begin(), values.end(), 0.5);
  return values;
}

/// hilo's codec, into a buffer that is used again.
template <class T>
class Hilo {
 public:
  void write(const T& value) {
    out_.clear();
    marshal::dump_to(out_, value);
    benchmark::DoNotOptimize(out_.bytes().data());
    benchmark::ClobberMemory();
  }
  void read() {
    marshal::Reader in(out_.bytes());
    T value = marshal::load_from<T>(in);
    benchmark::DoNotOptimize(value);
  }

 private:
  marshal::Writer out_;
};

/// The floor: the same bytes into and out of memory that is there already, with no type, no length.
template <class T>
class Memcpy {
 public:
  void write(const T& value) {
    const std::span source = bytes_of(value);
    if (buffer_.empty()) buffer_ = copy_ = std::vector<char>(source.size());
    copy(buffer_.data(), source.data());
  }
  void read() { copy(copy_.data(), buffer_.data()); }

 private:
  static std::span<const char> bytes_of(const Plain& value) {
    return {reinterpret_cast<const char*>(&value), sizeof value};
  }
  static std::span<const char> bytes_of(const Doubles& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(double)};
  }
  void copy(char* to, const char* from) {
    // As in the codec, the size of a struct is known to the compiler, that of a vector is not.
    if constexpr (std::is_same_v<T, Plain>) {
      std::memcpy(to, from, sizeof(Plain));
    } else {
      std::memcpy(to, from, buffer_.size());
    }
    benchmark::DoNotOptimize(to);
    benchmark::ClobberMemory();
  }

  std::vector<char> buffer_, copy_;
};

/// cereal's binary archive, on a stream that is used again.
template <class T>
class Cereal {
 public:
  void write(const T& value) {
    stream_.seekp(0);
    cereal::BinaryOutputArchive out(stream_);
    out(value);
  }
  void read() {
    stream_.seekg(0);
    cereal::BinaryInputArchive in(stream_);
    T value;
    in(value);
    benchmark::DoNotOptimize(value);
  }

 private:
  std::stringstream stream_;
};

template <template <class> class Codec, class T>
void BM_Marshal_write(benchmark::State& state) {
  const T value = sample<T>();
  Codec<T> codec;
  for (auto _ : state) codec.write(value);
}

template <template <class> class Codec, class T>
void BM_Marshal_read(benchmark::State& state) {
  Codec<T> codec;
  codec.write(sample<T>());
  for (auto _ : state) codec.read();
}

template <template <class> class Codec, class T>
void BM_Marshal_both(benchmark::State& state) {
  const T value = sample<T>();
  Codec<T> codec;
  for (auto _ : state) {
    codec.write(value);
    codec.read();
  }
}

#define MEASURE(codec, type)                         \
  BENCHMARK_TEMPLATE(BM_Marshal_write, codec, type); \
  BENCHMARK_TEMPLATE(BM_Marshal_read, codec, type);  \
  BENCHMARK_TEMPLATE(BM_Marshal_both, codec, type)
MEASURE(Hilo, Plain);
MEASURE(Memcpy, Plain);
MEASURE(Hilo, Record);
MEASURE(Cereal, Record);
MEASURE(Hilo, Doubles);
MEASURE(Memcpy, Doubles);
#undef MEASURE

}  // namespace
