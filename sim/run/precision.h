/* precision.h - when have there been enough replications?
 *
 * Sequential stopping (Law, Simulation Modeling and Analysis, 9.4.1): replications are run in rounds; after each round every
 * reported figure is asked whether the half width of its 95 % Student t interval is at most `target` of its value. Rounds end after 5, 10,
 * 20, 40 ... replications, whatever the threads were doing, so the number of replications - and every byte of the results - depends
 * on the scenario and the target alone. Looking at few, doubling round ends also keeps the coverage of the final interval near 95 %:
 * stopping at the first lucky moment would not.
 *
 * Reported are, for the application, the latency's mean and percentiles up to p99.9, errors, cold starts, spill, cost of a month;
 * and whatever an SLO names. A share is held to `target` of itself but never finer than `target` of 1 %, or a share of nearly
 * nothing would ask for more replications than there are. Maxima and minima have no interval and are not asked.
 */
#ifndef TEPID_RUN_PRECISION_H
#define TEPID_RUN_PRECISION_H

#include "core/err.h"

#define PRECISION_FIRST     5    /* replications of the first round */
#define PRECISION_REPS_MOST 1000 /* unless --reps says otherwise */
#define PRECISION_SHARE_MIN 0.01

struct precision_report {
    double target;        /* 0.01: half widths of 1 % */
    bool reached;         /* every reported figure is within it */
    double worst;         /* the widest half width over its value */
    char worst_path[160]; /* "latency.p99.9", of the application or an SLO's resource */
    int figures;          /* asked */
};

struct scenario;
struct rep_outcome;

/* Asks all figures of `reps` complete, priced replications. */
void precision_judge(const struct scenario *scenario, struct rep_outcome *const *outcomes, int reps,
                     double target, struct precision_report *report);

/* The replications to have after `reps` were not enough; at most `most`. */
int precision_next(int reps, int most);

#endif
