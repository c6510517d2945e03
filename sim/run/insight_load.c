/* insight_load.c - what breaks first when more comes (R06).
 *
 * From the run itself: the limit with the least headroom. With simulations: the same sources at 2, 5 and 10 times their rates, one
 * after the other, until a limit refuses calls that it did not refuse before, a queue is left behind, or an SLO is missed.
 */
#include <math.h>
#include <string.h>

#include "run/insight_make.h"

static const double factors[] = {2, 5, 10};

/* The limit that is nearest, of those that refuse something when they are reached. */
static const struct capacity_row *nearest(const struct result *result)
{
    const struct capacity_row *found = NULL;
    double most = 0;
    for (int i = 0; i < result->capacity_count; i++) {
        const struct capacity_row *row = &result->capacities[i];
        double used = isfinite(row->limit) && row->limit > 0 ? row->max / row->limit : 0;
        if (used > most) {
            most = used;
            found = row;
        }
    }
    return found;
}

static double refused_by(const struct capacity_row *row)
{
    double sum = 0;
    for (int i = 0; i < CAPACITY_LIMITS && row->refused_by[i] != NULL; i++)
        sum += row->refused[i];
    return sum;
}

static const char *worst_limit(const struct capacity_row *row)
{
    int worst = 0;
    for (int i = 1; i < CAPACITY_LIMITS && row->refused_by[i] != NULL; i++)
        worst = row->refused[i] > row->refused[worst] ? i : worst;
    return row->refused_by[worst];
}

void insight_r06(const struct facts *facts, struct insight_list *list)
{
    const struct capacity_row *row = nearest(facts->result);
    if (row == NULL)
        return;
    double used = row->max / row->limit;
    struct insight *insight;
    if (refused_by(row) > 0)
        insight = insight_add(list, INSIGHT_INFO, row->resource, 0.5,
                              "what breaks first: %s %s does already: %s of %s at its peak, %s refused "
                              "(%s)",
                              row->resource, row->what, say_number(list, row->max),
                              say_number(list, row->limit), say_count(list, refused_by(row)),
                              worst_limit(row));
    else
        insight = insight_add(list, INSIGHT_INFO, row->resource, 0.5,
                              "what breaks first: %s %s, %s of %s (%s) at its peak; it gives at about "
                              "%sx this load",
                              row->resource, row->what, say_number(list, row->max),
                              say_number(list, row->limit),
                              row->limit_name == NULL ? "limit" : row->limit_name,
                              say_number(list, used > 0 ? 1 / used : INFINITY));
    insight->why_not = "estimated from the headroom: --insights full raises the load";
}

/* -- raising the load ---------------------------------------------------------------------------------------- */

/* The limit that refuses most of what it did not refuse before; NULL: none. */
static const struct capacity_row *given_way(const struct result *before, const struct result *after)
{
    const struct capacity_row *found = NULL;
    double most = 0;
    for (int i = 0; i < after->capacity_count && i < before->capacity_count; i++) {
        double more = refused_by(&after->capacities[i]) - refused_by(&before->capacities[i]);
        if (more > most) {
            most = more;
            found = &after->capacities[i];
        }
    }
    return most >= 1 ? found : NULL;
}

static const struct slo_result *newly_missed(const struct result *before, const struct result *after)
{
    for (int i = 0; i < after->slo_count && i < before->slo_count; i++) {
        /* More load costs more: that is no limit that gives. */
        bool money = metric_table[after->slos[i].slo->metric].dimension == DIM_MONEY;
        if (!money && before->slos[i].passed && !after->slos[i].passed)
            return &after->slos[i];
    }
    return NULL;
}

static const struct insight_rule *rule(void)
{
    return insight_rule_find("R06");
}

static struct insight *say_broken(struct insight_list *list, const struct result *before,
                                  const struct result *after, double factor)
{
    const struct capacity_row *row = given_way(before, after);
    const struct slo_result *slo = newly_missed(before, after);
    const char *missed =
        slo == NULL ? "" : arena_printf(list->arena, "; the SLO %s is missed", slo->slo->text);
    if (row == NULL)
        return insight_add(list, INSIGHT_INFO, slo->slo->resource, 0.5,
                           "what breaks first: at %gx this load no limit refuses anything%s", factor,
                           missed);
    return insight_add(list, INSIGHT_INFO, row->resource, 0.5,
                       "what breaks first: at %gx this load %s %s gives, %s of %s (%s): %s calls are "
                       "refused by %s%s",
                       factor, row->resource, row->what, say_number(list, row->max),
                       say_number(list, row->limit),
                       row->limit_name == NULL ? "limit" : row->limit_name,
                       say_count(list, refused_by(row)), worst_limit(row), missed);
}

static struct insight *say_nothing_broken(struct insight_list *list, const struct result *after,
                                          double factor)
{
    const struct capacity_row *row = nearest(after);
    if (row == NULL)
        return insight_add(list, INSIGHT_INFO, "*", 0.5,
                           "what breaks first: nothing up to %gx this load", factor);
    return insight_add(list, INSIGHT_INFO, row->resource, 0.5,
                       "what breaks first: nothing up to %gx this load; nearest then is %s %s with %s "
                       "of %s",
                       factor, row->resource, row->what, say_number(list, row->max),
                       say_number(list, row->limit));
}

/* The estimate gives way to what was simulated. */
static void drop_estimate(struct insight_list *list)
{
    int kept = 0;
    for (int i = 0; i < list->count; i++)
        if (list->items[i].rule != rule())
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static void fill_load(struct insight *insight, const struct change *load,
                      const struct result *before, const struct result *after, struct arena *arena)
{
    struct comparison comparison;
    struct compare_input a = compare_input_of(before), b = compare_input_of(after);
    compare_rows(&comparison, &a, &b, arena);
    insight->stress[0] = *load;
    insight->stress_count = 1;
    insight_watch(insight, "*", METRIC_ERRORS, "mean");
    insight_watch(insight, "*", METRIC_LATENCY, "p99");
    for (int i = 0; i < insight->effect_count; i++)
        insight_effect_fill(&insight->effects[i], &comparison);
    insight->state = INSIGHT_MEASURED;
    insight->why_not = NULL;
}

/* What it did at this load, if it is the answer: something gives, or it is the highest load there is. */
static bool take_load(struct insight_list *list, const struct result *before,
                      const struct result *after, const struct change *load, bool last,
                      struct arena *arena)
{
    bool broken = given_way(before, after) != NULL || newly_missed(before, after) != NULL;
    if (!broken && !last)
        return false;
    drop_estimate(list);
    list->rule = rule();
    fill_load(broken ? say_broken(list, before, after, load->factor)
                     : say_nothing_broken(list, after, load->factor),
              load, before, after, arena);
    list->rule = NULL;
    return true;
}

bool insight_raise_load(struct study *study, const struct result *result, struct insight_list *list,
                        const struct insight_options *options, struct err *err)
{
    struct arena *arena = arena_new();
    bool ok = true, over = false;
    for (size_t i = 0; i < COUNTOF(factors) && ok && !over; i++) {
        struct change load = {.kind = CHANGE_LOAD, .factor = factors[i]};
        struct study_load with = insight_load_with(options, &load, 1, NULL, 0, arena);
        struct insight_rerun rerun;
        ok = insight_rerun_all(study, options, &with, 1, &rerun, arena, err);
        over = !ok || rerun.refused != NULL ||
               take_load(list, result, rerun.result, &load, i + 1 == COUNTOF(factors), arena);
        insight_rerun_free(&rerun);
    }
    arena_free(arena);
    return ok;
}
