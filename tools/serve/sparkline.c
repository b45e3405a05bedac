/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/serve/sparkline.h"

#include <stddef.h>

#define WIDTH  240.0
#define HEIGHT 40.0
#define MARGIN 1.0 /* half of the line's width */

static uint64_t highest(const struct vitals_ring *ring, uint64_t now)
{
    uint64_t most = now;
    for (uint32_t i = 0; i < ring->count; i++)
        if (ring->points[i].inuse_bytes > most)
            most = ring->points[i].inuse_bytes;
    return most ? most : 1;
}

static double height_of(uint64_t bytes, uint64_t most)
{
    return HEIGHT - MARGIN - (HEIGHT - 2 * MARGIN) * (double)bytes / (double)most;
}

/* A point holds on until the next one, so the line is one of steps. */
void sparkline_put(FILE *out, const struct vitals *vitals)
{
    const struct vitals_ring *ring = vitals_whole_ring(vitals);
    if (!ring || vitals->up_ns == 0)
        return;
    uint64_t now = vitals_live_bytes(vitals), most = highest(ring, now);
    double before = height_of(0, most);
    fprintf(out,
            "<svg role=\"img\" aria-label=\"live bytes over time\" viewBox=\"0 0 %.0f %.0f\" "
            "preserveAspectRatio=\"none\"><polyline points=\"0,%.1f",
            WIDTH, HEIGHT, before);
    for (uint32_t i = 0; i < ring->count; i++) {
        const struct state_reader_point *point = &ring->points[i];
        if (point->since_start_ns > vitals->up_ns)
            break;
        double at = WIDTH * (double)point->since_start_ns / (double)vitals->up_ns;
        double height = height_of(point->inuse_bytes, most);
        fprintf(out, " %.1f,%.1f %.1f,%.1f", at, before, at, height);
        before = height;
    }
    fprintf(out, " %.1f,%.1f %.1f,%.1f\"/></svg>", WIDTH, before, WIDTH, height_of(now, most));
}
