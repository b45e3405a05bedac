// SPDX-License-Identifier: Apache-2.0
// build: -ldl
//
// Prints which file each operator new and delete is found in, opens the plugins it is given,
// privately, and prints what each says; then some blocks go through operators that were bound
// at start (a pointer) and at their first call.
#include <cstdio>
#include <cstring>
#include <dlfcn.h>
#include <initializer_list>
#include <new>

static void *(*volatile bound_at_start)(size_t) = operator new;

__attribute__((noinline)) static void *by_pointer()
{
    return bound_at_start(100);
}
__attribute__((noinline)) static void *by_call()
{
    return operator new(200);
}

int main(int argc, char **argv)
{
    for (const char *name :
         {"_Znwm", "_Znam", "_ZnwmRKSt9nothrow_t", "_ZdlPv", "_ZdlPvm", "_ZdaPv"}) {
        Dl_info info;
        void *found = dlsym(RTLD_DEFAULT, name);
        const char *file = found && dladdr(found, &info) ? strrchr(info.dli_fname, '/') : nullptr;
        printf("%s %s\n", name, file ? file + 1 : "nowhere");
    }
    for (int n = 1; n < argc; n++) {
        void *library = dlopen(argv[n], RTLD_NOW | RTLD_LOCAL);
        int (*entry)() =
            library ? reinterpret_cast<int (*)()>(dlsym(library, "plugin_run")) : nullptr;
        printf("%d\n", entry ? entry() : -1);
    }
    operator delete(by_pointer());
    operator delete(by_call(), 200);
    void *volatile kept = by_pointer();
    return !kept;
}
