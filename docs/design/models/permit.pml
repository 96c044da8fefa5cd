/* SPDX-License-Identifier: MIT
 *
 * The permit word as src/sync/permit_impl.hpp has it: lock.pml and semaphore.pml say what its value
 * means. Each user acquires and releases a few times; whether a waiter starves, whether its time is
 * up, and which sleeper the system wakes, are free choices.
 *
 * Shown: what Enter() and Leave() assert, and that all users come to their end: no wake-up is lost.
 *
 * TIMED: a user may give up while it sleeps.
 * KILL:  one user is killed between any two steps. Sleep comes in slices then; a slice is over only
 *        when nothing else can happen, and few of them must do.
 *
 * One step is one access to the word or one system call, with what is local beside it.
 */
#ifndef USERS
#define USERS 3
#endif
#ifndef ROUNDS
#define ROUNDS 2
#endif
#define PARKED 16
#define STARVING 8
#define FLAGS (PARKED | STARVING)
#define VALUE(w) ((w) & 7)
#define MOST_SLICES 3

byte word = START;
bool asleep[USERS];
bool killed[USERS];

mtype = { take, leave, recover, queue };

inline cas() {
  ok = (word == seen);
  if
  :: ok -> word = wanted
  :: else
  fi
}

inline wake_one() {
  atomic {
    if
    :: asleep[0] -> asleep[0] = false
    :: asleep[1] -> asleep[1] = false
    :: asleep[USERS - 1] -> asleep[USERS - 1] = false
    :: !asleep[0] && !asleep[1] && !asleep[USERS - 1]
    fi
  }
}

proctype User(byte me) {
  byte seen, wanted, round, slices;
  bool ok, more, queued, slept, slice_over, out_of_time, made_starving;
  mtype what;
  {
    do
    :: round == ROUNDS -> break
    :: else ->
      /* run(): until the permit is taken (ok), or left */
      do
      :: atomic {
          seen = word;
          wanted = seen;
          if
          :: made_starving || slice_over -> wanted = wanted & ~STARVING
          :: else
          fi;
          if
          :: AVAILABLE(VALUE(seen)) && (slept || !(seen & STARVING)) ->
            what = take;
            more = queued && AVAILABLE(TAKEN(VALUE(seen)));
            wanted = TAKEN(VALUE(seen)) | (wanted & FLAGS);
            if
            :: queued && more -> wanted = wanted & ~PARKED
            :: queued && !more -> wanted = wanted | PARKED
            :: !queued
            fi
          :: !AVAILABLE(VALUE(seen)) && ABANDONED(VALUE(seen)) ->
            what = recover;
            wanted = me + 1 | (wanted & FLAGS)
          :: else ->
            if
            :: out_of_time -> what = leave
            :: !out_of_time ->
              what = queue;
              wanted = seen | PARKED;
              if
              :: queued -> wanted = wanted | STARVING
              :: true
              fi
            fi
          fi
        }
        d_step {
          cas();
          if
          :: ok && what == queue ->
            made_starving = made_starving || ((seen ^ wanted) & STARVING);
            queued = true
          :: else
          fi
        }
        if
        :: !ok
        :: ok && what == take && more -> wake_one(); break
        :: ok && what == take && !more -> break
        :: ok && (what == recover || what == leave) -> break
        :: ok && what == queue ->
          d_step {
            asleep[me] = (word == wanted);
            slice_over = false;
            slept = true;
            seen = 0; wanted = 0
          }
          if
          :: !asleep[me]
#ifdef TIMED
          :: atomic { asleep[me] -> asleep[me] = false; out_of_time = true }
#endif
#ifdef KILL
          :: atomic {
              timeout -> asleep[me] = false; slice_over = true; slices++;
              assert(slices <= MOST_SLICES)
            }
#endif
          fi
        fi
      od;
      if
      :: what == leave
      :: else ->
        Enter(me);
        Leave(me);
        /* give_permit() */
        do
        :: d_step { seen = word; wanted = GIVEN(VALUE(seen)) | (seen & STARVING) };
          d_step { cas() };
          if
          :: ok -> break
          :: else
          fi
        od;
        if
        :: seen & FLAGS -> wake_one()
        :: else
        fi
      fi;
      d_step {
        round++;
        seen = 0; wanted = 0; ok = false; more = false; queued = false; slept = false;
        slice_over = false; out_of_time = false; made_starving = false; what = 0
      }
    od
  } unless { killed[me] }
}

#ifdef KILL
active proctype Killer() {
  byte victim;
  select(victim : 0 .. USERS - 1);
  atomic { killed[victim] = true; asleep[victim] = false }
}
#endif

init {
  atomic {
    byte user;
    for (user : 0 .. USERS - 1) { run User(user) }
  }
}
