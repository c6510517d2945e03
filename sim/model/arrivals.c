/* arrivals.c - one generator per kind of source, all of which fill the same small buffer.
 *
 * A generator appends times that never fall, as many as fit, and fewer only when there are
 * no more. What lies before `start` or from `stop` on is cut off in one place, `refill`; generators
 * merely see to it that they do not walk through ages before `start` to get there.
 */
#include "model/arrivals.h"

#include <math.h>

#include "core/detmath.h"
#include "model/rate_curve.h"

#define BATCH       64
#define FAR_NS      4e18    /* beyond TIME_MAX, and two of them still fit into a sim_time */
#define WALK_MAX    1000000 /* changes of state, gaps ... walked through before `start` */
#define ALMOST_ZERO 1e-9

/* A source that changes among constant rates. */
struct mmpp {
    uint64_t stream; /* of the stays, apart from the gaps: other rates see the same stays */
    uint64_t stays;  /* drawn so far */
    size_t state;
    sim_time begin; /* of this stay */
    sim_time stay;
    double used; /* expected arrivals since `begin` */
};

/* Inside interval `i` of a counts trace. */
struct spread {
    size_t i;
    int64_t done;    /* arrivals of this interval so far */
    double log_left; /* log of the share of the interval that lies ahead */
    uint64_t stream;
};

struct arrivals {
    sim_time times[BATCH];
    int count, next;
    bool ended, even;
    int (*fill)(struct arrivals *arrivals); /* fills `times`, returns how many */
    uint64_t stream, index;                 /* of the next unit exponential */
    sim_time start, stop, last;
    const struct rate_shape *shape;
    const struct dist *gaps;
    sim_time base;   /* constant: whole nanoseconds; gaps: the last arrival */
    double carry_ns; /* constant: on top of base; not rounded away, so the mean rate is exact */
    struct rate_curve curve;
    struct rate_cursor cursor;
    struct mmpp mmpp;
    struct spread spread;
    size_t row; /* trace times: the next one; burst: how many of this one were sent */
};

static double exponential_at(uint64_t stream, uint64_t index)
{
    return draw_exponential(&(struct draw){stream + index * RNG_STEP});
}

/* How many expected arrivals lie between this arrival and the next. */
static double unit_gap(struct arrivals *arrivals)
{
    return arrivals->even ? 1 : exponential_at(arrivals->stream, arrivals->index++);
}

static int fill_nothing(struct arrivals *arrivals)
{
    (void)arrivals;
    return 0;
}

/* A constant rate. The sum runs over unit gaps and is scaled afterwards: only one addition
 * has to wait for the one before it. */
static int fill_constant(struct arrivals *arrivals)
{
    double gap_ns = 1e9 / arrivals->shape->per_s;
    double sum = 0, ns = 0;
    for (int i = 0; i < BATCH; i++) {
        sum += unit_gap(arrivals);
        ns = arrivals->carry_ns + sum * gap_ns;
        ns = ns < FAR_NS ? ns : FAR_NS;
        arrivals->times[i] = arrivals->base + (sim_time)(ns + 0.5);
    }
    sim_time whole_ns = (sim_time)ns;
    arrivals->base += whole_ns;
    arrivals->carry_ns = ns - (double)whole_ns;
    return BATCH;
}

static int fill_curve(struct arrivals *arrivals)
{
    int count = 0;
    while (count < BATCH) {
        sim_time t = rate_cursor_advance(&arrivals->cursor, unit_gap(arrivals));
        if (t == SIM_NEVER)
            break;
        arrivals->times[count++] = t;
    }
    return count;
}

static void draw_stay(struct arrivals *arrivals)
{
    struct mmpp *mmpp = &arrivals->mmpp;
    double mean_ns = (double)arrivals->shape->stages[mmpp->state].lasts;
    double stay_ns = exponential_at(mmpp->stream, mmpp->stays++) * mean_ns;
    mmpp->stay = (sim_time)(stay_ns < FAR_NS ? stay_ns + 0.5 : FAR_NS);
}

