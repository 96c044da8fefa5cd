// SPDX-License-Identifier: MIT
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <cstddef>
#include <iostream>
#include <map>
#include <utility>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::test {

/// An item of the random tests: whose it is, which, and so much besides that it takes every way.
struct Parcel {
  int producer = 0;
  int number = 0;
  std::vector<int> load;
  template <class Archive>
  void serialize(Archive& archive) {
    archive(producer, number, load);
  }
  static std::size_t size_of_load(int number) {
    return number % 64 == 0 ? 5'000 : number % 8 == 0 ? 400 : 3;
  }
};

/// A queue of Parcels with the books of those who put and get, any of whom may be killed.
template <class Queue>
struct Traffic {
  static constexpr int k_most_items = 1'000;  ///< of one producer

  Queue queue;
  mp::RawArray<int> put;            ///< how many items a producer knows to be safe
  mp::RawArray<unsigned char> got;  ///< how often each came

  static Traffic make(Queue queue, std::size_t producers) {
    return {std::move(queue), mp::RawArray<int>(producers),
            mp::RawArray<unsigned char>(producers * k_most_items)};
  }

  /// Puts all that a producer may, `after_each()` one doing what the caller likes.
  template <class AfterEach>
  void produce(int producer, AfterEach after_each) const {
    Parcel parcel{producer, 0, {}};
    for (; parcel.number < k_most_items; ++parcel.number) {
      parcel.load.assign(Parcel::size_of_load(parcel.number), parcel.number);
      queue.put(parcel);
      put[static_cast<std::size_t>(producer)] = parcel.number + 1;
      after_each();
    }
  }
  /// Notes what came. Throws what ends the process by itself, if it is not what was put.
  void take(const Parcel& parcel, std::map<int, int>& last) const {
    const bool whole =
        parcel.load == std::vector<int>(Parcel::size_of_load(parcel.number), parcel.number);
    const auto [before, first] = last.try_emplace(parcel.producer, parcel.number);
    if (!whole || (!first && before->second >= parcel.number)) throw SystemExit(3);
    before->second = parcel.number;
    std::atomic_ref<unsigned char>(got[index(parcel.producer, parcel.number)]).fetch_add(1);
  }

  /// All that was confirmed came once, but for what each of `takers` had in hand when it was
  /// killed. Returns: how much was confirmed.
  long check(int producers, long takers) const {
    long lost = 0;
    long confirmed = 0;
    int wrong = 0;
    for (int producer = 0; producer < producers; ++producer) {
      const int safe = put[static_cast<std::size_t>(producer)];
      confirmed += safe;
      for (int number = 0; number < k_most_items; ++number) {
        const int times = got[index(producer, number)];
        // The item after the last confirmed may have been put, too.
        if (times > (number <= safe ? 1 : 0)) ++wrong;
        if (number < safe && times == 0) ++lost;
      }
    }
    EXPECT_EQ(wrong, 0) << "items came twice, or were never put";
    EXPECT_LE(lost, takers);
    std::cout << confirmed << " items confirmed, " << lost << " lost with their takers\n";
    return confirmed;
  }

  static std::size_t index(int producer, int number) {
    return static_cast<std::size_t>(producer * k_most_items + number);
  }
};

[[noreturn]] inline void wait_for_the_kill() {
  for (;;) ::pause();
}

}  // namespace hilo::test
