// SPDX-License-Identifier: MIT
#include "os/named_memory.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <system_error>

#include "os/faults.hpp"
#include "os/memory_file.hpp"

namespace hilo::os {
namespace {

/// Where glibc and musl have what shm_open() makes.
constexpr const char* k_folder = "/dev/shm";
constexpr mode_t k_mode = 0600;
/// The sticky bit means nothing on a file; here it marks what unlink_named_orphans() may take.
constexpr mode_t k_marked = k_mode | S_ISVTX;

[[noreturn]] void refuse(int error, const char* call, const std::string& name) {
  throw std::system_error(error, std::generic_category(),
                          std::string("hilo: ") + call + " of shared memory '" + name + "'");
}

/// Says that the memory is in use, until the last copy of the descriptor is closed.
bool hold(int descriptor) noexcept {
  return !fault("flock") && ::flock(descriptor, LOCK_SH | LOCK_NB) == 0;
}

void fill(int descriptor, std::uint64_t size, Tracked tracked) {
  reserve_memory_file(descriptor, 0, size);
  const bool held = hold(descriptor);
  // Marked and not held it would be an orphan from the start.
  if (held && tracked == Tracked::yes) (void)::fchmod(descriptor, k_marked);
}

bool link_to(int descriptor, const std::string& name) noexcept {
  const std::string from = "/proc/self/fd/" + std::to_string(descriptor);
  const std::string to = std::string(k_folder) + '/' + name;
  return !fault("linkat") &&
         ::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

UniqueDescriptor create_under_its_name(const std::string& name, std::uint64_t size,
                                       Tracked tracked) {
  UniqueDescriptor made(::shm_open(('/' + name).c_str(), O_RDWR | O_CREAT | O_EXCL, k_mode));
  if (!made) refuse(errno, "shm_open", name);
  try {
    fill(made.get(), size, tracked);
  } catch (...) {
    (void)::shm_unlink(('/' + name).c_str());
    throw;
  }
  return made;
}

/// Whether the name stands for this user's marked memory; who has it, if so.
UniqueDescriptor open_marked(int folder, const char* name) noexcept {
  struct stat status {};
  const auto is_marked = [&status] {
    return S_ISREG(status.st_mode) && (status.st_mode & 07777) == k_marked &&
           status.st_uid == ::geteuid();
  };
  if (::fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) != 0 || !is_marked()) return {};
  UniqueDescriptor opened(::openat(folder, name, O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK));
  if (!opened || ::fstat(opened.get(), &status) != 0 || !is_marked()) return {};
  return opened;
}

/// Whether the name still stands for the file, so that its successor is left alone.
bool same_file(int folder, const char* name, int descriptor) noexcept {
  struct stat named {};
  struct stat opened {};
  return ::fstatat(folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 &&
         ::fstat(descriptor, &opened) == 0 && named.st_ino == opened.st_ino &&
         named.st_dev == opened.st_dev;
}

}  // namespace

UniqueDescriptor create_named_memory(const std::string& name, std::uint64_t size, Tracked tracked) {
  if (fault("open(O_TMPFILE)")) return create_under_its_name(name, size, tracked);
  UniqueDescriptor made(
      above_standard_streams(::open(k_folder, O_TMPFILE | O_RDWR | O_CLOEXEC, k_mode)));
  if (!made) return create_under_its_name(name, size, tracked);
  // The umask has no say in who may open it.
  (void)::fchmod(made.get(), k_mode);
  fill(made.get(), size, tracked);
  if (link_to(made.get(), name)) return made;
  if (errno == EEXIST) refuse(errno, "creation", name);
  return create_under_its_name(name, size, tracked);  // /proc is not there, say
}

UniqueDescriptor open_named_memory(const std::string& name) {
  UniqueDescriptor opened(
      fault("shm_open") ? -1 : above_standard_streams(::shm_open(('/' + name).c_str(), O_RDWR, 0)));
  if (!opened) refuse(errno, "shm_open", name);
  (void)hold(opened.get());
  return opened;
}

std::uint64_t named_memory_size(int descriptor) {
  struct stat status {};
  if (fault("fstat") || ::fstat(descriptor, &status) != 0) {
    throw std::system_error(errno, std::generic_category(), "hilo: fstat of shared memory");
  }
  return static_cast<std::uint64_t>(status.st_size);
}

void unlink_named_memory(const std::string& name) {
  if (::shm_unlink(('/' + name).c_str()) != 0) refuse(errno, "shm_unlink", name);
}

std::size_t unlink_named_orphans() noexcept {
  const std::unique_ptr<DIR, decltype([](DIR* folder) { ::closedir(folder); })> folder(
      ::opendir(k_folder));
  if (!folder) return 0;
  const int at = ::dirfd(folder.get());
  std::size_t count = 0;
  while (const dirent* const entry = ::readdir(folder.get())) {
    const UniqueDescriptor found = open_marked(at, entry->d_name);
    if (!found || ::flock(found.get(), LOCK_EX | LOCK_NB) != 0) continue;
    if (same_file(at, entry->d_name, found.get()) && ::unlinkat(at, entry->d_name, 0) == 0) ++count;
  }
  return count;
}

}  // namespace hilo::os
