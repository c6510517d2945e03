/* compare_words.c - figures and verdicts of a comparison in words. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/quantity.h"
#include "report/text_compare.h"

#define NS_PER_MS   1e6
#define LEAST_SHARE 0.0005 /* a change below it would read as 0% */

static enum metric_dimension dimension_of(const char *unit, double *to_base)
{
    static const enum metric_dimension dimensions[] = {DIM_TIME,  DIM_RATIO, DIM_PER_S,
                                                       DIM_MONEY, DIM_GB_S,  DIM_COUNT};
    *to_base = 1;
    for (size_t i = 0; i < COUNTOF(dimensions); i++)
        if (strcmp(metric_unit(dimensions[i]), unit) == 0) {
            *to_base = dimensions[i] == DIM_TIME ? NS_PER_MS : 1;
            return dimensions[i];
        }
    return DIM_COUNT;
}

char *compare_show(char buf[COMPARE_TEXT_MAX], double value, const char *unit)
{
    double to_base;
    enum metric_dimension dimension = dimension_of(unit, &to_base);
    if (!isfinite(value)) {
        (void)snprintf(buf, UNIT_TEXT_MAX, "–");
        return buf;
    }
    return quantity_show(buf, value * to_base, dimension);
}

/* Shares differ by percentage points, so that 2 % of 10 % is not mistaken for 2 % more. */
char *compare_show_change(char buf[COMPARE_TEXT_MAX], double change, const char *unit)
{
    char size[COMPARE_TEXT_MAX];
    if (!isfinite(change)) {
        (void)snprintf(buf, UNIT_TEXT_MAX, "–");
    } else if (change == 0) {
        (void)snprintf(buf, UNIT_TEXT_MAX, "0");
    } else if (strcmp(unit, metric_unit(DIM_RATIO)) == 0) {
        (void)snprintf(buf, UNIT_TEXT_MAX, fabs(change) < 0.00095 ? "%+.3fpp" : "%+.2fpp",
                       100 * change);
    } else {
        compare_show(size, fabs(change), unit);
        (void)snprintf(buf, COMPARE_TEXT_MAX, "%c%.40s", change < 0 ? '-' : '+', size);
    }
    return buf;
}

/* What a sentence names, most telling first. */
static const struct {
    const char *metric, *stat, *words;
} headlines[] = {
    {"latency", "p99", "p99"},   {"latency", "p50", "p50"},
    {"errors", "mean", "errors"}, {"cold", "mean", "cold starts"},
    {"spill", "mean", "spill"},  {"cost_month", "sum", "cost"},
};

static void add_headline(const struct difference *row, const char *words, struct text *out)
{
    char change[COMPARE_TEXT_MAX];
    bool relative = strcmp(row->unit, metric_unit(DIM_RATIO)) != 0 && row->a > 0;
    if (relative && fabs(row->change) < LEAST_SHARE * row->a)
        return;
    if (relative)
        quantity_show_change(change, row->a, row->b);
    else
        compare_show_change(change, row->change, row->unit);
    text_addf(out, "%s%s %s", out->length > 0 ? ", " : "", words, change);
}

bool compare_is_mark(const struct difference *row)
{
    return strncmp(row->resource, "mark ", 5) == 0 && strcmp(row->metric, "latency") == 0;
}

/* Marks are there because somebody asks for them. */
static bool add_marks(const struct comparison *comparison, struct text *out)
{
    bool any = false;
    for (int i = 0; i < comparison->count; i++) {
        const struct difference *row = &comparison->rows[i];
        struct text words = {0};
        if (!compare_is_mark(row) || strcmp(row->stat, "p99") != 0 || !row->significant)
            continue;
        any = true;
        text_addf(&words, "%s p99", row->resource + 5);
        add_headline(row, words.data, out);
        text_free(&words);
    }
    return any;
}

/* Chance decides whether one figure in twenty looks different, so a sentence is made of the few that matter. */
void compare_verdict(const struct comparison *comparison, struct text *out)
{
    struct text list = {0};
    bool any_interval = false, any_significant = false;
    if (comparison->identical) {
        text_add(out, "identical: every figure is the same, to the last bit");
        return;
    }
    for (size_t i = 0; i < COUNTOF(headlines); i++) {
        const struct difference *row =
            compare_find(comparison, "*", headlines[i].metric, headlines[i].stat);
        any_interval = any_interval || (row != NULL && row->basis != COMPARE_NOTHING);
        if (row == NULL || !row->significant)
            continue;
        any_significant = true;
        add_headline(row, headlines[i].words, &list);
    }
    any_significant = add_marks(comparison, &list) || any_significant;
    if (list.length > 0)
        text_add(out, list.data);
    else if (any_significant)
        text_add(out, "no difference above 0.05% in latency, errors, cold starts or cost");
    else if (any_interval)
        text_add(out, "no significant difference in latency, errors, cold starts or cost");
    else
        text_add(out, "no intervals, so a difference cannot be told from chance");
    text_free(&list);
}
