/* insight_data.c - tables and databases: rules D01 to D04, D06 and D08.
 *
 * On demand a write costs $0.625 a million, provisioned a unit costs $0.00065 an hour whether used or not, so capacity pays from a
 * utilisation of 28.9 % on (prices since November 2024; SCENARIOS 17). The rule prices both from the price list.
 */
#include <math.h>
#include <string.h>

#include "model/svc_kv.h"
#include "model/svc_sql.h"
#include "run/insight_make.h"

#define LEAST_OPERATIONS 500
#define LEAST_REFUSED    20
#define TARGET           0.70 /* utilisation that target tracking aims at (AWS default) */
#define NEARLY_FULL      0.80
#define WORTH_SWITCHING  0.85
#define HOURS_MONTH      730.0
#define MINUTE_S         60
#define CONNECTIONS_NEAR 0.80

static const struct kv_config *table_at(const struct facts *facts, int resource)
{
    return facts_is(facts, resource, &svc_kv_class) ? facts->scenario->resources[resource].config
                                                    : NULL;
}

struct demand {
    double mean[KV_KINDS], minute[KV_KINDS]; /* units per second, at their highest for a minute */
};

static struct demand demand_of(const struct facts *facts, int node)
{
    struct facts_series reads = FACTS_SERIES(facts, node, consumed_rcu);
    struct facts_series writes = FACTS_SERIES(facts, node, consumed_wcu);
    struct demand demand = {
        .mean = {facts_value(facts, node, METRIC_CONSUMED_RCU, "mean"),
                 facts_value(facts, node, METRIC_CONSUMED_WCU, "mean")},
        .minute = {facts_series_peak(&reads, MINUTE_S), facts_series_peak(&writes, MINUTE_S)},
    };
    for (int kind = 0; kind < KV_KINDS; kind++)
        demand.minute[kind] = isnan(demand.minute[kind]) ? demand.mean[kind] : demand.minute[kind];
    return demand;
}

/* Units to provision for such a demand: room to breathe above the mean, and enough for the busiest minute. */
static double units_for(const struct demand *demand, int kind)
{
    return fmax(1, ceil(fmax(demand->mean[kind] / TARGET, demand->minute[kind] * 1.1)));
}

static double provisioned_month(const struct facts *facts, double rcu, double wcu)
{
    return HOURS_MONTH * (rcu * facts_price(facts, "ddb.provisioned.rcu_hour") +
                          wcu * facts_price(facts, "ddb.provisioned.wcu_hour"));
}

/* One read unit on demand is one strong read: two halves of a metered count, as consumed_rcu counts them whole. */
static double on_demand_month(const struct facts *facts, const struct demand *demand)
{
    double seconds = HOURS_MONTH * 3600;
    return seconds * (demand->mean[0] * facts_price(facts, "ddb.ondemand.rru") +
                      demand->mean[1] * facts_price(facts, "ddb.ondemand.wru"));
}

static void to_provisioned(const struct facts *facts, struct insight_list *list, int resource,
                           const struct demand *demand)
{
    const char *name = facts_name(facts, resource);
    double now = facts_bill(facts, name, "reads") + facts_bill(facts, name, "writes");
    double rcu = units_for(demand, 0), wcu = units_for(demand, 1);
    double then = provisioned_month(facts, rcu, wcu);
    if (!(then < WORTH_SWITCHING * now))
        return;
    struct insight *insight = insight_add(
        list, INSIGHT_INFO, name, (now - then) / facts->result->bill.cost_month_usd,
        "%s is billed %s a month by request for %s read and %s write units a second, at most %s and "
        "%s for a minute: provisioned for them it costs %s",
        name, say_money(list, now), say_number(list, demand->mean[0]),
        say_number(list, demand->mean[1]), say_number(list, demand->minute[0]),
        say_number(list, demand->minute[1]), say_money(list, then));
    insight_set(list, insight, name, "mode", "provisioned");
    insight_set(list, insight, name, "rcu", "%.0f", rcu);
    insight_set(list, insight, name, "wcu", "%.0f", wcu);
    insight_watch(insight, name, METRIC_COST_MONTH, "sum");
    insight_watch(insight, name, METRIC_THROTTLES, "mean");
}

