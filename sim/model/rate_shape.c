/* rate_shape.c - what a shape promises, and which shapes make no sense. */
#include "model/rate_shape.h"

#include <math.h>

#include "core/arena.h"
#include "core/unit.h"
#include "model/rate_curve.h"

#define PER_S_MAX     1e9
#define DAY_RATIO_MAX 1000.0
#define ARRIVALS_A_CHANGE                                                                          \
    1e-6 /* fewer requests per change of state, and a run would only change states */
#define SECONDS(ns) ((double)(ns)*1e-9)

static bool rate_ok(double per_s)
{
    return per_s >= 0 && per_s <= PER_S_MAX; /* false for NaN */
}

static bool check_rate(const char *what, double per_s, struct err *err)
{
    if (rate_ok(per_s))
        return true;
    err_set(err, "%s is not a rate between 0/s and 1e9/s", what);
    return err_help(err, "write a rate such as \"50/s\" or \"300/min\"");
}

static bool check_stages(const struct rate_shape *shape, struct err *err)
{
    sim_time total = 0;
    for (size_t i = 0; i < shape->count; i++) {
        if (!rate_ok(shape->stages[i].per_s))
            return check_rate("stages: a rate", shape->stages[i].per_s, err);
        if (shape->stages[i].lasts < 0 || shape->stages[i].lasts > TIME_MAX - total) {
            err_set(err, "stages: stage %zu reaches beyond 36500d", i + 1);
            return err_help(err, "all stages together may last 36500d");
        }
        total += shape->stages[i].lasts;
    }
    if (total > 0)
        return true;
    err_set(err, shape->count == 0 ? "stages has no stages" : "stages last 0s in all");
    return err_help(
        err, "write stages{ {\"2min\", \"100/s\"}, ... }, or rate = \"100/s\" for a constant rate");
}

static bool check_diurnal(const struct rate_shape *shape, struct err *err)
{
    char mean[UNIT_TEXT_MAX], peak[UNIT_TEXT_MAX];
    unit_show_rate(mean, shape->per_s);
    unit_show_rate(peak, shape->peak_per_s);
    if (shape->at < 0 || shape->at > TIME_MAX)
        return err_set(err, "diurnal: peak_at is not a time of day");
    if (shape->peak_per_s < shape->per_s) {
        err_set(err, "diurnal: peak = %s is below the mean of %s", peak, mean);
        return err_help(err, "peak is a rate, or a bare number of times the mean, such as 2.0");
    }
    if (shape->peak_per_s > DAY_RATIO_MAX * shape->per_s) {
        err_set(err, "diurnal: peak = %s is more than 1000 times the mean of %s", peak, mean);
        return err_help(err, "for a peak this narrow use spike{ } or stages{ }");
    }
    return true;
}

static bool check_spike(const struct rate_shape *shape, struct err *err)
{
    if (shape->at < 0 || shape->at > TIME_MAX || shape->lasts < 0 || shape->lasts > TIME_MAX)
        return err_set(err, "spike: at and lasts are times between 0s and 36500d");
    return check_rate("spike: peak", shape->peak_per_s, err);
}

/* Long-run arrivals and length of one round through all states. */
static void mmpp_round(const struct rate_shape *shape, double *arrivals, double *length_s)
{
    *arrivals = *length_s = 0;
    for (size_t i = 0; i < shape->count; i++) {
        *arrivals += shape->stages[i].per_s * SECONDS(shape->stages[i].lasts);
        *length_s += SECONDS(shape->stages[i].lasts);
    }
}

static bool check_mmpp(const struct rate_shape *shape, struct err *err)
{
    for (size_t i = 0; i < shape->count; i++) {
        if (!rate_ok(shape->stages[i].per_s))
            return check_rate("mmpp: a rate", shape->stages[i].per_s, err);
        if (shape->stages[i].lasts <= 0 || shape->stages[i].lasts > TIME_MAX) {
            err_set(err, "mmpp: the mean stay of state %zu is not a time above 0s", i + 1);
            return err_help(err, "write mmpp{ {\"10/s\", \"5min\"}, {\"200/s\", \"20s\"} }");
        }
    }
    if (shape->count == 0) {
        err_set(err, "mmpp has no states");
        return err_help(err, "write mmpp{ {\"10/s\", \"5min\"}, {\"200/s\", \"20s\"} }");
    }
    double arrivals, length_s;
    mmpp_round(shape, &arrivals, &length_s);
    if (arrivals == 0 || arrivals >= ARRIVALS_A_CHANGE * (double)shape->count)
        return true;
    err_set(err, "mmpp: more than a million changes of state for every request");
    return err_help(err, "lengthen the stays or raise the rates");
}

static bool check_burst(const struct rate_shape *shape, struct err *err)
{
    if (shape->n < 1 || (double)shape->n > PER_S_MAX) {
        err_set(err, "burst: n = %lld is not a number of requests", (long long)shape->n);
        return err_help(err, "n is 1 .. 1000000000");
    }
    if (shape->at < 0 || shape->at > TIME_MAX)
        return err_set(err, "burst: at is not a time between 0s and 36500d");
    if (shape->every == TIME_UNSET || shape->every > 0)
        return true;
    err_set(err, "burst: every = 0s would never let time pass");
    return err_help(err, "leave every out for one burst, or write every = \"1h\"");
}

