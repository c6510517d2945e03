/* svc_stream.h - the settings of `stream` (alias `kinesis`); behaviour in stream_run.h, its reader in
 * shard_consumer.h.
 */
#ifndef TEPID_MODEL_SVC_STREAM_H
#define TEPID_MODEL_SVC_STREAM_H

#include "model/key_law.h"
#include "model/shard_consumer.h"

struct stream_config {
    int64_t shards; /* 1 .. 20000 */
    struct shard_consumer_config reader;
    struct key_law keys; /* partition keys of records without one of their own */
    int64_t record;      /* bytes of a record that comes without a size */
    int64_t retention;   /* ns, 24 h .. 365 d */
    bool fan_out;        /* records are pushed to the consumer, which has throughput of its own */
    const struct dist *latency; /* ns a put takes; filled in by check() */
    const struct dist
        *delivery; /* ns from a poll (fan_out: from arrival) to the handler; filled in by check() */
};

/* Rows of the class's meter table. */
enum stream_meter {
    STREAM_SHARDS,     /* shard ms */
    STREAM_PUTS,       /* payload units of 25 KB */
    STREAM_RETENTION,  /* shard ms kept longer than 24 h */
    STREAM_FAN_OUT,    /* consumer shard ms */
    STREAM_FAN_OUT_GB, /* bytes */
};

extern const struct svc_class svc_stream_class;

#endif
