/* rate_curve.c - tables of nodes, and the walk along them. */
#include "model/rate_curve.h"

#include <math.h>

#include "core/detmath.h"

#define PI       3.14159265358979323846
#define NS_PER_S 1e9
#define S_PER_NS 1e-9
#define DAY_STEPS                                                                                  \
    2880 /* 30 s: the rate between two nodes is off by < 1e-5 for peaks up to 10 x the mean */
#define DAY_NARROW 8640 /* 10 s, for a peak only minutes wide */
#define KAPPA_WIDE 100.0

/* exp(-x) I0(x), x >= 0. Both series have terms that only help (all positive, or far
 * before they start to grow again), so nothing cancels. */
static double bessel_i0_scaled(double x)
{
    double term = 1, sum = 1;
    if (x <= 30) {
        for (int k = 1; term > sum * 1e-17; k++) {
            term *= x * x / (4.0 * k * k);
            sum += term;
        }
        return sum * det_exp(-x);
    }
    for (int k = 1; k < 40 && term > sum * 1e-17; k++) {
        term *= (2.0 * k - 1) * (2.0 * k - 1) / (8.0 * k * x);
        sum += term;
    }
    return sum / sqrt(2 * PI * x);
}

double rate_curve_kappa(double ratio)
{
    ASSERT(ratio >= 1);
    /* The ratio grows with kappa, slower than sqrt(2 pi kappa): its square is an upper bound. */
    double low = 0, high = ratio * ratio;
    for (int i = 0; i < 200 && high - low > high * 1e-15; i++) {
        double middle = low + (high - low) / 2;
        if (ratio * bessel_i0_scaled(middle) > 1)
            low = middle;
        else
            high = middle;
    }
    return ratio == 1 ? 0 : high;
}

double rate_curve_day_share(double kappa, sim_time from_peak)
{
    /* exp(kappa (cos a - 1)) with 1 - cos a = 2 sin^2(a/2): exact near the peak, where kappa is
     * large. */
    double turns = (double)(from_peak % SIM_DAY) / (double)SIM_DAY;
    double sine = det_cos(PI / 2 - PI * turns);
    return det_exp(-2 * kappa * sine * sine);
}

/* Expected arrivals while the rate goes from one value to another. */
static double arrivals_during(double from_per_s, double to_per_s, sim_time length)
{
    return (from_per_s + to_per_s) / 2 * ((double)length * S_PER_NS);
}

/* Expected arrivals between node `i` and the next; an open curve ends in a flat stretch. */
static double inside_of(const struct rate_curve *curve, size_t i)
{
    const struct rate_node *node = &curve->nodes[i];
    if (i + 1 == curve->count)
        return node->per_s > 0 ? INFINITY : 0;
    return arrivals_during(node->per_s, node[1].per_s, node[1].at - node->at);
}

static void add_node(struct rate_node *nodes, size_t *count, sim_time at, double per_s)
{
    struct rate_node *node = &nodes[(*count)++];
    *node = (struct rate_node){.at = at, .per_s = per_s};
    if (*count > 1)
        node->before = node[-1].before + arrivals_during(node[-1].per_s, per_s, at - node[-1].at);
}

static void build_constant(struct rate_curve *curve, struct arena *arena, double per_s)
{
    struct rate_node *node = ARENA_NEW(arena, struct rate_node);
    add_node(node, &curve->count, 0, per_s);
    curve->nodes = node;
}

static void build_stages(struct rate_curve *curve, struct arena *arena,
                         const struct rate_shape *shape)
{
    struct rate_node *nodes = ARENA_ARRAY(arena, struct rate_node, shape->count + 1);
    sim_time at = 0;
    add_node(nodes, &curve->count, 0, 0);
    for (size_t i = 0; i < shape->count; i++) {
        at += shape->stages[i].lasts;
        add_node(nodes, &curve->count, at, shape->stages[i].per_s);
    }
    curve->nodes = nodes;
}

static void build_spike(struct rate_curve *curve, struct arena *arena,
                        const struct rate_shape *shape)
{
    struct rate_node *nodes = ARENA_ARRAY(arena, struct rate_node, 5);
    add_node(nodes, &curve->count, 0, shape->per_s);
    add_node(nodes, &curve->count, shape->at, shape->per_s);
    add_node(nodes, &curve->count, shape->at, shape->peak_per_s);
    add_node(nodes, &curve->count, shape->at + shape->lasts, shape->peak_per_s);
    add_node(nodes, &curve->count, shape->at + shape->lasts, shape->per_s);
    curve->nodes = nodes;
}

static void build_day(struct rate_curve *curve, struct arena *arena, const struct rate_shape *shape)
{
    double kappa =
        shape->peak_per_s > shape->per_s ? rate_curve_kappa(shape->peak_per_s / shape->per_s) : 0;
    size_t steps = kappa > KAPPA_WIDE ? DAY_NARROW : DAY_STEPS;
    sim_time step = SIM_DAY / (sim_time)steps;
    struct rate_node *nodes = ARENA_ARRAY(arena, struct rate_node, steps + 1);
    for (size_t k = 0; k <= steps; k++) {
        /* The curve is even about the peak: the way up repeats the way down. */
        double per_s = k <= steps / 2
                           ? shape->peak_per_s * rate_curve_day_share(kappa, (sim_time)k * step)
                           : nodes[steps - k].per_s;
        add_node(nodes, &curve->count, (sim_time)k * step, per_s);
    }
    curve->nodes = nodes;
    curve->period = SIM_DAY;
    curve->phase = (SIM_DAY - shape->at % SIM_DAY) % SIM_DAY;
    curve->per_period = nodes[steps].before;
}

