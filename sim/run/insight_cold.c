/* insight_cold.c - cold starts and provisioned concurrency: rules L01 to L05, L21 and L23.
 *
 * Provisioned instances under Poisson arrivals are Erlang's loss system whose overflow runs on demand (SCENARIOS, the showcase):
 * unit n carries load * (B(n - 1) - B(n)). Keeping it ready pays when that share exceeds capacity price / (on-demand
 * price - provisioned price), 60 % at list prices.
 */
#include <math.h>
#include <string.h>

#include "cost/catalog.h"
#include "run/insight_make.h"
#include "scenario/slo.h"

#define COLD_MANY       0.01 /* Datadog serverless warnings: cold starts above 1 % */
#define SPILL_MANY      0.01
#define USED_WELL       0.60 /* Datadog, AWS: provisioned concurrency below 60 % is too much */
#define LEAST_CALLS     500
#define LEAST_COLD      20
#define PLACES_MOST     3000
#define SPLIT_COLD      0.10
#define INIT_COST_SHARE 0.10
#define INIT_BILL_SHARE 0.01 /* of the whole bill: less is not worth a thought */
#define INIT_FELT       0.10

static bool has_provisioned(const struct function_config *fn)
{
    return fn->provisioned.count != TIME_UNSET && fn->provisioned.most > 0;
}

static double invocations(const struct facts *facts, int resource)
{
    int node = facts->node_of[resource];
    double cold = facts_value(facts, node, METRIC_COLD, "mean");
    double starts = facts_count(facts, node, METRIC_COLD_STARTS);
    if (cold > 0)
        return starts / cold;
    return facts_count(facts, node, METRIC_REQUESTS) -
           facts_count(facts, node, METRIC_THROTTLE_COUNT);
}

/* Does an SLO about this resource, or about the application, fail? */
static bool misses(const struct facts *facts, const char *resource, uint64_t metrics)
{
    for (int i = 0; i < facts->result->slo_count; i++) {
        const struct slo_result *slo = &facts->result->slos[i];
        bool about = strcmp(slo->slo->resource, resource) == 0 ||
                     strcmp(slo->slo->resource, "*") == 0;
        if (about && !slo->passed && slo->has_data && (metrics & METRIC_BIT(slo->slo->metric)) != 0)
            return true;
    }
    return false;
}

/* The share an SLO allows of spilled calls; the usual 1 % without one. */
static double spill_allowed(const struct facts *facts, const char *resource)
{
    double allowed = SPILL_MANY;
    for (int i = 0; i < facts->scenario->slo_count; i++) {
        const struct slo_def *slo = &facts->scenario->slos[i];
        bool about = strcmp(slo->resource, resource) == 0 || strcmp(slo->resource, "*") == 0;
        if (about && slo->metric == METRIC_SPILL)
            allowed = fmin(allowed, slo->limit);
    }
    return allowed;
}

/* Smallest number of units of which fewer than that share of calls finds none. The load of a busy minute is used, and the share is taken
 * strictly below, since an SLO says so. */
static int enough_units(const struct facts *facts, int resource, double lost)
{
    const struct function_config *fn = facts_function(facts, resource);
    double load = facts_load(facts, resource) / (double)fn->instance_concurrency;
    int units = facts_places(load, lost * 0.9, PLACES_MOST);
    return units < 1 ? 1 : units;
}