static void next_stay(struct arrivals *arrivals)
{
    struct mmpp *mmpp = &arrivals->mmpp;
    mmpp->begin += mmpp->stay;
    mmpp->state = (mmpp->state + 1) % arrivals->shape->count;
    draw_stay(arrivals);
}

static int fill_mmpp(struct arrivals *arrivals)
{
    struct mmpp *mmpp = &arrivals->mmpp;
    int count = 0;
    while (count < BATCH) {
        double per_ns = arrivals->shape->stages[mmpp->state].per_s * 1e-9;
        mmpp->used += unit_gap(arrivals);
        for (double inside; mmpp->used > (inside = per_ns * (double)mmpp->stay);) {
            mmpp->used -= inside;
            next_stay(arrivals);
            if (mmpp->begin >= arrivals->stop)
                return count;
            per_ns = arrivals->shape->stages[mmpp->state].per_s * 1e-9;
        }
        double ns = mmpp->used > 0 ? mmpp->used / per_ns : 0;
        arrivals->times[count++] = mmpp->begin + (sim_time)(ns + 0.5);
    }
    return count;
}

static int fill_bursts(struct arrivals *arrivals)
{
    const struct rate_shape *shape = arrivals->shape;
    int count = 0;
    while (count < BATCH && arrivals->base < arrivals->stop) {
        arrivals->times[count++] = arrivals->base;
        if ((int64_t)++arrivals->row == shape->n) {
            arrivals->row = 0;
            arrivals->base = shape->every == TIME_UNSET ? SIM_NEVER : arrivals->base + shape->every;
        }
    }
    return count;
}

static int fill_times(struct arrivals *arrivals)
{
    const struct rate_shape *shape = arrivals->shape;
    int count = 0;
    while (count < BATCH && arrivals->row < shape->count)
        arrivals->times[count++] = shape->times[arrivals->row++];
    return count;
}

/* To interval `i` or the first one after it that has arrivals. */
static void begin_interval(struct arrivals *arrivals, size_t i)
{
    const struct rate_shape *shape = arrivals->shape;
    while (i < shape->count && shape->counts[i] == 0)
        i++;
    arrivals->spread = (struct spread){.i = i, .stream = stream_at(arrivals->stream, i)};
}

/* Where in its interval the next arrival lies, 0..1. The smallest of m uniform draws on what is
 * left leaves exp(-E/m) of it free in front of the rest: sorted draws one by one, without a list. */
static double next_share(struct arrivals *arrivals, int64_t of)
{
    struct spread *spread = &arrivals->spread;
    int64_t done = spread->done++;
    if (arrivals->even)
        return ((double)done + 0.5) / (double)of;
    spread->log_left -= exponential_at(spread->stream, (uint64_t)done) / (double)(of - done);
    return -det_expm1(spread->log_left);
}

static int fill_counts(struct arrivals *arrivals)
{
    const struct rate_shape *shape = arrivals->shape;
    int count = 0;
    while (count < BATCH && arrivals->spread.i < shape->count) {
        size_t i = arrivals->spread.i;
        sim_time length = shape->times[i + 1] - shape->times[i];
        sim_time after = (sim_time)(next_share(arrivals, shape->counts[i]) * (double)length);
        arrivals->times[count++] = shape->times[i] + (after < length ? after : length - 1);
        if (arrivals->spread.done == shape->counts[i])
            begin_interval(arrivals, i + 1);
    }
    return count;
}

static void next_gap(struct arrivals *arrivals)
{
    struct draw draw = {arrivals->stream + arrivals->index++ * RNG_STEP};
    arrivals->base += dist_draw(arrivals->gaps, draw);
}

static int fill_gaps(struct arrivals *arrivals)
{
    int count = 0;
    while (count < BATCH && arrivals->base < arrivals->stop) {
        arrivals->times[count++] = arrivals->base;
        next_gap(arrivals);
    }
    return count;
}

