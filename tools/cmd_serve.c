/* SPDX-License-Identifier: Apache-2.0
 *
 * memprof serve: a program of its own (serve/), which loads libmicrohttpd.
 */
#include "tools/command.h"
#include "tools/companion.h"

int cmd_serve(int argc, char **argv)
{
    (void)argc;
    return companion_become("serve", "memprof-serve", argv);
}
