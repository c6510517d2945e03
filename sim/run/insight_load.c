/* insight_load.c - what breaks first when more comes (R06).
 *
 * From the run itself: the limit with the least headroom. With simulations: the same sources at 2, 5 and 10 times their rates, one
 * after the other, until a limit refuses calls that it did not refuse before, a queue is left behind, or an SLO is missed.
 *
 * A limit behind what acknowledges (a topic's mail service, a queue's consumer) refuses deliveries that are tried again: no
 * caller of the application sees that. It counts where it is felt: messages are lost or become dead letters, or an SLO about what
 * nobody waits for is missed.
 */
#include <math.h>
#include <string.h>

#include "run/insight_make.h"

static const double factors[] = {2, 5, 10};

static double refused_by(const struct capacity_row *row)
{
    double sum = 0;
    for (int i = 0; i < CAPACITY_LIMITS && row->refused_by[i] != NULL; i++)
        sum += row->refused[i];
    return sum;
}

/* How much of a limit is used. One that refuses calls gives when its peak reaches it; where calls wait (a queue's workers, an
 * external's places) the peak says nothing, and it gives when the mean does. */
static double used_of(const struct capacity_row *row)
{
    bool waits = row->refused_by[0] == NULL || strcmp(row->what, "batches at once") == 0 ||
                 strcmp(row->what, "batches in flight") == 0;
    bool spills = strcmp(row->what, "provisioned") == 0; /* into what is on demand */
    if (spills || !isfinite(row->limit) || row->limit <= 0)
        return 0;
    return (waits ? row->mean : row->max) / row->limit;
}

static double value_of(const struct result *result, int node, enum metric_id metric,
                       enum stat_kind stat)
{
    double value;
    bool known = result_value(result, node, metric, (struct statistic){stat, 0}, &value, NULL);
    return known ? value : 0;
}

/* A caller of the application waits for what this resource or route does. */
static bool is_waited_for(const struct facts *facts, const char *name)
{
    int node = result_find_node(facts->result, name);
    int resource = node < 0 ? -1 : facts->result->nodes[node].resource;
    return resource < 0 || facts->waits[resource]; /* the account's limits are everybody's */
}

static double lost_messages(const struct result *result)
{
    double sum = 0;
    for (int i = 1; i < result->node_count; i++)
        sum += value_of(result, i, METRIC_DEAD_LETTERS, STAT_SUM) +
               value_of(result, i, METRIC_EXPIRED, STAT_SUM);
    return sum;
}

static bool is_about_money(const struct slo_result *slo)
{
    return metric_table[slo->slo->metric].dimension == DIM_MONEY;
}

/* What nobody waits for goes wrong where it did not before (NULL: at all). */
static bool is_harmed(const struct facts *facts, const struct result *before,
                      const struct result *after)
{
    if (lost_messages(after) >= 1 + (before == NULL ? 0 : lost_messages(before)))
        return true;
    for (int i = 0; i < after->slo_count; i++) {
        const struct slo_result *slo = &after->slos[i];
        int node = result_find_node(after, slo->slo->resource);
        bool mark = node > 0 && after->nodes[node].resource < 0;
        if (slo->passed || is_about_money(slo) || (before != NULL && !before->slos[i].passed))
            continue;
        if (mark || !is_waited_for(facts, slo->slo->resource))
            return true;
    }
    return false;
}

/* The limit that refuses most of what is waited for, else (`harmed`) of what is not; else the one that is nearest. */
static const struct capacity_row *nearest(const struct facts *facts, const struct result *result,
                                          bool harmed)
{
    const struct capacity_row *found = NULL, *refuses[2] = {NULL, NULL};
    for (int i = 0; i < result->capacity_count; i++) {
        const struct capacity_row *row = &result->capacities[i];
        bool waited = is_waited_for(facts, row->resource);
        const struct capacity_row **most = &refuses[waited];
        if (refused_by(row) > (*most == NULL ? 0 : refused_by(*most)))
            *most = row;
        bool unfelt = refused_by(row) > 0 && !waited && !harmed;
        if (!unfelt && used_of(row) > (found == NULL ? 0 : used_of(found)))
            found = row;
    }
    if (refuses[true] != NULL)
        return refuses[true];
    return refuses[false] != NULL && harmed ? refuses[false] : found;
}

static const char *worst_limit(const struct capacity_row *row)
{
    int worst = 0;
    for (int i = 1; i < CAPACITY_LIMITS && row->refused_by[i] != NULL; i++)
        worst = row->refused[i] > row->refused[worst] ? i : worst;
    return row->refused_by[worst];
}

/* Places shared with all of the account: then the account's line shows the limit. */
static const struct capacity_row *limit_of(const struct result *result,
                                           const struct capacity_row *row)
{
    bool shared = row->limit_name != NULL && strcmp(row->limit_name, "account") == 0 &&
                  strcmp(worst_limit(row), "concurrency") == 0;
    for (int i = 0; shared && i < result->capacity_count; i++)
        if (strcmp(result->capacities[i].resource, "account") == 0)
            return &result->capacities[i];
    return row;
}

