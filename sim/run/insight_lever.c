/* insight_lever.c - which parameter or setting moves most (R07).
 *
 * From the run itself: the dearest line of the bill and the stage where most of the time goes. With simulations: every numeric
 * parameter of the file, and the memory of the functions that cost most, halved and doubled, one at a time. What changes the
 * traffic (its requests come at other times or in other numbers) is load, not a lever.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "run/insight_make.h"
#include "run/node.h"
#include "scenario/scenario_diff.h"

#define LEVERS_MAX   8
#define FUNCTIONS    2
#define LEAST_SHARE  0.02 /* moves less than this: no lever */

static const struct {
    enum metric_id metric;
    const char *name;
} stages[] = {
    {METRIC_STAGE_QUEUE, "waiting for capacity"}, {METRIC_STAGE_INIT, "inits"},
    {METRIC_STAGE_RUN, "computing"},              {METRIC_STAGE_WAIT, "r:wait"},
    {METRIC_STAGE_DOWNSTREAM, "waiting for others"}, {METRIC_STAGE_BACKOFF, "back-off"},
    {METRIC_STAGE_OVERHEAD, "the gateway"},
};

void insight_r07(const struct facts *facts, struct insight_list *list)
{
    const struct bill *bill = &facts->result->bill;
    const struct bill_line *dearest = NULL;
    double latency = facts_value(facts, 0, METRIC_LATENCY, "mean"), longest = 0;
    int stage = -1;
    for (int i = 0; i < bill->count; i++)
        if (dearest == NULL || bill->lines[i].cost_month_usd > dearest->cost_month_usd)
            dearest = &bill->lines[i];
    for (size_t i = 0; i < COUNTOF(stages); i++) {
        double mean = facts_value(facts, 0, stages[i].metric, "mean");
        if (mean > longest) {
            longest = mean;
            stage = (int)i;
        }
    }
    if (dearest == NULL || !(dearest->cost_month_usd > 0) || stage < 0)
        return;
    struct insight *insight = insight_add(
        list, INSIGHT_INFO, "*", 0.4,
        "biggest lever: money goes into %s %s (%s of %s a month), time into %s (%s of %s)",
        dearest->resource, dearest->line_item, say_money(list, dearest->cost_month_usd),
        say_money(list, bill->cost_month_usd), stages[stage].name, say_time(list, longest),
        say_time(list, latency));
    insight->why_not = "--insights full halves and doubles every parameter";
}

/* -- half and double -------------------------------------------------------------------------------------------- */

/* "512MB" times 2 is "1024MB": the number is changed, the unit stays. NULL if it does not begin with a number above 0, or would be
 * no whole one where it was. */
static const char *scaled(const char *text, double factor, struct arena *arena)
{
    char *unit, number[UNIT_TEXT_MAX];
    double value = strtod(text, &unit);
    if (unit == text || !(value > 0) || !isfinite(value) || text[0] == '+' ||
        strspn(text, "0123456789.eE+-") < (size_t)(unit - text))
        return NULL;
    double changed = value * factor;
    if (value == floor(value) && changed != floor(changed))
        return NULL;
    return arena_printf(arena, "%s%s", unit_exact(number, changed), unit);
}

static const char *value_text(const struct value *value, struct arena *arena)
{
    struct text text = {0};
    if (value->kind != VALUE_NUMBER && value->kind != VALUE_TEXT)
        return "";
    value_show(value, &text);
    const char *kept = arena_strdup(arena, text.data == NULL ? "" : text.data);
    text_free(&text);
    return kept;
}

struct levers {
    struct change changes[2 * LEVERS_MAX];
    int count;
};

static void add_lever(struct levers *levers, struct change change, const char *from,
                      struct arena *arena)
{
    static const double factors[] = {0.5, 2};
    for (size_t i = 0; i < COUNTOF(factors); i++) {
        change.value = scaled(from, factors[i], arena);
        if (change.value != NULL && levers->count < 2 * LEVERS_MAX)
            levers->changes[levers->count++] = change;
    }
}

static void add_params(struct levers *levers, const struct scenario *scenario, struct arena *arena)
{
    for (int i = 0; i < scenario->param_count; i++) {
        const struct param_def *param = &scenario->params[i];
        const char *from = value_text(&param->value, arena);
        if (param->one_of_count == 0 && from[0] != '\0')
            add_lever(levers, (struct change){.kind = CHANGE_PARAM, .name = param->name}, from, arena);
    }
}

/* The memory of the functions whose compute costs most. */
static void add_functions(struct levers *levers, const struct facts *facts, struct arena *arena)
{
    int chosen[FUNCTIONS], count = 0;
    while (count < FUNCTIONS) {
        int best = -1;
        double most = 0;
        for (int i = 0; i < facts->scenario->resource_count; i++) {
            double cost = facts_function(facts, i) == NULL
                              ? 0
                              : facts_bill(facts, facts_name(facts, i), "compute");
            bool taken = count > 0 && chosen[0] == i;
            if (cost > most && !taken) {
                most = cost;
                best = i;
            }
        }
        if (best < 0)
            return;
        chosen[count++] = best;
        const struct function_config *fn = facts_function(facts, best);
        const char *from = arena_printf(arena, "%lldMB", (long long)fn->memory_mb);
        add_lever(levers,
                  (struct change){.kind = CHANGE_SETTING,
                                  .resource = facts_name(facts, best),
                                  .name = "memory"},
                  from, arena);
    }
}

