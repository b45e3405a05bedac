/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof diff: whether a program allocates more than before.
 */
#include "tools/cli.h"
#include "tools/command.h"
#include "tools/diff/options.h"
#include "tools/diff/print.h"
#include "tools/diff/ratchet_update.h"
#include "tools/diff/report.h"
#include "tools/diff/sides.h"
#include "tools/open.h"
#include "tools/self_test/self_test.h"

int cmd_diff(int argc, char **argv)
{
    open_limit(DIFF_COMMAND);
    struct diff_options options;
    int status = diff_options_parse(&options, argc, argv);
    if (status < 0 && options.self_test) {
        status = self_test(&options);
    } else if (status < 0) {
        struct sides sides;
        struct report report = {.sides = &sides};
        struct error *error = sides_init(&sides, &options);
        if (!error)
            error = report_init(&report, &sides);
        if (error) {
            status = cli_fail(DIFF_COMMAND, error);
        } else {
            if (options.gate_count && sides_seem_swapped(&sides))
                cli_complain(DIFF_COMMAND, "all runs of NEW are older than those of BASE: are the "
                                           "sides swapped?");
            status = print_report(&options.outputs, &report, report_status(&report));
            error = options.ratchet_update ? ratchet_update(&report) : NULL;
            status = error ? cli_fail(DIFF_COMMAND, error) : status;
        }
        report_deinit(&report);
        sides_deinit(&sides);
    }
    diff_options_deinit(&options);
    return status;
}