void insight_r06(const struct facts *facts, struct insight_list *list)
{
    const struct capacity_row *row =
        nearest(facts, facts->result, is_harmed(facts, NULL, facts->result));
    if (row == NULL)
        return;
    double used = used_of(row);
    const struct capacity_row *limit = refused_by(row) > 0 ? limit_of(facts->result, row) : row;
    struct insight *insight;
    if (refused_by(row) > 0)
        insight = insight_add(list, INSIGHT_INFO, row->resource, 0.5,
                              "what breaks first: %s %s does already: %s of %s at its peak, %s calls "
                              "of %s are refused (%s)",
                              limit->resource, limit->what, say_number(list, limit->max),
                              say_number(list, limit->limit), say_count(list, refused_by(row)),
                              row->resource, worst_limit(row));
    else
        insight = insight_add(list, INSIGHT_INFO, row->resource, 0.5,
                              "what breaks first: %s %s, %s of %s (%s) in use; it gives at about %sx "
                              "this load",
                              row->resource, row->what, say_number(list, used * row->limit),
                              say_number(list, row->limit),
                              row->limit_name == NULL ? "limit" : row->limit_name,
                              say_number(list, 1 / used));
    insight->why_not = "estimated from the headroom: --insights full raises the load";
}

/* -- raising the load ---------------------------------------------------------------------------------------- */

#define ERRORS_MORE  0.01 /* share of requests: more than this are new errors */
#define AGE_OF_RUN   0.1
#define REFUSED_LEAST 20

/* The limit that refuses most of what it did not refuse before, of those that callers wait for before all others; NULL: none
 * that is felt. `facts` are of the run before. */
static const struct capacity_row *given_way(const struct facts *facts, const struct result *after)
{
    const struct result *before = facts->result;
    const struct capacity_row *found[2] = {NULL, NULL};
    double most[2] = {0, 0};
    for (int i = 0; i < after->capacity_count && i < before->capacity_count; i++) {
        double more = refused_by(&after->capacities[i]) - refused_by(&before->capacities[i]);
        bool waited = is_waited_for(facts, after->capacities[i].resource);
        if (more >= 1 && more > most[waited]) {
            most[waited] = more;
            found[waited] = &after->capacities[i];
        }
    }
    if (found[true] != NULL)
        return found[true];
    return is_harmed(facts, before, after) ? found[false] : NULL;
}

/* A queue whose oldest message is older than a tenth of the run, and was not before; -1: none. */
static int left_behind(const struct result *before, const struct result *after)
{
    double most = AGE_OF_RUN * (double)(after->reached - after->warmup);
    int found = -1;
    for (int i = 1; i < after->node_count && i < before->node_count; i++) {
        double age = value_of(after, i, METRIC_AGE, STAT_MAX);
        if (age > most && age > 2 * value_of(before, i, METRIC_AGE, STAT_MAX)) {
            most = age;
            found = i;
        }
    }
    return found;
}

static bool errors_rise(const struct result *before, const struct result *after)
{
    return value_of(after, 0, METRIC_ERRORS, STAT_MEAN) >
           value_of(before, 0, METRIC_ERRORS, STAT_MEAN) + ERRORS_MORE;
}

static const struct slo_result *newly_missed(const struct result *before, const struct result *after)
{
    for (int i = 0; i < after->slo_count && i < before->slo_count; i++) {
        /* More load costs more: that is no limit that gives. */
        if (!is_about_money(&after->slos[i]) && before->slos[i].passed && !after->slos[i].passed)
            return &after->slos[i];
    }
    return NULL;
}

static const struct insight_rule *rule(void)
{
    return insight_rule_find("R06");
}

static bool is_broken(const struct facts *facts, const struct result *after)
{
    const struct result *before = facts->result;
    return given_way(facts, after) != NULL || left_behind(before, after) >= 0 ||
           errors_rise(before, after) || newly_missed(before, after) != NULL;
}

static struct insight *say_refused(struct insight_list *list, const struct result *after,
                                   const struct capacity_row *row, double factor,
                                   const char *missed)
{
    const struct capacity_row *limit = limit_of(after, row);
    return insight_add(list, INSIGHT_INFO, row->resource, 0.5,
                       "what breaks first: at %gx this load %s %s gives, %s of %s (%s): %s calls of %s "
                       "are refused (%s)%s",
                       factor, limit->resource, limit->what, say_number(list, limit->max),
                       say_number(list, limit->limit),
                       limit->limit_name == NULL ? "limit" : limit->limit_name,
                       say_count(list, refused_by(row)), row->resource, worst_limit(row), missed);
}

