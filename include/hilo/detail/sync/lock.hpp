#pragma once
#include <atomic>
#include <cstdint>
namespace hilo::detail::sync { struct LockState { std::atomic<std::uint32_t> word; std::atomic<std::uint32_t> recovery; }; }
