/* compare.c - see compare.h. */
#include "run/compare.h"

#include <math.h>
#include <string.h>

#include "stats/estimate.h"

#define CONFIDENCE 0.95

struct compare_input compare_input_of(const struct result *result)
{
    return (struct compare_input){.rows = result->rows,
                                  .count = result->row_count,
                                  .seed = result->seed,
                                  .reps = result->reps,
                                  .paired = true};
}

static bool same_row(const struct result_row *a, const struct result_row *b)
{
    return strcmp(a->resource, b->resource) == 0 && strcmp(a->metric, b->metric) == 0 &&
           strcmp(a->stat, b->stat) == 0;
}

/* Rows of both sides stand in nearly the same order, so the search begins where the last one ended. */
static const struct result_row *find_row(const struct compare_input *input,
                                         const struct result_row *row, int *near)
{
    for (int i = 0; i < input->count; i++) {
        int at = (*near + i) % input->count;
        if (!same_row(&input->rows[at], row))
            continue;
        *near = at + 1;
        return &input->rows[at];
    }
    return NULL;
}

static bool can_pair(const struct compare_input *a, const struct compare_input *b,
                     const struct result_row *x, const struct result_row *y)
{
    return a->paired && b->paired && a->seed == b->seed && a->reps == b->reps &&
           x->values != NULL && y->values != NULL && x->value_count == y->value_count;
}

/* The interval lies around the difference of the two figures shown; its width comes from the pairs. Pairs of which a side has no data say
 * nothing and are left out. */
static void interval_of_paired(struct difference *row, const struct result_row *x,
                               const struct result_row *y, int reps)
{
    double *left = mem_resize(NULL, sizeof(double) * (size_t)x->value_count);
    double *right = mem_resize(NULL, sizeof(double) * (size_t)x->value_count);
    int n = 0;
    for (int i = 0; i < x->value_count; i++) {
        if (isnan(x->values[i]) || isnan(y->values[i]))
            continue;
        left[n] = y->values[i];
        right[n++] = x->values[i];
    }
    struct interval interval = interval_of_pairs(left, right, n, CONFIDENCE);
    if (n >= 2 && interval_exists(&interval)) {
        double half = (interval.high - interval.low) / 2;
        row->basis = reps > 1 ? COMPARE_REPLICATIONS : COMPARE_BATCHES;
        row->n = n;
        row->low = row->change - half;
        row->high = row->change + half;
    }
    mem_free(left);
    mem_free(right);
}

static void interval_of_both(struct difference *row, const struct result_row *x,
                             const struct result_row *y)
{
    if (!x->has_ci || !y->has_ci)
        return;
    double half = hypot((x->ci_high - x->ci_low) / 2, (y->ci_high - y->ci_low) / 2);
    row->basis = COMPARE_UNPAIRED;
    row->low = row->change - half;
    row->high = row->change + half;
}

static struct difference difference_of(const struct compare_input *a, const struct compare_input *b,
                                       const struct result_row *x, const struct result_row *y)
{
    const struct result_row *any = x != NULL ? x : y;
    struct difference row = {
        .resource = any->resource,
        .metric = any->metric,
        .stat = any->stat,
        .unit = any->unit,
        .a = x != NULL ? x->value : NAN,
        .b = y != NULL ? y->value : NAN,
        .low = NAN,
        .high = NAN,
        .basis = COMPARE_NOTHING,
    };
    row.change = row.b - row.a;
    if (x == NULL || y == NULL)
        return row;
    if (can_pair(a, b, x, y))
        interval_of_paired(&row, x, y, a->reps);
    else
        interval_of_both(&row, x, y);
    row.significant = !isnan(row.low) && (row.low > 0 || row.high < 0);
    return row;
}

/* To the bit, as far as results can be told apart: every row and all that its interval stands on. */
static bool is_same(const struct result_row *x, const struct result_row *y)
{
    bool intervals = x->has_ci == y->has_ci &&
                     (!x->has_ci || (x->ci_low == y->ci_low && x->ci_high == y->ci_high));
    return x->value == y->value && intervals;
}

void compare_rows(struct comparison *comparison, const struct compare_input *a,
                  const struct compare_input *b, struct arena *arena)
{
    *comparison = (struct comparison){.identical = a->count == b->count};
    comparison->rows = ARENA_ARRAY(arena, struct difference, a->count + b->count);
    int near = 0;
    for (int i = 0; i < a->count; i++) {
        const struct result_row *x = &a->rows[i], *y = find_row(b, x, &near);
        comparison->identical &= y != NULL && is_same(x, y);
        comparison->rows[comparison->count++] = difference_of(a, b, x, y);
    }
    near = 0;
    for (int i = 0; i < b->count; i++)
        if (find_row(a, &b->rows[i], &near) == NULL) {
            comparison->identical = false;
            comparison->rows[comparison->count++] = difference_of(a, b, NULL, &b->rows[i]);
        }
}

const struct difference *compare_find(const struct comparison *comparison, const char *resource,
                                      const char *metric, const char *stat)
{
    for (int i = 0; i < comparison->count; i++) {
        const struct difference *row = &comparison->rows[i];
        if (strcmp(row->resource, resource) == 0 && strcmp(row->metric, metric) == 0 &&
            strcmp(row->stat, stat) == 0)
            return row;
    }
    return NULL;
}
