/* rate_shape.h - how many requests to expect, and when: the shapes of CONTRACT 2.2.
 *
 * A shape is plain data made by the scenario. It answers two questions, the rate at an instant and
 * the number of arrivals to expect up to one; model/arrivals.h turns it into arrivals.
 */
#ifndef TEPID_MODEL_RATE_SHAPE_H
#define TEPID_MODEL_RATE_SHAPE_H

#include "core/base.h"
#include "core/err.h"

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
    double per_s;      /* constant rate; spike: base; diurnal: mean */
    double peak_per_s; /* spike, diurnal: peak, a rate */
    sim_time at;       /* spike, burst: first; diurnal: peak_at */
    sim_time lasts;    /* spike */
    sim_time every;    /* burst: period, or TIME_UNSET for one burst */
    int64_t n;         /* burst: requests at one instant */
    size_t count;      /* stages, mmpp states, trace rows */
    const struct rate_stage *stages;
    const sim_time *times; /* trace times, non-decreasing; trace counts: start of each interval,
                              ascending, count + 1 entries */
    const int64_t *counts; /* trace counts */
    const char *source;    /* trace: the file as written, for messages and meta */
};

/* Checks what no single number can reject: stages of zero length in all, diurnal peak < mean
 * or > 1000 x mean, mmpp without states or with more than a million changes of state for
 * every request ... */
bool rate_shape_check(const struct rate_shape *shape, struct err *err);

/* Rate at `t`, per second, for charts, `check` and validation. For mmpp the long-run mean,
 * for counts the interval's; for bursts and single times what falls into the whole
 * second around `t`. */
double rate_shape_at(const struct rate_shape *shape, sim_time t);

/* Expected arrivals in [0, t). Traces and bursts: the exact number, in proportion inside an
 * interval. mmpp: from the long-run mean. Walks the shape, so it is not for the event loop. */
double rate_shape_total(const struct rate_shape *shape, sim_time t);

#endif
