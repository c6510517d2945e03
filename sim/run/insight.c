/* insight.c - the rules one after the other, and what becomes of their findings; see insight.h. Measuring is in
 * insight_measure.c, the rules are in insight_<topic>.c. */
#include "run/insight.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "run/insight_make.h"

const char *const insight_severities[] = {
    [INSIGHT_INFO] = "info", [INSIGHT_WARNING] = "warning", [INSIGHT_CRITICAL] = "critical"};

const struct insight_rule insight_rules[] = {
#define RULE(id, look, title, when, why, act, source) {id, look, title, when, why, act, source},
#include "scenario/insight_rules.def"
#undef RULE
    {0},
};

const struct insight_rule *insight_rule_find(const char *id)
{
    for (const struct insight_rule *rule = insight_rules; rule->id != NULL; rule++)
        if (strcmp(rule->id, id) == 0)
            return rule;
    return NULL;
}

static bool is_off(const struct scenario *scenario, const char *rule)
{
    for (int i = 0; i < scenario->insights_off_count; i++)
        if (strcmp(scenario->insights_off[i], rule) == 0)
            return true;
    return false;
}

static void look(const struct facts *facts, struct insight_list *list)
{
    for (const struct insight_rule *rule = insight_rules; rule->id != NULL; rule++) {
        list->rule = rule;
        if (!is_off(facts->scenario, rule->id))
            rule->look(facts, list);
    }
    list->rule = NULL;
}

/* Rules ask what others found, so all of them look. */
static void keep_only(struct insight_list *list, const char *rule)
{
    int kept = 0;
    for (int i = 0; i < list->count && rule != NULL; i++)
        if (strcmp(list->items[i].rule->id, rule) == 0)
            list->items[kept++] = list->items[i];
    list->count = rule == NULL ? list->count : kept;
}

/* -- one setting, one value ------------------------------------------------------------------------------ */

static bool same_setting(const struct change *a, const struct change *b)
{
    return a->kind == b->kind && strcmp(a->name, b->name) == 0 &&
           (a->kind != CHANGE_SETTING || strcmp(a->resource, b->resource) == 0);
}

static bool contradict(const struct insight *a, const struct insight *b)
{
    for (int i = 0; i < a->change_count; i++)
        for (int j = 0; j < b->change_count; j++)
            if (same_setting(&a->changes[i], &b->changes[j]) &&
                strcmp(a->changes[i].value, b->changes[j].value) != 0)
                return true;
    return false;
}

/* The list is in order, so of two that contradict each other the first matters more. */
static void drop_contradictions(struct insight_list *list)
{
    int kept = 0;
    for (int i = 0; i < list->count; i++) {
        bool drop = false;
        for (int j = 0; j < kept && !drop; j++)
            drop = contradict(&list->items[j], &list->items[i]);
        if (!drop)
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

/* -- order --------------------------------------------------------------------------------------------------- */

/* R06 and R07 are said about every run, and stand behind all others. */
static bool is_outlook(const struct insight *insight)
{
    return strcmp(insight->rule->id, "R06") == 0 || strcmp(insight->rule->id, "R07") == 0;
}

static double less_of(const struct insight_effect *effect)
{
    bool known = !isnan(effect->before) && !isnan(effect->after) && effect->before > 0;
    return known ? fmin(fmax((effect->before - effect->after) / effect->before, -1), 1) : 0;
}

/* How much a measured change is worth: SLOs met first, then errors, then what the rule is about and money, as shares. */
static double gain(const struct insight *insight)
{
    if (insight->state != INSIGHT_MEASURED)
        return 0;
    double sum = 10.0 * (insight->slos_known ? insight->slos_after - insight->slos_before : 0);
    for (int i = 0; i < insight->effect_count; i++) {
        const struct insight_effect *effect = &insight->effects[i];
        bool errors = strcmp(effect->metric, "errors") == 0;
        sum += less_of(effect) * (i == 0 ? 1 : 0.5);
        if (errors && !isnan(effect->before) && !isnan(effect->after))
            sum += 5 * (effect->before - effect->after);
    }
    return sum;
}

static int compare_insights(const void *left, const void *right)
{
    const struct insight *a = left, *b = right;
    if (is_outlook(a) != is_outlook(b))
        return is_outlook(a) ? 1 : -1;
    if (!is_outlook(a) && a->severity != b->severity)
        return a->severity > b->severity ? -1 : 1;
    /* Before it is measured, what says what to do stands before what only says what is. */
    bool acts = a->change_count > 0, other_acts = b->change_count > 0;
    if (!is_outlook(a) && acts != other_acts)
        return acts ? -1 : 1;
    double x = gain(a), y = gain(b);
    if (!is_outlook(a) && x != y)
        return x > y ? -1 : 1;
    if (a->rule != b->rule && is_outlook(a))
        return a->rule < b->rule ? -1 : 1;
    if (a->weight != b->weight)
        return a->weight > b->weight ? -1 : 1;
    if (a->rule != b->rule)
        return a->rule < b->rule ? -1 : 1;
    return strcmp(a->resource, b->resource);
}

void insight_rank(struct insight_list *list)
{
    /* qsort is not stable, but no two findings compare equal: a rule speaks once about a resource. */
    if (list->count > 0)
        qsort(list->items, (size_t)list->count, sizeof *list->items, compare_insights);
}

/* -- all of it --------------------------------------------------------------------------------------------------- */

static bool is_asked(const struct insight_options *options, const struct scenario *scenario,
                     const char *rule)
{
    bool only = options->only == NULL || strcmp(options->only, rule) == 0;
    return only && !is_off(scenario, rule);
}

static bool measure(struct study *study, const struct result *result, struct insight_list *list,
                    const struct insight_options *options, struct err *err)
{
    if (options->effort == INSIGHT_DETECT)
        return true;
    if (!insight_measure(study, result, list, options, err))
        return false;
    if (options->effort < INSIGHT_FULL)
        return true;
    return (!is_asked(options, result->scenario, "R06") ||
            insight_raise_load(study, result, list, options, err)) &&
           (!is_asked(options, result->scenario, "R07") ||
            insight_try_levers(study, result, list, options, err));
}

struct insight_list *insight_find(struct study *study, const struct result *result,
                                  const struct insight_options *options, struct err *err)
{
    struct arena *arena = arena_new(), *scratch = arena_new();
    struct insight_list *list = ARENA_NEW(arena, struct insight_list);
    /* As many replications as the result has, whoever decided on them (--precision). */
    struct insight_options same = *options;
    same.load.times.reps = result->reps;
    options = &same;
    list->arena = arena;
    bool ok = true;
    if (result->end == RUN_COMPLETE) { /* what was broken off shows no more than its beginning */
        struct facts facts;
        facts_make(&facts, result, scratch);
        look(&facts, list);
        insight_rank(list);
        drop_contradictions(list);
        keep_only(list, options->only);
        ok = measure(study, result, list, options, err);
        insight_rank(list);
        if (ok && options->effort > INSIGHT_DETECT)
            insight_prefer_params(study, result, list, options);
    }
    arena_free(scratch);
    if (ok)
        return list;
    insight_free(list);
    return NULL;
}

void insight_free(struct insight_list *list)
{
    if (list != NULL)
        arena_free(list->arena);
}
