/* SPDX-License-Identifier: MIT
 *
 * Condition as src/sync/condition_impl.hpp has it, over a lock that works (lock.pml shows that one
 * does). Waiters wait ROUNDS times each; the notifier notifies one at a time until all have ended.
 *
 * Shown: each notification that was given returns from exactly one wait, the longest; all waiters
 * come to their end, so none is lost; a notifier never waits for a waiter.
 *
 * TIMED: a waiter may give up while it sleeps.
 * KILL:  one process is killed between any two steps, a waiter, or the notifier, whose place a
 *        second one takes. A slice of sleep is over only when nothing else can happen.
 */
#define WAITERS 3
#define USERS (WAITERS + 2)
#ifndef ROUNDS
#define ROUNDS 2
#endif
#define FREE 0
#define WAITING 16
#define NOTIFIED 32
#define OWNER(state) ((state) & 15)
#define MOST_SLICES 2
#define NOBODY 99

byte holder;            /* of the lock */
byte state[WAITERS];    /* the slots: a flag and the waiter */
byte ticket[WAITERS];
byte tickets = 1;
bool asleep[USERS];     /* on the user's slot */
bool killed[USERS];
byte ended;             /* waiters */
byte given, received;   /* notifications */

inline lock(user) {
  atomic { (holder == 0 || killed[holder - 1]) -> holder = user + 1 }
}
inline unlock(user) {
  d_step { assert(holder == user + 1); holder = 0 }
}

proctype Waiter(byte me) {
  byte slot, round, slices;
  bool notified;
  {
    do
    :: round == ROUNDS -> break
    :: else ->
      lock(me);
      /* claim(): a free slot, or a dead waiter's */
      slot = 0;
      do
      :: slot == WAITERS -> slot = 0
      :: slot < WAITERS && state[slot] != FREE && !killed[OWNER(state[slot])] -> slot++
      :: slot < WAITERS && (state[slot] == FREE || killed[OWNER(state[slot])]) -> break
      od;
      atomic { ticket[slot] = tickets; tickets++ };
      state[slot] = WAITING | me;
      unlock(me);
      /* sleep() */
      do
      :: state[slot] != (WAITING | me) -> notified = true; break
      :: else ->
        d_step { asleep[me] = (state[slot] == (WAITING | me)) };
        if
        :: !asleep[me]
#ifdef TIMED
        :: atomic {
            asleep[me] -> asleep[me] = false;
            if
            :: state[slot] == (WAITING | me) -> state[slot] = FREE; notified = false; break
            :: else
            fi
          }
#endif
#ifdef KILL
        :: atomic { timeout -> asleep[me] = false; slices++; assert(slices <= MOST_SLICES) }
#endif
        fi
      od;
      if
      :: notified -> d_step { assert(state[slot] == (NOTIFIED | me)); state[slot] = FREE; received++ }
      :: else
      fi;
      lock(me);
      atomic { unlock(me); slot = 0; notified = false; round++ }
    od;
    ended++
  } unless { killed[me] -> ended++ }
}

proctype Notifier(byte me) {
  byte slot, longest, seen;
  {
    do
    :: ended == WAITERS -> break
    :: atomic { ended != WAITERS && (state[0] & WAITING || state[1] & WAITING || state[2] & WAITING) ->
        skip };
      lock(me);
      /* notify(1) */
      do
      :: atomic {
          longest = NOBODY; slot = 0;
          do
          :: slot == WAITERS -> break
          :: else ->
            if
            :: state[slot] & WAITING && (longest == NOBODY || ticket[slot] < ticket[longest]) ->
              longest = slot
            :: else
            fi;
            slot++
          od;
          slot = 0;
          if
          :: longest != NOBODY -> seen = state[longest]
          :: else
          fi
        }
        if
        :: longest == NOBODY -> break
        :: longest != NOBODY && killed[OWNER(seen)] ->
          d_step {
            if
            :: state[longest] == seen -> state[longest] = FREE
            :: else
            fi
          }
        :: else ->
          d_step {
            if
            :: state[longest] == seen -> state[longest] = NOTIFIED | OWNER(seen); given++
            :: else -> longest = NOBODY
            fi
          }
          if
          :: longest != NOBODY -> asleep[OWNER(seen)] = false; break
          :: else
          fi
        fi
      od;
      longest = 0; seen = 0;
      unlock(me)
    od
  } unless { killed[me] }
}

#ifdef KILL
active proctype Killer() {
  byte victim;
  select(victim : 0 .. WAITERS);
  atomic {
    killed[victim] = true; asleep[victim] = false;
    if
    :: victim == WAITERS -> run Notifier(WAITERS + 1)
    :: else
    fi
  }
}
#endif

init {
  atomic {
    byte user;
    for (user : 0 .. WAITERS - 1) { run Waiter(user) }
    run Notifier(WAITERS);
  }
#ifndef KILL
  ended == WAITERS && given == received
#endif
}
