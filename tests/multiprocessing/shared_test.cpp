// SPDX-License-Identifier: MIT
#include "hilo/multiprocessing/shared.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <map>
#include <numeric>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "heap/heap.hpp"
#include "helpers/kills.hpp"
#include "helpers/process_test_base.hpp"
#include "hilo/errors.hpp"
#include "hilo/marshal.hpp"
#include "hilo/multiprocessing.hpp"

namespace mp = hilo::multiprocessing;
using namespace std::chrono_literals;

namespace {

using Dictionary = mp::unordered_map<mp::string, mp::vector<int>>;
struct Person {
  mp::string name;
  mp::vector<mp::string> friends;
  int age = 0;
};
struct Office {
  mp::vector<Person> people;
  Dictionary rooms;
  long visits = 0;
};
struct Virtual {
  virtual ~Virtual() = default;
};

template <class T>
constexpr bool k_can = hilo::detail::family::can_be_shared<T>();
static_assert(k_can<int> && k_can<Office> && k_can<Dictionary> && k_can<mp::vector<mp::string>>);
static_assert(!k_can<std::string> && !k_can<std::vector<int>> && !k_can<std::map<int, int>>);
static_assert(!k_can<mp::vector<std::string>> && !k_can<mp::unordered_map<std::string, int>>);
static_assert(!k_can<Virtual> && !k_can<int*> && !k_can<mp::Lock>);
static_assert(std::contiguous_iterator<hilo::detail::family::OffsetPointer<int>>);

const std::string k_long(100, 'x');

class SharedProcessTest : public hilo::test::ProcessTestBase {};
HILO_TEST_BY_EVERY_METHOD(SharedProcessTest);

TEST_P(SharedProcessTest, AllGrowOneVector) {
  const mp::shared<mp::vector<int>> numbers;
  std::vector<mp::Process> processes;
  for (int first = 0; first < 3; ++first) {
    processes.push_back(make(
        +[](mp::shared<mp::vector<int>> all, int from) {
          for (int i = 0; i < 1'000; ++i) {
            all.apply([&](auto& vector) { vector.push_back(from + 3 * i); });
          }
        },
        numbers, first));
    processes.back().start();
  }
  for (auto& process : processes) EXPECT_EQ(end_of(process), 0);
  const auto all = numbers.locked();
  std::ranges::sort(*all);
  ASSERT_EQ(all->size(), 3'000u);
  for (int i = 0; i < 3'000; ++i) ASSERT_EQ((*all)[static_cast<std::size_t>(i)], i);
}

TEST_P(SharedProcessTest, StructsOfTextsAndMapsCross) {
  const mp::shared<Office> office;
  office.apply([](Office& all) { all.people.push_back({"Ana", {"Luis"}, 30}); });
  const int code = run(
      +[](mp::shared<Office> same) {
        auto all = same.locked();
        Person& ana = all->people.at(0);
        if (ana.name != "Ana" || ana.friends.at(0) != "Luis") throw hilo::SystemExit(3);
        ana.name += " " + k_long;
        ana.friends.emplace_back(k_long);
        all->people.push_back(Person{"Luis", {"Ana", mp::string(k_long)}, 40});
        for (int i = 0; i < 1'000; ++i) all->rooms[std::to_string(i)].push_back(i);
      },
      office);
  ASSERT_EQ(code, 0);
  auto all = office.locked();
  EXPECT_EQ(all->people[0].name, "Ana " + k_long);
  EXPECT_EQ(all->people[0].friends[1], k_long);
  EXPECT_EQ(all->people[1].friends[0], "Ana");
  EXPECT_EQ(all->people[1].friends[1], k_long);
  EXPECT_EQ(all->rooms.size(), 1'000u);
  EXPECT_EQ(all->rooms.at("999").at(0), 999);
}

// A member meets parts of the memory that it has not mapped: they came after it.
TEST(SharedTest, AGrownMemoryIsFoundByThoseWhoWereThere) {
  const mp::shared<mp::vector<mp::string>> texts;
  const mp::Event grown;
  mp::Process child = mp::get_context(mp::StartMethod::fork).Process([=] {
    if (!grown.wait(20s)) throw hilo::SystemExit(4);
    const auto all = texts.locked();
    for (const auto& text : *all) {
      if (text != k_long) throw hilo::SystemExit(3);
    }
    if (all->size() != 30'000) throw hilo::SystemExit(5);
  });
  child.start();
  texts.apply([](auto& all) { all.assign(30'000, mp::string(k_long)); });
  grown.set();
  child.join();
  EXPECT_EQ(child.exitcode(), 0);
}

TEST(SharedTest, ItsMemoryGoesWithItsLastHandle) {
  (void)mp::Value<int>();
  const auto before = hilo::detail::family::heap_use();
  {
    const mp::shared<Office> office;
    const mp::shared<Office> copy = office;
    EXPECT_EQ(copy, office);
    const auto all = office.locked();
    for (int i = 0; i < 1'000; ++i) all->rooms[std::to_string(i)].resize(100);
    all->people.resize(100);
    EXPECT_GT(hilo::detail::family::heap_use().blocks, before.blocks + 1'000);
  }
  EXPECT_EQ(hilo::detail::family::heap_use().blocks, before.blocks);
  EXPECT_EQ(hilo::detail::family::heap_use().bytes, before.bytes);
}

TEST(SharedTest, MemoryThatAContainerFreesIsFree) {
  const mp::shared<mp::vector<mp::string>> texts;
  const auto before = hilo::detail::family::heap_use();
  texts.apply([](auto& all) {
    for (int i = 0; i < 1'000; ++i) all.emplace_back(k_long);
    all.clear();
    all.shrink_to_fit();
  });
  EXPECT_EQ(hilo::detail::family::heap_use().blocks, before.blocks);
}

TEST(SharedTest, IsMadeOfArgumentsAndSharesAGivenLock) {
  const mp::shared<mp::vector<int>> made(std::size_t{3}, 7);
  EXPECT_EQ(made.apply([](auto& v) { return std::accumulate(v.begin(), v.end(), 0); }), 21);
  const mp::Lock lock;
  const auto text = mp::shared<mp::string, mp::Lock>::with_lock(lock, "hola");
  const auto guard = text.locked();
  EXPECT_TRUE(lock.locked());
  EXPECT_EQ(*guard, "hola");
  const auto same =
      hilo::marshal::loads<mp::shared<mp::string, mp::Lock>>(hilo::marshal::dumps(text));
  EXPECT_EQ(same, text);
}

TEST(SharedTest, OutsideOfASectionAContainerHasNoMemory) {
  mp::vector<int> numbers;
  EXPECT_THROW(numbers.push_back(1), hilo::RuntimeError);
  EXPECT_THROW(mp::string{k_long}, hilo::RuntimeError);
  mp::string small("short");  // needs none
  const mp::shared<mp::vector<mp::string>> texts;
  texts.apply([&](auto& all) { all.push_back(std::move(small)); });
  EXPECT_EQ(texts.get_obj()[0], "short");
}

TEST(SharedTest, SectionsNestAndCopiesBelongToTheInnermost) {
  const mp::shared<mp::vector<mp::string>> first(std::size_t{2}, k_long.c_str());
  const mp::shared<mp::vector<mp::string>> second;
  {
    const auto from = first.locked();
    const auto to = second.locked();
    *to = *from;
    to->push_back((*from)[0]);
    const auto copy = *from;
    EXPECT_EQ(copy.get_allocator(), to->get_allocator());
    EXPECT_NE(from->get_allocator(), to->get_allocator());
    EXPECT_EQ(to->back().get_allocator(), to->get_allocator());
    EXPECT_EQ(to->back(), k_long);
  }
  EXPECT_THROW(mp::string{k_long}, hilo::RuntimeError) << "the section has ended";
}

TEST(SharedTest, AnExceptionLeavesTheSection) {
  const mp::shared<mp::vector<int>> numbers;
  EXPECT_THROW(numbers.apply([](auto& all) { return all.at(7); }), std::out_of_range);
  EXPECT_FALSE(numbers.get_lock().locked());
  EXPECT_THROW(numbers.apply([](auto& all) { all.resize(std::size_t{1} << 50); }), std::exception);
  numbers.apply([](auto& all) { all.push_back(1); });
  EXPECT_EQ(numbers.get_obj().size(), 1u);
}

TEST(SharedTest, RebuildTakesOverFromAKilledProcess) {
  const mp::shared<mp::vector<mp::string>> texts;
  const mp::Event inside;
  const auto before = hilo::detail::family::heap_use();
  mp::Process child = mp::get_context(mp::StartMethod::fork).Process([=] {
    const auto all = texts.locked();
    all->assign(100, mp::string(k_long));
    inside.set();
    hilo::test::wait_for_a_signal();
  });
  child.start();
  ASSERT_TRUE(inside.wait(20s));
  child.kill();
  child.join();
  EXPECT_THROW((void)texts.locked(), hilo::OwnerDiedError);
  texts.rebuild();
  EXPECT_EQ(texts.locked()->size(), 0u);
  EXPECT_EQ(hilo::detail::family::heap_use().blocks, before.blocks);
}

TEST(SharedTest, KilledAtAnyInstantItCanBeRebuilt) {
  (void)mp::Value<int>();
  const auto before = hilo::detail::family::heap_use();
  {
    const mp::shared<Office> office;
    std::mt19937 random(3);
    unsigned rebuilt = 0;
    for (unsigned round = 0; round < hilo::testing::kills(300); ++round) {
      mp::Process child = mp::get_context(mp::StartMethod::fork).Process([office, round] {
        for (unsigned i = 0;; ++i) {
          const auto all = office.locked();
          all->people.push_back({mp::string(k_long), {"a", mp::string(k_long)}, 1});
          if (i % 16 == 15) all->people.clear();
          all->rooms[std::to_string((round + i) % 50)].resize(i % 300);
          all->rooms.erase(std::to_string(i % 50));
          all->visits += 1;
        }
      });
      child.start();
      ::usleep(random() % 2'000);  // the instant is what is random; nothing is waited for
      child.kill();
      ASSERT_TRUE(child.join(20s));
      try {
        const auto all = office.locked();  // killed elsewhere: all is sound
        for (const auto& person : all->people) ASSERT_EQ(person.name, k_long);
        for (auto [room, numbers] : all->rooms) ASSERT_EQ(all->rooms.at(room), numbers);
      } catch (const hilo::OwnerDiedError&) {
        office.rebuild();
        ++rebuilt;
      }
    }
    EXPECT_GT(rebuilt, 0u) << "no kill hit a section";
    office.rebuild();
  }
  EXPECT_EQ(hilo::detail::family::heap_use().blocks, before.blocks);
}

TEST(UnorderedMapTest, DoesWhatTheStandardsDoes) {
  const mp::shared<mp::unordered_map<int, int>> shared;
  const auto map = shared.locked();
  std::unordered_map<int, int> model;
  std::mt19937 random(7);
  for (int step = 0; step < 50'000; ++step) {
    const int key = static_cast<int>(random() % 500) * 64;
    switch (random() % 4) {
      case 0:
        (*map)[key] += step, model[key] += step;
        break;
      case 1:
        ASSERT_EQ(map->erase(key), model.erase(key));
        break;
      case 2:
        ASSERT_EQ(map->insert_or_assign(key, step).second,
                  model.insert_or_assign(key, step).second);
        break;
      default:
        ASSERT_EQ(map->contains(key), model.contains(key));
        ASSERT_EQ(map->try_emplace(key, step).second, model.try_emplace(key, step).second);
    }
    ASSERT_EQ(map->size(), model.size());
  }
  for (const auto& [key, value] : model) ASSERT_EQ(map->at(key), value);
  for (auto [key, value] : *map) ASSERT_EQ(model.at(key), value);
  const auto copy = *map;
  EXPECT_EQ(copy, *map);
  map->clear();
  EXPECT_EQ(map->find(64), map->end());
  EXPECT_THROW((void)map->at(64), std::out_of_range);
  EXPECT_EQ(map->erase(64), 0u);
  (*map)[1] = 2;
  EXPECT_EQ(map->find(1)->second, 2);
  EXPECT_NE(copy, *map);
}

struct RefusesSeven {
  int number = 0;
  RefusesSeven() = default;
  explicit RefusesSeven(int n) : number(n) {}
  RefusesSeven(const RefusesSeven& other) { *this = other; }
  RefusesSeven& operator=(const RefusesSeven& other) {
    if (other.number == 7) throw hilo::ValueError("seven");
    number = other.number;
    return *this;
  }
};

TEST(UnorderedMapTest, AnAssignmentThatThrowsLeavesNothingHalf) {
  const mp::shared<mp::unordered_map<int, RefusesSeven>> shared;
  const auto map = shared.locked();
  for (int key = 0; key < 3; ++key) (*map)[key];
  mp::unordered_map<int, RefusesSeven> other;
  for (int key = 5; key < 8; ++key) other[key];
  other.at(7).number = 7;
  EXPECT_THROW(*map = other, hilo::ValueError);
  for (auto [key, value] : *map) EXPECT_TRUE(map->contains(key)) << key;
  (*map)[5].number = 6;
  EXPECT_EQ(map->at(5).number, 6);
}

}  // namespace
