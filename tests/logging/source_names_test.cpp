// SPDX-License-Identifier: MIT
#include "logging/source_names.hpp"

#include <gtest/gtest.h>

namespace {

using hilo::detail::file_name;
using hilo::detail::function_name;
using hilo::detail::module_name;

TEST(SourceNamesTest, AFunctionIsItsBareName) {
  EXPECT_EQ(function_name("main"), "main");
  EXPECT_EQ(function_name("int main(int, char**)"), "main");
  EXPECT_EQ(function_name("void app::Pool::take(std::function<void(int)>) const"), "take");
  EXPECT_EQ(function_name("std::function<void(int)> make(int)"), "make");
  EXPECT_EQ(function_name("app::Pool::Pool(int)"), "Pool");
  EXPECT_EQ(function_name("app::Pool::~Pool()"), "~Pool");
  EXPECT_EQ(function_name("char* name()"), "name");
  EXPECT_EQ(function_name("char *name()"), "name");
  EXPECT_EQ(function_name(""), "");
}

TEST(SourceNamesTest, TemplatesGoWithoutTheirArguments) {
  EXPECT_EQ(function_name("T app::Pool<T>::take(T) [with T = int]"), "take");
  EXPECT_EQ(function_name("T app::take(T) [T = std::function<void (int)>]"), "take");
  EXPECT_EQ(function_name("void take<app::Pool<int> >(int)"), "take");
}

TEST(SourceNamesTest, UnnamedNamespacesAndLambdas) {
  EXPECT_EQ(function_name("void {anonymous}::work(int)"), "work");
  EXPECT_EQ(function_name("void (anonymous namespace)::work(int)"), "work");
  EXPECT_EQ(function_name("main()::<lambda(int)>"), "<lambda>");
  EXPECT_EQ(function_name("auto main()::(anonymous class)::operator()(int) const"), "<lambda>");
  EXPECT_EQ(function_name("auto main()::(lambda)::operator()(int) const"), "<lambda>");
}

TEST(SourceNamesTest, Operators) {
  EXPECT_EQ(function_name("bool app::operator<(const A&, const A&)"), "operator<");
  EXPECT_EQ(function_name("void app::Call::operator()(int) const"), "operator()");
  EXPECT_EQ(function_name("app::Call::operator bool() const"), "operator bool");
  EXPECT_EQ(function_name("void operators(int)"), "operators");
}

TEST(SourceNamesTest, FilesAndModules) {
  EXPECT_EQ(file_name("src/app/main.cpp"), "main.cpp");
  EXPECT_EQ(file_name("C:\\app\\main.cpp"), "main.cpp");
  EXPECT_EQ(file_name("main.cpp"), "main.cpp");
  EXPECT_EQ(module_name("src/app.d/main.test.cpp"), "main.test");
  EXPECT_EQ(module_name("src/app.d/main"), "main");
  EXPECT_EQ(module_name(".hidden"), ".hidden");
}

}  // namespace
