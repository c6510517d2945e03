/* warmup_check.c - see the header. */
#include "run/warmup_check.h"

#include <math.h>
#include <string.h>

#include "run/run.h"

#define NS_PER_S  1e9
#define LEAST_USE 0.5 /* calls at a time: below, a series is mostly zeros */

static bool is_worse(const struct steady *steady, double settles_s,
                     const struct warmup_check *check)
{
    if (steady->verdict != check->verdict)
        return steady->verdict > check->verdict;
    return steady->verdict == STEADY_LATE && settles_s > check->settles_s;
}

/* Samples end at time_s, so the one after the discarded ones tells where the rest begins. */
static void ask(struct warmup_check *check, const struct result_node *node, const char *what,
                const double *values, const double *ends_s, int count)
{
    struct steady steady = steady_find(values, count);
    if (fmax(steady.early, steady.late) < LEAST_USE && steady.verdict >= STEADY_LATE)
        steady = (struct steady){.verdict = STEADY_SETTLED};
    double settles_s = steady.discard > 0 ? ends_s[steady.discard - 1] : 0;
    if (is_worse(&steady, settles_s, check))
        *check = (struct warmup_check){steady.verdict, node->name, what, settles_s, steady.early,
                                       steady.late};
}

static bool is_asked(const struct result_node *node)
{
    return strcmp(node->kind, "route") != 0 && strcmp(node->kind, "mark") != 0 &&
           strcmp(node->kind, "traffic") != 0;
}

/* The measured samples of every node, one after the other: node n's are from[n] .. from[n + 1]. */
struct columns {
    int *from;
    double *in_use, *queued, *ends_s; /* NAN: has no such thing */
};

/* One pass to count and one to fill, as samples stand by time and not by node. */
static void fill(struct columns *columns, const struct result *result)
{
    double begin_s = (double)(result->warmup + result->sample) / NS_PER_S;
    int nodes = result->node_count, *next = mem_resize(NULL, sizeof(int) * (size_t)(nodes + 1));
    columns->from = mem_resize(NULL, sizeof(int) * (size_t)(nodes + 1));
    memset(next, 0, sizeof(int) * (size_t)(nodes + 1));
    for (int64_t i = 0; i < result->sample_count; i++)
        next[result->samples[i].node] += result->samples[i].time_s >= begin_s;
    columns->from[0] = 0;
    for (int n = 0; n < nodes; n++) {
        columns->from[n + 1] = columns->from[n] + next[n];
        next[n] = columns->from[n];
    }
    size_t bytes = sizeof(double) * (size_t)(columns->from[nodes] + 1);
    columns->in_use = mem_resize(NULL, bytes);
    columns->queued = mem_resize(NULL, bytes);
    columns->ends_s = mem_resize(NULL, bytes);
    for (int64_t i = 0; i < result->sample_count; i++) {
        const struct sample_row *row = &result->samples[i];
        if (row->time_s < begin_s)
            continue;
        int at = next[row->node]++;
        columns->in_use[at] = row->concurrency_mean;
        columns->queued[at] = row->queue_depth;
        columns->ends_s[at] = row->time_s;
    }
    mem_free(next);
}

static bool is_finite_all_along(const double *values, int count)
{
    for (int i = 0; i < count; i++)
        if (!isfinite(values[i]))
            return false;
    return true;
}

void warmup_check(struct warmup_check *check, const struct result *result)
{
    struct columns columns;
    *check = (struct warmup_check){.verdict = STEADY_UNKNOWN};
    if (result->end != RUN_COMPLETE || result->sample_count == 0 ||
        !run_is_stationary(result->scenario))
        return;
    fill(&columns, result);
    for (int n = 0; n < result->node_count; n++) {
        int from = columns.from[n], count = columns.from[n + 1] - from;
        const double *series[] = {columns.in_use + from, columns.queued + from};
        static const char *const whats[] = {"concurrency", "queue"};
        for (size_t i = 0; i < COUNTOF(series) && is_asked(&result->nodes[n]); i++)
            if (is_finite_all_along(series[i], count))
                ask(check, &result->nodes[n], whats[i], series[i], columns.ends_s + from, count);
    }
    mem_free(columns.from);
    mem_free(columns.in_use);
    mem_free(columns.queued);
    mem_free(columns.ends_s);
}