/* The last node at or before `clock`. */
static size_t node_at(const struct rate_curve *curve, sim_time clock)
{
    size_t low = 0, high = curve->count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (curve->nodes[middle].at <= clock)
            low = middle;
        else
            high = middle;
    }
    return low;
}

/* Expected arrivals between node `i` and `clock`, which lies before the next node. */
static double inside_until(const struct rate_curve *curve, size_t i, sim_time clock)
{
    const struct rate_node *node = &curve->nodes[i];
    double per_s = node->per_s;
    if (i + 1 < curve->count && node[1].at > node->at) {
        double share = (double)(clock - node->at) / (double)(node[1].at - node->at);
        per_s += (node[1].per_s - node->per_s) * share;
    }
    return arrivals_during(node->per_s, per_s, clock - node->at);
}

static double before_clock(const struct rate_curve *curve, sim_time clock)
{
    size_t i = node_at(curve, clock);
    return curve->nodes[i].before + inside_until(curve, i, clock);
}

void rate_curve_build(struct rate_curve *curve, struct arena *arena, const struct rate_shape *shape)
{
    *curve = (struct rate_curve){.period = SIM_NEVER};
    switch (shape->kind) {
    case RATE_CONSTANT:
        build_constant(curve, arena, shape->per_s);
        break;
    case RATE_STAGES:
        build_stages(curve, arena, shape);
        break;
    case RATE_SPIKE:
        build_spike(curve, arena, shape);
        break;
    case RATE_DIURNAL:
        build_day(curve, arena, shape);
        curve->before_phase = before_clock(curve, curve->phase);
        break;
    default:
        ASSERT(shape->kind == RATE_CONSTANT); /* the others are no curves */
    }
}

double rate_curve_total(const struct rate_curve *curve, sim_time t)
{
    sim_time clock = (t < TIME_MAX ? t : TIME_MAX) + curve->phase;
    if (curve->period == SIM_NEVER)
        return before_clock(curve, clock);
    return (double)(clock / curve->period) * curve->per_period +
           (before_clock(curve, clock % curve->period) - curve->before_phase);
}

void rate_cursor_seek(struct rate_cursor *cursor, const struct rate_curve *curve, sim_time t)
{
    sim_time clock =
        (t + curve->phase) % curve->period; /* no clock reaches an open curve's period */
    size_t node = node_at(curve, clock);
    *cursor = (struct rate_cursor){
        .curve = curve,
        .node = node,
        .cycle = t - clock,
        .used = inside_until(curve, node, clock),
    };
}

/* To the next node; false if the rest of the curve, in all periods to come, holds no more arrivals. */
static bool next_node(struct rate_cursor *cursor)
{
    const struct rate_curve *curve = cursor->curve;
    bool open = curve->period == SIM_NEVER;
    if (cursor->node + (open ? 1 : 2) < curve->count) {
        cursor->node++;
        return true;
    }
    if (open || !(curve->per_period > 0))
        return false;
    /* Whole periods at once: at a rate of one a year nobody wants to walk through every day. */
    double skipped = floor(cursor->used / curve->per_period);
    if (skipped * (double)curve->period > (double)TIME_MAX)
        return false;
    cursor->used -= skipped * curve->per_period;
    if (cursor->used < 0)
        cursor->used = 0;
    cursor->cycle += ((sim_time)skipped + 1) * curve->period;
    cursor->node = 0;
    return cursor->cycle <= TIME_MAX;
}

/* Seconds after the node at which `used` arrivals are expected. On a slope it is the usual
 * formula of the quadratic turned upside down: no cancellation for a change of rate close to 0. */
static double seconds_after(const struct rate_curve *curve, size_t i, double used)
{
    const struct rate_node *node = &curve->nodes[i];
    if (!(used > 0))
        return 0;
    if (i + 1 == curve->count || node[1].per_s == node->per_s)
        return used / node->per_s;
    double length_s = (double)(node[1].at - node->at) * S_PER_NS;
    double slope = (node[1].per_s - node->per_s) / length_s;
    double square = node->per_s * node->per_s + 2 * used * slope;
    double s = 2 * used / (node->per_s + sqrt(square > 0 ? square : 0));
    return s < length_s ? s : length_s;
}

sim_time rate_cursor_advance(struct rate_cursor *cursor, double arrivals)
{
    cursor->used += arrivals;
    for (double inside; cursor->used > (inside = inside_of(cursor->curve, cursor->node));) {
        cursor->used -= inside;
        if (!next_node(cursor)) {
            cursor->used += inside; /* stays where it is: nothing will ever come */
            return SIM_NEVER;
        }
    }
    double ns = seconds_after(cursor->curve, cursor->node, cursor->used) * NS_PER_S;
    if (!(ns < (double)TIME_MAX))
        return SIM_NEVER;
    sim_time t = cursor->cycle + cursor->curve->nodes[cursor->node].at + (sim_time)(ns + 0.5);
    return t <= TIME_MAX ? t : SIM_NEVER;
}
