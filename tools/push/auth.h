/* SPDX-License-Identifier: Apache-2.0
 *
 * --auth-file: what only the server is to know.  A line each: "bearer TOKEN", "basic
 * USER:PASSWORD", or "Header-Name: value"; "#" begins a comment.  It is never printed.
 */
#ifndef MEMPROF_TOOLS_PUSH_AUTH_H
#define MEMPROF_TOOLS_PUSH_AUTH_H

#include <stddef.h>

#include "collector/base/error.h"

struct push_auth {
    char **headers; /* whole lines, as they are sent */
    size_t count;
};

/* The file must be closed to others.  push_auth_deinit() it in any case. */
struct error *push_auth_read(struct push_auth *auth, const char *path);
void push_auth_deinit(struct push_auth *auth);

#endif
