// SPDX-License-Identifier: MIT
#include "os/line_output.hpp"

#include <io.h>
#include <windows.h>

#include <system_error>

namespace hilo::os {
namespace {

[[noreturn]] void fail(const std::string& call) {
  throw std::system_error(static_cast<int>(::GetLastError()), std::system_category(),
                          "hilo: " + call);
}

HANDLE open(const std::string& path, DWORD access, DWORD disposition) {
  HANDLE const file =
      ::CreateFileA(path.c_str(), access, FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE,
                    nullptr, disposition, FILE_ATTRIBUTE_NORMAL, nullptr);
  if (file == INVALID_HANDLE_VALUE) fail("CreateFile " + path);
  return file;
}

}  // namespace

LineOutput::LineOutput(const std::string& path, bool truncate) {
  if (truncate) ::CloseHandle(open(path, GENERIC_WRITE, CREATE_ALWAYS));
  // Without the right to write anywhere else, each write appends, whoever else appends.
  file_ = reinterpret_cast<std::intptr_t>(open(path, FILE_APPEND_DATA | SYNCHRONIZE, OPEN_ALWAYS));
}

LineOutput::~LineOutput() {
  if (stream_ == nullptr) ::CloseHandle(reinterpret_cast<HANDLE>(file_));
}

void LineOutput::write(std::string_view text) const {
  // Past the C library's descriptor too: its text mode would cut the line to translate it.
  if (stream_ != nullptr) std::fflush(stream_);
  const std::intptr_t file = stream_ != nullptr ? ::_get_osfhandle(::_fileno(stream_)) : file_;
  while (!text.empty()) {
    DWORD written = 0;
    if (::WriteFile(reinterpret_cast<HANDLE>(file), text.data(), static_cast<DWORD>(text.size()),
                    &written, nullptr) == 0) {
      fail("WriteFile");
    }
    text.remove_prefix(written);
  }
}

}  // namespace hilo::os
