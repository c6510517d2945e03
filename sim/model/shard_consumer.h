/* shard_consumer.h - how a function reads a stream: shards in order, lanes, batches, retries (MODEL.md 1.9).
 *
 * Whoever has records in shards (a Kinesis stream, the stream of a DynamoDB table) makes one of these and pushes
 * records into it; what happens from there on is the same for all. Each shard has `parallel` lanes; a record's
 * partition key decides its lane, and a lane has one batch in flight at a time, so the records of a key are
 * processed in order.
 *
 * Reading. A shard is polled `1 / poll_interval` times a second at a phase of its own; a poll brings all that
 * arrived since the last one, `delivery` after it. With poll_interval 0 each record is pushed, `delivery` after it
 * arrived. What is read later never overtakes what was read before. While more waits than a lane takes, its next
 * batch follows the last one at once. Nothing happens for shards without records: when a record can be read is
 * worked out when it arrives.
 *
 * Batches. An idle lane invokes the consumer when `batch` records have been read, or they hold as much as a
 * payload can, or `window` has passed since the first of them was read. New batches share the shard's read
 * throughput.
 *
 * Failing. An error blocks the lane: the batch is tried again after a back-off (backoff, doubling, at most a
 * minute) until it succeeds, has been tried again `retries` times, or its records are older than max_age or the
 * retention. A refusal (429) is tried again in the same way but uses up no retry, and never splits a batch (AWS:
 * before the function is invoked only age ends the retries). With `bisect` a batch of several that failed is cut
 * into halves, the first half first, each with all its retries: a bad record among n is alone after 1 + ceil(log2
 * n) failing calls and given up after `retries` more. With partial_batch the handler reports single records
 * (r:records); what comes before the first of them is done, and the rest is tried again: as a retry, or, with
 * bisect, without using one up.
 *
 * What is given up is counted as discarded, and the destination, if there is one, gets one message for each batch
 * given up (it holds what is needed to find the records, not the records). Records that become older than max_age
 * are expired, and told to the destination too; those older than the retention are gone.
 *
 * Invariant, checked at every sample: sent = processed + discarded + expired + waiting + in flight.
 *
 * To use it from a class of services: put a struct shard_consumer into the state; shard_consumer_make in `start`;
 * shard_consumer_push for each record; bind an event of the class to a handler that calls shard_consumer_on_due
 * (slot: lane, generation: index of the service); pass on the hooks on_reply, record_count, record, record_failed,
 * apply, begin, view, sample, audit and free. All calls the consumer makes are owned by lanes: owner < shards *
 * parallel. Kinesis is polled esm.kinesis.poll_per_s with latency.kinesis_read, DynamoDB streams
 * esm.ddbstreams.poll_per_s with latency.ddb_stream_read.
 */
#ifndef TEPID_MODEL_SHARD_CONSUMER_H
#define TEPID_MODEL_SHARD_CONSUMER_H

#include "model/call.h"
#include "model/shard_log.h"

/* The settings a user gives; the fields of a param_spec table that begins with SHARD_CONSUMER_PARAMS. */
struct shard_consumer_config {
    struct target consumer; /* resource -1: nobody reads, records wait until they expire */
    int64_t batch;          /* records, 1 .. 10000 */
    int64_t window;         /* ns, 0 .. 300 s */
    int64_t parallel;       /* lanes of a shard, 1 .. 10 */
    bool bisect;
    int64_t retries; /* TIME_UNSET: until the records expire */
    int64_t max_age; /* ns; TIME_UNSET: the retention */
    int64_t backoff; /* ns before the first retry */
    bool partial_batch;
    struct target dlq, on_failure; /* at most one is given; resource -1: none */
};

/* The rows for these settings of a table for `type`, which holds a struct shard_consumer_config as `member`.
 * Bounds: AWS Lambda parameters for Kinesis event source mappings (esm.stream.* in the catalog); backoff is ours. */
/* clang-format off */
#define SHARD_CONSUMER_PARAMS(type, member)                                                                   \
    {"consumer", PARAM_CONSUMER, offsetof(type, member.consumer), NULL, 0, 0, NULL,                           \
     "the function that gets the records, in batches", 0},                                                    \
    {"batch", PARAM_COUNT, offsetof(type, member.batch), "100", 1, 10000, NULL,                               \
     "records of one invocation at most", PARAM_SETTABLE},                                                    \
    {"window", PARAM_TIME, offsetof(type, member.window), "0s", 0, 300e9, NULL,                               \
     "how long records are gathered for a fuller batch", PARAM_SETTABLE},                                     \
    {"parallel", PARAM_COUNT, offsetof(type, member.parallel), "1", 1, 10, NULL,                              \
     "batches of one shard in flight at once; a key stays in order", 0},                                      \
    {"bisect", PARAM_BOOL, offsetof(type, member.bisect), "false", 0, 0, NULL,                                \
     "a batch that failed is split in two", PARAM_SETTABLE},                                                  \
    {"retries", PARAM_COUNT, offsetof(type, member.retries), NULL, 0, 10000, NULL,                            \
     "how often a failed batch is tried again; left out: until its records expire", PARAM_SETTABLE},          \
    {"max_age", PARAM_TIME, offsetof(type, member.max_age), NULL, 60e9, 604800e9, NULL,                       \
     "older records are given up; left out: only those past the retention", PARAM_SETTABLE},                  \
    {"backoff", PARAM_TIME, offsetof(type, member.backoff), "1s", 1e7, 300e9, NULL,                           \
     "wait before the first retry of a batch; doubles up to 1min", PARAM_SETTABLE},                           \
    {"partial_batch", PARAM_BOOL, offsetof(type, member.partial_batch), "false", 0, 0, NULL,                  \
     "a batch is tried again from the first record that failed", PARAM_SETTABLE},                             \
    {"dlq", PARAM_DLQ, offsetof(type, member.dlq), NULL, 0, 0, NULL,                                          \
     "queue that is told of batches given up", 0},                                                            \
    {"on_failure", PARAM_MESSAGE, offsetof(type, member.on_failure), NULL, 0, 0, NULL,                        \
     "destination that is told of batches given up", 0}
