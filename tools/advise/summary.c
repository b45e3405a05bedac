/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/advise/summary.h"

#include <inttypes.h>

#include "collector/advise/advice_list.h"
#include "collector/base/clean.h"
#include "tools/advise/reading.h"
#include "tools/advise/text.h"
#include "tools/programs.h"
#include "tools/shell.h"

static struct error *print(FILE *out, const struct lifetimes *lifetimes)
{
    struct advise_sites sites;
    struct advice_list list = {0};
    bool has_memory = advise_sites_init(&sites, lifetimes) && advice_list_init(&list, &sites);
    if (has_memory && list.changes)
        fprintf(out, "%" PRIu32 " change%s would save %.0f %% of the allocations\n", list.changes,
                list.changes == 1 ? "" : "s", advise_saved_percent(&list, &sites));
    else if (has_memory)
        fputs("no change would save much\n", out);
    advice_list_deinit(&list);
    advise_sites_deinit(&sites);
    return has_memory ? NULL : error_no_memory();
}

void advise_print_summary(FILE *out, const char *path)
{
    struct lifetimes lifetimes;
    const struct argument argument = {.text = path, .kind = ARGUMENT_FILE};
    struct error *error = advise_read(&lifetimes, &argument);
    fputs("  memprof advise ", out);
    shell_put_quoted(out, programs_short_path(path));
    fputs(": ", out);
    if (!error)
        error = print(out, &lifetimes);
    if (error) {
        clean_put_text(out, error_message(error));
        fputc('\n', out);
    }
    error_destroy(error);
    lifetimes_deinit(&lifetimes);
}
