/* SPDX-License-Identifier: Apache-2.0
 *
 * Days of the calendar, in UTC.
 */
#ifndef MEMPROF_TOOLS_DATE_H
#define MEMPROF_TOOLS_DATE_H

#include <stdbool.h>

#define DATE_TEXT 16

/* "2027-02-28" as 20270228: later days are larger.  False: it is no day. */
bool date_parse(const char *text, int *date);
int date_today(void);
/* The other way.  Returns `text`. */
char *date_text(char text[static DATE_TEXT], int date);

#endif
