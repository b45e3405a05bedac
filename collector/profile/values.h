/* SPDX-License-Identifier: Apache-2.0
 *
 * The four types of values that a profile of ours has.
 */
#ifndef MEMPROF_COLLECTOR_PROFILE_VALUES_H
#define MEMPROF_COLLECTOR_PROFILE_VALUES_H

/* In the order that Go has them in. */
enum profile_value {
    PROFILE_ALLOC_OBJECTS,
    PROFILE_ALLOC_SPACE,
    PROFILE_INUSE_OBJECTS,
    PROFILE_INUSE_SPACE,
    PROFILE_VALUES,
};
extern const char *const profile_value_names[PROFILE_VALUES];
extern const char *const profile_value_units[PROFILE_VALUES];

#endif
