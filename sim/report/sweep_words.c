/* sweep_words.c - see the header. */
#include "report/sweep_words.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/quantity.h"

#define SAME_SHARE   0.005          /* ratios that lie this close are the same */
#define SAME_LATENCY 1.05           /* so are latencies within this factor */
#define MONTH_NS     (20 * SIM_DAY) /* runs from here on are about a month */

static bool costs(const struct sweep_table *table)
{
    return strcmp(table->objective_unit, "usd") == 0;
}

/* What an hour costs says little: then the month it would make is shown. */
static bool is_short(const struct sweep_table *table)
{
    return table->duration - table->warmup < MONTH_NS;
}

static double figure(const struct sweep_point *point, enum sweep_column column)
{
    switch (column) {
    case SWEEP_P50:
        return point->all.p50_ms;
    case SWEEP_P99:
        return point->all.p99_ms;
    case SWEEP_ERRORS:
        return point->all.errors;
    case SWEEP_COLD:
        return point->all.cold;
    case SWEEP_SPILL:
        return point->all.spill;
    case SWEEP_UTIL:
        return point->utilisation;
    case SWEEP_COST:
        return point->all.cost_usd;
    case SWEEP_MONTH:
        return point->all.cost_month_usd;
    default:
        return point->objective;
    }
}

struct extent {
    double low, high; /* NAN: no point has a value */
};

static struct extent extent_of(const struct sweep_table *table, enum sweep_column column)
{
    struct extent extent = {NAN, NAN};
    for (size_t i = 0; i < table->point_count; i++) {
        double value = table->points[i]->done ? figure(table->points[i], column) : NAN;
        if (isnan(value))
            continue;
        if (!(value >= extent.low))
            extent.low = value;
        if (!(value <= extent.high))
            extent.high = value;
    }
    return extent;
}

/* True if an SLO or the objective names the metric. */
static bool spoken_of(const struct sweep_table *table, const char *metric)
{
    for (int i = 0; i < table->slo_count; i++)
        if (strstr(table->slos[i], metric) != NULL)
            return true;
    return strstr(table->objective, metric) != NULL;
}

static bool ratio_matters(const struct sweep_table *table, enum sweep_column column,
                          const char *metric)
{
    struct extent extent = extent_of(table, column);
    return !isnan(extent.low) &&
           (spoken_of(table, metric) || extent.high - extent.low > SAME_SHARE);
}

static bool latency_matters(const struct sweep_table *table, enum sweep_column column)
{
    struct extent extent = extent_of(table, column);
    return !isnan(extent.low) &&
           (spoken_of(table, "latency") || extent.high > SAME_LATENCY * extent.low);
}

unsigned sweep_columns(const struct sweep_table *table)
{
    unsigned set = 1u << SWEEP_CHANGE | 1u << (is_short(table) ? SWEEP_MONTH : SWEEP_COST);
    set |= latency_matters(table, SWEEP_P50) ? 1u << SWEEP_P50 : 0;
    set |= latency_matters(table, SWEEP_P99) ? 1u << SWEEP_P99 : 0;
    set |= ratio_matters(table, SWEEP_ERRORS, "errors") ? 1u << SWEEP_ERRORS : 0;
    set |= ratio_matters(table, SWEEP_COLD, "cold") ? 1u << SWEEP_COLD : 0;
    set |= !isnan(extent_of(table, SWEEP_SPILL).low) ? 1u << SWEEP_SPILL : 0;
    set |= !isnan(extent_of(table, SWEEP_UTIL).low) ? 1u << SWEEP_UTIL : 0;
    set |= strncmp(table->objective, "cost", 4) != 0 ? 1u << SWEEP_OBJECTIVE : 0;
    return set;
}

const char *sweep_column_name(enum sweep_column column)
{
    static const char *const names[SWEEP_COLUMNS] = {
        [SWEEP_P50] = "p50 ms",          [SWEEP_P99] = "p99 ms",    [SWEEP_ERRORS] = "errors %",
        [SWEEP_COLD] = "cold %",         [SWEEP_SPILL] = "spill %", [SWEEP_UTIL] = "util %",
        [SWEEP_OBJECTIVE] = "objective", [SWEEP_COST] = "cost USD", [SWEEP_MONTH] = "$/month",
    };
    return names[column];
}

/* As the summary writes money, without the sign of the dollar; not below 0. */
static char *show_money(char buf[UNIT_TEXT_MAX], double usd)
{
    char text[UNIT_TEXT_MAX];
    if (usd < 1 && usd != 0)
        return unit_show_number(buf, usd);
    (void)snprintf(buf, UNIT_TEXT_MAX, "%s", unit_show_money(text, usd) + 1);
    return buf;
}

static char *show_percent(char buf[UNIT_TEXT_MAX], double ratio)
{
    double percent = 100 * ratio;
    (void)snprintf(buf, UNIT_TEXT_MAX, percent >= 0.095 || percent == 0 ? "%.1f" : "%.2g", percent);
    return buf;
}

