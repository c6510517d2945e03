/* insight_measure.c - what a change does, by simulating it. See insight.h and insight_make.h. */
#include <math.h>
#include <string.h>

#include "run/insight_make.h"

/* -- running again ---------------------------------------------------------------------------------- */

struct study_load insight_load_with(const struct insight_options *options,
                                    const struct change *first, int first_count,
                                    const struct change *second, int second_count,
                                    struct arena *arena)
{
    struct study_load load = options->load;
    int own = load.change_count;
    struct change *changes = ARENA_ARRAY(arena, struct change, own + first_count + second_count + 1);
    for (int i = 0; i < own; i++)
        changes[i] = load.changes[i];
    for (int i = 0; i < first_count; i++)
        changes[own + i] = first[i];
    for (int i = 0; i < second_count; i++)
        changes[own + first_count + i] = second[i];
    load.changes = changes;
    load.change_count = own + first_count + second_count;
    load.silent = true;
    return load;
}

void insight_rerun_free(struct insight_rerun *rerun)
{
    result_free(rerun->result);
    scenario_free(rerun->scenario);
    *rerun = (struct insight_rerun){0};
}

static void load_one(struct study *study, const struct study_load *load,
                     struct insight_rerun *rerun, struct arena *arena)
{
    struct err refused = {0};
    *rerun = (struct insight_rerun){.scenario = study_load(study, load, &refused)};
    if (rerun->scenario == NULL)
        rerun->refused = arena_strdup(arena, refused.what);
}

static void check_end(struct insight_rerun *rerun)
{
    static const char *const reasons[] = {
        [RUN_INTERRUPTED] = "interrupted",
        [RUN_MAX_WALL] = "with the change the run reaches --max-wall",
        [RUN_MAX_EVENTS] = "with the change the run reaches --max-events",
        [RUN_MAX_MEMORY] = "with the change the run reaches --max-memory",
    };
    if (rerun->result->end != RUN_COMPLETE)
        rerun->refused = reasons[rerun->result->end];
}

bool insight_rerun_all(struct study *study, const struct insight_options *options,
                       const struct study_load *loads, int count, struct insight_rerun *reruns,
                       struct arena *arena, struct err *err)
{
    struct run_item *items = ARENA_ARRAY(arena, struct run_item, count + 1);
    struct result **results = ARENA_ARRAY(arena, struct result *, count + 1);
    int runs = 0;
    for (int i = 0; i < count; i++) {
        load_one(study, &loads[i], &reruns[i], arena);
        if (reruns[i].scenario != NULL)
            items[runs++] = (struct run_item){reruns[i].scenario, loads[i].variant};
    }
    struct run_options how = {.jobs = options->jobs,
                              .limits = options->limits,
                              .stop = options->stop,
                              .report = options->report,
                              .context = options->report_context};
    bool ok = run_all(items, runs, &how, results, err);
    runs = 0;
    for (int i = 0; i < count; i++) {
        if (reruns[i].scenario == NULL)
            continue;
        reruns[i].result = results[runs++];
        if (reruns[i].result != NULL && ok)
            check_end(&reruns[i]);
    }
    return ok;
}

/* -- effects ------------------------------------------------------------------------------------------ */

void insight_effect_fill(struct insight_effect *effect, const struct comparison *comparison)
{
    const struct difference *row =
        compare_find(comparison, effect->resource, effect->metric, effect->stat);
    if (row == NULL)
        return;
    effect->before = row->a;
    effect->after = row->b;
    effect->has_interval = !isnan(row->low) && !isnan(row->high);
    effect->low = row->low;
    effect->high = row->high;
    effect->significant = row->significant;
}

static bool watches(const struct insight *insight, enum metric_id metric, const char *stat)
{
    for (int i = 0; i < insight->effect_count; i++)
        if (strcmp(insight->effects[i].resource, "*") == 0 &&
            strcmp(insight->effects[i].metric, metric_table[metric].name) == 0 &&
            strcmp(insight->effects[i].stat, stat) == 0)
            return true;
    return false;
}

