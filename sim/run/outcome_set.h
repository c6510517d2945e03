/* outcome_set.h - what one replication leaves behind, and how several become a result. Private to run/. */
#ifndef TEPID_RUN_OUTCOME_SET_H
#define TEPID_RUN_OUTCOME_SET_H

#include "run/world.h"

/* Taken out of a finished world, which may then be freed. Owned by its arena, but for `samples`. */
struct rep_outcome {
    struct arena *arena;
    enum run_end end;
    sim_time reached, sample;
    int node_count;
    struct result_node *nodes;
    struct node_stats *stats;
    struct usage *usage;
    int usage_count;
    struct capacity_row *capacities;
    int capacity_count;
    uint32_t edge_count;
    struct edge_outcome {
        uint32_t from, to; /* nodes */
        bool shared;
        uint64_t calls, errors, throttles;
        struct hist latency; /* where shared */
    } * edges;
    struct sample_row *samples;
    int64_t sample_count;
    int batches;
    struct node_row_values *batch_values;
    uint64_t requests, events, fingerprint;
    double started_s, ended_s;
    bool priced; /* its nodes know what they cost */
};

struct rep_outcome *rep_outcome_take(struct world *world);
void rep_outcome_free(struct rep_outcome *outcome); /* accepts NULL */

/* Puts its own bill into its nodes; once. False with err when the price list lacks a price. */
bool rep_outcome_price(struct rep_outcome *outcome, const struct scenario *scenario,
                       struct err *err);

/* Reduces replications 0 .. reps - 1, in order. Takes over what it needs and frees the outcomes. NULL with err when the price list
 * lacks a price. */
struct result *result_reduce(const struct scenario *scenario, const char *variant,
                             struct rep_outcome **outcomes, int reps, struct err *err);

/* result.c */
void result_make_rows(struct result *result);
void result_make_latencies(struct result *result);
void result_judge(struct result *result);

#endif