static void to_on_demand(const struct facts *facts, struct insight_list *list, int resource,
                         const struct demand *demand)
{
    const struct kv_config *table = table_at(facts, resource);
    const char *name = facts_name(facts, resource);
    double now = facts_bill(facts, name, "read capacity") + facts_bill(facts, name, "write capacity");
    double then = on_demand_month(facts, demand);
    if (!(then < WORTH_SWITCHING * now))
        return;
    struct insight *insight = insight_add(
        list, INSIGHT_INFO, name, (now - then) / facts->result->bill.cost_month_usd,
        "%s uses %s of the capacity it pays %s a month for; by request the same operations cost %s",
        name, say_share(list, facts_value(facts, facts->node_of[resource], METRIC_UTILISATION, "mean")),
        say_money(list, now), say_money(list, then));
    insight_set(list, insight, name, "mode", "on_demand");
    insight_set(list, insight, name, "rcu", "nil");
    insight_set(list, insight, name, "wcu", "nil");
    if (autoscale_given(&table->autoscale))
        insight_set(list, insight, name, "autoscale", "nil");
    insight_watch(insight, name, METRIC_COST_MONTH, "sum");
}

void insight_d04(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct kv_config *table = table_at(facts, i);
        int node = facts->node_of[i];
        if (table == NULL || facts_count(facts, node, METRIC_REQUESTS) < LEAST_OPERATIONS ||
            facts_count(facts, node, METRIC_THROTTLE_COUNT) >= LEAST_REFUSED)
            continue;
        struct demand demand = demand_of(facts, node);
        if (table->mode == KV_ON_DEMAND)
            to_provisioned(facts, list, i, &demand);
        else
            to_on_demand(facts, list, i, &demand);
    }
}

/* -- refused operations -------------------------------------------------------------------------------------- */

static const char *const kinds[KV_KINDS] = {"reads/s", "writes/s"};

static const struct capacity_row *row_of(const struct facts *facts, int resource, int kind)
{
    const char *name = facts_name(facts, resource);
    for (int i = 0; i < facts->result->capacity_count; i++) {
        const struct capacity_row *row = &facts->result->capacities[i];
        if (strcmp(row->resource, name) == 0 && kind-- == 0)
            return row;
    }
    return NULL;
}

static double refused_by_table(const struct capacity_row *row)
{
    return facts_refused(row, "table capacity") + facts_refused(row, "growth or quota");
}

void insight_d02(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        if (table_at(facts, i) == NULL)
            continue;
        for (int kind = 0; kind < KV_KINDS; kind++) {
            const struct capacity_row *row = row_of(facts, i, kind);
            double hot = facts_refused(row, "one partition");
            /* Beyond the table's own capacity partitions refuse for want of it, and D01 or D06 says so. */
            if (hot < LEAST_REFUSED || hot < refused_by_table(row) || row->max > row->limit)
                continue;
            const char *name = facts_name(facts, i);
            struct insight *insight = insight_add(
                list, INSIGHT_WARNING, name,
                hot / facts_count(facts, facts->node_of[i], METRIC_REQUESTS),
                "%s %s of %s hit one partition's limit while the table has room: %s of %s %s are in "
                "use; a key gets more than its share",
                say_count(list, hot), kind == 0 ? "reads" : "writes", name,
                say_number(list, row->max), say_count(list, row->limit), kinds[kind]);
            insight_advise(list, insight,
                           "spread the hot key over several (a suffix on writes), or keep its reads "
                           "in a cache; more table capacity does not help");
            break;
        }
    }
}

