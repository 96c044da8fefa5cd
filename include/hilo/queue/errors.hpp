// SPDX-License-Identifier: MIT
#pragma once

#include <stdexcept>

#include "hilo/detail/export.hpp"

namespace hilo::queue {

/// There was nothing to get in the time given.
class HILO_EXPORT Empty : public std::runtime_error {
 public:
  Empty() : std::runtime_error("hilo: the queue is empty") {}
};

/// There was no room to put in the time given.
class HILO_EXPORT Full : public std::runtime_error {
 public:
  Full() : std::runtime_error("hilo: the queue is full") {}
};

/// The queue was shut down; for who gets, also empty.
class HILO_EXPORT ShutDown : public std::runtime_error {
 public:
  ShutDown() : std::runtime_error("hilo: the queue was shut down") {}
};

}  // namespace hilo::queue
