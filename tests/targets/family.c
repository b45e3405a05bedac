/* SPDX-License-Identifier: Apache-2.0
 * build: -w -fno-builtin
 *
 * Calls the whole allocation family with good and bad arguments and prints every
 * answer and errno, so that two runs can be compared.  Pointers are printed as
 * NULL or not, and by their alignment.
 */
#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ANSWER(call)                                                                               \
    do {                                                                                           \
        errno = 77;                                                                                \
        void *p = (call);                                                                          \
        int e = errno;                                                                             \
        printf("%s: %s errno %d %s\n", #call, p ? "block" : "NULL", e,                             \
               malloc_usable_size(p) ? "usable" : "");                                             \
        errno = 78;                                                                                \
        free(p);                                                                                   \
        printf("  free leaves errno %d\n", errno);                                                 \
    } while (0)

static void *aligned_by(int (*call)(void **, size_t, size_t), size_t alignment, size_t size)
{
    void *p = (void *)0x1234;
    int status = call(&p, alignment, size);
    printf("posix_memalign(%zu, %zu): %d %s\n", alignment, size, status,
           p == (void *)0x1234 ? "untouched" : "set");
    if (status == 0 && (uintptr_t)p % alignment != 0)
        puts("  not aligned");
    return status == 0 ? p : NULL;
}

int main(int argc, char **argv)
{
    free(malloc(1)); /* an allocator's own start may leave an errno */
    volatile size_t huge = PTRDIFF_MAX, half = SIZE_MAX / 2 + 2;
    ANSWER(malloc(0));
    ANSWER(malloc(1));
    ANSWER(malloc(100));
    ANSWER(malloc(huge));
    ANSWER(malloc(SIZE_MAX - 1));
    ANSWER(calloc(0, 10));
    ANSWER(calloc(10, 0));
    ANSWER(calloc(half, 2));
    if (argc == 1) /* an argument: the allocator would fill them with zeros */
        ANSWER(calloc(1, (size_t)10 << 30));
    ANSWER(realloc(NULL, 0));
    ANSWER(realloc(NULL, 50));
    ANSWER(realloc(malloc(50), 500000));
    ANSWER(realloc(malloc(500000), 50));
    ANSWER(realloc(malloc(50), 0));
    ANSWER(reallocarray(NULL, half, 2));
    ANSWER(reallocarray(malloc(10), 10, 10));
    ANSWER(aligned_alloc(64, 640));
    ANSWER(aligned_alloc(3, 640));
    ANSWER(memalign(4096, 10));
    ANSWER(valloc(10));
    ANSWER(pvalloc(10));
    free(aligned_by(posix_memalign, 64, 10));
    free(aligned_by(posix_memalign, 3, 10));
    free(aligned_by(posix_memalign, 0, 10));
    free(aligned_by(posix_memalign, 64, huge));

    char *kept = malloc(1000);
    strcpy(kept, "still here");
    errno = 77;
    char *grown = realloc(kept, huge);
    printf("failed realloc: %s errno %d, %s\n", grown ? "block" : "NULL", errno, kept);
    errno = 77;
    grown = reallocarray(kept, half, 2);
    printf("failed reallocarray: %s errno %d, %s\n", grown ? "block" : "NULL", errno, kept);
    free(kept);
    free(NULL);

    void (*sized)(void *, size_t) = (void (*)(void *, size_t))dlsym(RTLD_DEFAULT, "free_sized");
    void (*aligned)(void *, size_t, size_t) =
        (void (*)(void *, size_t, size_t))dlsym(RTLD_DEFAULT, "free_aligned_sized");
    if (sized)
        sized(malloc(30), 30);
    if (aligned)
        aligned(aligned_alloc(32, 64), 32, 64);
    char *line = NULL;
    size_t length = 0;
    printf("getline %zd\n", getline(&line, &length, stdin));
    free(line);
    return argv == NULL;
}
