/* SPDX-License-Identifier: MIT
 *
 * Lock: the value is the owner. No two users that live hold it at once; a dead owner's lock is
 * recovered by whoever finds it.
 */
#define START 0
#define AVAILABLE(value) ((value) == 0)
#define TAKEN(value) (me + 1)
#define GIVEN(value) 0
#define ABANDONED(value) (killed[(value) - 1])

byte holder;

inline Enter(user) {
  d_step { assert(holder == 0 || killed[holder - 1]); holder = user + 1 }
}
inline Leave(user) {
  d_step { assert(holder == user + 1); holder = 0 }
}

#include "permit.pml"
