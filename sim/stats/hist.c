/* hist.c - see hist.h. */
#include "stats/hist.h"

#include <math.h>
#include <string.h>

#include "core/arena.h"

void hist_free(struct hist *hist)
{
    mem_free(hist->counts);
    *hist = (struct hist){0};
}

void hist_clear(struct hist *hist)
{
    uint64_t *counts = hist->counts;
    uint32_t first = hist->first, size = hist->size;
    if (size > 0)
        memset(counts, 0, size * sizeof(*counts));
    *hist = (struct hist){.counts = counts, .first = first, .size = size};
}

int64_t hist_bucket_low(uint32_t bucket)
{
    if (bucket < (2u << HIST_BITS))
        return bucket;
    unsigned shift = (bucket >> HIST_BITS) - 1;
    return (int64_t)(((uint64_t)bucket - ((uint64_t)shift << HIST_BITS)) << shift);
}

int64_t hist_bucket_high(uint32_t bucket)
{
    return hist_bucket_low(bucket + 1) - 1;
}

/* Grows to whole octaves, so that a histogram settles after a handful of moves. */
void hist_grow(struct hist *hist, uint32_t bucket)
{
    const uint32_t octave = 1u << HIST_BITS;
    uint32_t first = bucket & ~(octave - 1);
    uint32_t last = first + octave; /* exclusive */
    if (hist->size > 0) {
        first = first < hist->first ? first : hist->first;
        uint32_t old_last = hist->first + hist->size;
        last = last > old_last ? last : old_last;
    }
    uint64_t *counts = mem_resize(NULL, (last - first) * sizeof(*counts));
    memset(counts, 0, (last - first) * sizeof(*counts));
    if (hist->size > 0)
        memcpy(counts + (hist->first - first), hist->counts, hist->size * sizeof(*counts));
    mem_free(hist->counts);
    hist->counts = counts;
    hist->first = first;
    hist->size = last - first;
}

static void put(struct hist *hist, uint32_t bucket, uint64_t count)
{
    if (bucket - hist->first >= hist->size)
        hist_grow(hist, bucket);
    hist->counts[bucket - hist->first] += count;
}

static void widen(struct hist *hist, int64_t low, int64_t high)
{
    bool empty = hist->count == 0;
    hist->min = empty || low < hist->min ? low : hist->min;
    hist->max = empty || high > hist->max ? high : hist->max;
}

void hist_queue_flush(struct hist_queue *queue)
{
    for (uint32_t i = 0; i < HIST_QUEUE; i++) {
        struct hist *due = queue->waiting[i].hist;
        if (due != NULL)
            due->counts[queue->waiting[i].bucket - due->first]++;
        queue->waiting[i].hist = NULL;
    }
}

void hist_add_bucket(struct hist *hist, uint32_t bucket, uint64_t count)
{
    int64_t low = hist_bucket_low(bucket), high = hist_bucket_high(bucket);
    widen(hist, low, high);
    if (hist->count == 0)
        hist->atom = -1; /* nothing is equal to it: values are not known exactly */
    hist->count += count;
    hist->sum += (int128)((low + high) / 2) * count;
    put(hist, bucket, count);
}

void hist_merge_counts(struct hist *into, const struct hist *from)
{
    if (from->size == 0)
        return;
    /* Room for both ends first, then one straight loop. */
    put(into, from->first, 0);
    put(into, from->first + from->size - 1, 0);
    uint64_t *target = into->counts + (from->first - into->first);
    for (uint32_t i = 0; i < from->size; i++)
        target[i] += from->counts[i];
}

void hist_count_quantiles(const struct hist *hist, uint64_t total, int n, const double *q,
                          double *out)
{
    uint64_t below = 0;
    uint32_t i = 0;
    for (int k = 0; k < n; k++) {
        uint64_t rank = (uint64_t)ceil(q[k] * (double)total);
        while (i < hist->size && below + hist->counts[i] < rank)
            below += hist->counts[i++];
        uint32_t bucket = hist->first + i;
        out[k] = ((double)hist_bucket_low(bucket) + (double)hist_bucket_high(bucket)) / 2;
    }
}

void hist_merge(struct hist *into, const struct hist *from)
{
    if (from->count == 0)
        return;
    bool empty = into->count == 0;
    widen(into, from->min, from->max);
    if (empty) {
        into->atom = from->atom;
        into->atom_count = 0;
    }
    if (from->atom_count > 0) {
        if (into->atom == from->atom)
            into->atom_count += from->atom_count;
        else
            put(into, hist_bucket(from->atom), from->atom_count);
    }
    into->count += from->count;
    into->sum += from->sum;
    hist_merge_counts(into, from);
}

