// SPDX-License-Identifier: MIT
// Document 004, "multiprocessing.sharedctypes": a struct of one's own in shared memory, without a
// lock, with one, and an array of them; a lock put around what has none, and copies. A plain struct
// is enough: C++ needs no ctypes.
#include <fmt/core.h>

#include <hilo/multiprocessing.hpp>
#include <mutex>
#include <vector>

namespace mp = hilo::multiprocessing;
namespace sharedctypes = mp::sharedctypes;

struct Point {
  double x = 0;
  double y = 0;
};

struct Account {
  int balance = 0;
  int movements = 0;
};

void push(mp::Value<Point> point) {
  for (int i = 0; i < 1000; ++i) point.value().field(&Point::x) += 1;  // each one step
}

// Nobody else uses the point and the route, so they need no lock.
void move(mp::RawValue<Point> point, mp::RawArray<Point> route) {
  for (Point& stop : route) stop = {stop.x * stop.x, stop.y * stop.y};
  point.value().x = 1.5;
  point.value().y = -2.5;
}

void deposit(mp::Value<Account> account) {
  for (int i = 0; i < 1000; ++i) {
    // Both fields change together, or others see a balance without its movement.
    std::scoped_lock guard(account);
    account.get_obj().balance += 5;
    account.get_obj().movements += 1;
  }
}

int main(int argc, char** argv) {
  mp::freeze_support(argc, argv);

  mp::RawValue<Point> point;
  mp::RawArray<Point> route(std::vector<Point>{{1.5, 2}, {3, 4}});
  mp::Process mover(move, point, route);
  mover.start();
  mover.join();
  fmt::print("point: {}, {}\n", point.value().x, point.value().y);
  for (const Point& stop : route) fmt::print("stop: {}, {}\n", stop.x, stop.y);

  mp::Value<Account> account;
  std::vector<mp::Process> tellers;
  for (int i = 0; i < 4; ++i) tellers.emplace_back(deposit, account).start();
  for (auto& teller : tellers) teller.join();
  const Account sum = account.value();
  fmt::print("account: {} in {} movements\n", sum.balance, sum.movements);

  const auto before = sharedctypes::copy(point);
  const auto guarded = sharedctypes::synchronized(point);  // the same point, behind a lock
  std::vector<mp::Process> pushers;
  for (int i = 0; i < 2; ++i) pushers.emplace_back(push, guarded).start();
  for (auto& pusher : pushers) pusher.join();
  fmt::print("pushed from {} to {}\n", before.value().x, point.value().x);
}
