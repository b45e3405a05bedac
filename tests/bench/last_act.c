/* SPDX-License-Identifier: Apache-2.0
 *
 * last_act allocate N SIZE: allocates N blocks of SIZE bytes; its last act is to print the
 * monotonic clock in nanoseconds.
 */
#include "clock.h"

#include <stdlib.h>

int main(int argc, char **argv)
{
    long count = argc > 2 ? atol(argv[2]) : 0;
    long size = argc > 3 ? atol(argv[3]) : 100;
    for (long n = 0; n < count; n++) {
        void *volatile block = malloc((size_t)size);
        (void)block;
    }
    print_clock();
    return 0;
}
