// SPDX-License-Identifier: MIT
// Both roles of the authentication, with peers of every generation.
#include "multiprocessing/handshake.hpp"

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "helpers/eventually.hpp"
#include "hilo/errors.hpp"
#include "hilo/multiprocessing.hpp"

namespace hilo::detail::connection {
namespace {

using multiprocessing::connection::answer_challenge;
using multiprocessing::connection::Authkey;
using multiprocessing::connection::deliver_challenge;
using Role = Handshake::Role;
using test::k_soon;

std::shared_ptr<const KeyedDigest> secret() { return Authkey("secret").digest(); }

std::string braced(const std::string& digest) { return '{' + digest + '}'; }

class HandshakeTest : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(Digests, HandshakeTest,
                         testing::Values("md5", "sha256", "sha384", "sha3_256", "sha3_384"),
                         [](const auto& digest) { return std::string(digest.param); });

TEST_P(HandshakeTest, ItsChallengeIsAnswered) {
  Handshake answerer(secret(), Role::answerer);
  const std::string text = braced(GetParam()) + std::string(40, 'r');
  EXPECT_EQ(answerer.take("#CHALLENGE#" + text),
            std::vector{braced(GetParam()) + secret()->hmac(GetParam(), text)});
  EXPECT_TRUE(answerer.take("#WELCOME#").empty());
  EXPECT_TRUE(answerer.done());
}

TEST_P(HandshakeTest, ItsResponseIsWelcome) {
  Handshake deliverer(secret(), Role::deliverer);
  const std::string asked = deliverer.begin().at(0).substr(11);
  EXPECT_EQ(asked.size(), 48U);
  EXPECT_EQ(deliverer.take(braced(GetParam()) + secret()->hmac(GetParam(), asked)),
            std::vector<std::string>{"#WELCOME#"});
  EXPECT_TRUE(deliverer.done());
}

TEST_P(HandshakeTest, AResponseByAnotherKeyOrDigestIsNot) {
  for (const char* other : {"md5", "sha384"}) {
    if (std::string(other) == GetParam()) continue;
    Handshake deliverer(secret(), Role::deliverer);
    const std::string asked = deliverer.begin().at(0).substr(11);
    const std::string response = braced(GetParam()) + secret()->hmac(other, asked);
    EXPECT_THROW((void)deliverer.take(response), AuthenticationError);
    EXPECT_EQ(deliverer.farewell(), "#FAILURE#");
  }
}

TEST(HandshakePeersTest, ThoseBefore312AreAnsweredAndWelcome) {
  Handshake answerer(secret(), Role::answerer);
  const std::string text(20, 'r');
  EXPECT_EQ(answerer.take("#CHALLENGE#" + text), std::vector{secret()->hmac("md5", text)});
  Handshake deliverer(secret(), Role::deliverer);
  const std::string asked = deliverer.begin().at(0).substr(11);
  EXPECT_EQ(deliverer.take(secret()->hmac("md5", asked)).at(0), "#WELCOME#");
}

TEST(HandshakePeersTest, ChallengesOfNoKnownKindAreRefused) {
  const std::string random(40, 'r');
  for (const std::string& message :
       {std::string(), std::string("#CHALLENGE#"), "#CHALLENGE#" + std::string(19, 'r'),
        "#CHALLENGE#" + random, "#CHALLENGE#{sha1}" + random, "#challenge#{sha256}" + random,
        "#CHALLENGE#{sha256" + random}) {
    Handshake answerer(secret(), Role::answerer);
    EXPECT_THROW((void)answerer.take(message), AuthenticationError) << message;
  }
}

TEST(HandshakePeersTest, AFailureIsOne) {
  Handshake answerer(secret(), Role::answerer);
  (void)answerer.take("#CHALLENGE#{sha256}" + std::string(40, 'r'));
  EXPECT_THROW((void)answerer.take("#FAILURE#"), AuthenticationError);
}

// On a connection that both have already.
TEST(ChallengeTest, EachEndProvesThatItKnowsTheKey) {
  auto [mine, other] = multiprocessing::Pipe();
  std::jthread peer([&end = other] {
    answer_challenge(end, "secret", k_soon);
    deliver_challenge(end, "secret", k_soon);
    end.send(7);
  });
  deliver_challenge(mine, "secret", k_soon);
  answer_challenge(mine, "secret", k_soon);
  EXPECT_EQ(mine.recv<int>(k_soon), 7);
}

TEST(ChallengeTest, AnotherKeyIsAnErrorAtBothEnds) {
  auto [mine, other] = multiprocessing::Pipe();
  std::jthread peer([&end = other] {
    EXPECT_THROW(answer_challenge(end, "guess", k_soon), AuthenticationError);
  });
  EXPECT_THROW(deliver_challenge(mine, "secret", k_soon), AuthenticationError);
  EXPECT_THROW(deliver_challenge(mine, {}), ValueError);
  EXPECT_THROW(answer_challenge(mine, "secret", std::chrono::milliseconds(10)), TimeoutError);
}

}  // namespace
}  // namespace hilo::detail::connection
