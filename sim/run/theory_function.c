/* theory_function.c - functions: loss systems (Erlang B), M/G/inf, and the keep-alive theorem. */
#include <math.h>
#include <string.h>

#include "core/detmath.h"
#include "model/svc_function.h"
#include "run/theory_parts.h"
#include "stats/queueing.h"

#define INITS_ASIDE "inits aside"
#define NEAR        "near: exact for exponential times only"
#define RARE        "near: for calls that do not overlap"
#define RARE_LOAD   0.02 /* erlangs */
#define NEVER       1e-9 /* a share nobody would ever see */

static const struct function_config *config_of(const struct theory_maker *maker, int resource)
{
    return maker->scenario->resources[resource].config;
}

static const char *name_of(const struct theory_maker *maker, int resource)
{
    return maker->scenario->resources[resource].name;
}

static bool is_function(const struct theory_maker *maker, int resource)
{
    return maker->scenario->resources[resource].class == &svc_function_class;
}

static bool has_units(const struct function_config *fn)
{
    return fn->provisioned.count != TIME_UNSET && fn->provisioned.most > 0;
}

double theory_load(const struct theory_maker *maker, int resource)
{
    const struct theory_flow *flow = &maker->flows[resource];
    const struct theory_time *time = &maker->programs[resource].time;
    if (flow->why_rate != NULL || time->why != NULL)
        return NAN;
    return flow->rate_per_s * time->mean_ns / 1e9;
}

int64_t theory_places(const struct theory_maker *maker, int resource)
{
    int64_t places = maker->scenario->account.concurrency;
    if (config_of(maker, resource)->reserved != TIME_UNSET)
        return config_of(maker, resource)->reserved;
    for (int i = 0; i < maker->scenario->resource_count; i++) {
        if (!is_function(maker, i))
            continue;
        const struct function_config *other = config_of(maker, i);
        if (other->reserved != TIME_UNSET)
            places -= other->reserved;
        else if (other->provisioned.count != TIME_UNSET)
            places -= other->provisioned.most;
    }
    return places > 0 ? places : 0;
}

/* So far below its places that no law of arrivals worth the name fills them. */
static bool is_far_below(double load, int64_t places)
{
    return load + 12 * det_sqrt(load) + 10 < (double)places;
}

/* Where a run takes an unknown time, it takes no longer than the timeout. */
static double most_load(const struct theory_maker *maker, int resource)
{
    double load = theory_load(maker, resource);
    if (!isnan(load) || maker->flows[resource].why_rate != NULL)
        return load;
    return maker->flows[resource].rate_per_s * (double)config_of(maker, resource)->timeout / 1e9;
}

/* What the functions without reserved concurrency ask of the pool they share, those aside of which nothing is known. */
struct pool_load {
    double load, rate_per_s;
    bool poisson, units, guessed;
};

static struct pool_load shared_load(const struct theory_maker *maker)
{
    struct pool_load pool = {0, 0, true, false, false};
    for (int i = 0; i < maker->scenario->resource_count; i++) {
        if (!is_function(maker, i) || config_of(maker, i)->reserved != TIME_UNSET)
            continue;
        double load = most_load(maker, i);
        if (isnan(load))
            continue;
        pool.load += load;
        pool.guessed |= isnan(theory_load(maker, i));
        pool.rate_per_s += maker->flows[i].rate_per_s;
        pool.poisson &= maker->flows[i].why_poisson == NULL;
        pool.units |= has_units(config_of(maker, i));
    }
    return pool;
}

double theory_refused(const struct theory_maker *maker, int resource)
{
    const struct function_config *fn = config_of(maker, resource);
    bool own = fn->reserved != TIME_UNSET;
    int64_t places = theory_places(maker, resource);
    struct pool_load asked = {.load = most_load(maker, resource),
                              .rate_per_s = maker->flows[resource].rate_per_s,
                              .poisson = maker->flows[resource].why_poisson == NULL,
                              .guessed = isnan(theory_load(maker, resource))};
    if (isnan(asked.load))
        return NAN;
    if (!own)
        asked = shared_load(maker);
    double per_s = catalog_limit(maker->scenario->catalog, "lambda.rps_per_concurrency") *
                   (double)(own ? places : maker->scenario->account.concurrency);
    if (places > 0 && theory_limit_bites(asked.rate_per_s, per_s, per_s))
        return NAN;
    if (is_far_below(asked.load, places))
        return 0;
    return asked.poisson && !asked.units && !asked.guessed ? queueing_erlang_b(places, asked.load)
                                                           : NAN;
}

