/* stream_view.c - what is seen of a stream: rates beside its shards' limits, lines of the bill. See stream_run.h. */
#include "model/stream_run.h"

static bool has_consumer(const struct svc *svc)
{
    return ((const struct stream_config *)svc->config)->reader.consumer.resource >= 0;
}

uint64_t stream_metrics(const struct svc *svc)
{
    (void)svc;
    return METRICS_CALLS | METRICS_COST | METRICS_QUEUE;
}

void stream_begin(struct model *model, struct svc *svc)
{
    struct stream *stream = svc->state;
    stream->offered_before = stream->offered_sampled = stream->offered;
    stream->sampled_at = model->sim.now;
    stream->offered_rate_max = 0;
    shard_consumer_begin(model, &stream->reader);
}

void stream_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    struct stream *stream = svc->state;
    shard_consumer_view(model, &stream->reader, view);
}

void stream_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    struct stream *stream = svc->state;
    sim_time now = model->sim.now;
    if (now > stream->sampled_at) {
        double width_s = (double)(now - stream->sampled_at) / 1e9;
        double rate = (double)(stream->offered - stream->offered_sampled) / width_s;
        if (rate > stream->offered_rate_max)
            stream->offered_rate_max = rate;
    }
    stream->offered_sampled = stream->offered;
    stream->sampled_at = now;
    shard_consumer_sample(model, &stream->reader, sample);
}

void stream_audit(struct model *model, struct svc *svc)
{
    const struct stream *stream = svc->state;
    (void)model;
    shard_consumer_audit(&stream->reader);
}

bool stream_has_line(const struct model *model, const struct svc *svc, int meter)
{
    const struct stream_config *config = svc->config;
    switch (meter) {
    case STREAM_RETENTION:
        return config->retention >
               (sim_time)(catalog_limit(model->catalog, "kinesis.retention_h.min") * 3600e9);
    case STREAM_FAN_OUT:
    case STREAM_FAN_OUT_GB:
        return config->fan_out;
    default:
        return true;
    }
}

/* Shard time in whole ms: what is left of one call's last ms belongs to the next. */
void stream_settle(struct model *model, struct svc *svc, sim_time from, sim_time to)
{
    const struct stream_config *config = svc->config;
    struct stream *stream = svc->state;
    bool measured = model->measuring;
    int64_t shard_ms = config->shards * (to / SIM_MS - from / SIM_MS);
    svc_meter(svc, STREAM_SHARDS, shard_ms, measured);
    if (stream_has_line(model, svc, STREAM_RETENTION))
        svc_meter(svc, STREAM_RETENTION, shard_ms, measured);
    if (!config->fan_out)
        return;
    svc_meter(svc, STREAM_FAN_OUT, shard_ms, measured);
    svc_meter(svc, STREAM_FAN_OUT_GB, stream->reader.read_bytes - stream->metered_bytes, measured);
    stream->metered_bytes = stream->reader.read_bytes;
}

int stream_capacity(struct model *model, struct svc *svc, const struct svc_view *view,
                    double rate_mean, double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    const struct stream_config *config = svc->config;
    struct stream *stream = svc->state;
    double span_s = (double)(model->sim.now - model->warmup) / 1e9;
    double per_shard = catalog_limit(model->catalog, "kinesis.shard.in_records_per_s");
    (void)view;
    (void)rate_mean; /* of pushes; the limit is on records */
    (void)rate_max;
    rows[0] = (struct capacity_row){
        .resource = svc->name,
        .what = "records/s",
        .limit_name = "shards",
        .mean = span_s > 0 ? (double)(stream->offered - stream->offered_before) / span_s : 0,
        .max = stream->offered_rate_max,
        .limit = per_shard * (double)config->shards,
        .refused_by = {"records of a shard", "bytes of a shard"},
        .refused = {(double)stream->refused_records, (double)stream->refused_bytes},
    };
    if (!has_consumer(svc))
        return 1;
    rows[1] = shard_consumer_capacity(model, svc, &stream->reader);
    return 2;
}
