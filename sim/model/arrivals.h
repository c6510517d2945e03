/* arrivals.h - when requests come.
 *
 * A rate shape gives the expected number of arrivals Lambda(t) up to time t. A Poisson process with
 * that rate is a unit-rate one read through the inverse of Lambda: arrival i happens at
 * Lambda^-1(E_1 + ... + E_i) with unit exponentials E_i drawn by index. "uniform" arrivals put 1 in
 * place of E_i: exactly even gaps. The construction is exact for every shape, and a changed rate
 * keeps the same E_i, so that two variants see the same requests, only sooner or later. mmpp
 * switches among constant rates with exponential stays drawn from a stream of their own.
 *
 * Trace: counts per interval are spread by sorted uniform draws inside their interval, drawn by
 * interval index ("uniform": evenly); times and bursts are used as they are.
 */
#ifndef TEPID_MODEL_ARRIVALS_H
#define TEPID_MODEL_ARRIVALS_H

#include "core/dist.h"
#include "model/rate_shape.h"

enum arrival_kind { ARRIVALS_POISSON, ARRIVALS_UNIFORM, ARRIVALS_GAPS };
struct arrival_law {
    enum arrival_kind kind;
    const struct dist *gaps; /* ARRIVALS_GAPS: the time between two arrivals, in place of `rate` */
};

/* Refuses gaps shorter than 1 ns on average: rates end at 1e9/s, and time has to move on. */
bool arrival_law_check(struct arrival_law law, struct err *err);

struct arrivals; /* one source in one run; opaque, lives in the run's arena */

/* `stream` is the source's own stream for gaps. Arrivals before `start` or at/after `stop`
 * (TIME_UNSET: none) are left out; the shape's own clock starts at 0 all the same. What lies before
 * `start` is jumped over, not drawn: E_1 belongs to the first arrival from then on.
 * Both have passed their checks; `shape` may be NULL when the law is ARRIVALS_GAPS. */
struct arrivals *arrivals_new(struct arena *arena, const struct rate_shape *shape,
                              struct arrival_law law, uint64_t stream, sim_time start,
                              sim_time stop);

/* The next arrival's time, never before the previous one; SIM_NEVER when there is none. Costs a few
 * ns: draws are made in batches. */
sim_time arrivals_next(struct arrivals *arrivals);

#endif
