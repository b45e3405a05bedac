/* SPDX-License-Identifier: Apache-2.0
 *
 * The file of this process's state: made, mapped whole, and left in place or removed.
 */
#ifndef MEMPROF_STATE_FILE_H
#define MEMPROF_STATE_FILE_H

#include <stdbool.h>
#include <stdint.h>

/* Creates and maps the state of this process.  False: there is no place for it
 * (said on stderr when config.verbose or this is the first process). */
bool state_file_create(bool forked);

/* Removes what state_file_create made: there is no memory for what belongs to it. */
void state_file_abandon(void);

/* Removes the file: there is nothing in it. */
void state_file_unlink(void);

/* Its path ("" when there is none). */
const char *state_file_path(void);

/* Bytes that were free where it lies when it was made; UINT64_MAX: not known. */
uint64_t state_file_room(void);

/* madvise on the mapping; memory of this process's own in its place, empty but for
 * the header; and its end. */
void state_file_advise(int advice);
void state_file_detach(void);
void state_file_unmap(void);

#endif
