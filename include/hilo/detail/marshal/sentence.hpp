// SPDX-License-Identifier: MIT
#pragma once

#include <cstddef>
#include <string_view>

#include "hilo/detail/marshal/verdict.hpp"

/// The verdict as one sentence, at compile time.
namespace hilo::marshal::detail {

/// Text that can be a template's argument; compilers then print it in their errors.
template <std::size_t k_size>
struct Sentence {
  char text[k_size + 1]{};

  [[nodiscard]] constexpr const char* data() const { return text; }
  [[nodiscard]] static constexpr std::size_t size() { return k_size; }
};

/// Puts text together, tidied: no inline namespaces, no blanks that only some compilers write.
/// Without a target it only counts.
class SentenceBuilder {
 public:
  constexpr explicit SentenceBuilder(char* target = nullptr) : target_(target) {}

  constexpr SentenceBuilder& operator<<(std::string_view text) {
    while (!text.empty()) {
      bool skipped = false;
      for (const std::string_view noise : {"__cxx11::", "__1::"}) {
        if (text.starts_with(noise)) {
          text.remove_prefix(noise.size());
          skipped = true;
        }
      }
      if (skipped) continue;
      const bool blank = text.size() > 1 && text[0] == ' ' &&
                         std::string_view("*&>[").find(text[1]) != std::string_view::npos;
      if (!blank) add(text.front());
      text.remove_prefix(1);
    }
    return *this;
  }

  [[nodiscard]] constexpr std::size_t size() const { return size_; }

 private:
  constexpr void add(char c) {
    if (target_ != nullptr) target_[size_] = c;
    ++size_;
  }

  char* target_;
  std::size_t size_ = 0;
};

template <class Whole>
constexpr std::size_t build_sentence(char* target, const Verdict& verdict) {
  SentenceBuilder sentence(target);
  sentence << "hilo: " << verdict.culprit;
  if (!verdict.holder.empty()) {
    sentence << " in " << verdict.holder;
    if (verdict.holder != type_name<Whole>()) sentence << " in " << type_name<Whole>();
  }
  sentence << " cannot cross a process boundary: " << verdict.reason;
  return sentence.size();
}

template <class Whole, const Verdict& verdict>
inline constexpr auto k_sentence = [] {
  Sentence<build_sentence<Whole>(nullptr, verdict)> sentence;
  build_sentence<Whole>(sentence.text, verdict);
  // Clang prints an array as text only if its end has been written.
  sentence.text[sentence.size()] = '\0';
  return sentence;
}();

// The shortest way to the sentence in a compiler's output. A static_assert takes a text made at
// compile time from C++26 on; before that, g++ prints it as the name of an incomplete type, where
// clang cuts it short, and clang as the argument of a concept.
#if defined(__cpp_static_assert) && __cpp_static_assert >= 202306L
template <auto k_text>
constexpr void show() {
  static_assert(false, k_text);
}
#elif defined(__clang__)
template <auto k_text>
concept can_cross_a_process_boundary = false;
template <auto k_text>
constexpr void show() {
  static_assert(can_cross_a_process_boundary<k_text>,
                "hilo: a type cannot cross a process boundary; the notes say which and why");
}
#else
template <auto k_text>
struct refused;
template <auto k_text>
constexpr void show() {
  static_cast<void>(sizeof(refused<k_text>));
}
#endif

}  // namespace hilo::marshal::detail
