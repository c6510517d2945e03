/* study_changes.c - see the header. */
#include "run/study_changes.h"

#include <math.h>
#include <string.h>

#include "core/rng.h"
#include "core/unit.h"
#include "model/svc_client.h"
#include "model/trace.h"

#define CLIENTS_MAX 1e7 /* as `clients` has it */

/* -- load ------------------------------------------------------------------------------------------ */

/* Requests left of the first n, so that any stretch has its share to the nearest one. */
static double left_of(double n, double factor)
{
    return floor(n * factor + 0.5);
}

static bool refuse_factor(double factor, const char *what, struct err *err)
{
    return err_set(err, "a load times %.6g is more than %s can be", factor, what);
}

static bool scale_stages(struct rate_shape *shape, struct arena *arena, double factor)
{
    struct rate_stage *stages =
        arena_copy(arena, shape->stages, shape->count * sizeof *shape->stages);
    double highest = 0;
    for (size_t i = 0; i < shape->count; i++) {
        stages[i].per_s *= factor;
        highest = fmax(highest, stages[i].per_s);
    }
    shape->stages = stages;
    return highest <= UNIT_RATE_MAX;
}

static bool scale_times(struct rate_shape *shape, struct arena *arena, double factor)
{
    double total = left_of((double)shape->count, factor);
    if (!(total <= (double)TRACE_ROWS_MAX))
        return false;
    sim_time *times = ARENA_ARRAY(arena, sim_time, (size_t)total + 1);
    size_t used = 0;
    for (size_t i = 0; i < shape->count; i++) {
        size_t until = (size_t)left_of((double)i + 1, factor), copies = until - used;
        sim_time gap = i + 1 < shape->count ? shape->times[i + 1] - shape->times[i] : 0;
        for (size_t copy = 0; copy < copies; copy++)
            times[used++] =
                shape->times[i] + (sim_time)((double)gap * (double)copy / (double)copies);
    }
    shape->times = times;
    shape->count = used;
    return true;
}

static bool scale_counts(struct rate_shape *shape, struct arena *arena, double factor)
{
    int64_t *counts = ARENA_ARRAY(arena, int64_t, shape->count + 1);
    double before = 0, used = 0;
    for (size_t i = 0; i < shape->count; i++) {
        before += (double)shape->counts[i];
        double until = left_of(before, factor);
        if (!(until - used <= UNIT_COUNT_MAX))
            return false;
        counts[i] = (int64_t)(until - used);
        used = until;
    }
    shape->counts = counts;
    return true;
}

static bool scale_shape(struct rate_shape *shape, struct arena *arena, double factor)
{
    switch (shape->kind) {
    case RATE_STAGES:
    case RATE_MMPP:
        return scale_stages(shape, arena, factor);
    case RATE_BURST:
        shape->n = (int64_t)fmax(1, fmin(left_of((double)shape->n, factor), 2 * UNIT_COUNT_MAX));
        return (double)shape->n <= UNIT_COUNT_MAX;
    case RATE_TRACE_TIMES:
        return scale_times(shape, arena, factor);
    case RATE_TRACE_COUNTS:
        return scale_counts(shape, arena, factor);
    default: /* constant, diurnal, spike */
        shape->per_s *= factor;
        shape->peak_per_s *= factor;
        return fmax(shape->per_s, shape->peak_per_s) <= UNIT_RATE_MAX;
    }
}

static bool scale_client(struct client_config *client, struct arena *arena, double factor,
                         struct err *err)
{
    if (client->clients != TIME_UNSET) {
        double clients = fmax(1, left_of((double)client->clients, factor));
        if (!(clients <= CLIENTS_MAX))
            return refuse_factor(factor, "clients", err);
        client->clients = (int64_t)clients;
    }
    if (client->arrivals.kind == ARRIVALS_GAPS) {
        client->arrivals.gaps = dist_scaled(arena, client->arrivals.gaps, 1 / factor);
        return arrival_law_check(client->arrivals, err);
    }
    if (client->rate == NULL)
        return true;
    struct rate_shape *shape = arena_copy(arena, client->rate, sizeof *client->rate);
    client->rate = shape;
    return scale_shape(shape, arena, factor) ? rate_shape_check(shape, err)
                                             : refuse_factor(factor, "a rate", err);
}

