/* hist.h - a log-linear histogram of times: small, exact to merge, at most 0.8 % off.
 *
 * A value v lies in the octave of its highest bit, cut into 128 equal buckets; values below 256 have a bucket
 * each. The index is two shifts and a count of leading zeros. Counts are whole numbers, so merging
 * is exact in any order. Only the span of buckets in use is kept, and it grows as
 * values come.
 *
 * The first value ever recorded is the atom: values equal to it are counted apart, so that
 * the percentiles of a constant (or mostly constant) time are exact rather than a bucket
 * wide. Merging histograms with different atoms puts the guest's atom into its bucket.
 *
 * Quantiles interpolate inside the bucket and are clamped to the exact minimum and maximum.
 */
#ifndef TEPID_STATS_HIST_H
#define TEPID_STATS_HIST_H

#include "core/base.h"

#define HIST_BITS 7 /* 128 buckets an octave */

struct hist {
    uint64_t *counts; /* of buckets first .. first + size - 1 */
    uint32_t first, size;
    uint64_t count; /* values recorded, atom included */
    uint64_t atom_count;
    int64_t atom; /* meaningful when count > 0 */
    int64_t min, max;
    int128 sum;
};

/* A histogram starts as {0}. Values are >= 0. */
void hist_free(struct hist *hist);
void hist_clear(struct hist *hist); /* keeps the memory */

static inline uint32_t hist_bucket(int64_t value)
{
    uint64_t v = (uint64_t)value;
    if (v < (2u << HIST_BITS))
        return (uint32_t)v;
    unsigned shift = 63u - HIST_BITS - (unsigned)__builtin_clzll(v);
    return (shift << HIST_BITS) + (uint32_t)(v >> shift);
}

/* The values of a bucket are low .. high (both included). */
int64_t hist_bucket_low(uint32_t bucket);
int64_t hist_bucket_high(uint32_t bucket);

/* Makes room for a bucket; called by hist_add only. */
void hist_grow(struct hist *hist, uint32_t bucket);

/* Everything of hist_add but the bucket's counter; true if that is still to be counted. There is room for it then. */
static inline bool hist_note(struct hist *hist, uint32_t bucket, int64_t value)
{
    hist->sum += value;
    if (UNLIKELY(hist->count++ == 0)) {
        hist->atom = hist->min = hist->max = value;
        hist->atom_count = 1;
        return false;
    }
    if (value == hist->atom) {
        hist->atom_count++;
        return false;
    }
    hist->min = value < hist->min ? value : hist->min;
    hist->max = value > hist->max ? value : hist->max;
    if (UNLIKELY(bucket - hist->first >= hist->size))
        hist_grow(hist, bucket);
    return true;
}

/* hist_add for who knows the bucket already. */
static inline void hist_add_at(struct hist *hist, uint32_t bucket, int64_t value)
{
    if (hist_note(hist, bucket, value))
        hist->counts[bucket - hist->first]++;
}

/* Counters of many histograms lie far apart, and waiting for one to come from memory costs more than a whole request. So
 * with many of them counting is put off: the counter is fetched now and counted up a few
 * dozen values later. Whoever looks at a histogram flushes first. */
#define HIST_QUEUE 32

struct hist_queue {
    uint32_t next;
    struct {
        struct hist *hist; /* NULL: empty */
        uint32_t bucket;
    } waiting[HIST_QUEUE];
};

static inline void hist_count_later(struct hist_queue *queue, struct hist *hist, uint32_t bucket)
{
    uint32_t at = queue->next++ % HIST_QUEUE;
    struct hist *due = queue->waiting[at].hist;
    if (LIKELY(due != NULL))
        due->counts[queue->waiting[at].bucket - due->first]++;
    queue->waiting[at].hist = hist;
    queue->waiting[at].bucket = bucket;
    __builtin_prefetch(&hist->counts[bucket - hist->first], 1);
}

void hist_queue_flush(struct hist_queue *queue);

static inline void hist_add(struct hist *hist, int64_t value)
{
    hist_add_at(hist, hist_bucket(value), value);
}

/* Counts only: no sum, no atom, no extremes. A histogram is filled in one way or the other. */
static inline void hist_count(struct hist *hist, uint32_t bucket)
{
    if (UNLIKELY(bucket - hist->first >= hist->size))
        hist_grow(hist, bucket);
    hist->counts[bucket - hist->first]++;
}
void hist_merge_counts(struct hist *into, const struct hist *from);

/* Quantiles of a histogram of `total` counts only, for ascending q, in one walk: the middle of the bucket. */
void hist_count_quantiles(const struct hist *hist, uint64_t total, int n, const double *q,
                          double *out);

/* Adds `count` values known only by their bucket; the sum takes the bucket's middle. */
void hist_add_bucket(struct hist *hist, uint32_t bucket, uint64_t count);

void hist_merge(struct hist *into, const struct hist *from);

/* into -= from, where `from` is an earlier state of the same histogram. min and max become those of
 * the buckets left. */
void hist_subtract(struct hist *into, const struct hist *from);
void hist_copy(struct hist *into, const struct hist *from);

double hist_mean(const struct hist *hist); /* NAN when empty */

/* The value below which a share q (0..1) lies; NAN when empty. `zeros` more values of 0 are counted
 * in, so that a stage most calls skip needs no entry for them. */
double hist_quantile(const struct hist *hist, double q, uint64_t zeros);

/* Calls back for every bucket that is not empty, ascending, the atom in its own bucket. */
void hist_each(const struct hist *hist,
               void (*visit)(void *context, uint32_t bucket, uint64_t count), void *context);

#endif
