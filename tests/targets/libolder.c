/* SPDX-License-Identifier: Apache-2.0
 *
 * A library whose constructor runs before those of what is preloaded, and registers a
 * handler there: LIBOLDER says of which exit.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void say(void)
{
    (void)!write(1, "the older handler\n", 18);
}

static void say_at_exit(int status, void *unused)
{
    (void)status;
    (void)unused;
    say();
}

__attribute__((constructor)) static void registers(void)
{
    const char *which = getenv("LIBOLDER");
    if (which && !strcmp(which, "on_exit"))
        on_exit(say_at_exit, NULL);
    if (which && !strcmp(which, "at_quick_exit"))
        at_quick_exit(say);
    if (which && !strcmp(which, "atexit"))
        atexit(say);
}
