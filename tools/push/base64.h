/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes as text.
 */
#ifndef MEMPROF_TOOLS_PUSH_BASE64_H
#define MEMPROF_TOOLS_PUSH_BASE64_H

#include <stddef.h>

/* With padding, in one line (RFC 4648); the caller frees it.  NULL: no memory. */
char *base64_encode(const unsigned char *bytes, size_t count);

#endif
