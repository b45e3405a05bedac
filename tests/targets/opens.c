/* SPDX-License-Identifier: Apache-2.0
 * build: -ldl
 *
 * A C program that opens the C++ plugins it is given, privately, and calls each.
 */
#include <dlfcn.h>
#include <stdio.h>

int main(int argc, char **argv)
{
    for (int n = 1; n < argc; n++) {
        void *library = dlopen(argv[n], RTLD_NOW | RTLD_LOCAL);
        if (!library) {
            puts(dlerror());
            return 1;
        }
        int (*entry)(void) = (int (*)(void))dlsym(library, "plugin_run");
        printf("%d\n", entry());
        dlclose(library);
    }
}