void insight_l01(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        int node = facts->node_of[i];
        if (fn == NULL || has_provisioned(fn) || !facts->waits[i])
            continue;
        double cold = facts_value(facts, node, METRIC_COLD, "mean");
        double starts = facts_count(facts, node, METRIC_COLD_STARTS);
        /* An init that is short beside the run itself is nobody's trouble. */
        bool felt = facts_value(facts, node, METRIC_INIT, "p50") >
                    INIT_FELT * facts_value(facts, node, METRIC_DURATION, "p50");
        if (!(cold > COLD_MANY) || starts < LEAST_COLD || invocations(facts, i) < LEAST_CALLS ||
            !felt)
            continue;
        const char *name = facts_name(facts, i);
        int units = enough_units(facts, i, SPILL_MANY);
        double warm = facts_value(facts, node, METRIC_DURATION, "p99");
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, cold * 2,
            "%s of %s's %s invocations are cold and wait %s for an init; p99 is %s, without init %s",
            say_share(list, cold), name, say_count(list, invocations(facts, i)),
            say_time(list, facts_value(facts, node, METRIC_INIT, "p50")),
            say_time(list, facts_value(facts, node, METRIC_LATENCY, "p99")), say_time(list, warm));
        insight_set(list, insight, name, "provisioned", "%d", units);
        insight_watch(insight, name, METRIC_COLD, "mean");
        insight_watch(insight, name, METRIC_LATENCY, "p99");
    }
}

/* A latency SLO about what this function answers, directly or behind the application. */
static const struct slo_result *missed_latency(const struct facts *facts, const char *resource)
{
    for (int i = 0; i < facts->result->slo_count; i++) {
        const struct slo_result *slo = &facts->result->slos[i];
        if (!slo->passed && slo->has_data && slo->slo->metric == METRIC_LATENCY &&
            strcmp(slo->slo->resource, resource) == 0)
            return slo;
    }
    return NULL;
}

void insight_l02(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        const struct slo_result *slo = missed_latency(facts, facts_name(facts, i));
        int node = facts->node_of[i];
        if (fn == NULL || slo == NULL)
            continue;
        double calls = (double)result_count(facts->result, node, METRIC_LATENCY);
        double slow = facts_share_above(facts, node, slo->slo->limit) * calls;
        double starts = facts_count(facts, node, METRIC_COLD_STARTS);
        /* Only where the run alone is fast enough does an init make the difference. */
        bool init_does = facts_value(facts, node, METRIC_DURATION, "p99") < slo->slo->limit &&
                         facts_value(facts, node, METRIC_INIT, "p50") > slo->slo->limit / 2;
        if (!init_does || starts < LEAST_COLD || !(starts > 0.5 * slow))
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, 0.8,
            "cold starts miss the SLO %s: %s of %s answers are too late, %s were cold, and runs "
            "alone stay at p99 %s",
            slo->slo->text, say_count(list, slow), say_count(list, calls), say_count(list, starts),
            say_time(list, facts_value(facts, node, METRIC_DURATION, "p99")));
        insight_set(list, insight, name, "provisioned", "%d", enough_units(facts, i, SPILL_MANY));
        insight_watch(insight, name, METRIC_LATENCY, "p99");
    }
}

/* -- provisioned concurrency ---------------------------------------------------------------------------- */

/* The largest number of units of which each pays for itself. */
static int cheapest_units(const struct facts *facts, const struct function_config *fn, double load)
{
    bool arm = fn->arch == ARCH_ARM64;
    double capacity = facts_price(facts, arm ? "lambda.pc.capacity.arm64" : "lambda.pc.capacity.x86");
    double ready = facts_price(facts, arm ? "lambda.pc.duration.arm64" : "lambda.pc.duration.x86");
    double demand = facts_price(facts, arm ? "lambda.duration.arm64" : "lambda.duration.x86");
    double pays = capacity / (demand - ready);
    int units = 0;
    while (units < PLACES_MOST &&
           load * (facts_erlang_b(units, load) - facts_erlang_b(units + 1, load)) >= pays)
        units++;
    return units;
}

static bool spilled_calls_hurt(const struct facts *facts, int resource)
{
    int node = facts->node_of[resource];
    const uint64_t metrics =
        METRIC_BIT(METRIC_SPILL) | METRIC_BIT(METRIC_COLD) | METRIC_BIT(METRIC_LATENCY);
    return misses(facts, facts_name(facts, resource), metrics) ||
           facts_value(facts, node, METRIC_COLD, "mean") > COLD_MANY;
}

