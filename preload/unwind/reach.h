/* SPDX-License-Identifier: Apache-2.0
 *
 * Control flow as a proof: a function that was at one call and is at another now is the same
 * activation only if the one can be reached from the other inside of it.
 *
 * Its code is searched along direct jumps, from behind the first call; what throws goes on at the
 * landing pads that the function names, and a part of it that lies elsewhere (.cold) is
 * followed.  A jump to where the function itself begins is a tail call, with which the activation
 * ends.  Whatever is not understood (a jump table, code without unwind information, a search that
 * takes too long) counts as reachable, so that the proof may be missing, and the answer says so.
 * Where the second call is in another function, one that the first jumps to goes on in its place.
 * Only longjmp goes where no jump leads: a function that it comes back to counts as entered again
 * where what comes behind setjmp cannot be reached from the call that was left.
 *
 * Answers are kept in one table for all threads, without locks: an entry is one word.
 */
#ifndef MEMPROF_UNWIND_REACH_H
#define MEMPROF_UNWIND_REACH_H

#include "preload/unwind/insn.h"

#include <stdbool.h>
#include <stdint.h>

#define REACH_BLOCKS 1024u /* of code, in one search */

/* Memory of a search, which would not fit a small stack.  One search at a time uses it. */
struct reach_room {
    uint32_t seen[2 * REACH_BLOCKS]; /* a hash set of starts of blocks, as offset + 1; 0: empty */
    uint32_t todo[REACH_BLOCKS];     /* offsets */
};

enum reach {
    REACH_UNKNOWN = 0, /* never answered */
    REACH_CAN = 1,
    REACH_CANNOT = 2, /* they lie in one function, and there is no way */
    REACH_OTHER = 3,  /* there is no way but a tail call, perhaps */
    REACH_UNSURE = 4, /* as REACH_CAN, since something on the way was not understood */
    REACH_JUMPS = 5,  /* they lie in two functions, and the first can end by a jump to the second */
};

/* Can an activation whose last call was at `from` come to be in a call at `to`?  Both are addresses
 * as frames have them, of the last byte of a call, and `to` is on the stack now.
 * `unload_epoch` tells apart what was there before a library was closed.  Any thread. */
enum reach reach_ask(struct reach_room *room, uintptr_t from, uintptr_t to, uint32_t unload_epoch);

/* Does the call at `caller`, of which the same holds, lead to the function that `callee` is in, and
 * to no other: REACH_CAN; else REACH_UNSURE. */
enum reach reach_ask_call(uintptr_t caller, uintptr_t callee, uint32_t unload_epoch);

/* The searches themselves. */
enum reach reach_search(struct reach_room *room, uintptr_t from, uintptr_t to);
enum reach reach_look_at_call(uintptr_t caller, uintptr_t callee);

#endif
