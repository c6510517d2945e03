/* theory.h - the closed-form twin: what queueing theory says about a scenario, without simulating it.
 *
 * Where the assumptions of an exact result hold for a component - Poisson arrivals at a constant rate, times of a known law, a limit that is
 * its own - its values stand in rows named like those of summary.csv, so that they can be laid beside what was simulated. Where they do
 * not hold there is a gap that says in words which one fails. The formulas are in stats/queueing.h; here is the reading of a scenario:
 *
 *   flow      sources are followed through gateways, handlers and topics: rates add up, thinning and random delays keep a Poisson process one
 *             (so does a service that refuses nobody, M/G/inf), limits, batches and repeated calls do not
 *   times     mean and variance of a handler, from its recorded operations
 *   laws      by kind: function, external, queue and its consumer, gateway
 *   bill      of functions and gateways: expected usage through the same price list as the simulation's
 *
 * All of it is about the steady state. `aside` says what a row leaves out: inits, which the exact results do not have.
 */
#ifndef TEPID_RUN_THEORY_H
#define TEPID_RUN_THEORY_H

#include "scenario/scenario.h"

struct theory_row {
    const char *resource, *metric, *stat, *unit; /* as in summary.csv */
    double value;
    const char *law;   /* "Erlang B" */
    const char *aside; /* what it leaves out: "inits aside"; NULL: nothing */
};

struct theory_gap {
    const char *resource;
    const char *about; /* "cold", "waiting" ...; "all": nothing at all is known */
    const char *why;
};

struct theory {
    struct theory_row *rows; /* by resource, in the order of the scenario; "*" last */
    int row_count;
    struct theory_gap *gaps; /* in the same order */
    int gap_count;
    struct arena *arena;
};

/* `scenario` outlives it. Never fails: what is not known is a gap. */
struct theory *theory_make(const struct scenario *scenario);
void theory_free(struct theory *theory); /* accepts NULL */

/* NAN if there is none. */
double theory_value(const struct theory *theory, const char *resource, const char *metric,
                    const char *stat);

#endif
