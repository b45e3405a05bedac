/* SPDX-License-Identifier: Apache-2.0
 *
 * Values of a profile as `go tool pprof` prints them: one unit for a whole
 * table, two decimals, percentages of two significant digits.
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

#endif