/* Whatever a rule is about, latency, errors and money of the whole are told with it: they are the price of the change. */
static void watch_all(struct insight *insight)
{
    static const struct {
        enum metric_id metric;
        const char *stat;
    } always[] = {{METRIC_LATENCY, "p99"}, {METRIC_ERRORS, "mean"}, {METRIC_COST_MONTH, "sum"}};
    for (size_t i = 0; i < COUNTOF(always); i++)
        if (insight->effect_count < INSIGHT_EFFECTS_MAX &&
            !watches(insight, always[i].metric, always[i].stat))
            insight_watch(insight, "*", always[i].metric, always[i].stat);
}

static int slos_met(const struct result *result)
{
    int met = 0;
    for (int i = 0; i < result->slo_count; i++)
        met += result->slos[i].passed;
    return met;
}

static double month(const struct result *result)
{
    return result->bill.cost_month_usd;
}

static void take_effects(struct insight *insight, const struct result *before,
                         const struct result *after)
{
    struct arena *arena = arena_new();
    struct comparison comparison;
    struct compare_input a = compare_input_of(before), b = compare_input_of(after);
    compare_rows(&comparison, &a, &b, arena);
    watch_all(insight);
    for (int i = 0; i < insight->effect_count; i++)
        insight_effect_fill(&insight->effects[i], &comparison);
    insight->state = INSIGHT_MEASURED;
    insight->why_not = NULL;
    insight->saving_usd_month = month(before) - month(after);
    insight->slos_known = before->slo_count > 0;
    insight->slos_before = slos_met(before);
    insight->slos_after = slos_met(after);
    arena_free(arena);
}

/* -- is it worth proposing? ----------------------------------------------------------------------------- */

/* Less by this share: the calls that the end of the run cuts off move figures by less. A bill is exact. */
#define BETTER       0.02
#define BETTER_MONEY 0.005

/* Better, as far as can be told: chance alone does not count. */
static bool is_better(const struct insight *insight)
{
    const struct insight_effect *effect = &insight->effects[0];
    bool gone = (isnan(effect->after) && !isnan(effect->before)) ||
                (effect->after == 0 && effect->before > 0);
    double least = strcmp(effect->unit, "usd") == 0 ? BETTER_MONEY : BETTER;
    bool lower = gone || effect->after < (1 - least) * effect->before;
    return gone || (lower && (!effect->has_interval || effect->significant));
}

static bool costs_slos(const struct insight *insight)
{
    return insight->slos_known && insight->slos_after < insight->slos_before;
}

/* A change that did not help is not proposed; what was found stays true, and a warning stays a warning. */
static bool judge(struct insight_list *list, struct insight *insight)
{
    if (insight->state != INSIGHT_MEASURED || (is_better(insight) && !costs_slos(insight)))
        return true;
    if (insight->severity == INSIGHT_INFO)
        return false;
    if (is_better(insight))
        return true;
    const char *tried = insight_change_text(insight, list->arena);
    const char *own = insight->advice == NULL ? "" : insight->advice;
    insight_advise(list, insight, "%s was tried and does not help%s%s", tried,
                   own[0] == '\0' ? "" : "; ", own);
    insight->change_count = 0;
    return true;
}

static void drop_useless(struct insight_list *list)
{
    int kept = 0;
    for (int i = 0; i < list->count; i++)
        if (judge(list, &list->items[i]))
            list->items[kept++] = list->items[i];
    list->count = kept;
}

/* -- which are measured ------------------------------------------------------------------------------------ */

/* Events that measuring it will take, about as many as the run itself took. */
static double events_of(const struct insight *insight, const struct result *result)
{
    return (double)result->events * (insight->stress_count > 0 ? 2 : 1);
}

