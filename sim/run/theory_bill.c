/* theory_bill.c - the bill by expectation: what functions and HTTP gateways are expected to use, through the price list. */
#include <math.h>

#include "core/detmath.h"
#include "cost/bill.h"
#include "model/svc_client.h"
#include "model/svc_function.h"
#include "model/svc_gateway.h"
#include "run/theory_parts.h"
#include "stats/queueing.h"

#define INITS_ASIDE      "inits aside"
#define GATEWAY_REQUESTS 0 /* first row of its meter table */

struct expected {
    struct theory_maker *maker;
    struct usage *usage;
    int count;
    double seconds;    /* measured */
    bool whole;        /* of all that costs anything */
    const char *aside; /* what a function's bill leaves out */
};

static void use(struct expected *expected, const struct resource *resource, int meter,
                double amount)
{
    const struct meter_spec *spec = &resource->class->meters[meter];
    expected->usage[expected->count++] = (struct usage){
        .resource = resource->name,
        .service = resource->class->service,
        .line_item = spec->line_item,
        .price =
            spec->price != NULL ? spec->price : resource->class->price_of(resource->config, meter),
        .unit = spec->unit,
        .amount = (int128)(amount + 0.5),
        .per_unit = spec->per_unit,
    };
}

/* Rounded up to whole milliseconds; half of one more on average, where times vary smoothly. */
static double billed_ms(const struct theory_time *time)
{
    double ms = time->mean_ns / 1e6;
    return time->constant ? -det_floor(-(ms - 1e-9)) : ms + 0.5;
}

static const char *why_no_bill(const struct theory_maker *maker, int resource, double refused)
{
    const struct function_config *fn = maker->scenario->resources[resource].config;
    const struct theory_time *time = &maker->programs[resource].time;
    if (maker->flows[resource].why_rate != NULL)
        return maker->flows[resource].why_rate;
    if (time->why != NULL)
        return time->why;
    if (isnan(refused))
        return "how many calls are refused is not known";
    if (fn->provisioned.count != TIME_UNSET && fn->provisioned.most > 0 &&
        (fn->provisioned.kind != PROVISIONED_FIXED || maker->flows[resource].why_poisson != NULL ||
         fn->instance_concurrency > 1))
        return "how many calls spill over from provisioned instances is not known";
    if (fn->snapstart)
        return "snapshots are billed by restores";
    if (time->mean_ns > 0 && !time->constant && time->mean_ns < 2e6)
        return "its times are so short that rounding up to milliseconds decides";
    return NULL;
}

static void use_function(struct expected *expected, int resource)
{
    struct theory_maker *maker = expected->maker;
    const struct resource *at = &maker->scenario->resources[resource];
    const struct function_config *fn = at->config;
    const struct theory_time *time = &maker->programs[resource].time;
    double refused = theory_refused(maker, resource);
    const char *why = why_no_bill(maker, resource, refused);
    if (why != NULL) {
        maker->costs[resource].why = why;
        expected->whole = false;
        return;
    }
    bool units = fn->provisioned.count != TIME_UNSET && fn->provisioned.count > 0;
    double calls = maker->flows[resource].rate_per_s * expected->seconds * (1 - refused);
    double lost =
        units ? queueing_erlang_b(fn->provisioned.count, theory_load(maker, resource)) : 1;
    double on_units = maker->flows[resource].rate_per_s * expected->seconds * (1 - lost);
    struct theory_inits inits = theory_inits(maker, resource);
    double each =
        (billed_ms(time) + (inits.init_ns + inits.first_ns) / 1e6) * (double)fn->memory_mb;
    maker->costs[resource].aside = inits.aside;
    if (inits.aside != NULL)
        expected->aside = inits.aside;
    use(expected, at, FUNCTION_REQUESTS, calls);
    use(expected, at, FUNCTION_COMPUTE, (calls - (units ? on_units : 0)) * each);
    if (units) {
        use(expected, at, FUNCTION_PC_COMPUTE, on_units * each);
        use(expected, at, FUNCTION_PC_CAPACITY,
            (double)(fn->provisioned.count * fn->memory_mb) * expected->seconds * 1e3);
    }
    if (maker->scenario->pricing.logs > 0)
        use(expected, at, FUNCTION_LOGS, calls * (double)maker->scenario->pricing.logs);
}

/* Requests that are let in. */
static void use_gateway(struct expected *expected, int resource)
{
    struct theory_maker *maker = expected->maker;
    const struct resource *at = &maker->scenario->resources[resource];
    const struct theory_flow *flow = &maker->flows[resource];
    const char *why = flow->why_rate;
    if (why == NULL && maker->scenario->pricing.transfer > 0)
        why = "transfer is billed by what is answered";
    for (int i = 0; why == NULL && i < resource_routes(at)->count; i++)
        if (theory_gateway_bites(maker, resource, i))
            why = "a limit refuses some of its requests";
    if (why == NULL) {
        use(expected, at, GATEWAY_REQUESTS, flow->rate_per_s * expected->seconds);
        return;
    }
    maker->costs[resource].why = why;
    expected->whole = false;
}

static void collect(struct expected *expected)
{
    const struct scenario *scenario = expected->maker->scenario;
    for (int i = 0; i < scenario->resource_count; i++) {
        const struct resource *at = &scenario->resources[i];
        if (at->class == &svc_function_class)
            use_function(expected, i);
        else if (at->class == &svc_http_api_class || at->class == &svc_rest_api_class)
            use_gateway(expected, i);
        else
            expected->whole &= at->class->meters == NULL;
    }
}

/* Lines of a resource stand together, and resources in the order of the scenario. */
static void share_out(struct theory_maker *maker, const struct bill *bill)
{
    const struct scenario *scenario = maker->scenario;
    int line = 0;
    for (int i = 0; i < scenario->resource_count; i++) {
        struct theory_cost *cost = &maker->costs[i];
        for (; line < bill->count && bill->lines[line].resource == scenario->resources[i].name;
             line++) {
            cost->known = true;
            cost->usd += bill->lines[line].cost_usd;
            cost->month_usd += bill->lines[line].cost_month_usd;
        }
    }
    ASSERT(line == bill->count);
}

void theory_bill(struct theory_maker *maker)
{
    const struct scenario *scenario = maker->scenario;
    sim_time measured = scenario->simulate.duration - scenario->simulate.warmup;
    struct expected expected = {.maker = maker, .seconds = (double)measured / 1e9, .whole = true};
    struct theory_cost *all = &maker->costs[scenario->resource_count];
    struct bill bill;
    struct err err = {0};
    expected.usage = ARENA_ARRAY(maker->arena, struct usage,
                                 SVC_METERS_MAX * (size_t)(scenario->resource_count + 1));
    collect(&expected);
    if (!expected.whole)
        all->why = "some of what costs has no closed form";
    if (expected.count == 0 ||
        !bill_make(&bill, maker->arena, expected.usage, expected.count, scenario->catalog, measured,
                   scenario->pricing.free_tier, &err))
        return; /* a price the list misses stops the run as well, and says so there */
    share_out(maker, &bill);
    all->known = expected.whole;
    all->aside = expected.aside;
    all->usd = bill.cost_usd;
    all->month_usd = bill.cost_month_usd;
}
