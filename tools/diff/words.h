/* SPDX-License-Identifier: Apache-2.0
 *
 * What all formats say the same way: numbers, how sure they are, and the sentences of a report.
 * Names in what is returned are as the profiles have them, cleaned but not escaped.
 */
#ifndef MEMPROF_TOOLS_DIFF_WORDS_H
#define MEMPROF_TOOLS_DIFF_WORDS_H

#include "tools/diff/report.h"
#include "tools/measure.h"

#define WORDS_TEXT   256
#define WORDS_NUMBER (MEASURE_TEXT + 1) /* with its sign */
#define WORDS_NAME   200                /* bytes of a name that sentences show */

char *words_value(char text[static MEASURE_TEXT], enum profile_value type, double number);
char *words_signed(char text[static WORDS_NUMBER], enum profile_value type, double number);
/* Of the base: "+3.33%", "new". */
char *words_percentage(char text[static MEASURE_TEXT], const struct judged *judged);
/* "exact", "[-3, +5]"; where there is a base, "[-3, +5] [-30.00%, +62.00%]". */
char *words_sureness(char text[static WORDS_TEXT], enum profile_value type,
                     const struct judged *judged);
/* A function's name as the profile has it. */
const char *words_function(const struct sides *sides, uint32_t function);
/* Bytes of a name, in whole characters, that are shown of it when `most` are. */
size_t words_cut(const char *name, size_t most);
/* What a row is of: a function, or a module. */
const char *words_row_name(const struct sides *sides, uint32_t row);
/* Whether it is known to have changed. */
bool words_is_change(const struct judged *judged);

extern const char *const words_kinds[COMPARE_KINDS]; /* "module" ... */
extern const char *const words_gates[];              /* by verdict: "holds" ... */
extern const char *const words_judgements[];         /* "same" ... */

/* What the first line says: GATE_FAILS is worse, also without any gate. */
enum gate_verdict words_outcome(const struct report *report);

/* Sentences; the caller frees them.  NULL: no memory. */

/* The first lines: did it get worse, where, by how much, how sure.  Each ends with a newline. */
char *words_verdict(const struct report *report);
/* "handle_request grew by +3.22kB (+3.33%) of alloc_space, exact". */
char *words_row(const struct report *report, const struct report_row *row);
/* What a gate found, without its text and its verdict. */
char *words_gate(const struct report *report, const struct gate *gate);
/* Which correction for many rows was used, on how many, without a full stop; also in the verdict.
 */
char *words_corrections(const struct report *report);
/* A command line of go tool pprof that shows the same difference; "" where there is none. */
char *words_pprof(const struct report *report);

#endif