static double objective_at(const struct sweep_table *table, size_t index)
{
    return index < table->point_count && table->points[index]->done
               ? table->points[index]->objective
               : NAN;
}

char *sweep_cell(char buf[UNIT_TEXT_MAX], const struct sweep_table *table,
                 const struct sweep_point *point, enum sweep_column column)
{
    double value = figure(point, column);
    bool first = point->index == 0;
    (void)snprintf(buf, UNIT_TEXT_MAX, "–");
    bool unused = column == SWEEP_UTIL && value == 0; /* there is nothing to use */
    if (isnan(value) || unused ||
        (column == SWEEP_CHANGE && (first || isnan(objective_at(table, 0)))))
        return buf;
    switch (column) {
    case SWEEP_P50:
    case SWEEP_P99:
        return quantity_show_column(buf, value);
    case SWEEP_ERRORS:
    case SWEEP_COLD:
    case SWEEP_SPILL:
    case SWEEP_UTIL:
        return show_percent(buf, value);
    case SWEEP_COST:
    case SWEEP_MONTH:
        return show_money(buf, value);
    case SWEEP_CHANGE:
        return quantity_show_change(buf, objective_at(table, 0), value);
    default:
        return sweep_show_objective(buf, table, value);
    }
}

char *sweep_show_objective(char buf[UNIT_TEXT_MAX], const struct sweep_table *table, double value)
{
    char number[UNIT_TEXT_MAX];
    const char *unit = table->objective_unit;
    if (isnan(value))
        (void)snprintf(buf, UNIT_TEXT_MAX, "–");
    else if (strcmp(table->objective, "cost") == 0 && is_short(table)) {
        double months = (double)(table->duration - table->warmup) / (double)(730 * SIM_HOUR);
        (void)snprintf(buf, UNIT_TEXT_MAX, "%s$%s/month", value < 0 ? "-" : "",
                       show_money(number, fabs(value) / months));
    } else if (costs(table))
        (void)snprintf(buf, UNIT_TEXT_MAX, "%s$%s", value < 0 ? "-" : "",
                       show_money(number, fabs(value)));
    else if (strcmp(unit, "ms") == 0)
        unit_show_time(buf, value * 1e6);
    else if (strcmp(unit, "ratio") == 0)
        unit_show_share(buf, value);
    else if (strcmp(unit, "per_s") == 0)
        unit_show_rate(buf, value);
    else
        unit_show_number(buf, value);
    return buf;
}

const char *sweep_mark(const struct sweep_table *table, const struct sweep_answers *answers,
                       const struct sweep_point *point)
{
    if (table->find.param >= 0) { /* what was asked is the edge, not the price */
        bool answer = table->find.found && point->index == table->find.passes;
        const char *largest = table->slo_count == 1 ? "← largest that meets the SLO"
                                                    : "← largest that meets the SLOs";
        const char *smallest = table->slo_count == 1 ? "← smallest that meets the SLO"
                                                     : "← smallest that meets the SLOs";
        return !answer ? "" : table->find.largest ? largest : smallest;
    }
    bool cost = costs(table), both = answers->best == answers->cheapest;
    if (point->index == answers->best && table->slo_count > 0)
        return both ? cost ? "← cheapest, with SLO" : "← best, with SLO" : "← best with SLO";
    if (point->index == answers->cheapest)
        return cost ? "← cheapest" : "← best";
    return "";
}

/* -- the answer ----------------------------------------------------------------------------------------- */

static void add_name(const struct sweep_table *table, int index, struct text *out)
{
    sweep_point_name(table, table->points[index], out);
}

/* " for +$14.63 (+8.7%)" against the first point; " at 35.2ms" where there is nothing to hold it against. */
static void add_difference(const struct sweep_table *table, const struct sweep_answers *answers,
                           int index, struct text *out)
{
    char buf[UNIT_TEXT_MAX];
    double value = objective_at(table, (size_t)index), first = objective_at(table, 0);
    if (index == answers->first || isnan(first)) {
        text_addf(out, " at %s", sweep_show_objective(buf, table, value));
        return;
    }
    text_addf(out, " for %s%s", value >= first ? "+" : "",
              sweep_show_objective(buf, table, value - first));
    text_addf(out, " (%s)", quantity_show_change(buf, first, value));
}

static const char *slo_word(const struct sweep_table *table)
{
    return table->slo_count == 1 ? "SLO" : "SLOs";
}

static int nearest_to_slos(const struct sweep_table *table)
{
    int nearest = -1;
    for (size_t i = 0; i < table->point_count; i++) {
        const struct sweep_point *point = table->points[i];
        if (!point->done)
            continue;
        const struct sweep_point *other = nearest < 0 ? NULL : table->points[nearest];
        if (other == NULL || point->slos_met > other->slos_met ||
            (point->slos_met == other->slos_met && point->objective < other->objective))
            nearest = point->index;
    }
    return nearest;
}

