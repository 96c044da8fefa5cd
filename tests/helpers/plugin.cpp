// SPDX-License-Identifier: MIT
// A library that knows nothing of hilo; built twice, with the code in it at different places.
#include <cstdlib>

#ifdef HILO_OTHER_BUILD
extern "C" [[gnu::visibility("default")]] int before(int number) { return number * number; }
#endif

extern "C" [[gnu::visibility("default")]] void end_with_twice(int code) { std::exit(2 * code); }
