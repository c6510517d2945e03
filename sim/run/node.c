/* node.c - see node.h. */
#include "run/node.h"

#include <math.h>

void node_init(struct node_stats *node, enum node_kind kind, uint64_t has)
{
    *node = (struct node_stats){.kind = kind,
                                .has = has,
                                .reps = 1,
                                .rate_max = NAN,
                                .cost = NAN,
                                .cost_month = NAN};
    for (int i = 0; i < VIEW_LEVELS; i++)
        node->level_mean[i] = node->level_max[i] = NAN;
    for (int i = 0; i < VIEW_TOTALS; i++)
        node->total[i] = NAN;
}

void node_free(struct node_stats *node)
{
    hist_free(&node->latency);
    hist_free(&node->duration);
    hist_free(&node->init);
    hist_free(&node->age);
    for (int i = 0; i < STAGE_COUNT; i++)
        hist_free(&node->stage[i]);
}

static void add_counters(struct counters *into, const struct counters *from)
{
    into->arrivals += from->arrivals;
    into->answered += from->answered;
    into->errors += from->errors;
    into->throttles += from->throttles;
    into->timeouts += from->timeouts;
    into->invocations += from->invocations;
    into->cold += from->cold;
    into->spill += from->spill;
}

void node_add_probe(struct node_stats *node, const struct probe *probe)
{
    struct counters measured = probe_measured(probe);
    add_counters(&node->counters, &measured);
    struct hist part = {0};
    probe_latency(probe, &part);
    hist_merge(&node->latency, &part);
    probe_duration(probe, &part);
    hist_merge(&node->duration, &part);
    hist_merge(&node->init, &probe->init);
    for (int i = 0; i < STAGE_COUNT; i++) {
        uint64_t zeros;
        probe_stage(probe, (enum stage)i, &part, &zeros);
        hist_merge(&node->stage[i], &part);
        node->stage_zeros[i] += zeros;
    }
    hist_free(&part);
}

static void add_sums(struct hist *into, const struct hist *from)
{
    into->count += from->count;
    into->sum += from->sum;
}

void node_add_probe_sums(struct node_stats *node, const struct probe *probe)
{
    struct counters measured = probe_measured(probe);
    add_counters(&node->counters, &measured);
    struct hist calls = {0};
    for (int i = 0; i < STAGE_COUNT; i++) {
        add_sums(&calls, &probe->pure[i]);
        add_sums(&node->stage[i], &probe->pure[i]);
        add_sums(&node->stage[i], &probe->stage[i]);
    }
    add_sums(&node->duration, &calls);
    add_sums(&node->duration, &probe->duration);
    add_sums(&calls, &probe->latency);
    add_sums(&node->latency, &calls);
    add_sums(&node->init, &probe->init);
    for (int i = 0; i < STAGE_COUNT; i++)
        node->stage_zeros[i] += calls.count - probe->pure[i].count - probe->stage[i].count;
}

void node_subtract(struct node_stats *later, const struct node_stats *earlier)
{
    struct counters *a = &later->counters;
    const struct counters *b = &earlier->counters;
    a->arrivals -= b->arrivals;
    a->answered -= b->answered;
    a->errors -= b->errors;
    a->throttles -= b->throttles;
    a->timeouts -= b->timeouts;
    a->invocations -= b->invocations;
    a->cold -= b->cold;
    a->spill -= b->spill;
    later->spillable -= earlier->spillable;
    hist_subtract(&later->latency, &earlier->latency);
    hist_subtract(&later->duration, &earlier->duration);
    hist_subtract(&later->init, &earlier->init);
    for (int i = 0; i < STAGE_COUNT; i++) {
        hist_subtract(&later->stage[i], &earlier->stage[i]);
        later->stage_zeros[i] -= earlier->stage_zeros[i];
    }
}

/* Running mean over replications; NAN (does not apply) stays. */
static void mean_in(double *into, double from, double reps_before)
{
    *into = reps_before == 0 ? from : (*into * reps_before + from) / (reps_before + 1);
}

static void max_in(double *into, double from, double reps_before)
{
    *into = reps_before == 0 ? from : fmax(*into, from);
}