static const char *inits_of(const struct function_config *fn)
{
    bool none = fn->init != NULL && dist_is_constant(fn->init) && fn->init->constant == 0 &&
                (fn->first_run == NULL ||
                 (dist_is_constant(fn->first_run) && fn->first_run->constant == 0)) &&
                fn->first_run_cpu_ns == 0;
    return none ? NULL : INITS_ASIDE;
}

/* -- spill ---------------------------------------------------------------------------------------------------------- */

/* Calls try the provisioned instances first, so these are a loss system of their own, whatever comes of the rest. */
static void put_spill(struct theory_maker *maker, int resource, double load, double refused)
{
    const struct function_config *fn = config_of(maker, resource);
    const struct provisioned_spec *units = &fn->provisioned;
    const char *name = name_of(maker, resource), *why = maker->flows[resource].why_poisson;
    if (units->count == TIME_UNSET)
        return;
    if (units->kind != PROVISIONED_FIXED)
        why = "provisioned changes during the run";
    else if (fn->instance_concurrency > 1)
        why = "an instance serves several calls at once";
    else if (isnan(refused))
        why = "how many calls are refused is not known";
    if (units->kind == PROVISIONED_FIXED && units->count == 0) {
        theory_add(maker, name, METRIC_SPILL, "mean", 1, "nothing is provisioned", NULL);
        return;
    }
    if (why != NULL) {
        theory_add_gap(maker, name, "spill", why);
        return;
    }
    double lost = queueing_erlang_b(units->count, load);
    double spill = refused < 1 ? fmax((lost - refused) / (1 - refused), 0) : 0;
    theory_add(maker, name, METRIC_SPILL, "mean", spill, "Erlang B", NULL);
    theory_add(maker, name, METRIC_UTILISATION, "mean", load * (1 - lost) / (double)units->count,
               "Erlang B", NULL);
}

/* -- cold starts ------------------------------------------------------------------------------------------------------ */

static const char *why_no_theorem(const struct theory_maker *maker, int resource, double refused)
{
    const struct function_config *fn = config_of(maker, resource);
    if (has_units(fn))
        return "what spills over from provisioned instances is no Poisson process";
    if (maker->flows[resource].why_poisson != NULL)
        return maker->flows[resource].why_poisson;
    if (fn->keep_alive.forever)
        return "kept for ever: only a record of concurrency is cold, and records get rarer";
    if (!dist_is_constant(fn->keep_alive.dist))
        return "keep_alive is drawn, not fixed";
    if (fn->reuse != REUSE_MRU)
        return "instances are not reused most recent first";
    if (fn->max_lifetime != TIME_UNSET)
        return "instances have a max_lifetime";
    if (fn->cold_binding != BINDING_STRICT)
        return "cold_binding is late";
    if (maker->programs[resource].crashes)
        return "crashes reset instances";
    if (isnan(refused) || (fn->reserved == TIME_UNSET && refused > NEVER))
        return "functions that share the account's limit refuse each other's calls";
    return NULL;
}

/* One instance that is never full. */
static void put_shared_instance(struct theory_maker *maker, int resource, double load)
{
    const struct function_config *fn = config_of(maker, resource);
    const struct theory_time *time = &maker->programs[resource].time;
    if (!is_far_below(load, fn->instance_concurrency)) {
        theory_add_gap(maker, name_of(maker, resource), "cold",
                       "instances serve several calls at once and fill up");
        return;
    }
    theory_add(maker, name_of(maker, resource), METRIC_COLD, "mean",
               queueing_keep_alive_alone(maker->flows[resource].rate_per_s, time->mean_ns / 1e9,
                                         (double)fn->keep_alive.dist->constant / 1e9),
               "M/G/inf, empty", inits_of(fn));
}

