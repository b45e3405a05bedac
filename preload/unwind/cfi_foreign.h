/* SPDX-License-Identifier: Apache-2.0
 *
 * Words on stacks that are not the thread's own (fibers, coroutines, sigaltstack): which
 * of them may be read without asking the kernel first.  Nobody tells us when such a stack
 * is unmapped, so a page that was readable once proves nothing.  What proves that a word
 * is there is the frame that needs it: a function that is running will return through its
 * return address, wherever its stack lies today.  So a word is remembered together with
 * the pc of the frame that reads it, and only after the kernel found it readable once and
 * the return address in it was a true one: in code with unwind information, right behind
 * a call.  Where unwind information is missing or wrong, or a stack ends, no such word is
 * found, and the kernel is asked each time.
 *
 * One table for all threads, without locks: an entry is one word.  It is private memory
 * of the process, and a child of fork has the same stacks.
 */
#ifndef MEMPROF_UNWIND_CFI_FOREIGN_H
#define MEMPROF_UNWIND_CFI_FOREIGN_H

#include "preload/base/hidden.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#define FOREIGN_WORDS 32768u /* 256 KiB, of which the pages in use are resident */

extern HIDDEN _Atomic uint64_t foreign_words[FOREIGN_WORDS];

/* A bijection of the address for each `reader`, so that two words of one frame never
 * stand for each other. */
static inline uint64_t foreign_key(uintptr_t address, uint64_t reader)
{
    uint64_t mixed =
        (reader * UINT64_C(0xd6e8feb86659fd93) ^ address) * UINT64_C(0x9fb21c651e98df25);
    return mixed ^ mixed >> 29;
}

/* Did a frame like this one read this word before?  `reader` is its pc and what tells
 * apart the modules that may lie there. */
static inline bool foreign_known(uintptr_t address, uint64_t reader)
{
    uint64_t key = foreign_key(address, reader);
    return atomic_load_explicit(&foreign_words[key % FOREIGN_WORDS], memory_order_relaxed) == key;
}

static inline void foreign_learn(uintptr_t address, uint64_t reader)
{
    uint64_t key = foreign_key(address, reader);
    atomic_store_explicit(&foreign_words[key % FOREIGN_WORDS], key, memory_order_relaxed);
}

/* Could a call have left the return address `pc` just below `cfa`, which the psABI aligns?
 * (A function that was jumped to at the very end of its stack would have its own where the
 * next mapping begins.)  Some microseconds. */
bool foreign_is_return(uintptr_t pc, uintptr_t cfa);

/* Is there unwind information for `pc`? */
bool foreign_is_code(uintptr_t pc);

#endif
