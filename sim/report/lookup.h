/* lookup.h - finds rows of a result's summary by node, metric and statistic.
 *
 * The report prints what the files say and nothing else: it reads the rows of summary.csv and
 * latency.csv rather than histograms. Rows of a node stand together, so one pass over them gives each node a
 * range, and looking a figure up costs a walk along one node's few dozen rows.
 * What a result does not have is answered with NULL or NAN, and node -1 has nothing.
 */
#ifndef TEPID_REPORT_LOOKUP_H
#define TEPID_REPORT_LOOKUP_H

#include "run/result.h"

struct lookup;

struct lookup *lookup_new(const struct result *result);
void lookup_free(struct lookup *lookup); /* accepts NULL */

/* Node index by name, or -1. */
int lookup_node(const struct lookup *lookup, const char *name);

/* The row of summary.csv, or NULL. */
const struct result_row *lookup_row(const struct lookup *lookup, int node, const char *metric,
                                    const char *stat);

/* The row's value, or NAN. */
double lookup_value(const struct lookup *lookup, int node, const char *metric, const char *stat);

/* Calls in the node's latency histogram: what its percentiles stand on. */
uint64_t lookup_samples(const struct lookup *lookup, int node);

/* Routes of a gateway; 0 for every other node. */
int lookup_route_count(const struct lookup *lookup, int node);

#endif
