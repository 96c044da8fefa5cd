// SPDX-License-Identifier: MIT
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <type_traits>
#include <utility>

namespace hilo::detail::queue {

/// How an item stands in a queue. A small trivial one stands there itself. Any other stands in a
/// node: a queue moves nodes about under its lock, and copies, moves and destroys items without it,
/// so items may use the queue in their constructors and destructors, and may throw.
template <class T>
inline constexpr bool k_bare = std::is_trivially_copyable_v<T>&& std::copyable<T> &&
                               sizeof(T) <= 64 && alignof(T) <= alignof(std::max_align_t);

template <class T>
union Room {
  Room() noexcept {}
  ~Room() {}
  T item;
};

template <class T>
struct Node {
  Room<T> room;
  Node* next;  ///< among those that were given back
};

/// Destroys the node's item too.
template <class T>
struct NodeDeleter {
  void operator()(Node<T>* node) const noexcept {
    std::destroy_at(&node->room.item);
    delete node;
  }
};
template <class T>
using NodePointer = std::unique_ptr<Node<T>, NodeDeleter<T>>;

template <class T>
using Cell = std::conditional_t<k_bare<T>, T, Node<T>*>;

/// Nodes that were got in vain; they come first.
template <class T>
class Returned {
 public:
  void push(Node<T>* node) noexcept { node->next = std::exchange(first_, node); }
  [[nodiscard]] bool empty() const noexcept { return first_ == nullptr; }
  [[nodiscard]] Node<T>* pop() noexcept { return std::exchange(first_, first_->next); }

 private:
  Node<T>* first_ = nullptr;
};
template <class T>
requires k_bare<T>
class Returned<T> {
 public:
  static constexpr bool empty() noexcept { return true; }
};

template <class T>
const T& item_of(const Cell<T>& cell) noexcept {
  if constexpr (k_bare<T>) {
    return cell;
  } else {
    return cell->room.item;
  }
}

/// An item on its way in: copied at once, but moved only when nothing can fail any more, so who
/// cannot put it keeps it. (If T's move throws it is copied, or, where it cannot be, moved at
/// once.)
template <class T>
class Parcel {
 public:
  explicit Parcel(const T& item) : node_(new Node<T>) {
    static_assert(std::is_copy_constructible_v<T>,
                  "an item that cannot be copied is moved in: put(std::move(item))");
    fill(item);
  }
  explicit Parcel(T&& item) : node_(new Node<T>) {
    if constexpr (std::is_nothrow_move_constructible_v<T>) {
      source_ = &item;
    } else {
      fill(std::move_if_noexcept(item));
    }
  }
  ~Parcel() {
    if (node_ != nullptr && source_ == nullptr) std::destroy_at(&node_->room.item);
    delete node_;
  }
  Parcel(const Parcel&) = delete;
  Parcel& operator=(const Parcel&) = delete;

  [[nodiscard]] const T& item() const noexcept {
    return source_ != nullptr ? *source_ : node_->room.item;
  }
  [[nodiscard]] Node<T>* hand_over() noexcept {
    if constexpr (std::is_nothrow_move_constructible_v<T>) {
      if (source_ != nullptr) std::construct_at(&node_->room.item, std::move(*source_));
    }
    return std::exchange(node_, nullptr);
  }

 private:
  template <class Source>
  void fill(Source&& source) {
    std::unique_ptr<Node<T>> guard(node_);  // until the item stands
    std::construct_at(&node_->room.item, std::forward<Source>(source));
    (void)guard.release();
  }

  Node<T>* node_;
  T* source_ = nullptr;  ///< where the item still is
};

template <class T>
requires k_bare<T>
class Parcel<T> {
 public:
  explicit Parcel(const T& item) noexcept : item_(item) {}
  [[nodiscard]] const T& item() const noexcept { return item_; }
  [[nodiscard]] const T& hand_over() const noexcept { return item_; }

 private:
  const T& item_;
};

/// Turns a cell that was got into a T or a std::optional<T>, where the caller wants it: no second
/// move can fail. If the first one does, `give_back(node)` gets the item.
template <class Result, class T, class GiveBack>
Result unpack(Cell<T>& cell, [[maybe_unused]] GiveBack&& give_back) {
  const auto build = [](auto&& item) {
    if constexpr (std::is_same_v<Result, T>) {
      return Result(std::forward<decltype(item)>(item));
    } else {
      return Result(std::in_place, std::forward<decltype(item)>(item));
    }
  };
  if constexpr (k_bare<T>) {
    return build(std::move(cell));
  } else {
    NodePointer<T> node(cell);
    try {
      return build(std::move_if_noexcept(node->room.item));
    } catch (...) {
      give_back(node.release());
      throw;
    }
  }
}

}  // namespace hilo::detail::queue
