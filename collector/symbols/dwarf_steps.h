/* SPDX-License-Identifier: Apache-2.0
 *
 * Bounds what reading debug information costs.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_DWARF_STEPS_H
#define MEMPROF_COLLECTOR_SYMBOLS_DWARF_STEPS_H

#include <stdbool.h>
#include <stdint.h>

/* Counts the steps of a walk that a file may have made long: each range that is read
 * and each address that is looked at. */
struct dwarf_steps {
    bool (*go_on)(void *context); /* asked now and then; false: it is time to stop */
    void *context;
    uint64_t count;
    bool is_over;
};
#define DWARF_STEPS_ASK 65536u
static inline bool dwarf_step(struct dwarf_steps *steps)
{
    if (++steps->count % DWARF_STEPS_ASK == 0 && !steps->is_over)
        steps->is_over = !steps->go_on(steps->context);
    return !steps->is_over;
}

#endif