static void put_no_length(struct theory_maker *maker, int resource)
{
    const struct function_config *fn = config_of(maker, resource);
    double keep_s = (double)fn->keep_alive.dist->constant / 1e9;
    double cold = queueing_keep_alive_alone(maker->flows[resource].rate_per_s, 0, keep_s);
    const char *law = "Poisson gaps", *name = name_of(maker, resource);
    theory_add(maker, name, METRIC_COLD, "mean", cold, law, inits_of(fn));
    theory_add(maker, name, METRIC_IDLE_INSTANCES, "mean", 1 - cold, law, inits_of(fn));
}

/* E exp(-rate * T): the chance that nobody comes within T; NAN for laws that have no such closed form here. */
static double nobody_within(const struct dist *dist, double rate_per_ns)
{
    double sum = 0;
    switch (dist->kind) {
    case DIST_CONSTANT:
        return det_exp(-rate_per_ns * (double)dist->constant);
    case DIST_UNIFORM:
        return dist->b <= dist->a
                   ? det_exp(-rate_per_ns * dist->a)
                   : (det_exp(-rate_per_ns * dist->a) - det_exp(-rate_per_ns * dist->b)) /
                         (rate_per_ns * (dist->b - dist->a));
    case DIST_EXPONENTIAL:
        return 1 / (1 + rate_per_ns * dist->a);
    case DIST_PERCENTILES:
        for (size_t i = 0; i + 1 < dist->count; i++) {
            struct dist piece = {.kind = DIST_UNIFORM, .a = dist->y[i], .b = dist->y[i + 1]};
            sum += (dist->x[i + 1] - dist->x[i]) * nobody_within(&piece, rate_per_ns);
        }
        return sum;
    default:
        return NAN;
    }
}

/* A drawn keep-alive, where one instance does nearly all: a call that finds nobody busy comes an exponential time after the last one ended. */
static bool put_rare(struct theory_maker *maker, int resource, double load)
{
    const struct function_config *fn = config_of(maker, resource);
    bool inits = inits_of(fn) != NULL;
    if (load > RARE_LOAD || has_units(fn) || maker->flows[resource].why_poisson != NULL ||
        fn->keep_alive.forever || fn->max_lifetime != TIME_UNSET ||
        maker->programs[resource].crashes)
        return false;
    double cold = nobody_within(fn->keep_alive.dist, maker->flows[resource].rate_per_s / 1e9);
    if (isnan(cold))
        return false;
    theory_add(maker, name_of(maker, resource), METRIC_COLD, "mean", cold, "Poisson gaps",
               inits ? RARE ", " INITS_ASIDE : RARE);
    return true;
}

static void put_cold(struct theory_maker *maker, int resource, double load, double refused)
{
    const struct function_config *fn = config_of(maker, resource);
    const struct theory_time *time = &maker->programs[resource].time;
    const char *name = name_of(maker, resource), *why = why_no_theorem(maker, resource, refused);
    if (why == NULL && load > KEEP_ALIVE_LOAD_MAX)
        why = "too many calls at once for the keep-alive theorem";
    if (why != NULL) {
        if (!put_rare(maker, resource, load))
            theory_add_gap(maker, name, "cold", why);
        return;
    }
    if (fn->instance_concurrency > 1) {
        put_shared_instance(maker, resource, load);
        return;
    }
    if (time->mean_ns == 0) {
        put_no_length(maker, resource);
        return;
    }
    struct keep_alive_given given = {maker->flows[resource].rate_per_s, time->mean_ns / 1e9,
                                     (double)fn->keep_alive.dist->constant / 1e9,
                                     fn->reserved == TIME_UNSET ? 0 : fn->reserved};
    struct keep_alive_found found = queueing_keep_alive(&given);
    const char *aside = inits_of(fn), *law = "keep-alive theorem";
    if (!time->exponential)
        aside = aside == NULL ? NEAR : NEAR ", " INITS_ASIDE;
    theory_add(maker, name, METRIC_COLD, "mean", found.cold, law, aside);
    theory_add(maker, name, METRIC_INSTANCES, "mean", load * (1 - refused) + found.idle, law,
               aside);
    theory_add(maker, name, METRIC_IDLE_INSTANCES, "mean", found.idle, law, aside);
}

