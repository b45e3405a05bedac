/* SPDX-License-Identifier: Apache-2.0
 *
 * Numbers and their units as they are printed.  Values of a profile look as `go tool pprof`
 * prints them: one unit for a whole table, two decimals, percentages of two significant
 * digits.  In sentences and lists a size has a space before its unit.
 */
#ifndef MEMPROF_TOOLS_MEASURE_H
#define MEMPROF_TOOLS_MEASURE_H

#include <stddef.h>
#include <stdint.h>

#define MEASURE_TEXT 40

struct measure {
    double factor;    /* what a printed value is divided by */
    const char *unit; /* printed behind it */
};

/* The unit of a table of values in `unit`, from its smallest non-zero value (0:
 * none) and the total. */
struct measure measure_choose(const char *unit, int64_t smallest, int64_t total);

/* "1.50MB", "12", "0".  Returns `text`. */
char *measure_value(char text[static MEASURE_TEXT], const struct measure *measure, int64_t value);

/* The same in the unit that suits this value alone. */
char *measure_alone(char text[static MEASURE_TEXT], const char *unit, int64_t value);

/* "12.34%", "  100%", " 0.5%": six columns.  Returns `text`. */
char *measure_percentage(char text[static MEASURE_TEXT], int64_t value, int64_t total);

/* ---- in sentences and lists ---- */

/* "512 B", "1.50 kB", "3.25 MB": 1024-based, as pprof has it.  Returns `text`. */
char *measure_bytes(char text[static MEASURE_TEXT], uint64_t bytes);

/* "1 object", "12345 objects".  Returns `text`. */
char *measure_count(char text[static MEASURE_TEXT], uint64_t count, const char *singular);

/* "12s", "3m", "5h", "2d": the largest unit that fits.  Returns `text`. */
char *measure_age(char text[static MEASURE_TEXT], uint64_t seconds);

#endif