/* Expected arrivals from `start` to the first one, less the whole gap that is added to every
 * arrival. Chance forgets how long it has waited; even gaps go on as if they had been counted from
 * 0. */
static double even_offset(const struct arrivals *arrivals)
{
    if (!arrivals->even || arrivals->start == 0)
        return 0;
    double before = rate_shape_total(arrivals->shape, arrivals->start);
    double above = before - floor(before);
    return above < ALMOST_ZERO || above > 1 - ALMOST_ZERO ? -1 : -above;
}

static void start_constant(struct arrivals *arrivals)
{
    arrivals->base = arrivals->start;
    arrivals->carry_ns = even_offset(arrivals) * 1e9 / arrivals->shape->per_s;
    arrivals->fill = arrivals->shape->per_s > 0 ? fill_constant : fill_nothing;
}

static void start_curve(struct arrivals *arrivals, struct arena *arena)
{
    rate_curve_build(&arrivals->curve, arena, arrivals->shape);
    rate_cursor_seek(&arrivals->cursor, &arrivals->curve, arrivals->start);
    arrivals->cursor.used += even_offset(arrivals);
    arrivals->fill = fill_curve;
}

/* After a million stays the state at `start` is as good as drawn from the long-run shares, and what
 * is left of its stay is exponential again. */
static void settle_mmpp(struct arrivals *arrivals)
{
    struct mmpp *mmpp = &arrivals->mmpp;
    const struct rate_stage *states = arrivals->shape->stages;
    double total = 0;
    for (size_t i = 0; i < arrivals->shape->count; i++)
        total += (double)states[i].lasts;
    struct draw draw = {rng_hash_text(mmpp->stream, "start")};
    double at = draw_unit(&draw) * total;
    mmpp->state = 0;
    while (mmpp->state + 1 < arrivals->shape->count && at >= (double)states[mmpp->state].lasts)
        at -= (double)states[mmpp->state++].lasts;
    mmpp->begin = arrivals->start;
    draw_stay(arrivals);
}

static void start_mmpp(struct arrivals *arrivals)
{
    struct mmpp *mmpp = &arrivals->mmpp;
    mmpp->stream = rng_hash_text(arrivals->stream, "mmpp");
    draw_stay(arrivals);
    while (mmpp->begin + mmpp->stay <= arrivals->start && mmpp->stays < WALK_MAX)
        next_stay(arrivals);
    if (mmpp->begin + mmpp->stay <= arrivals->start)
        settle_mmpp(arrivals);
    double per_ns = arrivals->shape->stages[mmpp->state].per_s * 1e-9;
    mmpp->used = per_ns * (double)(arrivals->start - mmpp->begin);
    arrivals->fill = rate_shape_at(arrivals->shape, 0) > 0 ? fill_mmpp : fill_nothing;
}

static void start_bursts(struct arrivals *arrivals)
{
    const struct rate_shape *shape = arrivals->shape;
    ASSERT(shape->n >= 1 && (shape->every == TIME_UNSET || shape->every > 0));
    sim_time missed = arrivals->start - shape->at;
    arrivals->base = shape->at;
    if (missed > 0 && shape->every != TIME_UNSET)
        arrivals->base += (missed - 1) / shape->every * shape->every + shape->every;
    else if (missed > 0)
        arrivals->base = SIM_NEVER;
    arrivals->fill = fill_bursts;
}

/* The first of `count` ascending times that is above (or, if `or_equal`, not below) `t`. */
static size_t first_after(const sim_time *times, size_t count, sim_time t, bool or_equal)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (times[middle] < t || (times[middle] == t && !or_equal))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void start_times(struct arrivals *arrivals)
{
    const struct rate_shape *shape = arrivals->shape;
    arrivals->row = first_after(shape->times, shape->count, arrivals->start, true);
    arrivals->fill = fill_times;
}

static void start_counts(struct arrivals *arrivals)
{
    const struct rate_shape *shape = arrivals->shape;
    size_t after = first_after(shape->times, shape->count, arrivals->start, false);
    begin_interval(arrivals, after > 0 ? after - 1 : 0);
    arrivals->fill = fill_counts;
}