void node_merge(struct node_stats *into, const struct node_stats *from)
{
    double reps = into->reps;
    into->has = from->has;
    into->span_s = from->span_s;
    add_counters(&into->counters, &from->counters);
    into->spillable += from->spillable;
    hist_merge(&into->latency, &from->latency);
    hist_merge(&into->duration, &from->duration);
    hist_merge(&into->init, &from->init);
    hist_merge(&into->age, &from->age);
    for (int i = 0; i < STAGE_COUNT; i++) {
        hist_merge(&into->stage[i], &from->stage[i]);
        into->stage_zeros[i] += from->stage_zeros[i];
    }
    max_in(&into->rate_max, from->rate_max, reps);
    for (int i = 0; i < VIEW_LEVELS; i++) {
        mean_in(&into->level_mean[i], from->level_mean[i], reps);
        max_in(&into->level_max[i], from->level_max[i], reps);
    }
    for (int i = 0; i < VIEW_TOTALS; i++)
        mean_in(&into->total[i], from->total[i], reps);
    mean_in(&into->cost, from->cost, reps);
    mean_in(&into->cost_month, from->cost_month, reps);
    into->reps = reps + 1;
}

/* -- what there is --------------------------------------------------------------------------- */

bool node_has(const struct node_stats *node, enum metric_id metric)
{
    return (node->has & METRIC_BIT(metric)) != 0;
}

static double time_value(const struct hist *hist, uint64_t zeros, struct statistic stat)
{
    uint64_t n = hist->count + zeros;
    if (n == 0)
        return NAN;
    switch (stat.kind) {
    case STAT_MEAN:
        return (double)hist->sum / (double)n;
    case STAT_SUM:
        return (double)hist->sum;
    case STAT_MAX:
        return hist->count == 0 ? 0 : (double)hist->max;
    case STAT_MIN:
        return zeros > 0 ? 0 : (double)hist->min;
    default:
        return hist_quantile(hist, stat.percentile / 100, zeros);
    }
}

/* A share, or the count above it. */
static double share(uint64_t part, uint64_t whole)
{
    return whole == 0 ? NAN : (double)part / (double)whole;
}

static double mean_or_max(double mean, double max, struct statistic stat)
{
    return stat.kind == STAT_MEAN ? mean : stat.kind == STAT_MAX ? max : NAN;
}

static double only(double value, struct statistic stat, enum stat_kind kind)
{
    return stat.kind == kind ? value : NAN;
}

/* Invocations that could have been served by provisioned capacity. */
static uint64_t spillable(const struct node_stats *node)
{
    return node->spillable;
}

static double counter_value(const struct node_stats *node, enum metric_id metric,
                            struct statistic stat)
{
    const struct counters *c = &node->counters;
    switch (metric) {
    case METRIC_REQUESTS:
        return only((double)c->arrivals / node->reps, stat, STAT_SUM);
    case METRIC_RATE:
        if (node->span_s <= 0)
            return (double)NAN; /* stopped by a limit before any time was measured */
        return mean_or_max((double)c->arrivals / node->reps / node->span_s, node->rate_max, stat);
    case METRIC_ERRORS:
        return only(share(c->errors, c->arrivals), stat, STAT_MEAN);
    case METRIC_ERROR_COUNT:
        return only((double)c->errors / node->reps, stat, STAT_SUM);
    case METRIC_THROTTLES:
        return only(share(c->throttles, c->arrivals), stat, STAT_MEAN);
    case METRIC_THROTTLE_COUNT:
        return only((double)c->throttles / node->reps, stat, STAT_SUM);
    case METRIC_TIMEOUTS:
        return only(share(c->timeouts, c->arrivals), stat, STAT_MEAN);
    case METRIC_TIMEOUT_COUNT:
        return only((double)c->timeouts / node->reps, stat, STAT_SUM);
    case METRIC_COLD:
        return only(share(c->cold, c->invocations), stat, STAT_MEAN);
    case METRIC_COLD_STARTS:
        return only((double)c->cold / node->reps, stat, STAT_SUM);
    case METRIC_SPILL:
        return only(share(c->spill, spillable(node)), stat, STAT_MEAN);
    case METRIC_SPILL_COUNT:
        return only((double)c->spill / node->reps, stat, STAT_SUM);
    default:
        return NAN;
    }
}

/* The level a metric is the mean and maximum of, or -1. */
static int level_of(enum metric_id metric)
{
    switch (metric) {
    case METRIC_CONCURRENCY:
        return LEVEL_CONCURRENCY;
    case METRIC_INSTANCES:
        return LEVEL_INSTANCES;
    case METRIC_IDLE_INSTANCES:
        return LEVEL_IDLE;
    case METRIC_CONNECTIONS:
        return LEVEL_CONNECTIONS;
    case METRIC_UTILISATION:
        return LEVEL_UTILISATION;
    case METRIC_DEPTH:
        return LEVEL_DEPTH;
    case METRIC_IN_FLIGHT:
        return LEVEL_IN_FLIGHT;
    case METRIC_CONSUMED_RCU:
        return LEVEL_RCU;
    case METRIC_CONSUMED_WCU:
        return LEVEL_WCU;
    case METRIC_HITS:
        return LEVEL_HITS;
    default:
        return -1;
    }
}

