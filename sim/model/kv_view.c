/* kv_view.c - what is seen of a table: consumption against capacity, lines of the bill. See kv_run.h. */
#include <math.h>

#include "model/kv_run.h"

static bool is_provisioned(const struct svc *svc)
{
    return ((const struct kv_config *)svc->config)->mode == KV_PROVISIONED;
}

static bool has_stream(const struct svc *svc)
{
    return ((const struct kv_config *)svc->config)->stream != NULL;
}

bool kv_has_line(const struct model *model, const struct svc *svc, int meter)
{
    const struct kv_config *config = svc->config;
    (void)model;
    if (meter == KV_METER_STORAGE)
        return config->storage != TIME_UNSET;
    bool capacity = meter == KV_METER_RCU || meter == KV_METER_WCU;
    return capacity == is_provisioned(svc);
}

uint64_t kv_metrics(const struct svc *svc)
{
    uint64_t has = METRICS_CALLS | METRICS_COST | METRIC_BIT(METRIC_CONCURRENCY) | METRIC_BIT(METRIC_CONSUMED_RCU) |
                   METRIC_BIT(METRIC_CONSUMED_WCU);
    if (is_provisioned(svc))
        has |= METRIC_BIT(METRIC_UTILISATION);
    return has_stream(svc) ? has | METRICS_QUEUE : has;
}

void kv_begin(struct model *model, struct svc *svc)
{
    struct kv *kv = svc->state;
    if (has_stream(svc))
        shard_consumer_begin(model, &kv->reader);
    kv_capacity_touch(&kv->capacity, model->sim.now);
    for (int kind = 0; kind < KV_KINDS; kind++) {
        kv->taken_begin[kind] = kv->capacity.limit[kind].taken;
        kv->granted_begin[kind] = kv->capacity.limit[kind].granted;
    }
}

/* Of reads and writes the busier, as a share of the capacity there was. */
static double utilisation(const struct kv *kv, const int64_t taken[KV_KINDS], const int128 granted[KV_KINDS])
{
    double highest = 0;
    for (int kind = 0; kind < KV_KINDS; kind++) {
        double part = (double)(kv->capacity.limit[kind].taken - taken[kind]) * 1e9;
        double whole = (double)(kv->capacity.limit[kind].granted - granted[kind]);
        if (whole > 0)
            highest = fmax(highest, part / whole);
    }
    return highest;
}

void kv_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    static const enum view_level levels[] = {[KV_READ] = LEVEL_RCU, [KV_WRITE] = LEVEL_WCU};
    struct kv *kv = svc->state;
    sim_time span = model->sim.now - model->warmup;
    double span_s = span > 0 ? (double)span / 1e9 : INFINITY;
    kv_capacity_touch(&kv->capacity, model->sim.now);
    for (int kind = 0; kind < KV_KINDS; kind++) {
        double taken = (double)(kv->capacity.limit[kind].taken - kv->taken_begin[kind]);
        view->mean[levels[kind]] = taken / 2 / span_s;
        view->max[levels[kind]] = kv->rate_max[kind];
    }
    if (has_stream(svc))
        shard_consumer_view(model, &kv->reader, view);
    if (!is_provisioned(svc))
        return;
    view->mean[LEVEL_UTILISATION] = utilisation(kv, kv->taken_begin, kv->granted_begin);
    view->max[LEVEL_UTILISATION] = kv->utilisation_max;
}

/* Maxima are over the samples of the measured interval. One cut short by the end of the run counts only where there is no
 * other: what came in its only millisecond is no rate. */
static void note_maxima(struct kv *kv, const double rate[KV_KINDS], sim_time width, sim_time warmup)
{
    bool first = kv->sample_width == 0;
    if (kv->sampled_at < warmup || (!first && width < kv->sample_width))
        return;
    kv->sample_width = width;
    for (int kind = 0; kind < KV_KINDS; kind++)
        kv->rate_max[kind] = fmax(kv->rate_max[kind], rate[kind]);
    kv->utilisation_max = fmax(kv->utilisation_max, utilisation(kv, kv->taken_sample, kv->granted_sample));
}

void kv_sample(struct model *model, struct svc *svc, struct svc_sample *sample)
{
    struct kv *kv = svc->state;
    sim_time now = model->sim.now, width = now - kv->sampled_at;
    double rate[KV_KINDS];
    kv_capacity_touch(&kv->capacity, now);
    for (int kind = 0; kind < KV_KINDS; kind++)
        rate[kind] = (double)(kv->capacity.limit[kind].taken - kv->taken_sample[kind]) / 2 / ((double)width / 1e9);
    note_maxima(kv, rate, width, model->warmup);
    sample->consumed_rcu = rate[KV_READ];
    sample->consumed_wcu = rate[KV_WRITE];
    for (int kind = 0; kind < KV_KINDS; kind++) {
        kv->taken_sample[kind] = kv->capacity.limit[kind].taken;
        kv->granted_sample[kind] = kv->capacity.limit[kind].granted;
    }
    kv->sampled_at = now;
    if (has_stream(svc))
        shard_consumer_sample(model, &kv->reader, sample);
}

int kv_show_capacity(struct model *model, struct svc *svc, const struct svc_view *view, double rate_mean,
                     double rate_max, struct capacity_row rows[CAPACITY_LINES])
{
    static const char *const whats[] = {[KV_READ] = "read units/s", [KV_WRITE] = "write units/s"};
    static const enum view_level levels[] = {[KV_READ] = LEVEL_RCU, [KV_WRITE] = LEVEL_WCU};
    const struct kv_config *config = svc->config;
    struct kv *kv = svc->state;
    (void)rate_mean;
    (void)rate_max;
    for (int kind = 0; kind < KV_KINDS; kind++)
        rows[kind] = (struct capacity_row){
            .resource = svc->name,
            .what = whats[kind],
            .limit_name = kv->scales ? "autoscale" : is_provisioned(svc) ? "provisioned" : "on demand",
            .mean = view->mean[levels[kind]],
            .max = view->max[levels[kind]],
            .limit = (double)(kv->scales ? config->autoscale.max : kv->capacity.limit[kind].rate),
            .refused_by = {is_provisioned(svc) ? "table capacity" : "growth or quota", "one partition"},
            .refused = {(double)kv->refused_by[kind][KV_NO_TABLE], (double)kv->refused_by[kind][KV_NO_PARTITION]},
        };
    if (!has_stream(svc))
        return KV_KINDS;
    rows[KV_KINDS] = shard_consumer_capacity(model, svc, &kv->reader);
    return KV_KINDS + 1;
}
