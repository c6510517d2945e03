/* arrivals.h - when requests come.
 *
 * A rate shape gives the expected number of arrivals Lambda(t) up to time t. A Poisson process with that
 * rate is a unit-rate one read through the inverse of Lambda: arrival i happens at
 * Lambda^-1(E_1 + ... + E_i) with unit exponentials E_i drawn by index. "uniform"
 * arrivals put 1 in place of E_i: exactly even gaps. The construction is exact for every
 * shape, and a changed rate keeps the same E_i, so that two variants see the same
 * requests, only sooner or later. mmpp switches among constant rates with exponential stays
 * drawn from a stream of their own.
 *
 * Trace: counts per interval are spread by sorted uniform draws inside their interval, drawn
 * by interval index; times are used as they are.
 */
#ifndef TEPID_MODEL_ARRIVALS_H
#define TEPID_MODEL_ARRIVALS_H

#include "core/dist.h"

enum rate_kind {
    RATE_CONSTANT,
    RATE_STAGES,
    RATE_DIURNAL,
    RATE_SPIKE,
    RATE_MMPP,
    RATE_BURST,
    RATE_TRACE_TIMES,
    RATE_TRACE_COUNTS,
};

struct rate_stage {
    sim_time lasts; /* stages: time to reach `per_s` linearly; mmpp: mean stay */
    double per_s;
};

struct rate_shape {
    enum rate_kind kind;
    double per_s;        /* constant rate; spike: base; diurnal: mean */
    double peak_per_s;   /* spike, diurnal: peak, a rate */
    sim_time at;         /* spike, burst: first; diurnal: peak_at */
    sim_time lasts;      /* spike */
    sim_time every;      /* burst: period, or TIME_UNSET for one burst */
    int64_t n;           /* burst: requests at one instant */
    size_t count;        /* stages, mmpp states, trace rows */
    const struct rate_stage *stages;
    const sim_time *times;   /* trace times, non-decreasing; trace counts: start of each interval, count + 1 entries */
    const int64_t *counts;   /* trace counts */
    const char *source;      /* trace: the file as written, for messages and meta */
};

enum arrival_kind { ARRIVALS_POISSON, ARRIVALS_UNIFORM, ARRIVALS_GAPS };
struct arrival_law {
    enum arrival_kind kind;
    const struct dist *gaps; /* ARRIVALS_GAPS: the time between two arrivals, in place of `rate` */
};

/* Checks what no single number can reject (stages of zero length in all, diurnal peak < mean or
 * > 1000 x mean, mmpp without states ...). */
bool rate_shape_check(const struct rate_shape *shape, struct err *err);

/* Rate at `t`, per second, for charts, `check` and validation; for mmpp the long-run mean, for traces the interval's. */
double rate_shape_at(const struct rate_shape *shape, sim_time t);
/* Expected arrivals in [0, t). Traces: the exact number. mmpp: long-run mean. */
double rate_shape_total(const struct rate_shape *shape, sim_time t);

struct arrivals; /* one source in one run; opaque, lives in the run's arena */

/* `stream` is the source's own stream for gaps. Arrivals before `start` or at/after `stop` are
 * left out (the shape's own clock starts at 0 all the same). */
struct arrivals *arrivals_new(struct arena *arena, const struct rate_shape *shape,
                              struct arrival_law law, uint64_t stream, sim_time start,
                              sim_time stop);

/* The next arrival's time, never before the previous one; SIM_NEVER when there is none. Costs a few
 * ns: draws are made in batches. */
sim_time arrivals_next(struct arrivals *arrivals);

#endif
