/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/answer.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

void answer_release(struct answer *answer)
{
    if (!answer || --answer->references > 0)
        return;
    if (answer->fd >= 0)
        close(answer->fd);
    free(answer);
}

/* The bytes that may be shown: of a file that nobody can change or cut short any more. */
static bool is_sealed(int fd, size_t *bytes)
{
    struct stat status;
    int wanted = F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
    if (fcntl(fd, F_GET_SEALS) < 0 || (fcntl(fd, F_GET_SEALS) & wanted) != wanted ||
        fstat(fd, &status) != 0)
        return false;
    *bytes = (size_t)status.st_size;
    return true;
}

struct answer *answer_create(const struct work_result *result, int fd, uint64_t generation)
{
    size_t bytes = 0;
    struct answer *answer = fd < 0 || is_sealed(fd, &bytes) ? malloc(sizeof *answer) : NULL;
    if (answer)
        *answer = (struct answer){1, *result, fd, bytes, generation};
    else if (fd >= 0)
        close(fd);
    return answer;
}
