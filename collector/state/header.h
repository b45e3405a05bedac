/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a state's header can be read by this version, and what it said.
 */
#ifndef MEMPROF_COLLECTOR_STATE_HEADER_H
#define MEMPROF_COLLECTOR_STATE_HEADER_H

#include "collector/base/error.h"
#include "collector/state/info.h"

struct state_header;

/* The error of a state that another version of memprof wrote in a way we cannot read; NULL:
 * we can.  Version 1 had less of everything, and nothing else. */
struct error *state_layout_check_version(const struct state_header *header, const char *name);

/* Why the header cannot be a state's; NULL: it can. */
const char *state_layout_fault(const struct state_header *header);

/* What the header says, but for its strings. */
void state_layout_copy_header(struct state_info *info, const struct state_header *header);

/* As it was when the state was opened, or looked at again. */
const struct state_info *state_reader_info(const struct state_reader *reader);

#endif
