/* facts.h - the questions that the rules of the insights ask of a finished run.
 *
 * A result and its scenario, with what several rules need worked out once: which line of the results belongs to which resource,
 * and where a caller waits for the answer (from every source of traffic along synchronous calls; a queue, topic, bus,
 * stream or asynchronous invocation acknowledges, so nobody waits behind it). What a run does not know is NAN, and NAN meets no threshold.
 *
 * Values are in the base units of metric.h: ns, shares, counts, per second, USD.
 */
#ifndef TEPID_RUN_FACTS_H
#define TEPID_RUN_FACTS_H

#include "model/program.h"
#include "model/svc_function.h"
#include "run/result.h"

struct facts {
    const struct result *result;
    const struct scenario *scenario;
    struct arena *arena;
    int *node_of;      /* by resource */
    bool *waits;       /* by resource: a caller waits for what it does */
    double measured_s; /* length of the measured interval */
    bool steady;       /* constant rates all along and no faults: a mean says all about the load */
};

void facts_make(struct facts *facts, const struct result *result, struct arena *arena);

/* -- figures ------------------------------------------------------------------------------------ */

/* "mean", "p99", "sum" ...; NAN without data. */
double facts_value(const struct facts *facts, int node, enum metric_id metric, const char *stat);
/* A count, 0 where it does not apply. */
double facts_count(const struct facts *facts, int node, enum metric_id metric);
/* Share of the calls of a node that took longer than this; NAN without calls. */
double facts_share_above(const struct facts *facts, int node, double latency_ns);
/* USD a month of a resource, of one line item (NULL: all). */
double facts_bill(const struct facts *facts, const char *resource, const char *line_item);
/* The price of the first tier, or NAN. */
double facts_price(const struct facts *facts, const char *key);

/* -- what is declared ------------------------------------------------------------------------------ */

const char *facts_name(const struct facts *facts, int resource);
bool facts_is(const struct facts *facts, int resource, const struct svc_class *class);
/* The settings of a function, or NULL. */
const struct function_config *facts_function(const struct facts *facts, int resource);

/* Walks the operations of a resource that name another: for (op = facts_next_op(facts, r, NULL); op != NULL; ...). */
const struct op *facts_next_op(const struct facts *facts, int resource, const struct op *op);

/* -- limits and edges --------------------------------------------------------------------------------- */

/* The line of the summary's CAPACITY section, or NULL. */
const struct capacity_row *facts_capacity(const struct facts *facts, const char *resource,
                                          const char *what);
/* Calls refused by that limit; 0 where there is no such line. */
double facts_refused(const struct capacity_row *row, const char *limit);

/* Calls from one resource to another (routes count for their gateway); NULL: none. */
const struct edge_row *facts_edge(const struct facts *facts, int from, int to);

/* -- over time ------------------------------------------------------------------------------------------ */

/* One column of timeseries.csv of a node over the measured interval: offsetof(struct sample_row, ...). */
struct facts_series {
    double *values;
    int count;
    double width_s;
};
struct facts_series facts_series(const struct facts *facts, int node, size_t column);
#define FACTS_SERIES(facts, node, column)                                                          \
    facts_series((facts), (node), offsetof(struct sample_row, column))

/* The highest mean over so many seconds (over all, where the series is shorter); NAN without data. */
double facts_series_peak(const struct facts_series *series, double window_s);
/* Mean from share `from` to share `to` of the series. */
double facts_series_mean(const struct facts_series *series, double from, double to);
double facts_series_median(const struct facts_series *series);

/* -- formulas -------------------------------------------------------------------------------------------- */

/* Erlang's loss formula: the share of Poisson arrivals of `load` erlangs that find all n places taken. */
double facts_erlang_b(int n, double load);
/* The fewest places of which no more than a share `lost` of arrivals finds none; at most `most`. */
int facts_places(double load, double lost, int most);
/* Erlangs offered to a function, refused calls included: on average where the load is steady, else in its busiest minute. */
double facts_load(const struct facts *facts, int resource);

#endif