/* A difference in a source of traffic makes it load. */
static bool is_load(const struct scenario *a, const struct scenario *b, struct arena *arena)
{
    struct scenario_diff diff;
    scenario_diff(&diff, a, b, arena);
    for (int i = 0; i < diff.count; i++)
        if (strncmp(diff.changes[i].what, "traffic ", 8) == 0)
            return true;
    return false;
}

/* -- the best of them ------------------------------------------------------------------------------------------------ */

struct lever_goal {
    enum metric_id metric;
    const char *stat, *what;
    int best;
    double least; /* value after the best change */
};

static double figure(const struct result *result, const struct lever_goal *goal)
{
    struct statistic stat;
    double value;
    bool known = stat_read(goal->stat, &stat) &&
                 result_value(result, 0, goal->metric, stat, &value, NULL);
    return known ? value : NAN;
}

static void note(struct lever_goal *goal, const struct result *before, const struct result *after,
                 int lever)
{
    double was = figure(before, goal), is = figure(after, goal);
    /* Fewer answers are not faster ones. */
    double errors = node_value(&after->stats[0], METRIC_ERRORS, (struct statistic){STAT_MEAN, 0}) -
                    node_value(&before->stats[0], METRIC_ERRORS, (struct statistic){STAT_MEAN, 0});
    if (!(is < was * (1 - LEAST_SHARE)) || errors > 0.001 || (goal->best >= 0 && is >= goal->least))
        return;
    goal->best = lever;
    goal->least = is;
}

static void say_lever(struct insight_list *list, const struct result *before,
                      const struct result *after, const struct lever_goal *goal,
                      const struct change *change, int tried, struct arena *arena)
{
    double was = figure(before, goal);
    list->rule = insight_rule_find("R07");
    struct insight *insight = insight_add(
        list, INSIGHT_INFO, change->resource == NULL ? "*" : change->resource,
        goal->metric == METRIC_COST_MONTH ? 0.3 : 0.4,
        "biggest lever on %s: of %d halved and doubled values %s does most, by %s", goal->what, tried,
        change->resource == NULL
            ? arena_printf(arena, "%s = %s", change->name, change->value)
            : arena_printf(arena, "%s.%s = %s", change->resource, change->name, change->value),
        say_share(list, 1 - goal->least / was));
    if (change->kind == CHANGE_PARAM)
        insight_set_param(list, insight, change->name, change->value);
    else
        insight_set(list, insight, change->resource, change->name, "%s", change->value);
    insight_watch(insight, "*", METRIC_LATENCY, "p99");
    insight_watch(insight, "*", METRIC_COST_MONTH, "sum");
    struct comparison comparison;
    struct compare_input a = compare_input_of(before), b = compare_input_of(after);
    compare_rows(&comparison, &a, &b, arena);
    for (int i = 0; i < insight->effect_count; i++)
        insight_effect_fill(&insight->effects[i], &comparison);
    insight->state = INSIGHT_MEASURED;
    insight->why_not = NULL;
    insight->saving_usd_month = before->bill.cost_month_usd - after->bill.cost_month_usd;
    list->rule = NULL;
}

/* Those that the scenario takes, and that leave its traffic alone. */
static void keep_levers(struct levers *levers, struct study *study, const struct scenario *scenario,
                        const struct insight_options *options, struct arena *arena)
{
    int kept = 0;
    for (int i = 0; i < levers->count; i++) {
        struct err refused = {0};
        struct study_load load =
            insight_load_with(options, &levers->changes[i], 1, NULL, 0, arena);
        struct scenario *changed = study_load(study, &load, &refused);
        if (changed != NULL && !is_load(scenario, changed, arena))
            levers->changes[kept++] = levers->changes[i];
        scenario_free(changed);
    }
    levers->count = kept;
}

static void collect(struct levers *levers, struct study *study, const struct result *result,
                    const struct insight_options *options, struct arena *arena)
{
    struct facts facts;
    facts_make(&facts, result, arena);
    add_params(levers, result->scenario, arena);
    add_functions(levers, &facts, arena);
    keep_levers(levers, study, result->scenario, options, arena);
}

bool insight_try_levers(struct study *study, const struct result *result, struct insight_list *list,
                        const struct insight_options *options, struct err *err)
{
    struct arena *arena = arena_new();
    struct levers levers = {0};
    struct lever_goal goals[] = {
        {METRIC_LATENCY, "p99", "p99", -1, 0},
        {METRIC_COST_MONTH, "sum", "cost", -1, 0},
    };
    collect(&levers, study, result, options, arena);
    struct study_load *loads = ARENA_ARRAY(arena, struct study_load, levers.count + 1);
    struct insight_rerun *reruns = ARENA_ARRAY(arena, struct insight_rerun, levers.count + 1);
    for (int i = 0; i < levers.count; i++)
        loads[i] = insight_load_with(options, &levers.changes[i], 1, NULL, 0, arena);
    bool ok = insight_rerun_all(study, options, loads, levers.count, reruns, arena, err);
    int tried = 0;
    for (int i = 0; i < levers.count && ok; i++) {
        if (reruns[i].refused != NULL)
            continue;
        tried++;
        for (size_t g = 0; g < COUNTOF(goals); g++)
            note(&goals[g], result, reruns[i].result, i);
    }
    for (size_t g = 0; g < COUNTOF(goals) && ok; g++)
        if (goals[g].best >= 0)
            say_lever(list, result, reruns[goals[g].best].result, &goals[g],
                      &levers.changes[goals[g].best], tried, arena);
    for (int i = 0; i < levers.count; i++)
        insight_rerun_free(&reruns[i]);
    arena_free(arena);
    return ok;
}
