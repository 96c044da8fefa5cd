// SPDX-License-Identifier: MIT
#pragma once

#include <string>
#include <vector>

namespace hilo::detail {

/// What a spawned process is told about itself, before the call.
struct Preparation {
  std::string name;
  std::vector<unsigned> identity;
  bool daemon;
  std::string authkey;
  int start_method;
  std::string executable;
  int parent_pid;
  std::string parent_name;
};

}  // namespace hilo::detail
