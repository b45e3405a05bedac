/* SPDX-License-Identifier: Apache-2.0 */
#include "collector/profile/values.h"

const char *const profile_value_names[PROFILE_VALUES] = {
    [PROFILE_ALLOC_OBJECTS] = "alloc_objects",
    [PROFILE_ALLOC_SPACE] = "alloc_space",
    [PROFILE_INUSE_OBJECTS] = "inuse_objects",
    [PROFILE_INUSE_SPACE] = "inuse_space",
};
const char *const profile_value_units[PROFILE_VALUES] = {
    [PROFILE_ALLOC_OBJECTS] = "count",
    [PROFILE_ALLOC_SPACE] = "bytes",
    [PROFILE_INUSE_OBJECTS] = "count",
    [PROFILE_INUSE_SPACE] = "bytes",
};