void insight_l04(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        int node = facts->node_of[i];
        if (fn == NULL || !has_provisioned(fn) || fn->provisioned.kind != PROVISIONED_FIXED)
            continue;
        double spill = facts_value(facts, node, METRIC_SPILL, "mean");
        if (!(spill > SPILL_MANY) || facts_count(facts, node, METRIC_SPILL_COUNT) < LEAST_COLD ||
            !spilled_calls_hurt(facts, i))
            continue;
        const char *name = facts_name(facts, i);
        int units = enough_units(facts, i, spill_allowed(facts, name));
        if (units <= fn->provisioned.count)
            continue;
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, spill,
            "%s of %s's invocations find none of its %s provisioned instances; %s of all are cold, "
            "%s are busy on average",
            say_share(list, spill), name, say_count(list, (double)fn->provisioned.count),
            say_share(list, facts_value(facts, node, METRIC_COLD, "mean")),
            say_number(list, facts_value(facts, node, METRIC_CONCURRENCY, "mean")));
        insight_set(list, insight, name, "provisioned", "%d", units);
        insight_watch(insight, name, METRIC_SPILL, "mean");
    }
}

void insight_l03(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        int node = facts->node_of[i];
        if (fn == NULL || !has_provisioned(fn) || fn->provisioned.kind != PROVISIONED_FIXED)
            continue;
        double used = facts_value(facts, node, METRIC_UTILISATION, "mean");
        const char *name = facts_name(facts, i);
        int units = enough_units(facts, i, spill_allowed(facts, name));
        if (!(used < USED_WELL) || units >= fn->provisioned.count)
            continue;
        double load = facts_load(facts, i) / (double)fn->instance_concurrency;
        double capacity = facts_bill(facts, name, "provisioned capacity");
        struct insight *insight = insight_add(
            list, INSIGHT_WARNING, name, 1 - used,
            "%s keeps %s instances ready and uses %s of them: of %s a month for capacity %s are for "
            "idle ones; %d keep calls that find none below %s, %d would be cheapest",
            name, say_count(list, (double)fn->provisioned.count), say_share(list, used),
            say_money(list, capacity), say_money(list, capacity * (1 - used)), units,
            say_share(list, spill_allowed(facts, name)), cheapest_units(facts, fn, load));
        insight_set(list, insight, name, "provisioned", "%d", units);
        insight_watch(insight, "*", METRIC_COST_MONTH, "sum");
        insight_watch(insight, name, METRIC_SPILL, "mean");
    }
}

/* Target tracking needs three minutes above its target and one or two to prepare: a shorter burst is over by then. */
void insight_l05(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        int node = facts->node_of[i];
        if (fn == NULL || fn->provisioned.kind != PROVISIONED_TRACKING || !has_provisioned(fn))
            continue;
        double spill = facts_value(facts, node, METRIC_SPILL, "mean");
        if (!(spill > SPILL_MANY) || facts_count(facts, node, METRIC_SPILL_COUNT) < LEAST_COLD)
            continue;
        const char *name = facts_name(facts, i);
        int units = enough_units(facts, i, spill_allowed(facts, name));
        if (units <= fn->provisioned.autoscale.min)
            continue;
        struct insight *insight = insight_add(
            list, spilled_calls_hurt(facts, i) ? INSIGHT_WARNING : INSIGHT_INFO, name, spill,
            "target tracking follows too late: %s of %s's invocations find no provisioned instance, "
            "between %s and %s of them",
            say_share(list, spill), name,
            say_count(list, (double)fn->provisioned.autoscale.min),
            say_count(list, (double)fn->provisioned.autoscale.max));
        insight_set(list, insight, name, "provisioned", "%d", units);
        insight_watch(insight, name, METRIC_SPILL, "mean");
    }
}

/* -- inits ------------------------------------------------------------------------------------------------- */

