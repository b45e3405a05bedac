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
    for (size_t i = 0; argc == 2 && cases_all[i]; i++)
        for (const struct explored_case *c = cases_all[i]; c->name; c++) {
            if (strcmp(argv[1], c->name) != 0)
                continue;
            world_init();
            c->set_up();
            explore(c->check, c->note);
            return 0;
        }
    fprintf(stderr, "usage: cases NAME\n");
    for (size_t i = 0; cases_all[i]; i++)
        for (const struct explored_case *c = cases_all[i]; c->name; c++)
            fprintf(stderr, "  %s\n", c->name);
    return 2;
}