void hist_copy(struct hist *into, const struct hist *from)
{
    hist_clear(into);
    hist_merge(into, from);
}

/* The smallest and largest values that what is left can have. */
static void tighten(struct hist *hist)
{
    uint32_t low = 0, high = hist->size;
    while (low < high && hist->counts[low] == 0)
        low++;
    while (high > low && hist->counts[high - 1] == 0)
        high--;
    if (low == high && hist->atom_count == 0)
        return;
    int64_t min = low < high ? hist_bucket_low(hist->first + low) : hist->atom;
    int64_t max = low < high ? hist_bucket_high(hist->first + high - 1) : hist->atom;
    if (hist->atom_count > 0) {
        min = hist->atom < min ? hist->atom : min;
        max = hist->atom > max ? hist->atom : max;
    }
    hist->min = min < hist->min ? hist->min : min;
    hist->max = max > hist->max ? hist->max : max;
}

/* A merged histogram has the atom of the first guest with data, and who that is may have changed since
 * `from` was taken. Atoms that differ are counted by their buckets, where merging left both. */
static void subtract_atom(struct hist *into, const struct hist *from)
{
    if (into->atom_count > 0)
        put(into, hist_bucket(into->atom), into->atom_count);
    into->atom_count = 0;
    if (from->atom_count == 0)
        return;
    uint32_t at = hist_bucket(from->atom) - into->first;
    ASSERT(at < into->size && into->counts[at] >= from->atom_count);
    into->counts[at] -= from->atom_count;
}

void hist_subtract(struct hist *into, const struct hist *from)
{
    if (from->count == 0)
        return;
    ASSERT(into->count >= from->count);
    into->count -= from->count;
    into->sum -= from->sum;
    if (into->atom == from->atom)
        into->atom_count -= from->atom_count;
    else
        subtract_atom(into, from);
    for (uint32_t i = 0; i < from->size; i++) {
        uint32_t at = from->first + i - into->first;
        if (from->counts[i] == 0)
            continue;
        ASSERT(at < into->size && into->counts[at] >= from->counts[i]);
        into->counts[at] -= from->counts[i];
    }
    if (into->count > 0)
        tighten(into);
}

double hist_mean(const struct hist *hist)
{
    return hist->count == 0 ? NAN : (double)hist->sum / (double)hist->count;
}

/* Where in its bucket the value of rank `inside` (0 < inside <= n) lies, the bucket's values
 * taken as evenly spread between its bounds, and those as narrow as the extremes allow. */
static double inside_bucket(const struct hist *hist, uint32_t bucket, double inside, double n)
{
    double low = (double)hist_bucket_low(bucket), high = (double)hist_bucket_high(bucket);
    low = fmax(low, (double)hist->min);
    high = fmin(high, (double)hist->max);
    return low + (high - low) * (inside / n);
}

double hist_quantile(const struct hist *hist, double q, uint64_t zeros)
{
    uint64_t total = hist->count + zeros;
    if (total == 0)
        return NAN;
    double rank = q * (double)total; /* the value with this many at or below it */
    if (rank <= (double)zeros && zeros > 0)
        return 0;
    if (q >= 1)
        return (double)hist->max;
    double below = (double)zeros;
    bool atom_due = hist->atom_count > 0;
    uint32_t atom_bucket = atom_due ? hist_bucket(hist->atom) : 0;
    for (uint32_t i = 0; i < hist->size; i++) {
        uint32_t bucket = hist->first + i;
        if (atom_due && bucket >= atom_bucket) {
            atom_due = false;
            below += (double)hist->atom_count;
            if (rank <= below)
                return (double)hist->atom;
        }
        double n = (double)hist->counts[i];
        if (n > 0 && rank <= below + n)
            return inside_bucket(hist, bucket, fmax(rank - below, 0), n);
        below += n;
    }
    return atom_due ? (double)hist->atom : (double)hist->max;
}

void hist_each(const struct hist *hist,
               void (*visit)(void *context, uint32_t bucket, uint64_t count), void *context)
{
    bool atom_due = hist->atom_count > 0;
    uint32_t atom_bucket = atom_due ? hist_bucket(hist->atom) : 0;
    if (atom_due && (hist->size == 0 || atom_bucket < hist->first)) {
        visit(context, atom_bucket, hist->atom_count);
        atom_due = false;
    }
    for (uint32_t i = 0; i < hist->size; i++) {
        uint64_t count = hist->counts[i];
        if (atom_due && hist->first + i == atom_bucket) {
            count += hist->atom_count;
            atom_due = false;
        }
        if (count > 0)
            visit(context, hist->first + i, count);
    }
    if (atom_due)
        visit(context, atom_bucket, hist->atom_count);
}
