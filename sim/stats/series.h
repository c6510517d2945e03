/* series.h - a quantity over time in a fixed number of buckets, however long it goes on.
 *
 * A series begins with narrow buckets. When time runs past the last one, neighbours are joined two by two and every
 * bucket becomes twice as wide; so a run without a known end costs a constant amount of memory, and what is
 * kept of its past is at least capacity / 2 buckets. Joining adds counts and sums and keeps minima
 * and maxima, in integers: it loses resolution, never a value, and gives what recording into the wider
 * buckets would have given.
 */
#ifndef TEPID_STATS_SERIES_H
#define TEPID_STATS_SERIES_H

#include "core/base.h"

struct series_bucket {
    uint64_t count; /* values in it; 0: min and max mean nothing */
    int128 sum;
    int64_t min, max;
};

struct series {
    struct series_bucket *buckets;
    uint32_t capacity; /* even, at least 2 */
    uint32_t used;     /* buckets up to the last value */
    sim_time width;    /* of a bucket: the first width times a power of two */
};

/* `width` >= 1 ns: of a bucket to begin with. */
void series_init(struct series *series, uint32_t capacity, sim_time width);
void series_free(struct series *series);

/* Records a value at `when` >= 0; times need not ascend. */
void series_add(struct series *series, sim_time when, int64_t value);

/* Adds everything of `from` to `into`, which have the same capacity and first width. Exact: the same as
 * if `into` had recorded all values itself. */
void series_merge(struct series *into, const struct series *from);

#endif