/* clang-format on */

/* What no single setting can reject. `retention` in ns. */
bool shard_consumer_check(const struct shard_consumer_config *config, sim_time retention,
                          struct check_context *context, struct err *err);

/* What the owner of the shards decides. */
struct shard_consumer_setup {
    const struct shard_consumer_config *config;
    int64_t shards;              /* shards * parallel < 2^31 */
    sim_time retention;          /* ns */
    sim_time poll_interval;      /* ns; 0: records are pushed */
    const struct dist *delivery; /* ns from poll (or arrival) to the handler */
    double read_bytes_per_s;     /* of a shard; 0: unlimited */
    int64_t read_burst_bytes;    /* at least the largest payload */
    unsigned event;              /* SVC_EVENT(class, i) of shard_consumer_on_due */
};

struct shard_counts {
    int64_t sent, received, processed, discarded, expired, duplicates;
};

/* One reader; its batch, from the front of its log, is cut into pieces that are worked on one after another. Halves of
 * 10,000 nest 14 deep, and the recursion guard may cut as often again. */
#define SHARD_PIECES 40

struct shard_lane {
    struct shard_log log;
    sim_time due; /* of the one event that counts; SIM_NEVER: none */
    sim_time window_until, retry_at;
    int64_t ready, ready_bytes;    /* without a batch: records at the front that have been read */
    int32_t attempts;              /* retries the piece in hand has used */
    int32_t failures;              /* calls for it that failed or were refused: the back-off */
    int32_t lowest_failed;         /* record the handler reported, or -1 */
    uint32_t calls;                /* made for this batch */
    uint32_t generation;           /* of the call in flight */
    bool busy, submitting, handed; /* handed: the consumer has seen this batch before */
    uint8_t hops;                  /* the most any record of the batch has behind it (loop.h) */
    uint8_t pieces;
    uint16_t piece[SHARD_PIECES]; /* records in each, the last one first in line */
};

struct shard_reading {
    sim_time phase;         /* of its polls */
    uint64_t key;           /* what its draws derive from */
    sim_time poll, brought; /* a poll, and when what it reads reaches the consumer */
    struct token_bucket read;
};

struct shard_consumer {
    struct shard_consumer_setup setup;
    const struct shard_consumer_config *config; /* in force now */
    struct pool chunks;
    struct shard_lane *lanes;
    struct shard_reading *shards;
    sim_time *oldest; /* by lane: arrival of its first record, SIM_NEVER without one */
    uint32_t lane_count;
    uint32_t svc;
    uint32_t edge, failure_edge;
    struct target failure; /* resource -1: none */
    sim_time age_limit;    /* max_age or retention, whichever is less */
    int64_t payload_bytes, failure_bytes;
    uint64_t salt_lane, salt_delivery, salt_call, salt_failure;
    struct shard_counts all, before; /* of the whole run; up to the measured interval */
    int64_t read_bytes;              /* handed over for the first time */
    struct level waiting, in_flight; /* records */
    struct level busy;               /* lanes with a call in flight */
    struct hist age; /* arrival to first hand-over, of records of the measured interval */
};

/* Only while services start. */
void shard_consumer_make(struct model *model, struct svc *svc, struct shard_consumer *consumer,
                         const struct shard_consumer_setup *setup);

/* A record arrives in a shard. Its lane follows from message->group, or from its own key where it has none. */
void shard_consumer_push(struct model *model, struct shard_consumer *consumer, uint32_t shard,
                         const struct message *message);

/* The lane's event. */
void shard_consumer_on_due(struct model *model, struct shard_consumer *consumer, uint32_t lane);

/* Hooks of svc_class. */
void shard_consumer_on_reply(struct model *model, struct shard_consumer *consumer,
                             const struct reply *reply);
int32_t shard_consumer_record_count(const struct shard_consumer *consumer, uint32_t owner);
struct record shard_consumer_record(const struct shard_consumer *consumer, uint32_t owner,
                                    int32_t index);
bool shard_consumer_record_failed(struct shard_consumer *consumer, uint32_t owner, int32_t index);
void shard_consumer_apply(struct shard_consumer *consumer,
                          const struct shard_consumer_config *config);
void shard_consumer_free(struct shard_consumer *consumer);

/* shard_view.c: METRICS_QUEUE, queue_depth and queue_age_s. */
void shard_consumer_begin(struct model *model, struct shard_consumer *consumer);
void shard_consumer_view(struct model *model, struct shard_consumer *consumer,
                         struct svc_view *view);
void shard_consumer_sample(struct model *model, const struct shard_consumer *consumer,
                           struct svc_sample *sample);
void shard_consumer_audit(const struct shard_consumer *consumer);

/* Age of the oldest record that is not done with: the worst shard's iterator age. */
sim_time shard_consumer_oldest_age(const struct model *model,
                                   const struct shard_consumer *consumer);

/* A line of the summary: batches in flight beside the lanes there are. */
struct capacity_row shard_consumer_capacity(struct model *model, struct svc *svc,
                                            struct shard_consumer *consumer);

#endif
