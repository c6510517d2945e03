/* slo.c - see the header. */
#include "scenario/slo.h"

#include <math.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"

#define HOURS_PER_MONTH 730.0

static const char path_help[] =
    "an SLO is RESOURCE.METRIC[.STAT] < VALUE, as \"web.latency.p99 < 300ms\"";

/* A copy of [start, end) without the blanks around it. */
static char *trimmed(struct arena *arena, const char *start, const char *end)
{
    while (start < end && (*start == ' ' || *start == '\t' || *start == '\n'))
        start++;
    while (end > start && (end[-1] == ' ' || end[-1] == '\t' || end[-1] == '\n'))
        end--;
    char *copy = arena_alloc(arena, (size_t)(end - start) + 1);
    memcpy(copy, start, (size_t)(end - start));
    return copy;
}

static bool fail_metric(const char *name, struct err *err)
{
    err_set(err, "no metric '%.80s'", name);
    const char *near = text_nearest(name, metric_names);
    if (near != NULL)
        return err_help(err, "did you mean '%s'?", near);
    return err_help(err, "tepid explain lists the metrics; the common ones are latency, errors, "
                         "throttles, cold, concurrency and cost");
}

/* Which statistics are measured at all: of shares the mean, of counts the sum, of levels mean and
 * maximum, of times everything. Asking for another one would only ever fail for lack of data. */
static bool stat_applies(enum metric_stats stats, enum stat_kind kind)
{
    switch (stats) {
    case STATS_S:
        return kind == STAT_SUM;
    case STATS_M:
        return kind == STAT_MEAN;
    case STATS_MX:
        return kind == STAT_MEAN || kind == STAT_MAX;
    default:
        return kind != STAT_SUM;
    }
}

static bool fail_stat(const char *metric, const char *stat, enum metric_stats stats,
                      struct err *err)
{
    struct text list = {0};
    for (const char *const *name = metric_stat_names(stats); *name != NULL; name++)
        text_addf(&list, "%s%s", list.length != 0 ? " " : "", *name);
    err_set(err, "%s has no statistic '%.40s'", metric, stat);
    err_help(err, "%s has: %s", metric, list.data);
    text_free(&list);
    return false;
}

/* METRIC[.STAT]; `text` is ours to cut. */
static bool read_metric(char *text, struct metric_path *path, struct err *err)
{
    char *dot = strchr(text, '.');
    if (dot != NULL)
        *dot = '\0';
    path->metric = metric_find(text);
    if (path->metric == METRIC_COUNT)
        return fail_metric(text, err);
    const struct metric_info *info = &metric_table[path->metric];
    const char *stat = dot != NULL ? dot + 1 : info->slo_stat;
    if (!stat_read(stat, &path->stat) || !stat_applies(info->stats, path->stat.kind))
        return fail_stat(info->name, stat, info->stats, err);
    return true;
}

/* `"web GET /hello".latency.p99`: the resource ends at the quote. */
static bool read_quoted_path(struct arena *arena, char *text, struct metric_path *path,
                             struct err *err)
{
    char *quote = strchr(text + 1, '"');
    if (quote == NULL || quote[1] != '.') {
        err_set(err, "the quoted name does not end before a metric");
        return err_help(err, "write \"web GET /hello\".latency.p99 < 300ms");
    }
    path->resource = trimmed(arena, text + 1, quote);
    return read_metric(quote + 2, path, err);
}

bool metric_path_read(struct arena *arena, const char *text, struct metric_path *path,
                      struct err *err)
{
    char *copy = trimmed(arena, text, text + strlen(text));
    path->resource = "*";
    if (*copy == '\0') {
        err_set(err, "nothing is named");
        return err_help(err, "%s", path_help);
    }
    if (*copy == '"')
        return read_quoted_path(arena, copy, path, err);
    char *dot = strchr(copy, '.');
    if (dot == NULL)
        return read_metric(copy, path, err);

    *dot = '\0';
    struct statistic ignored;
    if (metric_find(copy) != METRIC_COUNT && stat_read(dot + 1, &ignored)) {
        *dot = '.';
        return read_metric(copy, path, err);
    }
    path->resource = trimmed(arena, copy, dot);
    return read_metric(dot + 1, path, err);
}

static bool read_money_limit(const char *value, struct slo_def *slo, struct err *err)
{
    enum money_per per;
    if (!unit_read_money(value, &slo->limit, &per, err))
        return false;
    slo->per_month = per != MONEY_ONCE;
    if (per == MONEY_PER_HOUR)
        slo->limit *= HOURS_PER_MONTH;
    if (per == MONEY_PER_DAY)
        slo->limit *= HOURS_PER_MONTH / 24;
    return true;
}

static bool read_plain_limit(const char *value, struct slo_def *slo, struct err *err)
{
    if (!unit_read_number(value, &slo->limit, err))
        return false;
    if (slo->limit >= 0 && slo->limit <= 1e15)
        return true;
    err_set(err, "'%.60s' is out of range", value);
    return err_help(err, "a limit is a number from 0 to 1e15");
}

static bool read_limit(const char *value, struct slo_def *slo, struct err *err)
{
    sim_time ns = 0;
    switch (metric_table[slo->metric].dimension) {
    case DIM_TIME:
        if (!unit_read_time(value, &ns, err))
            return false;
        slo->limit = (double)ns;
        return true;
    case DIM_RATIO:
        return unit_read_share(value, &slo->limit, err);
    case DIM_PER_S:
        return strchr(value, '/') != NULL ? unit_read_rate(value, &slo->limit, err)
                                          : read_plain_limit(value, slo, err);
    case DIM_MONEY:
        return read_money_limit(value, slo, err);
    default:
        return read_plain_limit(value, slo, err);
    }
}

/* The first < or > outside quotes, or NULL. */
static const char *find_operator(const char *text)
{
    bool quoted = false;
    for (; *text != '\0'; text++) {
        if (*text == '"')
            quoted = !quoted;
        if (!quoted && (*text == '<' || *text == '>'))
            return text;
    }
    return NULL;
}

static bool read_parts(struct arena *arena, const char *text, struct slo_def *slo, struct err *err)
{
    const char *op = find_operator(text);
    if (op == NULL) {
        err_set(err, "no < or > in it");
        return err_help(err, "%s", path_help);
    }
    bool or_equal = op[1] == '=';
    slo->op = *op == '<' ? (or_equal ? SLO_LE : SLO_LT) : (or_equal ? SLO_GE : SLO_GT);

    struct metric_path path = {0};
    if (!metric_path_read(arena, trimmed(arena, text, op), &path, err))
        return false;
    slo->resource = path.resource;
    slo->metric = path.metric;
    slo->stat = path.stat;

    const char *value = trimmed(arena, op + 1 + or_equal, text + strlen(text));
    if (*value == '\0') {
        err_set(err, "no value after the operator");
        return err_help(err, "%s", path_help);
    }
    return read_limit(value, slo, err);
}

bool slo_read(struct arena *arena, const char *text, struct slo_def *slo, struct err *err)
{
    *slo = (struct slo_def){.text = arena_strdup(arena, text)};
    return read_parts(arena, text, slo, err) || err_context(err, "SLO \"%.120s\"", text);
}

bool slo_holds(enum slo_op op, double actual, double limit)
{
    switch (op) {
    case SLO_LT:
        return actual < limit;
    case SLO_LE:
        return actual <= limit;
    case SLO_GT:
        return actual > limit;
    default:
        return actual >= limit;
    }
}
