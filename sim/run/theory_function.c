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
#define RARE_LOAD                                                                                  \
    0.1 /* erlangs by the share of cold calls: those that overlap do not count beside them */
#define BURST_2023 500  /* instances, whatever the region */
#define NEVER      1e-9 /* a share nobody would ever see */

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

/* Instances beyond the first burst come at a rate; what starts cold needs that long to stand. */
static bool is_ramping(const struct theory_maker *maker, double load)
{
    const struct scaling_spec *scaling = &maker->scenario->account.scaling;
    if (scaling->rule == SCALING_BURST_2023)
        return load > BURST_2023;
    double per_s = (double)scaling->count / ((double)scaling->per / 1e9);
    double missing = load + 5 * det_sqrt(load) - (double)scaling->count;
    return missing > 0 && missing / per_s > (double)maker->scenario->simulate.warmup / 1e9;
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
    if (isnan(asked.load) || is_ramping(maker, asked.load))
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

/* What is known of cold starts. */
struct cold {
    double share; /* NAN: nothing */
    double idle;  /* mean idle instances; NAN: not known */
    const char *law, *aside;
    const char *why; /* nothing is known: why */
};

/* One instance that is never full. */
static struct cold of_shared_instance(const struct theory_maker *maker, int resource, double load)
{
    const struct function_config *fn = config_of(maker, resource);
    double service_s = maker->programs[resource].time.mean_ns / 1e9;
    if (!is_far_below(load, fn->instance_concurrency))
        return (struct cold){.share = NAN,
                             .why = "instances serve several calls at once and fill up"};
    return (struct cold){queueing_keep_alive_alone(maker->flows[resource].rate_per_s, service_s,
                                                   (double)fn->keep_alive.dist->constant / 1e9),
                         NAN, "M/G/inf, empty", inits_of(fn), NULL};
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
static double cold_of_rare(const struct theory_maker *maker, int resource, double load)
{
    const struct function_config *fn = config_of(maker, resource);
    if (has_units(fn) || maker->flows[resource].why_poisson != NULL || fn->keep_alive.forever ||
        fn->max_lifetime != TIME_UNSET || maker->programs[resource].crashes)
        return NAN;
    double cold = nobody_within(fn->keep_alive.dist, maker->flows[resource].rate_per_s / 1e9);
    return load <= RARE_LOAD * cold ? cold : (double)NAN;
}

static struct cold of_no_length(const struct theory_maker *maker, int resource)
{
    const struct function_config *fn = config_of(maker, resource);
    double keep_s = (double)fn->keep_alive.dist->constant / 1e9;
    double cold = queueing_keep_alive_alone(maker->flows[resource].rate_per_s, 0, keep_s);
    return (struct cold){cold, 1 - cold, "Poisson gaps", inits_of(fn), NULL};
}

static struct cold of_theorem(const struct theory_maker *maker, int resource)
{
    const struct function_config *fn = config_of(maker, resource);
    const struct theory_time *time = &maker->programs[resource].time;
    const char *aside = inits_of(fn);
    struct keep_alive_given given = {maker->flows[resource].rate_per_s, time->mean_ns / 1e9,
                                     (double)fn->keep_alive.dist->constant / 1e9,
                                     fn->reserved == TIME_UNSET ? 0 : fn->reserved};
    struct keep_alive_found found = queueing_keep_alive(&given);
    if (!time->exponential)
        aside = aside == NULL ? NEAR : NEAR ", " INITS_ASIDE;
    return (struct cold){found.cold, found.idle, "keep-alive theorem", aside, NULL};
}

static struct cold find_cold(const struct theory_maker *maker, int resource)
{
    const struct function_config *fn = config_of(maker, resource);
    double load = theory_load(maker, resource);
    const char *why = why_no_theorem(maker, resource, theory_refused(maker, resource));
    if (why == NULL && load > KEEP_ALIVE_LOAD_MAX)
        why = "too many calls at once for the keep-alive theorem";
    if (why != NULL) {
        double rare = cold_of_rare(maker, resource, load);
        return isnan(rare)
                   ? (struct cold){.share = NAN, .why = why}
                   : (struct cold){rare, NAN, "Poisson gaps",
                                   inits_of(fn) == NULL ? RARE : RARE ", " INITS_ASIDE, NULL};
    }
    if (fn->instance_concurrency > 1)
        return of_shared_instance(maker, resource, load);
    return load == 0 ? of_no_length(maker, resource) : of_theorem(maker, resource);
}

static void put_cold(struct theory_maker *maker, int resource, double load, double refused)
{
    const char *name = name_of(maker, resource);
    struct cold cold = find_cold(maker, resource);
    if (isnan(cold.share)) {
        theory_add_gap(maker, name, "cold", cold.why);
        return;
    }
    theory_add(maker, name, METRIC_COLD, "mean", cold.share, cold.law, cold.aside);
    if (isnan(cold.idle))
        return;
    if (load > 0)
        theory_add(maker, name, METRIC_INSTANCES, "mean", load * (1 - refused) + cold.idle,
                   cold.law, cold.aside);
    theory_add(maker, name, METRIC_IDLE_INSTANCES, "mean", cold.idle, cold.law, cold.aside);
}

/* Inits are left out where they hardly show; where calls are rare they are most of it, and their share is known. */
#define INITS_SHOW 0.02 /* of the time of a run */

struct theory_inits theory_inits(const struct theory_maker *maker, int resource)
{
    const struct function_config *fn = config_of(maker, resource);
    struct theory_inits inits = {0, 0, inits_of(fn)};
    struct cold cold =
        inits.aside == NULL ? (struct cold){.share = NAN} : find_cold(maker, resource);
    if (isnan(cold.share))
        return inits;
    double first = (fn->first_run != NULL ? dist_mean(fn->first_run) : 0) +
                   fn->first_run_cpu_ns * fn->cpu_factor;
    double init = dist_mean(fn->init);
    if (!(cold.share * (init + first) > INITS_SHOW * maker->programs[resource].time.mean_ns))
        return inits;
    return (struct theory_inits){cold.share * init, cold.share * first,
                                 "inits by the share of cold calls"};
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
    struct theory_inits inits = theory_inits(maker, resource);
    const char *aside = inits_of(fn) == NULL ? NULL : "first runs aside";
    theory_add(maker, name, METRIC_DURATION, "mean", time->mean_ns + inits.first_ns, law,
               inits.first_ns > 0 ? inits.aside : aside);
    if (!time->exponential || inits.first_ns > 0)
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
    if (why == NULL && is_ramping(maker, load))
        why = "new instances come too slowly to reach its load within the warm-up (scaling)";
    if (why != NULL) {
        theory_add_gap(maker, name, "all but its rate", why);
        return;
    }
    put_times(maker, resource);
    put_refused(maker, resource, refused);
    if (!isnan(refused)) {
        struct theory_inits inits = theory_inits(maker, resource);
        double more = maker->flows[resource].rate_per_s * (inits.init_ns + inits.first_ns) / 1e9;
        theory_add(maker, name, METRIC_CONCURRENCY, "mean", (load + more) * (1 - refused),
                   refused > NEVER                              ? "Erlang B, Little"
                   : maker->flows[resource].why_poisson == NULL ? "M/G/inf"
                                                                : "Little",
                   inits.aside);
    }
    put_spill(maker, resource, load, refused);
    put_cold(maker, resource, load, refused);
}
