/* SPDX-License-Identifier: MIT
 *
 * Semaphore: the value counts the permits. No more users hold one than there are. Nobody owns a
 * permit, so a killed holder's is lost: the models with a kill start with one more.
 */
#ifndef PERMITS
#define PERMITS 2
#endif
#define START PERMITS
#define AVAILABLE(value) ((value) != 0)
#define TAKEN(value) ((value) - 1)
#define GIVEN(value) ((value) + 1)
#define ABANDONED(value) false

byte holders;

inline Enter(user) {
  d_step { holders++; assert(holders <= PERMITS) }
}
inline Leave(user) { holders-- }

#include "permit.pml"
