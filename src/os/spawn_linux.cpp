// SPDX-License-Identifier: MIT
#include "os/spawn.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "os/faults.hpp"
#include "os/memory_file.hpp"

namespace hilo::os {
namespace {

constexpr const char* k_running_program = "/proc/self/exe";
/// After the standard streams.
constexpr int k_first_descriptor = 3;

// Never destroyed.
constinit std::vector<std::string>* g_arguments = nullptr;

[[noreturn]] void refuse(int error, const std::string& what) {
  throw std::system_error(error, std::generic_category(), "hilo: " + what);
}

// The arguments as the kernel keeps them, when main() did not hand them to us.
std::vector<std::string> arguments() {
  if (g_arguments != nullptr) return *g_arguments;
  std::vector<std::string> result;
  if (const UniqueDescriptor file(
          fault("open") ? -1 : ::open("/proc/self/cmdline", O_RDONLY | O_CLOEXEC));
      file) {
    std::string text;
    char part[4096];
    for (ssize_t length; (length = ::read(file.get(), part, sizeof part)) > 0;) {
      text.append(part, static_cast<std::size_t>(length));
    }
    for (std::size_t start = 0, end; (end = text.find('\0', start)) != text.npos; start = end + 1) {
      result.emplace_back(text, start, end - start);
    }
  }
  if (result.empty()) result.emplace_back("hilo");
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  result.reserve(strings.size() + 1);
  for (std::string& string : strings) result.push_back(string.data());
  result.push_back(nullptr);
  return result;
}

class FileActions {
 public:
  FileActions() { check(::posix_spawn_file_actions_init(&actions_)); }
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;

  void open(int number, const char* path) {
    check(::posix_spawn_file_actions_addopen(&actions_, number, path, O_RDONLY, 0));
  }
  void duplicate(int from, int to) {
    check(::posix_spawn_file_actions_adddup2(&actions_, from, to));
  }
  void close_from(int number) {
    check(::posix_spawn_file_actions_addclosefrom_np(&actions_, number));
  }
  [[nodiscard]] const posix_spawn_file_actions_t* get() const noexcept { return &actions_; }

 private:
  static void check(int error) {
    if (fault("posix_spawn_file_actions")) error = errno;
    if (error != 0) refuse(error, "posix_spawn_file_actions");
  }
  posix_spawn_file_actions_t actions_;
};

// No signal is blocked, and those that our own contract needs do what they do by default: a blocked
// or ignored SIGTERM would make terminate() useless, an ignored SIGCHLD hide how children end.
class Attributes {
 public:
  Attributes() {
    ::posix_spawnattr_init(&attributes_);
    sigset_t signals;
    ::sigemptyset(&signals);
    ::posix_spawnattr_setsigmask(&attributes_, &signals);
    ::sigaddset(&signals, SIGTERM);
    ::sigaddset(&signals, SIGCHLD);
    ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    ::posix_spawnattr_setflags(&attributes_, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  }
  ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
  Attributes(const Attributes&) = delete;
  Attributes& operator=(const Attributes&) = delete;
  [[nodiscard]] const posix_spawnattr_t* get() const noexcept { return &attributes_; }

 private:
  posix_spawnattr_t attributes_;
};

}  // namespace

int SpawnRequest::pass(int descriptor) {
  descriptors.push_back(descriptor);
  return k_first_descriptor + static_cast<int>(descriptors.size()) - 1;
}

int spawn(const SpawnRequest& request) {
  const int end = k_first_descriptor + static_cast<int>(request.descriptors.size());
  FileActions actions;
  actions.open(STDIN_FILENO, "/dev/null");
  std::vector<UniqueDescriptor> moved;
  int target = k_first_descriptor;
  for (int descriptor : request.descriptors) {
    // A source below `end` could be overwritten before its turn comes.
    if (descriptor < end) {
      moved.emplace_back(fault("fcntl") ? -1 : ::fcntl(descriptor, F_DUPFD_CLOEXEC, end));
      if (!moved.back()) refuse(errno, "fcntl(F_DUPFD_CLOEXEC)");
      descriptor = moved.back().get();
    }
    actions.duplicate(descriptor, target++);
  }
  actions.close_from(end);

  std::vector<std::string> argument_strings = arguments();
  std::vector<char*> argv = pointers(argument_strings);
  std::vector<std::string> entries = request.environment;
  std::vector<char*> environment = pointers(entries);
  environment.pop_back();
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    environment.push_back(*entry);
  }
  environment.push_back(nullptr);

  const Attributes attributes;
  const std::string program = request.program.empty() ? k_running_program : request.program;
  int pid = 0;
  const int error = fault("posix_spawn")
                        ? errno
                        : ::posix_spawn(&pid, program.c_str(), actions.get(), attributes.get(),
                                        argv.data(), environment.data());
  if (error != 0) refuse(error, "posix_spawn of " + program);
  return pid;
}

// Copied, for programs take out of argv what they have understood.
void remember_arguments(int argc, char** argv) {
  if (argc <= 0 || g_arguments != nullptr) return;
  g_arguments = new std::vector<std::string>(argv, argv + argc);
}

UniqueDescriptor seal_payload(std::span<const std::byte> bytes) {
  check_memory_file_limit(bytes.size());
  UniqueDescriptor file(create_memory_file());
  while (!bytes.empty()) {
    const ssize_t written = fault("write") ? -1 : ::write(file.get(), bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) refuse(errno, "write of a process's arguments");
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
  return file;
}

Payload::Payload(int descriptor) {
  const UniqueDescriptor file(descriptor);
  struct stat status;
  if (fault("fstat") || ::fstat(descriptor, &status) != 0) {
    refuse(errno, "fstat of a process's arguments");
  }
  const auto size = static_cast<std::size_t>(status.st_size);
  if (size == 0) return;
  void* address =
      fault("mmap") ? MAP_FAILED : ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0);
  if (address == MAP_FAILED) refuse(errno, "mmap of a process's arguments");
  bytes_ = {static_cast<const std::byte*>(address), size};
}

Payload::~Payload() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

}  // namespace hilo::os
