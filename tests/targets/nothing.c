/* SPDX-License-Identifier: Apache-2.0
 *
 * Ends with the status of its argument and allocates nothing.
 */
#include <stdlib.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    (void)!write(1, "nothing\n", 8);
    return argc > 1 ? atoi(argv[1]) : 0;
}
