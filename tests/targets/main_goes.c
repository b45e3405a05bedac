/* SPDX-License-Identifier: Apache-2.0
 * build: -pthread
 *
 * main_goes LIBRARY: main ends by pthread_exit.  When the kernel has done with it, a thread opens
 * LIBRARY, calls its `allocate_here`, and ends the process with 3.
 */
#include <dlfcn.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char state_of_main(void)
{
    char path[64], text[512] = "";
    snprintf(path, sizeof path, "/proc/self/task/%d/stat", getpid());
    FILE *file = fopen(path, "r");
    if (!file || !fgets(text, sizeof text, file))
        exit(2);
    fclose(file);
    return strrchr(text, ')')[2];
}

static void *goes_on(void *library)
{
    while (state_of_main() != 'Z')
        sched_yield();
    void *opened = dlopen(library, RTLD_NOW);
    void (*allocate)(void) = NULL;
    if (opened)
        *(void **)&allocate = dlsym(opened, "allocate_here");
    if (!allocate)
        exit(2);
    allocate();
    exit(3);
}

int main(int argc, char **argv)
{
    pthread_t thread;
    if (argc < 2 || pthread_create(&thread, NULL, goes_on, argv[1]) != 0)
        return 2;
    pthread_exit(NULL);
}