static bool check_trace(const struct rate_shape *shape, struct err *err)
{
    if (shape->count > 0)
        return true;
    return err_set(err, "trace '%s' has no rows", shape->source != NULL ? shape->source : "");
}

bool rate_shape_check(const struct rate_shape *shape, struct err *err)
{
    switch (shape->kind) {
    case RATE_STAGES:
        return check_stages(shape, err);
    case RATE_MMPP:
        return check_mmpp(shape, err);
    case RATE_BURST:
        return check_burst(shape, err);
    case RATE_TRACE_TIMES:
    case RATE_TRACE_COUNTS:
        return check_trace(shape, err);
    case RATE_CONSTANT:
        return check_rate("rate", shape->per_s, err);
    case RATE_SPIKE:
        return check_rate("spike: base", shape->per_s, err) && check_spike(shape, err);
    case RATE_DIURNAL:
        return check_rate("diurnal: mean", shape->per_s, err) &&
               check_rate("diurnal: peak", shape->peak_per_s, err) && check_diurnal(shape, err);
    }
    return true;
}

/* Number of entries of `times` before `t`. */
static size_t count_before(const sim_time *times, size_t count, sim_time t)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (times[middle] < t)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static double bursts_before(const struct rate_shape *shape, sim_time t)
{
    if (t <= shape->at)
        return 0;
    if (shape->every == TIME_UNSET)
        return (double)shape->n;
    return (double)shape->n * (double)((t - 1 - shape->at) / shape->every + 1);
}

static double counts_before(const struct rate_shape *shape, sim_time t)
{
    double total = 0;
    for (size_t i = 0; i < shape->count && shape->times[i] < t; i++) {
        double length_ns = (double)(shape->times[i + 1] - shape->times[i]);
        double share = shape->times[i + 1] <= t ? 1 : (double)(t - shape->times[i]) / length_ns;
        total += share * (double)shape->counts[i];
    }
    return total;
}

static double curve_before(const struct rate_shape *shape, sim_time t)
{
    struct arena *arena = arena_new();
    struct rate_curve curve;
    rate_curve_build(&curve, arena, shape);
    double total = rate_curve_total(&curve, t);
    arena_free(arena);
    return total;
}

static double mmpp_mean(const struct rate_shape *shape)
{
    double arrivals, length_s;
    mmpp_round(shape, &arrivals, &length_s);
    return length_s > 0 ? arrivals / length_s : 0;
}

double rate_shape_total(const struct rate_shape *shape, sim_time t)
{
    t = t < 0 ? 0 : t > TIME_MAX ? TIME_MAX : t;
    switch (shape->kind) {
    case RATE_CONSTANT:
        return shape->per_s * SECONDS(t);
    case RATE_STAGES:
    case RATE_DIURNAL:
    case RATE_SPIKE:
        return curve_before(shape, t);
    case RATE_MMPP:
        return mmpp_mean(shape) * SECONDS(t);
    case RATE_BURST:
        return bursts_before(shape, t);
    case RATE_TRACE_TIMES:
        return (double)count_before(shape->times, shape->count, t);
    case RATE_TRACE_COUNTS:
        return counts_before(shape, t);
    }
    return 0;
}

static double stages_at(const struct rate_shape *shape, sim_time t)
{
    double from = 0;
    for (size_t i = 0; i < shape->count; i++) {
        struct rate_stage stage = shape->stages[i];
        if (t < stage.lasts)
            return from + (stage.per_s - from) * ((double)t / (double)stage.lasts);
        t -= stage.lasts;
        from = stage.per_s;
    }
    return from;
}

static double diurnal_at(const struct rate_shape *shape, sim_time t)
{
    if (!(shape->peak_per_s > shape->per_s))
        return shape->per_s;
    double kappa = rate_curve_kappa(shape->peak_per_s / shape->per_s);
    sim_time from_peak = (t % SIM_DAY - shape->at % SIM_DAY + SIM_DAY) % SIM_DAY;
    return shape->peak_per_s * rate_curve_day_share(kappa, from_peak);
}

static double interval_at(const struct rate_shape *shape, sim_time t)
{
    size_t i = count_before(shape->times, shape->count + 1, t + 1);
    if (i == 0 || i > shape->count)
        return 0;
    return (double)shape->counts[i - 1] / SECONDS(shape->times[i] - shape->times[i - 1]);
}

double rate_shape_at(const struct rate_shape *shape, sim_time t)
{
    t = t < 0 ? 0 : t > TIME_MAX ? TIME_MAX : t;
    sim_time second = t - t % SIM_SECOND;
    switch (shape->kind) {
    case RATE_CONSTANT:
        return shape->per_s;
    case RATE_STAGES:
        return stages_at(shape, t);
    case RATE_DIURNAL:
        return diurnal_at(shape, t);
    case RATE_SPIKE:
        return shape->at <= t && t - shape->at < shape->lasts ? shape->peak_per_s : shape->per_s;
    case RATE_MMPP:
        return mmpp_mean(shape);
    case RATE_TRACE_COUNTS:
        return interval_at(shape, t);
    case RATE_BURST:
        return bursts_before(shape, second + SIM_SECOND) - bursts_before(shape, second);
    case RATE_TRACE_TIMES:
        return (double)count_before(shape->times, shape->count, second + SIM_SECOND) -
               (double)count_before(shape->times, shape->count, second);
    }
    return 0;
}
