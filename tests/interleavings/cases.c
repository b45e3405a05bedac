/* SPDX-License-Identifier: Apache-2.0
 *
 * `cases NAME` searches one case and prints how many states it has; a state in
 * which something does not hold ends it with the schedule that leads there.
 */
#include "tests/interleavings/cases.h"

#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
    static const struct explored_case *const all[] = {cases_events, cases_forks, cases_tables,
                                                      cases_rules, cases_peak};
    for (size_t i = 0; argc == 2 && i < sizeof all / sizeof *all; i++)
        for (const struct explored_case *c = all[i]; c->name; c++) {
            if (strcmp(argv[1], c->name) != 0)
                continue;
            world_init();
            c->set_up();
            explore(c->check);
            return 0;
        }
    fprintf(stderr, "usage: cases NAME\n");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        for (const struct explored_case *c = all[i]; c->name; c++)
            fprintf(stderr, "  %s\n", c->name);
    return 2;
}