static bool apply_load(const struct change *change, struct scenario *scenario, struct err *err)
{
    if (!(change->factor > 0 && change->factor <= UNIT_RATE_MAX))
        return err_set(err, "a load cannot be multiplied by %.6g", change->factor);
    for (int i = 0; i < scenario->resource_count; i++) {
        const struct resource *resource = &scenario->resources[i];
        if (resource->class == &svc_client_class &&
            !scale_client(resource->config, scenario->arena, change->factor, err))
            return err_context(err, "traffic '%s'", resource->name);
    }
    scenario->digest =
        rng_hash(rng_hash_text(scenario->digest, "load"), &change->factor, sizeof change->factor);
    return true;
}

/* -- faults ------------------------------------------------------------------------------------------ */

static bool check_fault(const struct change *change, struct err *err)
{
    double latency = change->fault.latency_factor, errors = change->fault.errors;
    if (change->fault.at < 0)
        return err_set(err, "a fault of '%s' begins before the run", change->resource);
    if (!isnan(latency) && !(latency >= 0 && isfinite(latency)))
        return err_set(err, "a latency cannot be multiplied by %.6g", latency);
    if (!isnan(errors) && !(errors >= 0 && errors <= 1))
        return err_set(err, "a share of errors of %.6g is not between 0 and 1", errors);
    if (change->fault.burst < 0 || (double)change->fault.burst > CLIENTS_MAX)
        return err_set(err, "a burst of %lld requests is not between 0 and %.0f",
                       (long long)change->fault.burst, CLIENTS_MAX);
    return true;
}

static bool apply_fault(const struct change *change, struct scenario *scenario, struct err *err)
{
    int resource = scenario_find(scenario, change->resource);
    if (resource < 0)
        return err_set(err, "a fault of '%s': no such resource", change->resource);
    if (!check_fault(change, err))
        return false;
    if (change->fault.burst > 0 && scenario->resources[resource].class != &svc_client_class)
        return err_set(err, "a burst of '%s': only traffic comes in bursts", change->resource);
    struct fault_def fault = {
        .at = change->fault.at,
        .lasts = change->fault.lasts,
        .resource = resource,
        .latency_factor = change->fault.latency_factor,
        .errors = change->fault.errors,
        .recycle = change->fault.recycle,
        .burst = change->fault.burst,
    };
    struct fault_def *faults =
        ARENA_ARRAY(scenario->arena, struct fault_def, scenario->fault_count + 1);
    if (scenario->fault_count > 0)
        memcpy(faults, scenario->faults, sizeof *faults * (size_t)scenario->fault_count);
    faults[scenario->fault_count++] = fault;
    scenario->faults = faults;
    double said[] = {(double)fault.at, (double)fault.lasts, fault.latency_factor, fault.errors,
                     fault.recycle,    (double)resource,    (double)fault.burst};
    scenario->digest = rng_hash(rng_hash_text(scenario->digest, "fault"), said, sizeof said);
    return true;
}

static bool does_something(const struct change *change)
{
    return !isnan(change->fault.latency_factor) || !isnan(change->fault.errors) ||
           change->fault.recycle || change->fault.burst != 0;
}

bool study_changes_apply(const struct change *changes, int count, struct scenario *scenario,
                         struct err *err)
{
    for (int i = 0; i < count; i++) {
        const struct change *change = &changes[i];
        if (change->kind == CHANGE_LOAD && !apply_load(change, scenario, err))
            return false;
        if (change->kind == CHANGE_FAULT && does_something(change) &&
            !apply_fault(change, scenario, err))
            return false;
    }
    return true;
}
