/* record_heat.c - latencies of the application over time: quantiles and a heat map from merged histograms; see record_parts.h.
 *
 * What a column shows is the sum of the histograms of its samples, which is the histogram of the calls answered in them. Sums of 16,
 * 256 ... samples are kept, so that a month costs no more than an hour.
 */
#include <math.h>
#include <string.h>

#include "run/record_parts.h"
#include "stats/hist.h"

/* A sum being made: counts by bucket, and which of them may not be 0. */
struct tally {
    uint64_t counts[LATENCY_BUCKETS];
    uint32_t low, high;
    uint64_t total;
};

static void tally_open(struct tally *tally)
{
    memset(tally, 0, sizeof *tally);
    tally->low = UINT32_MAX;
}

static void tally_clear(struct tally *tally)
{
    if (tally->low <= tally->high)
        memset(tally->counts + tally->low, 0,
               sizeof(uint64_t) * (size_t)(tally->high - tally->low + 1));
    tally->low = UINT32_MAX;
    tally->high = 0;
    tally->total = 0;
}

static int64_t begin_of(const struct latency_log *log, int64_t index)
{
    return index == 0 ? 0 : log->ends[index - 1];
}

static void tally_add(struct tally *tally, const struct latency_log *log, int64_t index)
{
    int64_t begin = begin_of(log, index), end = log->ends[index];
    if (begin == end)
        return;
    uint32_t low = log->buckets[begin], high = log->buckets[end - 1];
    tally->low = low < tally->low ? low : tally->low;
    tally->high = high > tally->high ? high : tally->high;
    for (int64_t i = begin; i < end; i++) {
        tally->counts[log->buckets[i]] += log->counts[i];
        tally->total += log->counts[i];
    }
}

/* -- filling ------------------------------------------------------------------------------------------- */

static void log_put(struct latency_log *log, size_t at, uint32_t bucket, uint64_t count)
{
    log->buckets = mem_grow(log->buckets, at, &log->buckets_capacity, sizeof *log->buckets);
    log->counts = mem_grow(log->counts, at, &log->counts_capacity, sizeof *log->counts);
    log->buckets[at] = (uint16_t)bucket;
    log->counts[at] = count < UINT32_MAX ? (uint32_t)count : UINT32_MAX;
}

static void log_close(struct latency_log *log, size_t end)
{
    log->ends = mem_grow(log->ends, (size_t)log->count, &log->ends_capacity, sizeof *log->ends);
    log->ends[log->count++] = (int64_t)end;
}

static size_t log_end(const struct latency_log *log)
{
    return log->count == 0 ? 0 : (size_t)log->ends[log->count - 1];
}

/* The last LATENCY_STEP histograms of a level as one of the next. */
static void merge_up(struct latency_store *store, int level)
{
    const struct latency_log *from = &store->level[level];
    struct latency_log *into = &store->level[level + 1];
    struct tally *tally = mem_resize(NULL, sizeof *tally);
    tally_open(tally);
    for (int64_t i = from->count - LATENCY_STEP; i < from->count; i++)
        tally_add(tally, from, i);
    size_t at = log_end(into);
    for (uint32_t b = tally->low; b <= tally->high; b++)
        if (tally->counts[b] != 0)
            log_put(into, at++, b, tally->counts[b]);
    log_close(into, at);
    mem_free(tally);
}

void latency_push(struct latency_store *store, const struct bucket_count *buckets, int count)
{
    struct latency_log *log = &store->level[0];
    size_t at = log_end(log);
    if (store->samples == 0)
        store->low = UINT32_MAX;
    for (int i = 0; i < count; i++)
        log_put(log, at++, buckets[i].bucket, buckets[i].count);
    log_close(log, at);
    store->samples++;
    if (count > 0) {
        store->low = buckets[0].bucket < store->low ? buckets[0].bucket : store->low;
        uint32_t high = buckets[count - 1].bucket;
        store->high = high > store->high ? high : store->high;
    }
    for (int l = 0; l + 1 < LATENCY_LEVELS && store->level[l].count % LATENCY_STEP == 0; l++)
        merge_up(store, l);
}

void latency_free(struct latency_store *store)
{
    for (int l = 0; l < LATENCY_LEVELS; l++) {
        mem_free(store->level[l].ends);
        mem_free(store->level[l].buckets);
        mem_free(store->level[l].counts);
    }
    *store = (struct latency_store){0};
}

