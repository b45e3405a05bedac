/* SPDX-License-Identifier: Apache-2.0
 *
 * The script and the style of reports, which the build makes of page/ (page/embed).
 */
#ifndef MEMPROF_TOOLS_REPORT_EMBEDDED_H
#define MEMPROF_TOOLS_REPORT_EMBEDDED_H

#include <stddef.h>

struct embedded {
    const unsigned char *bytes;
    size_t count;
    const char *hash; /* SHA-256, in base64 */
};
extern const struct embedded embedded_script, embedded_style;

#endif
