/* series.c - see series.h. */
#include "stats/series.h"

#include <string.h>

#include "core/arena.h"

void series_init(struct series *series, uint32_t capacity, sim_time width)
{
    ASSERT(capacity >= 2 && capacity % 2 == 0 && width >= 1);
    *series = (struct series){.capacity = capacity, .width = width};
    series->buckets = mem_resize(NULL, capacity * sizeof(*series->buckets));
    memset(series->buckets, 0, capacity * sizeof(*series->buckets));
}

void series_free(struct series *series)
{
    mem_free(series->buckets);
    *series = (struct series){0};
}

static void join(struct series_bucket *into, const struct series_bucket *from)
{
    if (from->count == 0)
        return;
    if (into->count == 0 || from->min < into->min)
        into->min = from->min;
    if (into->count == 0 || from->max > into->max)
        into->max = from->max;
    into->count += from->count;
    into->sum += from->sum;
}

static void widen(struct series *series)
{
    ASSERT(series->width <= SIM_NEVER / 2);
    for (uint32_t i = 0; i < series->capacity / 2; i++) {
        struct series_bucket pair = series->buckets[2 * i];
        join(&pair, &series->buckets[2 * i + 1]);
        series->buckets[i] = pair;
    }
    uint32_t half = series->capacity / 2;
    memset(series->buckets + half, 0, half * sizeof(*series->buckets));
    series->used = (series->used + 1) / 2;
    series->width *= 2;
}

static void put(struct series *series, sim_time when, const struct series_bucket *what)
{
    while (when / series->width >= series->capacity)
        widen(series);
    uint32_t at = (uint32_t)(when / series->width);
    join(&series->buckets[at], what);
    series->used = at >= series->used ? at + 1 : series->used;
}

void series_add(struct series *series, sim_time when, int64_t value)
{
    ASSERT(when >= 0);
    struct series_bucket one = {.count = 1, .sum = value, .min = value, .max = value};
    put(series, when, &one);
}

void series_merge(struct series *into, const struct series *from)
{
    ASSERT(into->capacity == from->capacity);
    while (into->width < from->width)
        widen(into);
    for (uint32_t i = 0; i < from->used; i++)
        if (from->buckets[i].count > 0)
            put(into, from->width * i, &from->buckets[i]);
}