/* -- asking ---------------------------------------------------------------------------------------------- */

/* The sum of samples first .. end - 1. */
static void sum_up(const struct latency_store *store, int64_t first, int64_t end,
                   struct tally *tally)
{
    tally_clear(tally);
    while (first < end) {
        int level = 0;
        int64_t step = 1;
        while (level + 1 < LATENCY_LEVELS && first % (step * LATENCY_STEP) == 0 &&
               first + step * LATENCY_STEP <= end) {
            step *= LATENCY_STEP;
            level++;
        }
        tally_add(tally, &store->level[level], first / step);
        first += step;
    }
}

static double middle_ms(uint32_t bucket)
{
    return ((double)hist_bucket_low(bucket) + (double)hist_bucket_high(bucket)) / 2 / 1e6;
}

/* The middle of the bucket that holds the value of that rank, as in timeseries.csv. */
static struct quantile_bin quantiles_of(const struct tally *tally)
{
    static const double q[] = {0.50, 0.95, 0.99};
    struct quantile_bin out = {{NAN, NAN, NAN}, tally->total};
    uint64_t below = 0;
    uint32_t b = tally->low;
    for (int k = 0; k < 3 && tally->total > 0; k++) {
        uint64_t rank = (uint64_t)ceil(q[k] * (double)tally->total);
        while (below + tally->counts[b] < rank)
            below += tally->counts[b++];
        out.value_ms[k] = middle_ms(b);
    }
    return out;
}

void record_quantiles(struct record *record, double from_s, double to_s, int columns,
                      struct quantile_bin *bins)
{
    struct record_span span = {from_s, to_s, columns};
    struct tally *tally = mem_resize(NULL, sizeof *tally);
    tally_open(tally);
    for (int c = 0; c < columns; c++) {
        int64_t first, end;
        if (!record_column(record, span, c, &first, &end))
            first = end = 0;
        sum_up(&record->latency, first, end, tally);
        bins[c] = quantiles_of(tally);
    }
    mem_free(tally);
}

/* The row of every bucket that occurs. */
static void find_rows(const struct latency_store *store, int rows, double low_ms, double high_ms,
                      int *row_of)
{
    double scale = rows / log(high_ms / low_ms);
    for (uint32_t b = store->low; b <= store->high; b++) {
        double row = floor(log(fmax(middle_ms(b), 1e-6) / low_ms) * scale);
        row_of[b] = row < 0 ? 0 : row >= rows ? rows - 1 : (int)row;
    }
}

uint32_t record_heat(struct record *record, double from_s, double to_s, int columns, int rows,
                     double low_ms, double high_ms, uint32_t *counts)
{
    struct record_span span = {from_s, to_s, columns};
    const struct latency_store *store = &record->latency;
    memset(counts, 0, sizeof *counts * (size_t)columns * (size_t)rows);
    if (store->samples == 0 || store->low > store->high || !(low_ms > 0) || !(high_ms > low_ms))
        return 0;
    struct tally *tally = mem_resize(NULL, sizeof *tally);
    int *row_of = mem_resize(NULL, sizeof *row_of * LATENCY_BUCKETS);
    uint32_t largest = 0;
    tally_open(tally);
    find_rows(store, rows, low_ms, high_ms, row_of);
    for (int c = 0; c < columns; c++) {
        int64_t first, end;
        if (!record_column(record, span, c, &first, &end))
            continue;
        sum_up(store, first, end, tally);
        for (uint32_t b = tally->low; b <= tally->high; b++) {
            uint32_t *cell = &counts[(size_t)row_of[b] * (size_t)columns + (size_t)c];
            if (tally->counts[b] == 0)
                continue;
            uint64_t sum = *cell + tally->counts[b];
            *cell = sum < UINT32_MAX ? (uint32_t)sum : UINT32_MAX;
            largest = *cell > largest ? *cell : largest;
        }
    }
    mem_free(row_of);
    mem_free(tally);
    return largest;
}

bool record_latency_range(const struct record *record, double *low_ms, double *high_ms)
{
    const struct latency_store *store = &record->latency;
    if (store->samples == 0 || store->low > store->high)
        return false;
    *low_ms = (double)hist_bucket_low(store->low) / 1e6;
    *high_ms = (double)hist_bucket_high(store->high) / 1e6;
    return true;
}
