/* record_pyramid.c - a series of samples that answers any stretch of itself exactly, from a handful of reads; see record_parts.h. */
#include <math.h>
#include <string.h>

#include "run/record_parts.h"

static const struct bin empty_bin = {NAN, NAN, NAN, NAN, 0};

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void bin_add(struct bin *bin, double value)
{
    if (isnan(value))
        return;
    if (bin->n == 0)
        *bin = (struct bin){value, value, value, 0, 0};
    bin->min = value < bin->min ? value : bin->min;
    bin->max = value > bin->max ? value : bin->max;
    bin->last = value;
    bin->sum += value;
    bin->n++;
}

static void bin_join(struct bin *into, const struct bin *later)
{
    if (later->n == 0)
        return;
    if (into->n == 0) {
        *into = *later;
        return;
    }
    into->min = later->min < into->min ? later->min : into->min;
    into->max = later->max > into->max ? later->max : into->max;
    into->last = later->last;
    into->sum += later->sum;
    into->n += later->n;
}

/* -- filling ---------------------------------------------------------------------------------------- */

static int64_t step_of(int level)
{
    int64_t step = PYRAMID_STEP;
    while (level-- > 0)
        step *= PYRAMID_STEP;
    return step;
}

static void reserve(struct pyramid *pyramid, int64_t count)
{
    if (count < pyramid->capacity)
        return;
    int64_t capacity = pyramid->capacity == 0 ? 256 : pyramid->capacity;
    while (capacity <= count)
        capacity *= 2;
    pyramid->values = mem_resize(pyramid->values, sizeof(double) * (size_t)capacity);
    for (int l = 0; l < PYRAMID_LEVELS && step_of(l) <= capacity; l++)
        pyramid->level[l] =
            mem_resize(pyramid->level[l], sizeof(struct bin) * (size_t)(capacity / step_of(l)));
    pyramid->capacity = capacity;
}

/* After value number `count`: every level it completes a bin of. */
static void close_bins(struct pyramid *pyramid, int64_t count)
{
    int64_t end = count + 1;
    for (int l = 0; l < PYRAMID_LEVELS && end % step_of(l) == 0; l++) {
        int64_t at = end / step_of(l) - 1;
        struct bin bin = empty_bin;
        for (int64_t i = 0; i < PYRAMID_STEP; i++) {
            if (l == 0)
                bin_add(&bin, pyramid->values[at * PYRAMID_STEP + i]);
            else
                bin_join(&bin, &pyramid->level[l - 1][at * PYRAMID_STEP + i]);
        }
        pyramid->level[l][at] = bin;
    }
}

static void put(struct pyramid *pyramid, int64_t count, double value)
{
    reserve(pyramid, count);
    pyramid->values[count] = value;
    if ((count + 1) % PYRAMID_STEP == 0)
        close_bins(pyramid, count);
}

void pyramid_push(struct pyramid *pyramid, int64_t count, double value)
{
    if (count == 0)
        pyramid->first = value;
    if (pyramid->values == NULL) {
        if (same(value, pyramid->first))
            return;
        for (int64_t i = 0; i < count; i++)
            put(pyramid, i, pyramid->first);
    }
    put(pyramid, count, value);
}

void pyramid_free(struct pyramid *pyramid)
{
    mem_free(pyramid->values);
    for (int l = 0; l < PYRAMID_LEVELS; l++)
        mem_free(pyramid->level[l]);
    *pyramid = (struct pyramid){0};
}

/* -- asking ------------------------------------------------------------------------------------------ */

double pyramid_at(const struct pyramid *pyramid, int64_t index)
{
    return pyramid->values == NULL ? pyramid->first : pyramid->values[index];
}

static struct bin constant_range(double value, int64_t n)
{
    if (isnan(value))
        return empty_bin;
    return (struct bin){value, value, value, value * (double)n, (uint64_t)n};
}

/* Samples one by one up to where a bin begins, then the largest bins that fit, in order of time. */
struct bin pyramid_range(const struct pyramid *pyramid, int64_t first, int64_t end)
{
    struct bin bin = empty_bin;
    if (first >= end)
        return bin;
    if (pyramid->values == NULL)
        return constant_range(pyramid->first, end - first);
    while (first < end) {
        int level = -1;
        int64_t step = 1;
        while (level + 1 < PYRAMID_LEVELS && first % (step * PYRAMID_STEP) == 0 &&
               first + step * PYRAMID_STEP <= end) {
            step *= PYRAMID_STEP;
            level++;
        }
        if (level < 0)
            bin_add(&bin, pyramid->values[first]);
        else
            bin_join(&bin, &pyramid->level[level][first / step]);
        first += step;
    }
    return bin;
}
