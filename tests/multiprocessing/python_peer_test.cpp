// SPDX-License-Identifier: MIT
// hilo and an unmodified CPython talk to each other, whoever listens; with and without a key.
#include <gtest/gtest.h>

#include <cstddef>
#include <ostream>
#include <string>
#include <thread>
#include <tuple>
#include <vector>

#include "helpers/eventually.hpp"
#include "helpers/mailbox.hpp"
#include "helpers/pythons.hpp"
#include "helpers/run_program.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"
#include "hilo/pickle.hpp"

namespace hilo::multiprocessing::connection {
namespace {

using test::k_soon;

struct Case {
  test::Python python;
  std::string kind;
  std::string key;
  bool modern = false;

  [[nodiscard]] std::string name() const {
    return python.name() + "_" + kind + (key == "-" ? "" : "_key") + (modern ? "_modern" : "");
  }
};
void PrintTo(const Case& each, std::ostream* out) { *out << each.name(); }

std::vector<Case> cases(const std::vector<std::string>& keys) {
  std::vector<Case> all;
  for (const test::Python& python : test::pythons(6)) {
    for (const std::string& key : keys) {
      for (const char* kind : {"unix", "abstract", "tcp"}) all.push_back({python, kind, key});
    }
    // What 3.12 does, by an older one.
    if (python.minor < 12) all.push_back({python, "unix", "secret", true});
  }
  return all;
}

class PythonPeerTest : public testing::TestWithParam<Case> {
 protected:
  [[nodiscard]] std::string command(const std::string& role, const std::string& where,
                                    const std::string& key) const {
    return GetParam().python.path + " " HILO_CONNECTION_PEER " " + role + " '" + where + "' " +
           key + (GetParam().modern ? " modern" : "");
  }
  [[nodiscard]] Address address() const {
    if (GetParam().kind == "unix") return folder_.path() + ".socket";
    if (GetParam().kind == "abstract") return Address::abstract(folder_.path().substr(1));
    return Address("127.0.0.1", 0);
  }
  static std::string where(const Address& address) {
    if (address.is_host()) return "tcp:" + std::to_string(address.port());
    if (address.name().front() == '\0') return "abstract:" + address.name().substr(1);
    return "unix:" + address.name();
  }
  [[nodiscard]] Authkey key() const {
    return GetParam().key == "-" ? Authkey() : Authkey(GetParam().key);
  }

  static void talk(Connection& peer) {
    for (const std::size_t size : {1U, 100U, 16'384U, 16'385U, 70'000U, 2'000'000U}) {
      const std::string bytes(size, 'x');
      std::jthread sender([&] { peer.send_bytes(bytes, k_soon); });
      const auto echo = peer.recv_bytes(k_soon);
      EXPECT_EQ(std::string(reinterpret_cast<const char*>(echo.data()), echo.size()), bytes);
    }
    peer.send_bytes("");
    std::vector<Object> values;
    for (int i = 0; i < 11; ++i) values.push_back(peer.recv_object(k_soon));
    EXPECT_TRUE(values.front().is_none());
    EXPECT_EQ(values[2].as<int>(), 7);
    EXPECT_EQ(values[5].as<std::string>(), "año");
    for (const Object& value : values) {
      if (value.is_none()) continue;
      peer.send_object(value, k_soon);
      EXPECT_EQ(peer.recv_object(k_soon), value);
    }
    peer.send_object({});
    peer.close();
  }

  test::Mailbox folder_;
};

TEST_P(PythonPeerTest, PythonIsTheClient) {
  Listener listener(address(), {.authkey = key()});
  test::ProgramResult result{};
  std::jthread python([&] {
    result = test::run_program(command("client", where(listener.address()), GetParam().key));
  });
  Connection peer = listener.accept(k_soon);
  talk(peer);
  python.join();
  EXPECT_EQ(result.exitcode, 0) << result.output;
}

TEST_P(PythonPeerTest, PythonListens) {
  Address at = address();
  if (at.is_host()) at = Listener(at).address();  // a port that is free
  test::ProgramResult result{};
  std::jthread python(
      [&] { result = test::run_program(command("listener", where(at), GetParam().key)); });
  Connection peer;
  ASSERT_TRUE(test::eventually([&] {
    try {
      peer = Client(at, {.authkey = key()}, k_soon);
      return true;
    } catch (const std::system_error&) {  // it does not listen yet
      return false;
    }
  }));
  talk(peer);
  python.join();
  EXPECT_EQ(result.exitcode, 0) << result.output;
}

class PythonKeyTest : public PythonPeerTest {};

TEST_P(PythonKeyTest, AWrongOneIsRefused) {
  Listener listener(address(), {.authkey = key()});
  test::ProgramResult result{};
  std::jthread python(
      [&] { result = test::run_program(command("client", where(listener.address()), "guess")); });
  EXPECT_THROW(std::ignore = listener.accept(k_soon), AuthenticationError);
  python.join();
  EXPECT_NE(result.output.find("AuthenticationError"), std::string::npos) << result.output;
}

std::string name_of(const testing::TestParamInfo<Case>& peer) { return peer.param.name(); }

GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PythonPeerTest);
INSTANTIATE_TEST_SUITE_P(Pythons, PythonPeerTest, testing::ValuesIn(cases({"-", "secret"})),
                         name_of);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(PythonKeyTest);
INSTANTIATE_TEST_SUITE_P(Pythons, PythonKeyTest, testing::ValuesIn(cases({"secret"})), name_of);

}  // namespace
}  // namespace hilo::multiprocessing::connection
