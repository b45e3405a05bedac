/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/diff/notes.h"

#include <inttypes.h>
#include <stdlib.h>

char *notes_corrections(const struct report *report)
{
    const struct report_rows *rows = report->rows;
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    if (!out)
        return NULL;
    fprintf(out,
            "Corrected for many: %" PRIu32 " call sites, %" PRIu32 " functions and %" PRIu32
            " modules, each kind by Benjamini-Hochberg at %.0f %%",
            rows[COMPARE_SITE].compared, rows[COMPARE_FUNCTION].compared,
            rows[COMPARE_MODULE].compared, 100 * REPORT_FALSE_ROWS);
    if (report->gate_count)
        fprintf(out, "; %zu gate%s by Holm at %.0f %% together", report->gate_count,
                report->gate_count == 1 ? "" : "s", 100 * GATES_ERROR);
    bool has_failed = ferror(out) != 0;
    if (fclose(out) != 0 || has_failed) {
        free(text);
        text = NULL;
    }
    return text;
}

void notes_put(FILE *out, const struct report *report)
{
    const struct comparison *comparison = &report->sides->comparison;
    bool has_all_sizes = true;
    for (uint32_t i = 0; i < comparison->run_count; i++) {
        const struct site_run *run = &report->sides->table.runs.items[i];
        has_all_sizes &= run->has_sizes || run->sampling == SITE_EXACT;
    }
    if (report->sides->is_exact && report->totals[0].least_runs == 1)
        fputs("One run a side: what differs between two runs of one build is not known.\n", out);
    if (!report->sides->is_exact &&
        (comparison->seeds[0] < comparison->base_runs ||
         comparison->seeds[1] < comparison->run_count - comparison->base_runs))
        fputs("Runs of a side share a seed: their sampling error is the same one, and does not "
              "become smaller with their number.\n",
              out);
    if (!has_all_sizes)
        fputs("A profile does not say how large its objects are (labels 'bytes'): its marks count "
              "as independent, which makes intervals wider.\n",
              out);
}
