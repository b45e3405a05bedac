/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/body.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

struct error *body_open(FILE **out)
{
    int fd = memfd_create("memprof-answer", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    *out = fd >= 0 ? fdopen(fd, "w") : NULL;
    if (*out)
        return NULL;
    int number = errno;
    if (fd >= 0)
        close(fd);
    return error_create_errno(number, "cannot answer");
}

struct error *body_finish(FILE *out, int *fd)
{
    *fd = -1;
    if (fflush(out) == 0 && !ferror(out))
        *fd = fcntl(fileno(out), F_DUPFD_CLOEXEC, 0);
    int number = errno;
    fclose(out);
    if (*fd >= 0 && fcntl(*fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE) == 0)
        return NULL;
    if (*fd >= 0) {
        number = errno;
        close(*fd);
    }
    *fd = -1;
    return error_create_errno(number, "cannot answer");
}

void body_drop(FILE *out)
{
    fclose(out);
}
