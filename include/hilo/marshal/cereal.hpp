// SPDX-License-Identifier: MIT
#pragma once

#include <cereal/cereal.hpp>
#include <cereal/types/base_class.hpp>
#include <cereal/types/memory.hpp>
#include <cereal/types/polymorphic.hpp>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <type_traits>

#include "hilo/errors.hpp"
#include "hilo/marshal.hpp"

/// What cereal alone knows, by cereal itself: split save and load, versions, shared and polymorphic
/// pointers. Include it before the first use of such a type, and before CEREAL_REGISTER_TYPE.
///
/// Types that hilo can send by itself still go that way; to send one through cereal, say so:
///
///     template <>
///     struct hilo::marshal::codec<Shape> : hilo::marshal::CerealCodec<Shape> {};
///
/// Each such value is an archive of its own: what is shared stays shared inside one of them.
namespace hilo::marshal {

/// Objects of cereal's inside each other: each level of ours takes several of theirs.
inline constexpr std::size_t k_most_nested_by_cereal = 8 * k_most_nested;

/// cereal's archive on a Writer.
class CerealOutArchive
    : public cereal::OutputArchive<CerealOutArchive, cereal::AllowEmptyClassElision> {
 public:
  explicit CerealOutArchive(Writer& out)
      : cereal::OutputArchive<CerealOutArchive, cereal::AllowEmptyClassElision>(this), out_(out) {}

  [[nodiscard]] Writer& writer() noexcept { return out_; }

  void enter() {
    if (++depth_ > k_most_nested_by_cereal) Writer::refuse("it is nested too deep");
  }
  void leave() noexcept { --depth_; }

 private:
  Writer& out_;
  std::size_t depth_ = 0;
};

/// cereal's archive on a Reader. A length is checked against the bytes that are left.
class CerealInArchive
    : public cereal::InputArchive<CerealInArchive, cereal::AllowEmptyClassElision> {
 public:
  explicit CerealInArchive(Reader& in)
      : cereal::InputArchive<CerealInArchive, cereal::AllowEmptyClassElision>(this), in_(in) {}

  [[nodiscard]] Reader& reader() noexcept { return in_; }

  void enter() {
    if (++depth_ > k_most_nested_by_cereal) in_.refuse("the value is nested too deep");
  }
  void leave() noexcept { --depth_; }

 private:
  Reader& in_;
  std::size_t depth_ = 0;
};

/// Sends a T through cereal.
template <class T>
struct CerealCodec {
  /// Throws: PicklingError if cereal refuses, for instance a class that nobody registered.
  static void write(Writer& out, const T& value) {
    const Writer::Nesting nesting(out);
    CerealOutArchive archive(out);
    try {
      archive(value);
    } catch (const cereal::Exception& error) {
      throw PicklingError(std::string("hilo: cereal: ") + error.what());
    }
  }

  /// Throws: UnpicklingError if cereal or the reader refuse.
  static T read(Reader& in) {
    const Reader::Nesting nesting(in);
    CerealInArchive archive(in);
    try {
      if constexpr (std::is_default_constructible_v<T>) {
        T value{};
        archive(value);
        return value;
      } else {
        const std::unique_ptr<T> value(cereal::access::construct<T>());
        archive(*value);
        return std::move(*value);
      }
    } catch (const cereal::Exception& error) {
      throw UnpicklingError(std::string("hilo: cereal: ") + error.what());
    }
  }
};

namespace detail {

/// Archives that only ask what a type offers. Asking the real ones would ask for the codec too,
/// which is what is being decided.
struct CerealProbeOut {};
struct CerealProbeIn {};

}  // namespace detail
}  // namespace hilo::marshal

CEREAL_SETUP_ARCHIVE_TRAITS(hilo::marshal::CerealInArchive, hilo::marshal::CerealOutArchive)
CEREAL_SETUP_ARCHIVE_TRAITS(hilo::marshal::detail::CerealProbeIn,
                            hilo::marshal::detail::CerealProbeOut)

