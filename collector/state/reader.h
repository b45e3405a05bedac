/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a state: of a living process, of a dead one, or a crafted file.  Every
 * value is copied, bounded, and the copy is used; what cannot be right is left
 * out.  The layout itself is known to layout.h and the files of the reader alone.
 */
#ifndef MEMPROF_COLLECTOR_STATE_READER_H
#define MEMPROF_COLLECTOR_STATE_READER_H

#include "collector/base/error.h"
#include "collector/state/info.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* `name` is for messages.  The descriptor stays the caller's and is not needed afterwards. */
struct error *state_reader_create(int fd, const char *name, struct state_reader **reader);
/* Over memory that stays the caller's; 8-byte aligned. */
struct error *state_reader_create_memory(const void *memory, size_t bytes, const char *name,
                                         struct state_reader **reader);
/* Of a file, without modules and sites: for who wants the header, totals, peak and timeline of many
 * states.  The counts of sites are not to be asked for. */
struct error *state_reader_create_totals(int fd, const char *name, struct state_reader **reader);
void state_reader_destroy(struct state_reader *reader);
/* Looks again at what grows while the process runs: the numbers of the header, modules, sites.
 * What was there keeps its index; arrays may move.  False: no memory. */
bool state_reader_refresh(struct state_reader *reader);
/* Lets go of the file: afterwards only the header, modules and sites are there. */
void state_reader_unmap(struct state_reader *reader);
/* True if the file was truncated while it was read: then what was read must not be used. */
bool state_reader_is_broken(const struct state_reader *reader);

#endif
