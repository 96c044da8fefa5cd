// SPDX-License-Identifier: MIT
#include <gtest/gtest.h>

#include <new>
#include <string>
#include <system_error>

#include "hilo/errors.hpp"
#include "hilo/pickle.hpp"
#include "hilo/queue/errors.hpp"
#include "pickle/bytes.hpp"

namespace hilo::pickle {
namespace {

using testing::dump;
using testing::load;
using namespace std::string_literals;

Object builtin(const char* type, std::vector<Object> args = {}) {
  return Object::exception("builtins", type, std::move(args));
}

template <class Error>
std::string raised(const Object& exception) {
  try {
    exception.raise();
  } catch (const Error& error) {
    return error.what();
  } catch (...) {
    return "another type";
  }
}

TEST(ExceptionTest, IsRaisedAsHilosOfItsName) {
  EXPECT_EQ(raised<ValueError>(builtin("ValueError", {"no"})), "no");
  EXPECT_EQ(raised<RuntimeError>(builtin("RuntimeError", {"no"})), "no");
  EXPECT_EQ(raised<TimeoutError>(builtin("TimeoutError", {"late"})), "late");
  EXPECT_EQ(raised<EOFError>(builtin("EOFError")), "");
  EXPECT_EQ(raised<TimeoutError>(Object::exception("multiprocessing.context", "TimeoutError")), "");
  EXPECT_EQ(raised<AuthenticationError>(
                Object::exception("multiprocessing.context", "AuthenticationError", {"key"})),
            "key");
  EXPECT_EQ(raised<BrokenBarrierError>(Object::exception("threading", "BrokenBarrierError")), "");
  EXPECT_NE(raised<queue::Empty>(Object::exception("queue", "Empty")), "another type");
  EXPECT_NE(raised<BrokenPipeError>(builtin("BrokenPipeError", {32, "Broken pipe"})),
            "another type");
  EXPECT_NE(raised<std::bad_alloc>(builtin("MemoryError")), "another type");
}

TEST(ExceptionTest, AnErrorOfTheSystemKeepsItsNumber) {
  try {
    builtin("FileNotFoundError", {2, "No such file", "a"}).raise();
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
  }
}

TEST(ExceptionTest, ExitKeepsItsCode) {
  const auto code = [](std::vector<Object> args) {
    try {
      builtin("SystemExit", std::move(args)).raise();
    } catch (const SystemExit& exit) {
      return exit.code();
    }
  };
  EXPECT_EQ(code({}), 0);
  EXPECT_EQ(code({nullptr}), 0);
  EXPECT_EQ(code({3}), 3);
  EXPECT_EQ(code({"text"}), 1);
  EXPECT_EQ(code({Object::integer("99999999999999999999")}), 1);
}

TEST(ExceptionTest, OthersArePythons) {
  EXPECT_EQ(raised<PythonError>(builtin("ZeroDivisionError", {"division by zero"})),
            "ZeroDivisionError: division by zero");
  EXPECT_EQ(raised<PythonError>(Object::exception("app.errors", "NotFound")),
            "app.errors.NotFound");
  EXPECT_EQ(raised<PythonError>(builtin("OSError", {"no disk"})), "OSError: no disk");
  EXPECT_EQ(raised<PythonError>(builtin("OSError", {Object::integer("99999999999999999999"), "x"})),
            "OSError: [Errno 99999999999999999999] x");
  try {
    builtin("KeyError", {"k"}).raise();
    FAIL();
  } catch (const PythonError& error) {
    EXPECT_EQ(error.object().type_name(), "KeyError");
    EXPECT_EQ(error.object().args(), Object::tuple({"k"}));
  }
}

TEST(ExceptionTest, OnlyExceptionsAreRaised) {
  EXPECT_THROW(static_cast<void>(Object(1).raise()), ValueError);
  EXPECT_THROW(PythonError(Object("a")), ValueError);
}

TEST(ExceptionTest, ComesBackFromItsPickle) {
  const Object value = builtin("ValueError", {1, "two", Object::list({})});
  EXPECT_EQ(load(dump(value)), value);
}

TEST(ExceptionTest, KeepsWhatPythonAddsToIt) {
  // e = ImportError("no", name="m"); pickled with its __dict__ by pickle.dumps(e, 2)
  const Object value = load(
      "\x80\x02"
      "cexceptions\nImportError\nX\x02\0\0\0no\x85R}X\x04\0\0\0name"
      "X\x01\0\0\0msb."s);
  EXPECT_EQ(value.repr(), "ImportError('no')");
  EXPECT_EQ(load(dump(value)), value);
  EXPECT_NE(value, builtin("ImportError", {"no"}));
}

TEST(ExceptionTest, HasOneNameWhateverTheProtocolCallsIt) {
  for (const char* const text :
       {"cexceptions\nValueError\n)R.", "c__builtin__\nValueError\n)R.",
        "cbuiltins\nValueError\n)R.", "(ibuiltins\nValueError\n.", "(cbuiltins\nValueError\no.",
        "cbuiltins\nValueError\n)\x81.", "cbuiltins\nValueError\n)}\x92."}) {
    EXPECT_EQ(load(text), builtin("ValueError")) << text;
  }
  EXPECT_EQ(load("cQueue\nEmpty\n)R.").type_name(), "queue.Empty");
  EXPECT_EQ(load("c_queue\nEmpty\n)R.").type_name(), "queue.Empty");
  EXPECT_EQ(load("cmultiprocessing\nTimeoutError\n)R.").type_name(),
            "multiprocessing.context.TimeoutError");
}

}  // namespace
}  // namespace hilo::pickle
