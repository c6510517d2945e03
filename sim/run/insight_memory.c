/* insight_memory.c - the size of a function and its processor: rules L09, L20 and L24.
 *
 * A vCPU comes with 1769 MB, so work on the processor takes cpu * 1769 / memory below that, while waiting takes what it
 * takes. Time and price of another size follow from the stages of the run: D(m) = cpu * factor(m) + rest, cost = m * D(m), the
 * rounding to whole milliseconds left out. The prediction picks the size; the effect is simulated.
 */
#include <math.h>
#include <string.h>

#include "run/insight_make.h"

#define LEAST_CALLS     500
#define FULL_VCPU_MB    1769 /* more gives a second vCPU, which one thread cannot use */
#define FASTER          0.20
#define CHEAPER         0.10
#define WAIT_SHARE      0.60 /* pointfive: paying to wait */
#define WAIT_MEMORY_MB  512
#define BILL_SHARE_LEAST 0.02 /* of the whole bill: what costs less is not worth a change */

static const int sizes_mb[] = {128, 256, 512, 768, 1024, 1536, FULL_VCPU_MB, 3008};

struct profile {
    double cpu_ns; /* at one vCPU */
    double rest_ns;
    double memory_mb;
};

static double factor(double memory_mb)
{
    return memory_mb >= FULL_VCPU_MB ? 1 : FULL_VCPU_MB / memory_mb;
}

static bool profile_of(const struct facts *facts, int resource, struct profile *profile)
{
    const struct function_config *fn = facts_function(facts, resource);
    int node = facts->node_of[resource];
    if (fn == NULL || result_count(facts->result, node, METRIC_LATENCY) < LEAST_CALLS)
        return false;
    double run = facts_value(facts, node, METRIC_STAGE_RUN, "mean");
    double duration = facts_value(facts, node, METRIC_DURATION, "mean");
    *profile = (struct profile){.cpu_ns = run / fn->cpu_factor,
                                .rest_ns = fmax(duration - run, 0),
                                .memory_mb = (double)fn->memory_mb};
    return duration > 0;
}

static double time_at(const struct profile *profile, double memory_mb)
{
    return profile->cpu_ns * factor(memory_mb) + profile->rest_ns;
}

static double cost_at(const struct profile *profile, double memory_mb)
{
    return memory_mb * time_at(profile, memory_mb);
}

/* The most that the handler is said to need with r:memory, in MB; 0 where nothing is said. */
static double needed_mb(const struct facts *facts, int resource)
{
    const struct program *program = resource_program(&facts->scenario->resources[resource]);
    double most = 0;
    for (int i = 0; program != NULL && i < program->count; i++)
        if (program->ops[i].code == OP_MEMORY && program->ops[i].dist != NULL)
            most = fmax(most, 2 * dist_mean(program->ops[i].dist) / 1048576);
    return most;
}

static bool matters(const struct facts *facts, int resource)
{
    double compute = facts_bill(facts, facts_name(facts, resource), "compute");
    return compute > BILL_SHARE_LEAST * facts->result->bill.cost_month_usd;
}

/* More memory that costs nothing: the fastest size at no more than half a percent more. */
static int faster_size(const struct profile *profile)
{
    double now = time_at(profile, profile->memory_mb), price = cost_at(profile, profile->memory_mb);
    int best = 0;
    for (size_t i = 0; i < COUNTOF(sizes_mb) && sizes_mb[i] <= FULL_VCPU_MB; i++)
        if (sizes_mb[i] > profile->memory_mb && cost_at(profile, sizes_mb[i]) <= 1.005 * price &&
            time_at(profile, sizes_mb[i]) <= (1 - FASTER) * now)
            best = sizes_mb[i];
    return best;
}

void insight_l09(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        struct profile profile;
        if (!profile_of(facts, i, &profile) || !facts->waits[i])
            continue;
        int size = faster_size(&profile);
        double now = time_at(&profile, profile.memory_mb);
        if (size == 0)
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, name, 1 - time_at(&profile, size) / now,
            "%s computes for %s of its %s, with %s of a vCPU at %sMB: %dMB takes about %s at %s of "
            "the price",
            name, say_share(list, profile.cpu_ns * factor(profile.memory_mb) / now),
            say_time(list, now), say_share(list, 1 / factor(profile.memory_mb)),
            say_number(list, profile.memory_mb), size, say_time(list, time_at(&profile, size)),
            say_share(list, cost_at(&profile, size) / cost_at(&profile, profile.memory_mb)));
        insight_set(list, insight, name, "memory", "%dMB", size);
        insight_watch(insight, name, METRIC_LATENCY, "p50");
    }
}

