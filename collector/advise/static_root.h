/* SPDX-License-Identifier: Apache-2.0
 *
 * What runs once in a process and keeps what it makes: constructors of libraries, locales,
 * initialization that is done once.  None of it leaks, however much it is.
 */
#ifndef MEMPROF_COLLECTOR_ADVISE_STATIC_ROOT_H
#define MEMPROF_COLLECTOR_ADVISE_STATIC_ROOT_H

#include "collector/profile/profile.h"

/* Who it is, in words, if one is on the stack; else NULL. */
const char *static_root_of(const struct profile *profile, uint32_t leaf);

#endif