namespace hilo::marshal {
namespace detail {

/// Types that cereal can send and hilo has no way of its own for.
template <class T>
concept ForCerealAlone =
    std::is_class_v<T> && !std::is_empty_v<T> && !HasBuiltin<T> && !HasSerialize<T> &&
    cereal::traits::is_output_serializable<T, CerealProbeOut>::value &&
    cereal::traits::is_input_serializable<T, CerealProbeIn>::value;

/// Types that have a codec which is not cereal's: handles, for instance, inside a cereal object.
template <class T>
concept HasOwnCodec = HasCodec<T> && !std::is_base_of_v<CerealCodec<T>, codec<T>>;

/// `archive(CEREAL_NVP(x))` in a plain `serialize`: the name is not sent.
template <class T>
struct Wrapped<cereal::NameValuePair<T>> {
  static auto& value(cereal::NameValuePair<T>& pair) { return pair.value; }
};
template <class Base>
struct Wrapped<cereal::base_class<Base>> {
  static Base& value(cereal::base_class<Base>& base) { return *base.base_ptr; }
};
template <class Base>
struct Wrapped<cereal::virtual_base_class<Base>> {
  static Base& value(cereal::virtual_base_class<Base>& base) { return *base.base_ptr; }
};

}  // namespace detail

template <class T>
requires detail::ForCerealAlone<T>
struct codec<T> : CerealCodec<T> {
};

template <class T>
struct codec<std::shared_ptr<T>> : CerealCodec<std::shared_ptr<T>> {};

template <class T>
requires std::is_polymorphic_v<T>
struct codec<std::unique_ptr<T>> : CerealCodec<std::unique_ptr<T>> {
};

// From here on cereal's hooks, which it finds by the archives' namespace.

template <class T>
void prologue(CerealOutArchive& archive, const T&) {
  archive.enter();
}
template <class T>
void epilogue(CerealOutArchive& archive, const T&) {
  archive.leave();
}
template <class T>
void prologue(CerealInArchive& archive, const T&) {
  archive.enter();
}
template <class T>
void epilogue(CerealInArchive& archive, const T&) {
  archive.leave();
}

template <class T>
requires(std::is_arithmetic_v<T> ||
         detail::HasOwnCodec<T>) void CEREAL_SAVE_FUNCTION_NAME(CerealOutArchive& archive,
                                                                const T& value) {
  detail::put(archive.writer(), value);
}
template <class T>
requires(std::is_arithmetic_v<T> ||
         detail::HasOwnCodec<T>) void CEREAL_LOAD_FUNCTION_NAME(CerealInArchive& archive,
                                                                T& value) {
  value = detail::get<T>(archive.reader());
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(CerealOutArchive& archive, const cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(CerealInArchive& archive, cereal::NameValuePair<T>& pair) {
  archive(pair.value);
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(CerealOutArchive& archive, const cereal::SizeTag<T>& tag) {
  archive.writer().write_scalar(static_cast<std::uint64_t>(tag.size));
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(CerealInArchive& archive, cereal::SizeTag<T>& tag) {
  tag.size = archive.reader().read_count(1);
}

template <class T>
void CEREAL_SAVE_FUNCTION_NAME(CerealOutArchive& archive, const cereal::BinaryData<T>& data) {
  archive.writer().write_bytes(data.data, static_cast<std::size_t>(data.size));
}
template <class T>
void CEREAL_LOAD_FUNCTION_NAME(CerealInArchive& archive, cereal::BinaryData<T>& data) {
  archive.reader().read_bytes(data.data, static_cast<std::size_t>(data.size));
}

}  // namespace hilo::marshal

CEREAL_REGISTER_ARCHIVE(hilo::marshal::CerealOutArchive)
CEREAL_REGISTER_ARCHIVE(hilo::marshal::CerealInArchive)
