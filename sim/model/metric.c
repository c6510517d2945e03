/* metric.c - metric.def as tables, and the names of statistics. */
#include "model/metric.h"

#include <stdio.h>
#include <string.h>

#include "core/unit.h"

const struct metric_info metric_table[METRIC_COUNT] = {
#define METRIC(id, name, dimension, stats, slo_stat, doc) {name, dimension, stats, slo_stat, doc},
#include "model/metric.def"
#undef METRIC
};

const char *const metric_names[] = {
#define METRIC(id, name, dimension, stats, slo_stat, doc) name,
#include "model/metric.def"
#undef METRIC
    NULL,
};

enum metric_id metric_find(const char *name)
{
    for (int i = 0; i < METRIC_COUNT; i++)
        if (strcmp(metric_table[i].name, name) == 0)
            return (enum metric_id)i;
    return METRIC_COUNT;
}

const char *metric_unit(enum metric_dimension dimension)
{
    static const char *const units[] = {
        [DIM_TIME] = "ms",     [DIM_RATIO] = "ratio", [DIM_COUNT] = "count",
        [DIM_PER_S] = "per_s", [DIM_GB_S] = "gb_s",   [DIM_MONEY] = "usd",
    };
    return units[dimension];
}

bool stat_read(const char *text, struct statistic *stat)
{
    static const struct {
        const char *name;
        enum stat_kind kind;
    } words[] = {{"mean", STAT_MEAN}, {"max", STAT_MAX}, {"min", STAT_MIN}, {"sum", STAT_SUM}};
    for (size_t i = 0; i < COUNTOF(words); i++) {
        if (strcmp(words[i].name, text) == 0) {
            *stat = (struct statistic){words[i].kind, 0};
            return true;
        }
    }
    struct err ignored = {0};
    double percentile;
    if (text[0] != 'p' || text[1] < '0' || text[1] > '9' ||
        !unit_read_number(text + 1, &percentile, &ignored) || percentile > 100)
        return false;
    *stat = (struct statistic){STAT_PERCENTILE, percentile};
    return true;
}

char *stat_show(char buf[16], struct statistic stat)
{
    static const char *const words[] = {
        [STAT_MEAN] = "mean", [STAT_MAX] = "max", [STAT_MIN] = "min", [STAT_SUM] = "sum"};
    if (stat.kind == STAT_PERCENTILE)
        snprintf(buf, 16, "p%.6g", stat.percentile);
    else
        snprintf(buf, 16, "%s", words[stat.kind]);
    return buf;
}

const char *const *metric_stat_names(enum metric_stats stats)
{
    static const char *const names[][8] = {
        [STATS_S] = {"sum", NULL},
        [STATS_M] = {"mean", NULL},
        [STATS_MX] = {"mean", "max", NULL},
        [STATS_P] = {"mean", "p50", "p90", "p95", "p99", "p99.9", "max", NULL},
        [STATS_G] = {"mean", "p99", NULL},
        [STATS_A] = {"p50", "p99", "max", NULL},
    };
    return names[stats];
}

const struct statistic *metric_stat_values(enum metric_stats stats)
{
    static const struct statistic values[][8] = {
        [STATS_S] = {{STAT_SUM, 0}},
        [STATS_M] = {{STAT_MEAN, 0}},
        [STATS_MX] = {{STAT_MEAN, 0}, {STAT_MAX, 0}},
        [STATS_P] = {{STAT_MEAN, 0},
                     {STAT_PERCENTILE, 50},
                     {STAT_PERCENTILE, 90},
                     {STAT_PERCENTILE, 95},
                     {STAT_PERCENTILE, 99},
                     {STAT_PERCENTILE, 99.9},
                     {STAT_MAX, 0}},
        [STATS_G] = {{STAT_MEAN, 0}, {STAT_PERCENTILE, 99}},
        [STATS_A] = {{STAT_PERCENTILE, 50}, {STAT_PERCENTILE, 99}, {STAT_MAX, 0}},
    };
    return values[stats];
}
