// SPDX-License-Identifier: Apache-2.0
// build: -pthread -ldl
//
// loads ROUNDS PLUGIN...: eight threads at once open and close the plugins, allocate in
// callbacks of dl_iterate_phdr, throw, and allocate from ever new places.
#include <cstdio>
#include <cstdlib>
#include <dlfcn.h>
#include <link.h>
#include <pthread.h>
#include <stdexcept>
#include <string>

static int rounds, plugins;
static char **paths;

__attribute__((noinline)) static void in_callback()
{
    void *volatile p = malloc(100);
    free(p);
}
static int callback(dl_phdr_info *, size_t, void *)
{
    in_callback();
    return 0;
}

__attribute__((noinline)) static void opens(int n)
{
    void *library = dlopen(paths[n % plugins], RTLD_NOW | RTLD_LOCAL);
    if (!library)
        abort();
    auto run = (int (*)())dlsym(library, "plugin_run");
    auto entry = (void (*)())dlsym(library, "plugin_entry");
    if (run)
        run();
    if (entry)
        entry();
    dlclose(library);
}

template <int depth> __attribute__((noinline)) void nest(int n)
{
    std::string text(100 + n % 50, 'x');
    if constexpr (depth == 0)
        throw std::runtime_error(text);
    else
        nest<depth - 1>(n);
}

static void *body(void *argument)
{
    for (int n = 0; n < rounds; n++)
        switch ((size_t)argument % 4) {
        case 0:
            opens(n + (int)((size_t)argument / 4));
            break;
        case 1:
            dl_iterate_phdr(callback, nullptr);
            break;
        case 2:
            try {
                nest<12>(n);
            } catch (const std::exception &) {
            }
            break;
        default:
            for (int k = 0; k < 20; k++)
                in_callback();
        }
    return nullptr;
}

int main(int argc, char **argv)
{
    pthread_t threads[8];
    rounds = atoi(argv[1]);
    plugins = argc - 2;
    paths = argv + 2;
    for (size_t n = 0; n < 8; n++)
        if (pthread_create(&threads[n], nullptr, body, (void *)n))
            abort();
    for (int n = 0; n < 8; n++)
        pthread_join(threads[n], nullptr);
    puts("done");
}
