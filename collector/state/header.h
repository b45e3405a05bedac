/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a state's header can be read by this version, and what it said.
 */
#ifndef MEMPROF_COLLECTOR_STATE_HEADER_H
#define MEMPROF_COLLECTOR_STATE_HEADER_H

#include "collector/base/error.h"
#include "collector/state/info.h"

struct state_header;

/* An error if another version of memprof wrote the state in a way that we cannot read, else
 * NULL.  Version 1 has some of what version 2 has, and nothing that it does not. */
struct error *state_layout_check_version(const struct state_header *header, const char *name);

/* Whether a file begins as a state does. */
bool state_layout_is_state(int fd);

/* Says why the header cannot be a state's; NULL: it can be. */
const char *state_layout_fault(const struct state_header *header);

/* What the header says, but for its strings. */
void state_layout_copy_header(struct state_info *info, const struct state_header *header);

/* The header as it was when the state was opened, or refreshed last. */
const struct state_info *state_reader_info(const struct state_reader *reader);

#endif