void insight_d01(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct kv_config *table = table_at(facts, i);
        if (table == NULL || insight_has(list, "D02", facts_name(facts, i)))
            continue;
        double reads = refused_by_table(row_of(facts, i, 0));
        double writes = refused_by_table(row_of(facts, i, 1));
        double calls = facts_count(facts, facts->node_of[i], METRIC_REQUESTS);
        if (reads + writes < LEAST_REFUSED)
            continue;
        const char *name = facts_name(facts, i);
        double share = (reads + writes) / calls;
        struct insight *insight = insight_add(
            list, share > 0.1 ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, share,
            "%s refuses %s of its operations: %s reads and %s writes beyond %s", name,
            say_share(list, share), say_count(list, reads), say_count(list, writes),
            table->mode == KV_PROVISIONED ? "its provisioned capacity"
                                          : "what an on-demand table grows to");
        if (table->mode == KV_PROVISIONED && !autoscale_given(&table->autoscale)) {
            /* What was refused, over the run, on top of what was let through. */
            double grow = 1 / fmax(1 - share, 0.1);
            struct demand demand = demand_of(facts, facts->node_of[i]);
            if (reads > 0)
                insight_set(list, insight, name, "rcu", "%.0f",
                            ceil(fmax((double)table->rcu, demand.minute[0]) * grow * 1.25));
            if (writes > 0)
                insight_set(list, insight, name, "wcu", "%.0f",
                            ceil(fmax((double)table->wcu, demand.minute[1]) * grow * 1.25));
            insight_watch(insight, name, METRIC_THROTTLES, "mean");
        } else {
            insight_advise(list, insight, "%s",
                           table->mode == KV_PROVISIONED
                               ? "raise the autoscale minimum, so that the rise finds capacity"
                               : "warm the table before the rise (warm_rcu, warm_wcu), or ramp up "
                                 "over half an hour");
        }
    }
}

/* Bursts are lent for five minutes: above its capacity a table only looks well. */
void insight_d06(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct kv_config *table = table_at(facts, i);
        int node = facts->node_of[i];
        if (table == NULL || table->mode != KV_PROVISIONED || autoscale_given(&table->autoscale) ||
            insight_has(list, "D01", facts_name(facts, i)))
            continue;
        struct demand demand = demand_of(facts, node);
        double capacity[KV_KINDS] = {(double)table->rcu, (double)table->wcu};
        for (int kind = 0; kind < KV_KINDS; kind++) {
            if (!(demand.minute[kind] > capacity[kind]))
                continue;
            const char *name = facts_name(facts, i);
            double left_s = capacity[kind] * 300 / (demand.minute[kind] - capacity[kind]);
            struct insight *insight = insight_add(
                list, INSIGHT_WARNING, name, 0.5,
                "%s uses %s %s for a minute and has %s: it lives on burst credits, which last %s "
                "at that rate",
                name, say_number(list, demand.minute[kind]), kinds[kind],
                say_count(list, capacity[kind]), say_time(list, left_s * 1e9));
            insight_advise(list, insight, "provision %s for %s",
                           say_count(list, units_for(&demand, kind)), kind == 0 ? "rcu" : "wcu");
            break;
        }
    }
}

void insight_d03(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        const struct kv_config *table = table_at(facts, i);
        double used = facts_value(facts, facts->node_of[i], METRIC_UTILISATION, "mean");
        const char *name = facts_name(facts, i);
        if (table == NULL || table->mode != KV_PROVISIONED || !(used > NEARLY_FULL) ||
            autoscale_given(&table->autoscale) || insight_has(list, "D01", name) ||
            insight_has(list, "D06", name))
            continue;
        struct demand demand = demand_of(facts, facts->node_of[i]);
        struct insight *insight =
            insight_add(list, INSIGHT_INFO, name, used,
                        "%s uses %s of its provisioned capacity on average: nothing is left for a rise",
                        name, say_share(list, used));
        insight_advise(list, insight, "provision %s rcu and %s wcu, or give it autoscale",
                       say_count(list, units_for(&demand, 0)), say_count(list, units_for(&demand, 1)));
    }
}

/* -- connections -------------------------------------------------------------------------------------------------- */

void insight_d08(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        if (!facts_is(facts, i, &svc_sql_class))
            continue;
        const struct sql_config *sql = facts->scenario->resources[i].config;
        const char *name = facts_name(facts, i);
        const struct capacity_row *row = facts_capacity(facts, name, "connections");
        double refused = facts_refused(row, "max_connections");
        if (row == NULL || !(row->max > CONNECTIONS_NEAR * row->limit) || sql->proxy != NULL)
            continue;
        struct insight *insight = insight_add(
            list, refused > 0 ? INSIGHT_CRITICAL : INSIGHT_WARNING, name, row->max / row->limit,
            "%s has %s of %s connections open at its peak, one for each instance that ever asked, "
            "and refuses %s",
            name, say_count(list, row->max), say_count(list, row->limit), say_count(list, refused));
        insight_set(list, insight, name, "proxy", "true");
        insight_watch(insight, name, refused > 0 ? METRIC_ERRORS : METRIC_CONNECTIONS,
                      refused > 0 ? "mean" : "max");
    }
}