/* Gaps of any law are walked through up to `start`; if that takes too long, counting begins there. */
static void start_gaps(struct arrivals *arrivals)
{
    ASSERT(arrivals->gaps != NULL && dist_mean(arrivals->gaps) >= 1);
    do
        next_gap(arrivals);
    while (arrivals->base < arrivals->start && arrivals->index < WALK_MAX);
    if (arrivals->base < arrivals->start) {
        arrivals->base = arrivals->start;
        next_gap(arrivals);
    }
    arrivals->fill = fill_gaps;
}

static void start_shape(struct arrivals *arrivals, struct arena *arena)
{
    switch (arrivals->shape->kind) {
    case RATE_CONSTANT:
        start_constant(arrivals);
        break;
    case RATE_STAGES:
    case RATE_DIURNAL:
    case RATE_SPIKE:
        start_curve(arrivals, arena);
        break;
    case RATE_MMPP:
        start_mmpp(arrivals);
        break;
    case RATE_BURST:
        start_bursts(arrivals);
        break;
    case RATE_TRACE_TIMES:
        start_times(arrivals);
        break;
    case RATE_TRACE_COUNTS:
        start_counts(arrivals);
        break;
    }
}

bool arrival_law_check(struct arrival_law law, struct err *err)
{
    if (law.kind != ARRIVALS_GAPS)
        return true;
    if (law.gaps != NULL && dist_mean(law.gaps) >= 1)
        return true;
    err_set(err, "arrivals: gaps with a mean below 1ns would never let time pass");
    return err_help(err, "write a distribution of gaps such as exponential(\"20ms\")");
}

struct arrivals *arrivals_new(struct arena *arena, const struct rate_shape *shape,
                              struct arrival_law law, uint64_t stream, sim_time start,
                              sim_time stop)
{
    struct arrivals *arrivals = ARENA_NEW(arena, struct arrivals);
    arrivals->stream = stream;
    arrivals->even = law.kind == ARRIVALS_UNIFORM;
    arrivals->start = start > 0 ? start : 0;
    arrivals->stop = stop == TIME_UNSET || stop > TIME_MAX ? TIME_MAX + 1 : stop;
    arrivals->shape = shape;
    arrivals->gaps = law.gaps;
    if (arrivals->start >= arrivals->stop)
        arrivals->fill = fill_nothing;
    else if (law.kind == ARRIVALS_GAPS)
        start_gaps(arrivals);
    else
        start_shape(arrivals, arena);
    return arrivals;
}

/* Keeps of the batch what lies in [start, stop), in order. */
static void cut(struct arrivals *arrivals, int count)
{
    const sim_time *times = arrivals->times;
    if (arrivals->fill == fill_constant && times[0] >= arrivals->start &&
        times[BATCH - 1] < arrivals->stop) { /* nearly always: nothing to cut */
        arrivals->count = BATCH;
        return;
    }
    int kept = 0;
    for (int i = 0; i < count; i++) {
        sim_time t = arrivals->times[i];
        t = t > arrivals->last ? t : arrivals->last; /* rounding on a slope may step back */
        if (t >= arrivals->stop) {
            arrivals->ended = true;
            break;
        }
        arrivals->last = t;
        arrivals->times[kept] = t;
        kept += t >= arrivals->start;
    }
    arrivals->count = kept;
}

static sim_time refill(struct arrivals *arrivals)
{
    arrivals->count = 0;
    while (arrivals->count == 0) {
        if (arrivals->ended) {
            arrivals->next = 0;
            return SIM_NEVER;
        }
        int filled = arrivals->fill(arrivals);
        arrivals->ended = filled < BATCH;
        cut(arrivals, filled);
    }
    arrivals->next = 1;
    return arrivals->times[0];
}

sim_time arrivals_next(struct arrivals *arrivals)
{
    if (LIKELY(arrivals->next < arrivals->count))
        return arrivals->times[arrivals->next++];
    return refill(arrivals);
}