static void add_slo_part(const struct sweep_table *table, const struct sweep_answers *answers,
                         struct text *out)
{
    if (answers->best < 0) {
        int nearest = nearest_to_slos(table);
        text_addf(out, "no point meets the %s", slo_word(table));
        if (table->slo_count > 1 && nearest >= 0) {
            text_add(out, "; ");
            add_name(table, nearest, out);
            text_addf(out, " comes nearest: %d of %d", table->points[nearest]->slos_met,
                      table->slo_count);
        }
        text_add(out, "; ");
        return;
    }
    add_name(table, answers->best, out);
    text_addf(out, " meets the %s", slo_word(table));
    add_difference(table, answers, answers->best, out);
    if (answers->best != answers->cheapest)
        text_add(out, "; ");
}

static void add_cheapest(const struct sweep_table *table, const struct sweep_answers *answers,
                         struct text *out)
{
    const char *word = costs(table) ? "cheapest" : "best";
    if (answers->best == answers->cheapest && table->slo_count > 0) {
        text_addf(out, " and is the %s of all", word);
        return;
    }
    add_name(table, answers->cheapest, out);
    text_addf(out, " is %s", word);
    add_difference(table, answers, answers->cheapest, out);
}

static void add_find(const struct sweep_table *table, struct text *out)
{
    const struct sweep_find *find = &table->find;
    const char *name = table->grid.params[find->param].name;
    if (!find->found) {
        text_addf(out, "no %s meets the %s; %s=%s misses %s", name, slo_word(table), name,
                  find->fails < 0 ? "?" : table->points[find->fails]->values[find->param],
                  find->fails < 0 ? "?" : table->points[find->fails]->missed);
        return;
    }
    const struct sweep_point *passes = table->points[find->passes];
    if (find->open) {
        text_addf(out, "every %s tried meets the %s, up to %s=%s", name, slo_word(table), name,
                  passes->values[find->param]);
        return;
    }
    const struct sweep_point *fails = table->points[find->fails];
    double a = passes->counts[find->param], b = fails->counts[find->param];
    text_addf(out, "%s=%s is the %s that meets the %s; %s misses %s", name,
              passes->values[find->param], find->largest ? "largest" : "smallest", slo_word(table),
              fails->values[find->param], fails->missed);
    text_addf(out, " (bracket %s .. %s, %.2g%%)",
              find->largest ? passes->values[find->param] : fails->values[find->param],
              find->largest ? fails->values[find->param] : passes->values[find->param],
              100 * fabs(b - a) / fmax(fabs(a), fabs(b)));
    if (find->gaps)
        text_addf(out, "; between values that meet them others do not: near the edge it is chance, "
                       "--reps tells more");
}

void sweep_answer(const struct sweep_table *table, struct text *out)
{
    struct sweep_answers answers;
    sweep_answers(table, &answers);
    if (table->find.param >= 0) {
        add_find(table, out);
        return;
    }
    if (answers.cheapest < 0) {
        text_addf(out, "no point has data for %s", table->objective);
        return;
    }
    if (table->slo_count > 0)
        add_slo_part(table, &answers, out);
    add_cheapest(table, &answers, out);
    if (answers.break_even > 0) {
        text_add(out, "; up to ");
        add_name(table, answers.break_even, out);
        text_addf(out, " it is %s than ", costs(table) ? "cheaper" : "better");
        add_name(table, 0, out);
    }
    if (answers.knee >= 0) {
        text_add(out, "; beyond ");
        add_name(table, answers.knee, out);
        text_addf(out, " %s falls slowly", answers.knee_of);
    }
}

/* -- notes -------------------------------------------------------------------------------------------- */

static void add_sentence(struct text *out, const char *sentence)
{
    text_addf(out, "%s%s", out->length > 0 ? "; " : "", sentence);
}

void sweep_note(const struct sweep_table *table, struct text *out)
{
    unsigned set = sweep_columns(table);
    char sentence[200], a[UNIT_TEXT_MAX], b[UNIT_TEXT_MAX];
    struct extent cold = extent_of(table, SWEEP_COLD), p99 = extent_of(table, SWEEP_P99);
    struct extent errors = extent_of(table, SWEEP_ERRORS);
    if ((set & 1u << SWEEP_COLD) == 0 && !isnan(cold.high)) {
        (void)snprintf(sentence, sizeof sentence,
                       cold.high > 0 ? "cold starts stay below %s in all points"
                                     : "no point has a cold start",
                       unit_show_share(a, cold.high * 1.01));
        add_sentence(out, sentence);
    }
    if ((set & 1u << SWEEP_P99) == 0 && !isnan(p99.high)) {
        unit_show_time(a, p99.low * 1e6);
        unit_show_time(b, p99.high * 1e6);
        if (strcmp(a, b) == 0)
            (void)snprintf(sentence, sizeof sentence, "latency p99 is %s in all of them", a);
        else
            (void)snprintf(sentence, sizeof sentence, "latency p99 is %s to %s in all of them", a,
                           b);
        add_sentence(out, sentence);
    }
    if ((set & 1u << SWEEP_ERRORS) == 0 && errors.high > 0) {
        (void)snprintf(sentence, sizeof sentence, "errors stay below %s",
                       unit_show_share(a, errors.high * 1.01));
        add_sentence(out, sentence);
    }
}
