/* sample_group.c - see sample_group.h. */
#include "run/sample_group.h"

#include <math.h>
#include <string.h>

#include "core/arena.h"

/* NAN is no value, not a large one. */
static double more(double a, double b)
{
    return isnan(a) ? b : isnan(b) ? a : a + b;
}

static double highest(double a, double b)
{
    return isnan(a) ? b : isnan(b) ? a : fmax(a, b);
}

/* Means and rates of samples of several lengths: sums by time until the group is taken. */
static void weigh(struct sample_row *row, double by)
{
    row->concurrency_mean *= by;
    row->consumed_rcu *= by;
    row->consumed_wcu *= by;
}

static void add_row(struct sample_row *sum, const struct sample_row *row)
{
    sum->time_s = row->time_s;
    sum->arrivals += row->arrivals;
    sum->completed += row->completed;
    sum->errors += row->errors;
    sum->throttles += row->throttles;
    sum->timeouts += row->timeouts;
    sum->goodput += row->goodput;
    sum->cold_starts = more(sum->cold_starts, row->cold_starts);
    sum->cost_usd = more(sum->cost_usd, row->cost_usd);
    sum->concurrency_mean = more(sum->concurrency_mean, row->concurrency_mean);
    sum->consumed_rcu = more(sum->consumed_rcu, row->consumed_rcu);
    sum->consumed_wcu = more(sum->consumed_wcu, row->consumed_wcu);
    sum->concurrency_max = highest(sum->concurrency_max, row->concurrency_max);
    sum->instances_warm = highest(sum->instances_warm, row->instances_warm);
    sum->queue_depth = highest(sum->queue_depth, row->queue_depth);
    sum->queue_age_s = highest(sum->queue_age_s, row->queue_age_s);
    sum->latency_p50_ms = highest(sum->latency_p50_ms, row->latency_p50_ms);
    sum->latency_p95_ms = highest(sum->latency_p95_ms, row->latency_p95_ms);
    sum->latency_p99_ms = highest(sum->latency_p99_ms, row->latency_p99_ms);
}

static void add_latency(struct sample_group *group, const struct bucket_count *latency, int count)
{
    struct hist *hist = &group->latency;
    for (int i = 0; i < count; i++) {
        if (latency[i].bucket - hist->first >= hist->size)
            hist_grow(hist, latency[i].bucket);
        hist->counts[latency[i].bucket - hist->first] += latency[i].count;
        group->calls += latency[i].count;
    }
}

void sample_group_add(struct sample_group *group, const struct sample_seen *seen)
{
    double length_s = (double)(seen->to - seen->from) / 1e9;
    if (group->rows == NULL) {
        group->row_count = seen->row_count;
        group->rows = mem_resize(NULL, sizeof *group->rows * (size_t)seen->row_count);
    }
    if (group->held == 0) {
        group->from = seen->from;
        group->held_s = 0;
        group->calls = 0;
        hist_clear(&group->latency);
    }
    for (int i = 0; i < seen->row_count; i++) {
        struct sample_row row = seen->rows[i];
        weigh(&row, length_s);
        if (group->held == 0)
            group->rows[i] = row;
        else
            add_row(&group->rows[i], &row);
    }
    add_latency(group, seen->latency, seen->latency_count);
    group->held_s += length_s;
    group->held++;
}

void sample_group_take(struct sample_group *group, struct sample_seen *seen,
                       struct bucket_count *latency)
{
    static const double q[] = {0.50, 0.95, 0.99};
    const struct hist *hist = &group->latency;
    double ns[COUNTOF(q)] = {NAN, NAN, NAN};
    for (int i = 0; i < group->row_count; i++)
        weigh(&group->rows[i], 1 / group->held_s);
    if (group->calls > 0)
        hist_count_quantiles(hist, group->calls, COUNTOF(q), q, ns);
    group->rows[0].latency_p50_ms = ns[0] / 1e6; /* the application stands first */
    group->rows[0].latency_p95_ms = ns[1] / 1e6;
    group->rows[0].latency_p99_ms = ns[2] / 1e6;
    seen->from = group->from;
    seen->rows = group->rows;
    seen->row_count = group->row_count;
    seen->latency = latency;
    seen->latency_count = 0;
    for (uint32_t i = 0; i < hist->size; i++)
        if (hist->counts[i] != 0)
            latency[seen->latency_count++] =
                (struct bucket_count){hist->first + i, (uint32_t)hist->counts[i]};
    group->held = 0;
}

void sample_group_free(struct sample_group *group)
{
    hist_free(&group->latency);
    mem_free(group->rows);
    *group = (struct sample_group){0};
}
