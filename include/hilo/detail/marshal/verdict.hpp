// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>
#include <type_traits>

#include "hilo/detail/marshal/select.hpp"
#include "hilo/detail/marshal/type_name.hpp"

/// Whether a type can cross, and if not, which part of it is in the way.
namespace hilo::marshal::detail {

struct Verdict {
  std::string_view culprit;
  /// The type that has the culprit as a part; empty if the culprit is the whole.
  std::string_view holder;
  /// Empty if there is no culprit.
  std::string_view reason;

  [[nodiscard]] constexpr bool fine() const { return reason.empty(); }
};

/// Why a type that nothing is known of stays out; by name, which spares their headers.
consteval std::string_view reason_by_name(std::string_view name) {
  struct Known {
    std::string_view start;
    std::string_view reason;
  };
  constexpr std::string_view view = "a view does not own what it shows; send a string or a vector";
  constexpr std::string_view lock =
      "it belongs to one process; hilo::multiprocessing has its like for several";
  constexpr std::string_view call =
      "it may hold anything; send the values, and call a function at the other end";
  constexpr Known all[] = {
      {"std::basic_string_view<", view},
      {"std::span<", view},
      {"std::reference_wrapper<", "a reference means nothing in another process; send the value"},
      {"std::mutex", lock},
      {"std::timed_mutex", lock},
      {"std::recursive_", lock},
      {"std::shared_mutex", lock},
      {"std::shared_timed_mutex", lock},
      {"std::condition_variable", lock},
      {"std::thread", "it belongs to one process"},
      {"std::jthread", "it belongs to one process"},
      {"std::atomic<", "it belongs to one process; send its value"},
      {"std::function<", call},
      {"std::move_only_function<", call},
      {"std::any", call},
      {"std::shared_ptr<",
       "nobody can share across the boundary; use std::unique_ptr, or hilo/marshal/cereal.hpp"},
      {"std::weak_ptr<", "nobody can share across the boundary"},
      {"std::unique_ptr<", "its deleter or its length is not known at the other end"},
  };
  // Inline namespaces of the standard libraries stand between "std::" and the name.
  for (const Known& known : all) {
    const std::string_view bare = known.start.substr(5);
    if (!name.starts_with("std::")) break;
    for (const std::string_view inside : {"", "__cxx11::", "__1::"}) {
      std::string_view rest = name.substr(5);
      if (rest.starts_with(inside) && rest.substr(inside.size()).starts_with(bare)) {
        return known.reason;
      }
    }
  }
  if (name.find("lambda") != std::string_view::npos) {
    return "a closure keeps what it captured in this process; use a function and send arguments";
  }
  return "nothing says how; give it a member serialize(archive), or specialise "
         "hilo::marshal::codec for it";
}

template <class T, class... Seen>
consteval Verdict judge();

template <class T, class... Seen, class... Parts>
consteval Verdict judge_parts(parts<Parts...>) {
  Verdict verdict;
  // The first part that is not fine ends the search.
  static_cast<void>(((verdict = judge<Parts, Seen..., T>(), verdict.fine()) && ...));
  if (!verdict.fine() && verdict.holder.empty()) verdict.holder = type_name<T>();
  return verdict;
}

template <class T, class... Seen>
consteval Verdict judge_aggregate() {
  constexpr std::size_t count = count_fields<T>();
  if constexpr (count > k_most_fields) {
    return {type_name<T>(), "", "it has more than 24 members; give it a member serialize(archive)"};
  } else if constexpr (count == 0 && !takes_braces<T, 0>()) {
    return {type_name<T>(), "",
            "it has a reference, or members that cannot be counted; give it a member "
            "serialize(archive)"};
  } else if constexpr (has_base<T>()) {
    return {type_name<T>(), "", "it has a base class; give it a member serialize(archive)"};
  } else {
    return judge_parts<T, Seen...>(FieldsOf<T>{});
  }
}

/// What only cereal knows how to call; taking such a type apart would go behind its author's back.
template <class T>
concept MeantForCereal = requires(OutArchive<T>& archive, T& value) {
  save(archive, value);
}
|| requires(OutArchive<T>& archive, T& value) { value.save(archive); }
|| requires(OutArchive<T>& archive, T& value) { value.serialize(archive, 1U); };

template <class T, class... Seen>
consteval Verdict judge() {
  if constexpr ((std::is_same_v<T, Seen> || ...)) {
    return {};
  } else if constexpr (HasCodec<T>) {
    if constexpr (requires { typename codec<T>::parts; }) {
      return judge_parts<T, Seen...>(typename codec<T>::parts{});
    } else {
      return {};
    }
  } else if constexpr (std::is_const_v<T> || std::is_volatile_v<T>) {
    return {type_name<T>(), "", "what is const cannot be read in; leave the const away"};
  } else if constexpr (std::is_reference_v<T>) {
    return {type_name<T>(), "", "a reference means nothing in another process; use a value"};
  } else if constexpr (std::is_function_v<T> || std::is_function_v<std::remove_pointer_t<T>>) {
    return {type_name<T>(), "", "a function's address differs between processes"};
  } else if constexpr (std::is_pointer_v<T> || std::is_member_pointer_v<T>) {
    return {type_name<T>(), "",
            "a pointer means nothing in another process; send what it points to"};
  } else if constexpr (HasSerialize<T>) {
    if constexpr (requires { Access::make<T>(); }) {
      return {};
    } else {
      return {type_name<T>(), "", "its serialize needs a default constructor to read into"};
    }
  } else if constexpr (HasBuiltin<T>) {
    if constexpr (requires { requires !builtin<T>::k_refusal.empty(); }) {
      return {type_name<T>(), "", builtin<T>::k_refusal};
    } else {
      return judge_parts<T, Seen...>(typename builtin<T>::parts{});
    }
  } else if constexpr (std::is_union_v<T>) {
    return {type_name<T>(), "", "nobody knows which member of a union is alive; use std::variant"};
  } else if constexpr (MeantForCereal<T>) {
    return {type_name<T>(), "",
            "its save, load or version is for cereal; include hilo/marshal/cereal.hpp"};
  } else if constexpr (std::is_aggregate_v<T>) {
    return judge_aggregate<T, Seen...>();
  } else {
    return {type_name<T>(), "", reason_by_name(type_name<T>())};
  }
}

/// An array is fine as a member, but no value of its own: nothing can return it.
template <class T>
consteval Verdict judge_whole() {
  if constexpr (std::is_array_v<T>) {
    return {type_name<T>(), "", "an array is not a value; send a std::array, vector or string"};
  } else {
    return judge<T>();
  }
}

template <class T>
inline constexpr Verdict k_verdict = judge_whole<T>();

/// The same for what the `serialize` of Whole hands to its archive.
template <class Part, class Whole>
inline constexpr Verdict k_part_verdict = judge_parts<Whole>(parts<Part>{});

}  // namespace hilo::marshal::detail
