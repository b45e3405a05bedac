/* SPDX-License-Identifier: Apache-2.0
 *
 * A file is the same one by device, inode, size and time, as the collector answered.  One
 * that is in use is not in the store.
 */
#include "collector/symbols/image_store.h"

#include <string.h>
#include <unistd.h>

static struct image kept[IMAGE_STORE_FILES]; /* the last one used comes first */
static unsigned kept_count;

/* The guard is in a list, by its address. */
static void move(struct image *to, struct image *from)
{
    guard_end(&from->guard);
    *to = *from;
    guard_begin(&to->guard, to->base, to->bytes);
    memset(from, 0, sizeof(*from));
}

static void take_out(unsigned index, struct image *image)
{
    move(image, &kept[index]);
    for (kept_count--; index < kept_count; index++)
        move(&kept[index], &kept[index + 1]);
}

static uint64_t unpacked_bytes(void)
{
    uint64_t bytes = 0;
    for (unsigned i = 0; i < kept_count; i++)
        bytes += kept[i].unpacked_bytes;
    return bytes;
}

bool image_store_open(struct image *image, const struct image_file *file)
{
    for (unsigned i = 0; i < kept_count; i++) {
        const struct image_file *known = &kept[i].file;
        if (known->device != file->device || known->inode != file->inode ||
            known->bytes != file->bytes || known->mtime_ns != file->mtime_ns)
            continue;
        take_out(i, image);
        close(file->fd);
        return true;
    }
    return image_open(image, file);
}

void image_store_close(struct image *image)
{
    /* Not one in memory alone, nor one that was truncated. */
    if (!image->elf || image->is_heap || guard_was_hit(&image->guard) ||
        image->unpacked_bytes > IMAGE_STORE_UNPACKED) {
        image_close(image);
        return;
    }
    while (kept_count == IMAGE_STORE_FILES ||
           (kept_count > 0 && unpacked_bytes() + image->unpacked_bytes > IMAGE_STORE_UNPACKED))
        image_close(&kept[--kept_count]);
    for (unsigned i = kept_count++; i > 0; i--)
        move(&kept[i], &kept[i - 1]);
    move(&kept[0], image);
}
