/* SPDX-License-Identifier: Apache-2.0
 *
 * What the constants of a state mean: losses, size classes, kinds of processes.
 */
#ifndef MEMPROF_COLLECTOR_STATE_NAMES_H
#define MEMPROF_COLLECTOR_STATE_NAMES_H

#include "collector/state/info.h"

/* The name of a loss counter, and whether its events are missing something in
 * the profile (growth refused is only the cause of others); NULL: not in use. */
const char *state_loss_name(unsigned loss, bool *is_lost);
/* The same in one word, for programs. */
const char *state_loss_key(unsigned loss);
uint64_t state_info_lost(const struct state_info *info);

/* The largest size in a class, bounded to what a label holds. */
int64_t state_label_bytes(uint32_t size_class);

/* Of an enum state_unwinder. */
const char *state_unwinder_name(uint32_t unwinder);

/* STATE_IS_*: what kind of process it is. */
uint32_t state_info_kind(const struct state_info *info);

#endif