static void choose(struct insight_list *list, const struct result *result,
                   const struct insight_options *options, int *chosen, int *count)
{
    double events = 0;
    *count = 0;
    for (int i = 0; i < list->count; i++) {
        struct insight *insight = &list->items[i];
        if (insight->change_count == 0 || insight->precaution)
            continue;
        double next = events + events_of(insight, result);
        bool few = options->effort == INSIGHT_ALL || *count < INSIGHT_TOP;
        bool cheap = options->effort > INSIGHT_AUTO || next <= INSIGHT_AUTO_EVENTS;
        if (few && cheap) {
            events = next;
            insight->state = INSIGHT_WAITING;
            chosen[(*count)++] = i;
        } else {
            insight->why_not = few ? "not simulated again: --insights full does"
                                   : "not simulated again: --all-insights does";
            list->unmeasured++;
        }
    }
}

/* Simulates one share of the chosen ones, side by side. */
static bool measure_some(struct study *study, const struct result *result,
                         struct insight_list *list, const struct insight_options *options,
                         const int *chosen, int count, struct err *err)
{
    struct arena *arena = arena_new();
    struct study_load *loads = ARENA_ARRAY(arena, struct study_load, 2 * count);
    struct insight_rerun *reruns = ARENA_ARRAY(arena, struct insight_rerun, 2 * count);
    int *base_of = ARENA_ARRAY(arena, int, count), used = count;
    for (int i = 0; i < count; i++) {
        const struct insight *insight = &list->items[chosen[i]];
        loads[i] = insight_load_with(options, insight->stress, insight->stress_count,
                                     insight->changes, insight->change_count, arena);
        base_of[i] = insight->stress_count > 0 ? used : -1;
        if (insight->stress_count > 0)
            loads[used++] = insight_load_with(options, insight->stress, insight->stress_count, NULL,
                                              0, arena);
    }
    bool ok = insight_rerun_all(study, options, loads, used, reruns, arena, err);
    for (int i = 0; i < count && ok; i++) {
        struct insight *insight = &list->items[chosen[i]];
        const struct insight_rerun *base = base_of[i] < 0 ? NULL : &reruns[base_of[i]];
        const char *refused = reruns[i].refused;
        if (refused == NULL && base != NULL)
            refused = base->refused;
        insight->state = INSIGHT_NOT_RUN;
        if (refused != NULL)
            insight->why_not = arena_strdup(list->arena, refused);
        else
            take_effects(insight, base == NULL ? result : base->result, reruns[i].result);
    }
    for (int i = 0; i < used; i++)
        insight_rerun_free(&reruns[i]);
    arena_free(arena);
    return ok;
}

static bool is_stopped(const struct insight_options *options)
{
    return options->stop != NULL && *options->stop != 0;
}

static void leave_off(struct insight_list *list, const int *chosen, int from, int count)
{
    for (int i = from; i < count; i++) {
        list->items[chosen[i]].state = INSIGHT_NOT_RUN;
        list->items[chosen[i]].why_not = "interrupted";
    }
}

static void tell(const struct insight_options *options, const struct insight_list *list, int done,
                 int total)
{
    if (options->changed != NULL)
        options->changed(options->context, list, done, total);
}

bool insight_measure(struct study *study, const struct result *result, struct insight_list *list,
                     const struct insight_options *options, struct err *err)
{
    struct arena *arena = arena_new();
    int *chosen = ARENA_ARRAY(arena, int, list->count + 1), count, done = 0;
    int at_once = options->jobs > 1 ? options->jobs : 1;
    bool ok = true;
    choose(list, result, options, chosen, &count);
    tell(options, list, 0, count);
    while (ok && done < count && !is_stopped(options)) {
        int some = count - done < at_once ? count - done : at_once;
        ok = measure_some(study, result, list, options, chosen + done, some, err);
        done += some;
        tell(options, list, done, count);
    }
    leave_off(list, chosen, done, count);
    arena_free(arena);
    drop_useless(list);
    return ok;
}
