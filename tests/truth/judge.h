/* SPDX-License-Identifier: Apache-2.0
 *
 * Included before those files of the shim that follow events, in a build of it for tests: what a
 * program that keeps the true activations (truth.c) is told at each followed event, and is asked
 * at each free.  Weak: a program without that is not judged.
 */
#ifndef MEMPROF_TESTS_TRUTH_JUDGE_H
#define MEMPROF_TESTS_TRUTH_JUDGE_H

#include <stdbool.h>
#include <stdint.h>

/* The event of this thread with that number, by a caller with this stack pointer. */
void truth_event(uint64_t event, uintptr_t sp) __attribute__((weak));

/* A block that was allocated at event `when` is freed; the shim says that the innermost call
 * that ran then and still runs has this CFA (0: none; UINTPTR_MAX: the outermost one), or that this
 * is in doubt. */
void truth_judge(uint64_t when, uintptr_t cfa, bool doubted) __attribute__((weak));

#define LIFETIMES_JUDGE_EVENT(event, sp)                                                           \
    do {                                                                                           \
        if (truth_event)                                                                           \
            truth_event(event, sp);                                                                \
    } while (0)

#define LIFETIMES_JUDGE_END(a, when, running)                                                      \
    do {                                                                                           \
        if (truth_judge)                                                                           \
            truth_judge(when,                                                                      \
                        (running) == 0   ? 0                                                       \
                        : (running) == 1 ? UINTPTR_MAX                                             \
                                         : (a)->frames[(running) - 2].sp,                          \
                        activations_doubted_since(a, running, when));                              \
    } while (0)

#endif
