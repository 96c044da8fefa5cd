// SPDX-License-Identifier: MIT
#include "os/module.hpp"

#include <dlfcn.h>
#include <elf.h>
#include <link.h>

#include <cstring>
#include <string_view>

#include "hilo/errors.hpp"

namespace hilo::os {
namespace {

// FNV-1a (Fowler, Noll, Vo): names builds apart, guards against nobody.
std::uint64_t hash(std::string_view bytes, std::uint64_t state = 0xcbf29ce484222325) {
  for (const char byte : bytes) {
    state = (state ^ static_cast<unsigned char>(byte)) * 0x100000001b3;
  }
  return state;
}

std::string_view build_id(const dl_phdr_info& module, const ElfW(Phdr) & segment) {
  const auto* cursor = reinterpret_cast<const char*>(module.dlpi_addr + segment.p_vaddr);
  const char* const end = cursor + segment.p_memsz;
  const auto align = [](std::size_t size) { return (size + 3) & ~std::size_t{3}; };
  while (static_cast<std::size_t>(end - cursor) > sizeof(ElfW(Nhdr))) {
    ElfW(Nhdr) note;
    std::memcpy(&note, cursor, sizeof note);
    const char* const name = cursor + sizeof note;
    const char* const text = name + align(note.n_namesz);
    if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && std::memcmp(name, "GNU", 4) == 0) {
      return {text, note.n_descsz};
    }
    cursor = text + align(note.n_descsz);
  }
  return {};
}

// A module linked without a build id is known by the shape of its segments.
std::uint64_t identity(const dl_phdr_info& module) {
  for (int i = 0; i < module.dlpi_phnum; ++i) {
    if (module.dlpi_phdr[i].p_type != PT_NOTE) continue;
    const std::string_view id = build_id(module, module.dlpi_phdr[i]);
    if (!id.empty()) return hash(id);
  }
  return hash(
      {reinterpret_cast<const char*>(module.dlpi_phdr), module.dlpi_phnum * sizeof(ElfW(Phdr))});
}

bool holds(const dl_phdr_info& module, std::uintptr_t address) {
  for (int i = 0; i < module.dlpi_phnum; ++i) {
    const ElfW(Phdr)& segment = module.dlpi_phdr[i];
    const std::uintptr_t start = module.dlpi_addr + segment.p_vaddr;
    if (segment.p_type == PT_LOAD && address >= start && address - start < segment.p_memsz) {
      return true;
    }
  }
  return false;
}

// Calls visit(module) for each, the program first, until it returns true.
template <class Visit>
bool find_module(Visit visit) {
  return ::dl_iterate_phdr(
             [](dl_phdr_info* module, std::size_t, void* argument) {
               return (*static_cast<Visit*>(argument))(*module) ? 1 : 0;
             },
             &visit) != 0;
}

// What the other process loaded while it ran, as plugins are, is not here yet. It stays loaded.
void load(const std::string& path) {
  // Not called by name: that would have every program without shared libraries linked with a
  // warning.
  const auto open = reinterpret_cast<decltype(&::dlopen)>(::dlsym(RTLD_DEFAULT, "dlopen"));
  if (open != nullptr && open(path.c_str(), RTLD_NOW) != nullptr) return;
  throw RuntimeError("hilo: the target is in " + path + ", which this process cannot load: " +
                     (open != nullptr ? ::dlerror() : "it has no shared libraries"));
}

}  // namespace

CodeAddress code_address(const void* address) {
  CodeAddress result{};
  const auto number = reinterpret_cast<std::uintptr_t>(address);
  if (!find_module([&](const dl_phdr_info& module) {
        if (!holds(module, number)) return false;
        result.module = identity(module);
        result.offset = number - module.dlpi_addr;
        result.path = module.dlpi_name;
        return true;
      })) {
    throw RuntimeError("hilo: the target's code belongs to no loaded module");
  }
  return result;
}

const void* resolve(const CodeAddress& address) {
  std::uintptr_t result = 0;
  const auto find = [&] {
    return find_module([&](const dl_phdr_info& module) {
      if (identity(module) != address.module) return false;
      result = module.dlpi_addr + address.offset;
      return holds(module, result);
    });
  };
  if (!find()) {
    if (address.path.empty()) {
      throw RuntimeError("hilo: the target is in another build of this program");
    }
    load(address.path);
    if (!find()) {
      throw RuntimeError("hilo: the target is in another build of " + address.path +
                         " than the one that this process has");
    }
  }
  return reinterpret_cast<const void*>(result);
}

}  // namespace hilo::os
