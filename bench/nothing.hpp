// SPDX-License-Identifier: MIT
#pragma once

namespace bench {

/// The argument that makes a benchmark program return from main() at once.
inline char k_do_nothing[] = "--do-nothing";

}  // namespace bench
