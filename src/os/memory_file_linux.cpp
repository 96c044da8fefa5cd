// SPDX-License-Identifier: MIT
#include "os/memory_file.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "os/descriptor.hpp"
#include "os/faults.hpp"
#include "os/memory_room.hpp"

namespace hilo::os {
namespace {

[[noreturn]] void refuse(int error, const char* what) {
  throw std::system_error(error, std::generic_category(), what);
}

}  // namespace

int create_memory_file() {
  int descriptor = -1;
  if (!fault("memfd_create")) descriptor = ::memfd_create("hilo", MFD_CLOEXEC);
  const int first_error = errno;
  // A sandbox may know no memfd_create; an unnamed file is the same thing.
  for (const char* folder : {"/dev/shm", "/tmp"}) {
    if (descriptor >= 0) break;
    if (!fault("open")) descriptor = ::open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  }
  if (descriptor < 0) refuse(first_error, "hilo: memfd_create for memory that processes share");
  descriptor = above_standard_streams(descriptor);
  if (descriptor < 0) refuse(errno, "hilo: fcntl for memory that processes share");
  return descriptor;
}

void check_memory_file_limit(std::uint64_t size) {
  struct rlimit limit;
  // Beyond this limit the system would send a signal (SIGXFSZ), not an error.
  if (::getrlimit(RLIMIT_FSIZE, &limit) == 0 && size > limit.rlim_cur) {  // infinity is the largest
    refuse(EFBIG, "hilo: memory that processes share, beyond RLIMIT_FSIZE");
  }
}

void reserve_memory_file(int descriptor, std::uint64_t offset, std::uint64_t length) {
  check_memory_file_limit(offset + length);
  // The system gives what it does not have, then kills whom it finds to make up for it.
  constexpr std::uint64_t k_worth_a_look = 32 << 20;
  if (length >= k_worth_a_look && length > memory_room()) {
    refuse(ENOMEM, "hilo: memory that processes share, more than the machine has free");
  }
  int result = 0;
  do {
    result = fault("fallocate") ? -1
                                : ::fallocate(descriptor, 0, static_cast<off_t>(offset),
                                              static_cast<off_t>(length));
  } while (result != 0 && errno == EINTR);
  if (result != 0) refuse(errno, "hilo: fallocate for memory that processes share");
}

bool discard_memory_file(int descriptor, std::uint64_t offset, std::uint64_t length) noexcept {
  return !fault("fallocate(PUNCH_HOLE)") &&
         ::fallocate(descriptor, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                     static_cast<off_t>(offset), static_cast<off_t>(length)) == 0;
}

std::byte* map_memory_file(int descriptor, std::uint64_t offset, std::size_t length) {
  void* address = MAP_FAILED;
  if (!fault("mmap")) {
    address = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor,
                     static_cast<off_t>(offset));
  }
  if (address == MAP_FAILED) refuse(errno, "hilo: mmap of memory that processes share");
  return static_cast<std::byte*>(address);
}

std::uint64_t memory_file_identity(int descriptor) noexcept {
  struct stat status;
  if (::fstat(descriptor, &status) != 0) return 0;
  // No other file of the same device has the number, and few have both sums alike.
  return status.st_ino ^ (static_cast<std::uint64_t>(status.st_dev) << 40);
}

void unmap_memory(std::byte* address, std::size_t length) noexcept { ::munmap(address, length); }

std::uint64_t adopt_memory_file(int descriptor) noexcept {
  struct stat status;
  if (descriptor < 0 || fault("fstat") || ::fstat(descriptor, &status) != 0) return 0;
  if (!S_ISREG(status.st_mode) || status.st_nlink != 0) return 0;  // it has no name
  if (fault("fcntl") || ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) return 0;
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace hilo::os
