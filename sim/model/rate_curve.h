/* rate_curve.h - a rate that changes piecewise linearly, and the inverse of its integral.
 *
 * Constant rates, stages, spikes and days are all curves: a rate that runs linearly from node to
 * node. Between two nodes the expected number of arrivals is a quadratic in time, so the instant at
 * which it reaches a given value needs one square root and no search. After the last segment of an
 * open curve its final rate stays for ever; a curve with a period starts again.
 *
 * A day (von Mises shape) is tabulated at equal steps around its peak, so the peak itself is a node
 * and is met exactly. The trapezoid rule converges faster than any power on a smooth periodic
 * function: the sum over 24 h equals the mean to 1e-11 even for a peak of 1000 times the mean.
 */
#ifndef TEPID_MODEL_RATE_CURVE_H
#define TEPID_MODEL_RATE_CURVE_H

#include "core/arena.h"
#include "model/rate_shape.h"

struct rate_node {
    sim_time
        at; /* on the curve's own clock, non-decreasing from 0; two nodes at one time: a jump */
    double per_s;  /* between two nodes the rate is linear */
    double before; /* expected arrivals of the curve before `at` */
};

struct rate_curve {
    const struct rate_node *nodes;
    size_t count;      /* at least 1; with a period at least 2, the last one at the period's end */
    sim_time period;   /* SIM_NEVER: an open curve */
    sim_time phase;    /* the curve's clock at time 0 */
    double per_period; /* expected arrivals in one period */
    double before_phase; /* expected arrivals before time 0 on the curve's clock */
};

/* `shape` is constant, stages, diurnal or spike, and has passed rate_shape_check. */
void rate_curve_build(struct rate_curve *curve, struct arena *arena,
                      const struct rate_shape *shape);

/* Expected arrivals in [0, t). */
double rate_curve_total(const struct rate_curve *curve, sim_time t);

/* A place on the curve from which arrivals are counted off. */
struct rate_cursor {
    const struct rate_curve *curve;
    size_t node;    /* the last one at or before here */
    sim_time cycle; /* when the curve's clock last showed 0; may lie before time 0 */
    double used;    /* expected arrivals between the node and here */
};

/* Puts the cursor at time `t`. */
void rate_cursor_seek(struct rate_cursor *cursor, const struct rate_curve *curve, sim_time t);

/* Moves on by `arrivals` expected arrivals and returns the time there, to the nearest nanosecond;
 * SIM_NEVER when the rate stays 0 or the time lies beyond TIME_MAX. */
sim_time rate_cursor_advance(struct rate_cursor *cursor, double arrivals);

/* kappa of the day whose peak is `ratio` (1..1000) times its mean: exp(kappa)/I0(kappa) = ratio. */
double rate_curve_kappa(double ratio);

/* Share of the peak rate at `from_peak` of time from the peak. */
double rate_curve_day_share(double kappa, sim_time from_peak);

#endif