/* SnapStart helps where a restore is shorter than the runtime's init; an init that the file gives stays what it is. */
static bool restores_faster(const struct facts *facts, const struct function_config *fn)
{
    struct runtime_row row;
    struct err unknown = {0};
    return catalog_runtime(facts->scenario->catalog, fn->runtime, fn->package, fn->arch,
                           fn->memory_mb, &row, &unknown) &&
           row.snapstart && row.restore != NULL && fn->package == PACKAGE_ZIP &&
           dist_mean(fn->init) == dist_mean(row.init) &&
           dist_mean(row.restore) < dist_mean(row.init);
}

void insight_l21(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct function_config *fn = facts_function(facts, i);
        int node = facts->node_of[i];
        if (fn == NULL || fn->snapstart)
            continue;
        double starts = facts_count(facts, node, METRIC_COLD_STARTS);
        double init_s = facts_value(facts, node, METRIC_INIT, "mean") / 1e9;
        double init = starts * init_s * (double)fn->memory_mb / 1024;
        double share = init / facts_value(facts, node, METRIC_BILLED_GB_S, "sum");
        const char *name = facts_name(facts, i);
        double bill = share * facts_bill(facts, name, "compute");
        if (!(share > INIT_COST_SHARE) || starts < LEAST_COLD ||
            !(bill > INIT_BILL_SHARE * facts->result->bill.cost_month_usd))
            continue;
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, name, share,
            "inits are %s of what %s is billed for: %s of %s on average, %s GB-seconds",
            say_share(list, share), name, say_count(list, starts), say_time(list, init_s * 1e9),
            say_number(list, init));
        if (restores_faster(facts, fn)) {
            insight_set(list, insight, name, "snapstart", "true");
            insight_watch(insight, name, METRIC_COST_MONTH, "sum");
        } else {
            insight_advise(list, insight, "load less before the handler, or keep instances longer "
                                          "by merging functions that share a runtime");
        }
    }
}

static bool could_merge(const struct facts *facts, int a, int b)
{
    const struct function_config *x = facts_function(facts, a), *y = facts_function(facts, b);
    return x != NULL && y != NULL && x->memory == y->memory && x->arch == y->arch &&
           x->package == y->package && strcmp(x->runtime, y->runtime) == 0;
}

static bool often_cold(const struct facts *facts, int resource)
{
    const struct function_config *fn = facts_function(facts, resource);
    return fn != NULL && facts->waits[resource] && !has_provisioned(fn) && fn->reserved == TIME_UNSET &&
           facts_value(facts, facts->node_of[resource], METRIC_COLD, "mean") > SPLIT_COLD &&
           facts_count(facts, facts->node_of[resource], METRIC_COLD_STARTS) >= LEAST_COLD;
}

/* One function with the sum of their calls stays warm: a call is cold when none came for the keep-alive T, exp(-T * sum of rates). */
void insight_l23(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        if (!often_cold(facts, i))
            continue;
        int others = 0, first = i;
        double rate = 0, starts = 0, calls = 0;
        for (int j = 0; j < facts->scenario->resource_count; j++) {
            if (!often_cold(facts, j) || !could_merge(facts, i, j))
                continue;
            first = j < first ? j : first;
            others += j != i;
            rate += facts_value(facts, facts->node_of[j], METRIC_RATE, "mean");
            starts += facts_count(facts, facts->node_of[j], METRIC_COLD_STARTS);
            calls += invocations(facts, j);
        }
        const struct function_config *fn = facts_function(facts, i);
        if (first != i || others == 0 || fn->keep_alive.dist == NULL)
            continue;
        double alive_s = dist_mean(fn->keep_alive.dist) / 1e9;
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, facts_name(facts, i), starts / calls,
            "%d functions like %s (%s MB, %s) are called so rarely that %s of %s calls are cold; one "
            "function with all of them would be cold for about %s",
            others + 1, facts_name(facts, i), say_count(list, (double)fn->memory_mb), fn->runtime,
            say_share(list, starts / calls), say_count(list, calls),
            say_share(list, exp(-rate * alive_s)));
        insight_advise(list, insight,
                       "let one function serve all their routes; it is one deployable with a switch");
    }
}