/* The total a metric is the sum of, or -1. */
static int total_of(enum metric_id metric)
{
    switch (metric) {
    case METRIC_IDLE_GB_S:
        return TOTAL_IDLE_GB_S;
    case METRIC_BILLED_GB_S:
        return TOTAL_BILLED_GB_S;
    case METRIC_SENT:
        return TOTAL_SENT;
    case METRIC_DELETED:
        return TOTAL_DELETED;
    case METRIC_RECEIVED:
        return TOTAL_RECEIVED;
    case METRIC_DEAD_LETTERS:
        return TOTAL_DEAD_LETTERS;
    case METRIC_DUPLICATES:
        return TOTAL_DUPLICATES;
    case METRIC_EXPIRED:
        return TOTAL_EXPIRED;
    default:
        return -1;
    }
}

static double level_value(const struct node_stats *node, enum metric_id metric,
                          struct statistic stat)
{
    int level = level_of(metric), total = total_of(metric);
    if (level >= 0)
        return mean_or_max(node->level_mean[level], node->level_max[level], stat);
    if (total >= 0)
        return only(node->total[total], stat, STAT_SUM);
    if (metric == METRIC_COST)
        return only(node->cost, stat, STAT_SUM);
    return metric == METRIC_COST_MONTH ? only(node->cost_month, stat, STAT_SUM) : NAN;
}

static const struct hist *hist_of(const struct node_stats *node, enum metric_id metric,
                                  uint64_t *zeros)
{
    *zeros = 0;
    if (metric == METRIC_LATENCY)
        return &node->latency;
    if (metric == METRIC_DURATION)
        return &node->duration;
    if (metric == METRIC_INIT)
        return &node->init;
    if (metric == METRIC_AGE)
        return &node->age;
    if (metric >= METRIC_STAGE_QUEUE && metric <= METRIC_STAGE_OVERHEAD) {
        *zeros = node->stage_zeros[metric - METRIC_STAGE_QUEUE];
        return &node->stage[metric - METRIC_STAGE_QUEUE];
    }
    return NULL;
}

double node_value(const struct node_stats *node, enum metric_id metric, struct statistic stat)
{
    if (!node_has(node, metric))
        return NAN;
    uint64_t zeros;
    const struct hist *hist = hist_of(node, metric, &zeros);
    if (hist != NULL)
        return time_value(hist, zeros, stat);
    double value = counter_value(node, metric, stat);
    return isnan(value) ? level_value(node, metric, stat) : value;
}

uint64_t node_count(const struct node_stats *node, enum metric_id metric)
{
    uint64_t zeros;
    const struct hist *hist = hist_of(node, metric, &zeros);
    if (hist != NULL)
        return hist->count + zeros;
    if (metric == METRIC_COLD || metric == METRIC_SPILL)
        return node->counters.invocations;
    return node->counters.arrivals;
}

int node_rows(const struct node_stats *node, struct node_row rows[NODE_ROWS_MAX])
{
    int count = 0;
    for (int m = 0; m < METRIC_COUNT; m++) {
        enum metric_id metric = (enum metric_id)m;
        if (!node_has(node, metric))
            continue;
        const char *const *names = metric_stat_names(metric_table[m].stats);
        const struct statistic *values = metric_stat_values(metric_table[m].stats);
        for (int i = 0; names[i] != NULL; i++) {
            ASSERT(count < NODE_ROWS_MAX);
            rows[count++] = (struct node_row){metric, values[i], names[i]};
        }
    }
    return count;
}

/* A percentile needs some values beyond it, a mean some at all; levels and costs are not known by batch. */
double node_batch_value(const struct node_stats *batch, const struct node_row *row)
{
    const double beyond = 5, least = 20;
    uint64_t zeros;
    struct statistic mean = {STAT_MEAN, 0}, sum = {STAT_SUM, 0};
    if (hist_of(batch, row->metric, &zeros) == NULL &&
        isnan(counter_value(batch, row->metric, mean)) &&
        isnan(counter_value(batch, row->metric, sum)))
        return NAN;
    double n = (double)node_count(batch, row->metric);
    const struct hist *hist = hist_of(batch, row->metric, &zeros);
    bool sums_only = hist != NULL && hist->count > 0 && hist->size == 0 && hist->atom_count == 0;
    if (row->stat.kind == STAT_MAX || row->stat.kind == STAT_MIN || n < least ||
        (sums_only && row->stat.kind != STAT_MEAN && row->stat.kind != STAT_SUM))
        return NAN;
    if (row->stat.kind == STAT_PERCENTILE && n * (1 - row->stat.percentile / 100) < beyond)
        return NAN;
    return node_value(batch, row->metric, row->stat);
}