/* -- the function -------------------------------------------------------------------------------------------------------- */

/* Runs that are ended by the timeout are shorter than their law. */
static bool may_time_out(const struct function_config *fn, const struct theory_time *time)
{
    double timeout = (double)fn->timeout, cv2 = isnan(time->cv2) ? 1 : time->cv2;
    if (time->constant)
        return time->mean_ns > timeout;
    if (time->exponential)
        return det_exp(-timeout / time->mean_ns) > 1e-7;
    return time->mean_ns * (1 + 20 * det_sqrt(cv2)) > timeout;
}

/* It waits for functions, whose times are in its own as they are when they refuse nobody. */
static const char *why_other_times(struct theory_maker *maker, int resource)
{
    const struct theory_program *program = &maker->programs[resource];
    for (int i = 0; i < program->visit_count; i++) {
        int callee = program->visits[i].target.resource;
        if (program->visits[i].use == USE_CALL && is_function(maker, callee) &&
            !(theory_refused(maker, callee) < NEVER))
            return arena_printf(maker->arena, "'%s' may refuse its calls", name_of(maker, callee));
    }
    return NULL;
}

static void put_times(struct theory_maker *maker, int resource)
{
    const struct function_config *fn = config_of(maker, resource);
    const struct theory_time *time = &maker->programs[resource].time;
    const char *name = name_of(maker, resource), *law = "sum of its times";
    const char *aside =
        fn->first_run_cpu_ns == 0 && inits_of(fn) == NULL ? NULL : "first runs aside";
    theory_add(maker, name, METRIC_DURATION, "mean", time->mean_ns, law, aside);
    if (!time->exponential)
        return;
    theory_add(maker, name, METRIC_DURATION, "p50", -det_log(0.5) * time->mean_ns, law, aside);
    theory_add(maker, name, METRIC_DURATION, "p99", -det_log(0.01) * time->mean_ns, law, aside);
}

static void put_refused(struct theory_maker *maker, int resource, double refused)
{
    const struct function_config *fn = config_of(maker, resource);
    const char *name = name_of(maker, resource), *why = maker->flows[resource].why_poisson;
    bool own = fn->reserved != TIME_UNSET;
    if (isnan(refused))
        theory_add_gap(maker, name, "throttles",
                       why != NULL ? why
                                   : "a limit of requests per second, or what others leave of the "
                                     "account's limit, decides");
    else if (own || refused > NEVER)
        theory_add(maker, name, METRIC_THROTTLES, "mean", refused,
                   own ? "Erlang B" : "Erlang B, account", inits_of(fn));
}

void theory_function(struct theory_maker *maker, int resource)
{
    const struct function_config *fn = config_of(maker, resource);
    const struct theory_time *time = &maker->programs[resource].time;
    const char *name = name_of(maker, resource);
    double load = theory_load(maker, resource), refused = theory_refused(maker, resource);
    if (fn->reserved == 0) {
        theory_add(maker, name, METRIC_THROTTLES, "mean", 1, "reserved = 0", NULL);
        return;
    }
    const char *why = time->why != NULL ? time->why : why_other_times(maker, resource);
    if (why == NULL && may_time_out(fn, time))
        why = "some runs reach the timeout";
    if (why != NULL) {
        theory_add_gap(maker, name, "all but its rate", why);
        return;
    }
    put_times(maker, resource);
    put_refused(maker, resource, refused);
    if (!isnan(refused))
        theory_add(maker, name, METRIC_CONCURRENCY, "mean", load * (1 - refused),
                   refused > NEVER                              ? "Erlang B, Little"
                   : maker->flows[resource].why_poisson == NULL ? "M/G/inf"
                                                                : "Little",
                   inits_of(fn));
    put_spill(maker, resource, load, refused);
    put_cold(maker, resource, load, refused);
}