/* Nothing is refused, but something is full, or too slow. */
static struct insight *say_full(struct insight_list *list, const struct facts *facts,
                                const struct result *after, double factor, const char *missed)
{
    const struct capacity_row *row = nearest(facts, after, is_harmed(facts, facts->result, after));
    double errors = value_of(after, 0, METRIC_ERRORS, STAT_MEAN);
    if (row == NULL || used_of(row) < 0.95)
        return insight_add(list, INSIGHT_INFO, "*", 0.5,
                           "what breaks first: at %gx this load no limit is reached, %s of the "
                           "requests fail%s",
                           factor, say_share(list, errors), missed);
    return insight_add(list, INSIGHT_INFO, row->resource, 0.5,
                       "what breaks first: at %gx this load %s %s is full, %s of %s, and %s of the "
                       "requests fail%s",
                       factor, row->resource, row->what, say_number(list, row->max),
                       say_number(list, row->limit), say_share(list, errors), missed);
}

static struct insight *say_behind(struct insight_list *list, const struct result *after, int queue,
                                  double factor, const char *missed)
{
    const char *name = after->nodes[queue].name;
    const struct capacity_row *workers = NULL;
    for (int i = 0; i < after->capacity_count && workers == NULL; i++)
        if (strcmp(after->capacities[i].resource, name) == 0)
            workers = &after->capacities[i];
    const char *limit =
        workers == NULL ? ""
                        : arena_printf(list->arena, " behind %s of %s %s (%s)",
                                       say_number(list, workers->max),
                                       say_number(list, workers->limit), workers->what,
                                       workers->limit_name == NULL ? "limit" : workers->limit_name);
    return insight_add(list, INSIGHT_INFO, name, 0.5,
                       "what breaks first: at %gx this load %s piles up%s, its oldest message waits "
                       "%s%s",
                       factor, name, limit,
                       say_time(list, value_of(after, queue, METRIC_AGE, STAT_MAX)), missed);
}

static struct insight *say_broken(struct insight_list *list, const struct facts *facts,
                                  const struct result *after, double factor)
{
    const struct result *before = facts->result;
    const struct capacity_row *row = given_way(facts, after);
    const struct slo_result *slo = newly_missed(before, after);
    const char *missed =
        slo == NULL ? "" : arena_printf(list->arena, "; the SLO %s is missed", slo->slo->text);
    int queue = left_behind(before, after);
    bool refused = row != NULL && errors_rise(before, after);
    if (queue >= 0 && !(refused && is_waited_for(facts, row->resource)))
        /* where work piles up, refusals are of its making; but not those of callers */
        return say_behind(list, after, queue, factor, missed);
    return row != NULL ? say_refused(list, after, row, factor, missed)
                       : say_full(list, facts, after, factor, missed);
}

static struct insight *say_nothing_broken(struct insight_list *list, const struct facts *facts,
                                          const struct result *after, double factor)
{
    const struct capacity_row *row = nearest(facts, after, false);
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
static bool take_load(struct insight_list *list, const struct facts *facts,
                      const struct result *after, const struct change *load, bool last,
                      struct arena *arena)
{
    bool broken = is_broken(facts, after);
    if (!broken && !last)
        return false;
    drop_estimate(list);
    list->rule = rule();
    fill_load(broken ? say_broken(list, facts, after, load->factor)
                     : say_nothing_broken(list, facts, after, load->factor),
              load, facts->result, after, arena);
    list->rule = NULL;
    return true;
}

/* Then the estimate has said so, and more load would only tell more of the same. */
static bool gives_already(const struct facts *facts)
{
    const struct result *result = facts->result;
    bool harmed = is_harmed(facts, NULL, result);
    for (int i = 0; i < result->capacity_count; i++) {
        const struct capacity_row *row = &result->capacities[i];
        bool felt = harmed || is_waited_for(facts, row->resource);
        if (felt && refused_by(row) >= REFUSED_LEAST)
            return true;
    }
    return false;
}

bool insight_raise_load(struct study *study, const struct result *result, struct insight_list *list,
                        const struct insight_options *options, struct err *err)
{
    struct arena *arena = arena_new();
    struct facts facts;
    facts_make(&facts, result, arena);
    bool ok = true, over = gives_already(&facts);
    for (size_t i = 0; i < COUNTOF(factors) && ok && !over; i++) {
        struct change load = {.kind = CHANGE_LOAD, .factor = factors[i]};
        struct study_load with = insight_load_with(options, &load, 1, NULL, 0, arena);
        struct insight_rerun rerun;
        ok = insight_rerun_all(study, options, &with, 1, &rerun, arena, err);
        over = !ok || rerun.refused != NULL ||
               take_load(list, &facts, rerun.result, &load, i + 1 == COUNTOF(factors), arena);
        insight_rerun_free(&rerun);
    }
    arena_free(arena);
    return ok;
}
