/* SPDX-License-Identifier: Apache-2.0
 * build: -ldl -Wl,-rpath,'$ORIGIN' -Wl,--enable-new-dtags
 *
 * Opens another library by its bare name: found by this library's own RUNPATH only.
 */
#include <dlfcn.h>
#include <stddef.h>

int plugin_run(void);
int plugin_run(void)
{
    void *library = dlopen("libdeep.so", RTLD_NOW);
    return library ? dlclose(library) : -1;
}
