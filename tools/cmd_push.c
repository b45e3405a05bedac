/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof push: a program of its own (push/), which loads libcurl.
 */
#include "tools/command.h"
#include "tools/companion.h"

int cmd_push(int argc, char **argv)
{
    (void)argc;
    return companion_become("push", "memprof-push", argv);
}
