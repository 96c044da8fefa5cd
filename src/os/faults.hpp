#pragma once
namespace hilo::os { inline bool fault(const char*) { return false; } }
