/* SPDX-License-Identifier: Apache-2.0
 *
 * What the reader and the writer of stat.json have in common.
 */
#ifndef MEMPROF_TOOLS_STAT_RECORD_JSON_H
#define MEMPROF_TOOLS_STAT_RECORD_JSON_H

#include <jansson.h>

#include "tools/stat/record.h"

#define STAT_RECORD_SCHEMA "memprof stat"
/* A reader refuses what is newer, and ignores members that it does not know. */
#define STAT_RECORD_VERSION 1
/* Of the file.  In memory a number takes twenty times the two bytes that it takes there. */
#define STAT_RECORD_BYTES_MAX (16 << 20)

/* The whole record; NULL: no memory, or a text that is no UTF-8.  json_decref() it. */
json_t *stat_record_pack(const struct stat_record *record);

/* JSON's null where it is unknown or infinite. */
json_t *stat_record_pack_number(double number);

#endif