/* The cheapest smaller size that takes no more than a tenth longer and holds what the handler needs. */
static int cheaper_size(const struct profile *profile, double needed)
{
    double now = time_at(profile, profile->memory_mb), price = cost_at(profile, profile->memory_mb);
    int best = 0;
    for (size_t i = 0; i < COUNTOF(sizes_mb); i++) {
        double cost = cost_at(profile, sizes_mb[i]);
        if (sizes_mb[i] >= profile->memory_mb || sizes_mb[i] < needed ||
            time_at(profile, sizes_mb[i]) > 1.1 * now || cost > (1 - CHEAPER) * price)
            continue;
        best = best == 0 || cost < cost_at(profile, best) ? sizes_mb[i] : best;
    }
    return best;
}

void insight_l20(const struct facts *facts, struct insight_list *list)
{
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        struct profile profile;
        if (!profile_of(facts, i, &profile) || !matters(facts, i))
            continue;
        double now = time_at(&profile, profile.memory_mb), waits = profile.rest_ns / now;
        int size = cheaper_size(&profile, needed_mb(facts, i));
        if (size == 0 || !(waits > WAIT_SHARE) || profile.memory_mb < WAIT_MEMORY_MB)
            continue;
        const char *name = facts_name(facts, i);
        struct insight *insight = insight_add(
            list, INSIGHT_INFO, name,
            facts_bill(facts, name, "compute") / facts->result->bill.cost_month_usd,
            "%s waits for %s of its %s and pays for %sMB all the while: %dMB takes about %s at %s "
            "of the price, if the code fits",
            name, say_share(list, waits), say_time(list, now), say_number(list, profile.memory_mb),
            size, say_time(list, time_at(&profile, size)),
            say_share(list, cost_at(&profile, size) / cost_at(&profile, profile.memory_mb)));
        insight_set(list, insight, name, "memory", "%dMB", size);
        insight_watch(insight, name, METRIC_COST_MONTH, "sum");
    }
}

/* -- L24 ------------------------------------------------------------------------------------------------ */

#define ARM_BILL_SHARE 0.10 /* of the whole bill, all of them together */
#define ARM_FUNCTIONS  INSIGHT_CHANGES_MAX

static double compute_of(const struct facts *facts, int resource)
{
    const char *name = facts_name(facts, resource);
    return facts_bill(facts, name, "compute") + facts_bill(facts, name, "provisioned compute") +
           facts_bill(facts, name, "provisioned capacity");
}

static bool could_be_arm(const struct facts *facts, int resource)
{
    const struct function_config *fn = facts_function(facts, resource);
    struct runtime_row row;
    struct err unavailable = {0};
    return fn != NULL && fn->arch == ARCH_X86_64 &&
           catalog_runtime(facts->scenario->catalog, fn->runtime, fn->package, ARCH_ARM64,
                           fn->memory_mb, &row, &unavailable);
}

/* The dearest functions that could move, dearest first; returns how many. */
static int movable(const struct facts *facts, int found[ARM_FUNCTIONS])
{
    int count = 0;
    for (int i = 0; i < facts->scenario->resource_count; i++) {
        if (!could_be_arm(facts, i) || !(compute_of(facts, i) > 0))
            continue;
        int at = count < ARM_FUNCTIONS ? count++ : ARM_FUNCTIONS;
        while (at > 0 && compute_of(facts, i) > compute_of(facts, found[at - 1])) {
            if (at < ARM_FUNCTIONS)
                found[at] = found[at - 1];
            at--;
        }
        if (at < ARM_FUNCTIONS)
            found[at] = i;
    }
    return count;
}

void insight_l24(const struct facts *facts, struct insight_list *list)
{
    int found[ARM_FUNCTIONS] = {0}, count = movable(facts, found);
    double compute = 0, total = facts->result->bill.cost_month_usd;
    for (int i = 0; i < count; i++)
        compute += compute_of(facts, found[i]);
    if (!(compute > ARM_BILL_SHARE * total))
        return;
    struct insight *insight = insight_add(
        list, INSIGHT_INFO, facts_name(facts, found[0]), compute / total * 0.2,
        "compute on x86_64 is %s a month, %s of the bill (%s%s); arm64 costs a fifth less, if no code "
        "was built for x86",
        say_money(list, compute), say_share(list, compute / total), facts_name(facts, found[0]),
        count == 1 ? "" : arena_printf(list->arena, " and %d more", count - 1));
    for (int i = 0; i < count; i++)
        if (compute_of(facts, found[i]) > 0.01 * total)
            insight_set(list, insight, facts_name(facts, found[i]), "arch", "arm64");
    insight_watch(insight, "*", METRIC_COST_MONTH, "sum");
}
