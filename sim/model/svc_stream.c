/* svc_stream.c - `stream`: its settings, what they may be, what they cost. What it does in a run is in
 * stream_run.c. */
#include "model/svc_stream.h"

#include "model/stream_run.h"

#define AT(field) offsetof(struct stream_config, field)

static const char *const aliases[] = {"kinesis", NULL};

/* Bounds: AWS quotas for Kinesis Data Streams (kinesis.* in assets/catalog/limits-aws.json). */
static const struct param_spec params[] = {
    {"shards", PARAM_COUNT, AT(shards), "1", 1, 20000, NULL,
     "shards: each takes 1000 records/s and 1MB/s", 0},
    SHARD_CONSUMER_PARAMS(struct stream_config, reader),
    {"keys", PARAM_KEYS, AT(keys), NULL, 0, 0, NULL,
     "partition keys of records without their own: a number or zipf{n=,s=}; left out: spread "
     "evenly",
     0},
    {"record", PARAM_SIZE, AT(record), "1KB", 1, 10485760, NULL,
     "size of a record that is pushed without one", PARAM_SETTABLE},
    {"retention", PARAM_TIME, AT(retention), "24h", 86400e9, 31536000e9, NULL,
     "how long records are kept", 0},
    {"fan_out", PARAM_BOOL, AT(fan_out), "false", 0, 0, NULL,
     "enhanced fan-out: records are pushed to the consumer instead of polled", 0},
    {"latency", PARAM_TIME_DIST, AT(latency), NULL, 0, 0, NULL,
     "time a push takes; default from the catalog", PARAM_SETTABLE},
    {"delivery", PARAM_TIME_DIST, AT(delivery), NULL, 0, 0, NULL,
     "from the poll that reads a record (fan_out: from its arrival) to the handler; default from "
     "the catalog",
     0},
    {0},
};

#define HOUR_MS 3600e3

static const struct meter_spec meters[] = {
    [STREAM_SHARDS] = {"shards", "kinesis.shard_hour", "shard_hour", HOUR_MS},
    [STREAM_PUTS] = {"puts", "kinesis.put_unit", "put_unit", 1},
    [STREAM_RETENTION] = {"extended retention", "kinesis.extended_retention", "shard_hour",
                          HOUR_MS},
    [STREAM_FAN_OUT] = {"fan-out consumer", "kinesis.efo_consumer_shard_hour", "shard_hour",
                        HOUR_MS},
    [STREAM_FAN_OUT_GB] = {"fan-out data", "kinesis.efo_gb", "gb", 1073741824},
    {0},
};

static bool check(void *config, struct check_context *context, struct err *err)
{
    struct stream_config *stream = config;
    if (stream->fan_out && stream->reader.consumer.resource < 0) {
        err_set(err, "fan_out without a consumer: there is nobody to push to");
        return err_help(err, "write consumer = f, or leave fan_out out");
    }
    if (stream->latency == NULL)
        stream->latency = catalog_time_law(context->catalog, context->arena, "latency.kinesis_put");
    if (stream->delivery == NULL)
        stream->delivery =
            catalog_time_law(context->catalog, context->arena,
                             stream->fan_out ? "latency.kinesis_efo" : "latency.kinesis_read");
    return shard_consumer_check(&stream->reader, stream->retention, context, err);
}

const struct svc_class svc_stream_class = {
    .kind = "stream",
    .aliases = aliases,
    .service = "kinesis",
    .summary = "a data stream: records in shards, read in order by a function",
    .params = params,
    .config_bytes = sizeof(struct stream_config),
    .takes = TAKES(USE_PUSH) | TAKES(USE_TRAFFIC) | TAKES(USE_MESSAGE) | TAKES(USE_FAULT),
    .usage = "streams are written with r:push(s)",
    .check = check,
    .state_bytes = sizeof(struct stream),
    .meters = meters,
    .has_line = stream_has_line,
    .start = stream_start,
    .submit = stream_submit,
    .complete = stream_complete,
    .accept = stream_accept,
    .on_reply = stream_on_reply,
    .record_count = stream_record_count,
    .record = stream_record,
    .record_failed = stream_record_failed,
    .apply = stream_apply,
    .events = {stream_on_due},
    .metrics = stream_metrics,
    .begin = stream_begin,
    .view = stream_view,
    .sample = stream_sample,
    .capacity = stream_capacity,
    .settle = stream_settle,
    .audit = stream_audit,
    .free = stream_free,
};
