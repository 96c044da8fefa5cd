#pragma once
#include <cstdint>
namespace hilo::detail::sync { inline std::uint32_t thread_id() noexcept { return 1; } }
