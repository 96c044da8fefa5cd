// SPDX-License-Identifier: MIT
#pragma once

#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace hilo::test {

/// 'R', 'S', 'Z', ... of a process; '-' if there is none.
inline char state_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  std::getline(file, text);
  const std::size_t name_end = text.rfind(')');
  return name_end == text.npos ? '-' : text.at(name_end + 2);
}

inline std::vector<int> children_of(int pid) {
  const std::string number = std::to_string(pid);
  std::ifstream file("/proc/" + number + "/task/" + number + "/children");
  std::vector<int> result;
  for (int child = 0; file >> child;) result.push_back(child);
  return result;
}

/// All below a process, parents first.
inline std::vector<int> descendants_of(int pid) {
  std::vector<int> result = children_of(pid);
  for (std::size_t at = 0; at < result.size(); ++at) {
    const std::vector<int> more = children_of(result[at]);
    result.insert(result.end(), more.begin(), more.end());
  }
  return result;
}

/// Makes the calling process the parent of all below it that lose theirs, so that none gets lost.
inline bool become_parent_of_orphans() { return ::prctl(PR_SET_CHILD_SUBREAPER, 1) == 0; }

/// Kills one that is still below the calling process, whatever became of its number meanwhile.
inline bool kill_descendant(int pid) {
  const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, pid, 0));
  if (descriptor < 0) return false;
  const std::vector<int> all = descendants_of(::getpid());
  const bool is_ours = std::find(all.begin(), all.end(), pid) != all.end();
  const bool killed =
      is_ours && ::syscall(SYS_pidfd_send_signal, descriptor, SIGKILL, nullptr, 0) == 0;
  ::close(descriptor);
  return killed;
}

/// Reaps those children of the calling process that are in no list of `known` ones.
inline void reap_orphans(const std::vector<int>& known) {
  for (const int child : children_of(::getpid())) {
    if (std::find(known.begin(), known.end(), child) == known.end()) {
      (void)::waitpid(child, nullptr, WNOHANG);
    }
  }
}

}  // namespace hilo::test
