/* record_parts.h - the inside of a record, for the files that fill and read it. Private to run/.
 *
 * What a run hands over is a chunk: some samples in a row, as plain arrays. The simulation's thread fills chunks, the window's appends
 * them to the record; an empty chunk may be used again.
 */
#ifndef TEPID_RUN_RECORD_PARTS_H
#define TEPID_RUN_RECORD_PARTS_H

#include "core/arena.h"
#include "run/handover.h"
#include "run/observer.h"
#include "run/record.h"

/* -- series (record_pyramid.c) -------------------------------------------------------------------- */

/* Most columns never change (no errors, no queue): a series takes memory from its first change on. */
#define PYRAMID_STEP   8 /* samples, or bins of the level below, in a bin */
#define PYRAMID_LEVELS 10

struct pyramid {
    double first;   /* all values so far, while `values` is NULL */
    double *values; /* by sample */
    int64_t capacity;
    struct bin *level[PYRAMID_LEVELS]; /* complete bins of PYRAMID_STEP^(l + 1) samples */
};

void pyramid_push(struct pyramid *pyramid, int64_t count, double value); /* the count'th */
double pyramid_at(const struct pyramid *pyramid, int64_t index);
/* Of samples first .. end - 1, all of which exist. */
struct bin pyramid_range(const struct pyramid *pyramid, int64_t first, int64_t end);
void pyramid_free(struct pyramid *pyramid);

/* -- latencies (record_heat.c) ------------------------------------------------------------------------ */

/* A histogram a sample, and the merged ones of every LATENCY_STEP samples, LATENCY_STEP^2 ...; one after the other. */
#define LATENCY_STEP   16
#define LATENCY_LEVELS 6
struct latency_log {
    int64_t count; /* histograms */
    int64_t *ends; /* by histogram: where its buckets end */
    size_t ends_capacity;
    uint16_t *buckets;
    uint32_t *counts;
    size_t buckets_capacity, counts_capacity;
};
struct latency_store {
    struct latency_log level[LATENCY_LEVELS];
    int64_t samples;
    uint32_t low, high; /* buckets; low > high: none yet */
};
#define LATENCY_BUCKETS (58 << 7) /* more than hist_bucket(INT64_MAX) */

void latency_push(struct latency_store *store, const struct bucket_count *buckets, int count);
void latency_free(struct latency_store *store);

/* -- chunks --------------------------------------------------------------------------------------------- */

struct chunk_sample {
    sim_time to;
    int latency_count; /* of `latency`, in turn */
    double stage_ns[STAGE_COUNT];
    uint64_t staged;
};
struct chunk {
    struct chunk_sample *samples;
    struct sample_row *rows;
    struct bucket_count *latency;
    struct edge_count *edges; /* by edge of the record */
    double *cost_usd;         /* by line, after the last sample */
    size_t sample_count, sample_capacity, row_count, row_capacity, latency_count, latency_capacity,
        edge_count, edge_capacity;
    int cost_count, cost_capacity;
    uint64_t requests, events; /* after the last sample */
    double wall_s;             /* when it was handed over, of some origin */
};
void chunk_clear(struct chunk *chunk); /* keeps the memory; {0} is an empty one */
void chunk_free(struct chunk *chunk);
/* `edge_of`: for every edge of the model the one of the record, or -1. */
void chunk_add(struct chunk *chunk, const struct sample_seen *seen, const int32_t *edge_of,
               int record_edges);

/* -- what a record is made of (record_info.c) ---------------------------------------------------------------- */

struct world;
struct blueprint {
    struct arena *arena; /* of all that it points to, itself included */
    struct record_info info;
    sim_time warmup;
    int32_t *edge_of; /* by edge of the model */
    int model_edges;
    struct record_cost *lines; /* names only */
    int line_count;
    const char **files; /* that were read for it */
    int file_count;
};
/* From a world before its first event; everything is copied. */
struct blueprint *blueprint_new(struct world *world, const char *variant);
void blueprint_free(struct blueprint *blueprint); /* accepts NULL */

/* -- the record ----------------------------------------------------------------------------------------------- */

struct record {
    struct blueprint *blueprint;
    const struct record_info *info;
    struct pyramid *series; /* [node * RECORD_SERIES + series] */
    int64_t count;          /* samples */
    sim_time reached;
    struct latency_store latency;
    struct stage_sum {
        double ns[STAGE_COUNT];
        double calls;
    } * stages; /* [count + 1], running sums: any stretch is one difference */
    size_t stage_capacity;
    struct edge_count *edges; /* [sample * edge_count + edge] */
    size_t edge_capacity, edges_used;
    double *cost_usd; /* by line, so far */
    struct record_totals totals;
    double rate_wall_s; /* of events_per_s: where its stretch began */
    uint64_t rate_events;
    uint64_t version;
    struct result *result;
    struct trace_set *traces;
    void (*release)(void *owner); /* of what the result refers to; may be NULL */
    void *owner;
};

/* Takes over the blueprint. */
struct record *record_new(struct blueprint *blueprint);
void record_free(struct record *record); /* accepts NULL */
void record_append(struct record *record, const struct chunk *chunk);
/* The run is over; takes over the result. `release` is called for `owner` once it was freed. */
void record_land(struct record *record, struct result *result, void (*release)(void *owner),
                 void *owner);
void record_set_traces(struct record *record, struct trace_set *traces); /* takes them over */

/* The sample that holds an instant, or -1. */
int64_t record_sample_at(const struct record *record, double at_s);

/* The samples of one of `columns` bins of [from_s, to_s): those whose middle lies in it, or the one that holds the bin's middle. False:
 * none. */
struct record_span {
    double from_s, to_s;
    int columns;
};
bool record_column(const struct record *record, struct record_span span, int column, int64_t *first,
                   int64_t *end);

#endif
