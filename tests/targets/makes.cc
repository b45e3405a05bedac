/* SPDX-License-Identifier: Apache-2.0
 *
 * makes COUNT: so many objects of C++ at one call site.
 */
#include <cstdlib>

struct thing {
    long numbers[4];
};
thing *volatile last;

static __attribute__((noinline)) void make_thing()
{
    last = new thing;
    delete last;
}

int main(int argc, char **argv)
{
    for (long i = argc > 1 ? atol(argv[1]) : 0; i > 0; i--)
        make_thing();
}
