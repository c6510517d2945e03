/* stream_run.h - what a stream does in a run (MODEL.md 1.9, 2).
 *
 * A push takes its latency, then its records are in their shards. The partition key decides the shard: a hash of
 * it, even over the shards, so that a key can never have more than one shard takes, however many there are. Each
 * shard takes 1000 records and 1 MB a second, as token buckets of one second's worth; a push of several records is
 * taken as a whole or refused (429), and what is refused costs nothing. A record larger than a second's worth
 * takes all of it. From there on the records are the reader's (shard_consumer.h).
 */
#ifndef TEPID_MODEL_STREAM_RUN_H
#define TEPID_MODEL_STREAM_RUN_H

#include "model/svc_stream.h"

struct stream_shard {
    struct token_bucket records, bytes;
    int64_t want_records, want_bytes; /* of the push being looked at; else 0 */
};

struct stream {
    struct shard_consumer reader;
    struct stream_shard *shards;
    int64_t burst_bytes; /* of a shard's bucket */
    int64_t unit_bytes;  /* of a put payload unit */
    uint64_t salt_put, salt_keys;
    uint64_t refused_records,
        refused_bytes;     /* pushes of the measured interval, by the limit that refused them */
    int64_t metered_bytes; /* of what the reader read */
    /* Records that came, refused ones included: of the whole run, before the measured interval, at the last sample; the
     * highest rate over a sample. */
    int64_t offered, offered_before, offered_sampled;
    sim_time sampled_at;
    double offered_rate_max;
};

void stream_start(struct model *model, struct svc *svc);
sim_time stream_submit(struct model *model, struct svc *svc, struct call *call);
void stream_complete(struct model *model, struct svc *svc, struct call *call);
bool stream_accept(struct model *model, struct svc *svc, const struct message *message);
void stream_on_reply(struct model *model, struct svc *svc, const struct reply *reply);
int32_t stream_record_count(const struct model *model, const struct svc *svc, uint32_t owner);
struct record stream_record(const struct model *model, const struct svc *svc, uint32_t owner,
                            int32_t index);
bool stream_record_failed(struct model *model, struct svc *svc, uint32_t owner, int32_t index);
void stream_apply(struct model *model, struct svc *svc);
void stream_free(struct svc *svc);

/* The partition key of a record: its own, one drawn by the stream's law, or one that no other record has. */
uint64_t stream_key(const struct svc *svc, uint64_t record_key, uint64_t group);

/* stream_view.c: what is seen of it. */
bool stream_has_line(const struct model *model, const struct svc *svc, int meter);
uint64_t stream_metrics(const struct svc *svc);
void stream_begin(struct model *model, struct svc *svc);
void stream_view(struct model *model, struct svc *svc, struct svc_view *view);
void stream_sample(struct model *model, struct svc *svc, struct svc_sample *sample);
int stream_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                    double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES]);
void stream_settle(struct model *model, struct svc *svc, sim_time from, sim_time to);
void stream_audit(struct model *model, struct svc *svc);

/* Event handler: a lane's. */
void stream_on_due(struct sim *sim, uint32_t slot, uint32_t generation);

#endif
