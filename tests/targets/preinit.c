/* SPDX-License-Identifier: Apache-2.0
 *
 * A program that registers an exit handler before any library's constructor.
 */
#include <stdlib.h>
#include <unistd.h>

static void say(int status, void *unused)
{
    (void)status;
    (void)unused;
    (void)!write(1, "the older handler\n", 18);
}

static void registers(void)
{
    on_exit(say, NULL);
}

__attribute__((section(".preinit_array"), used)) static void (*const first)(void) = registers;

int main(void)
{
    for (int n = 0; n < 1000; n++) {
        void *volatile block = malloc(1000);
        (void)block;
    }
    return 5;
}
