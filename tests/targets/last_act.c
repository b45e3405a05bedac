/* SPDX-License-Identifier: Apache-2.0
 *
 * last_act N SIZE: allocates N blocks of SIZE bytes; its last act is to print the
 * monotonic clock in nanoseconds.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 0;
    long size = argc > 2 ? atol(argv[2]) : 100;
    for (long n = 0; n < count; n++) {
        void *volatile block = malloc((size_t)size);
        (void)block;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    char text[32];
    int length = snprintf(text, sizeof text, "%lld\n", now.tv_sec * 1000000000LL + now.tv_nsec);
    return write(1, text, (size_t)length) != length;
}
