/* SPDX-License-Identifier: Apache-2.0
 *
 * Files that the worker has read, kept from one job to the next: of what reading symbols
 * costs, unpacking the debug sections of libc is most.
 */
#ifndef MEMPROF_COLLECTOR_SYMBOLS_IMAGE_STORE_H
#define MEMPROF_COLLECTOR_SYMBOLS_IMAGE_STORE_H

#include "collector/symbols/image.h"

#include <stdbool.h>

#define IMAGE_STORE_FILES    8u
#define IMAGE_STORE_UNPACKED (UINT64_C(32) << 20) /* bytes that libelf unpacks of all of them */

/* As image_open(), but a file that was kept is not read again. */
bool image_store_open(struct image *image, const struct image_file *file);
/* As image_close(), but the file is kept, in place of those that were not used for longest. */
void image_store_close(struct image *image);

#endif
