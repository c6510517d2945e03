/* kv_run.c - see kv_run.h. What is seen of a table is in kv_view.c. */
#include "model/kv_run.h"

void kv_start(struct model *model, struct svc *svc)
{
    const struct kv_config *config = svc->config;
    struct kv *kv = svc->state;
    kv->salt_latency = rng_hash_text(1, svc->name);
    kv->salt_key = rng_hash_text(2, svc->name);
    kv->salt_size = rng_hash_text(3, svc->name);
    kv->salt_items = rng_hash_text(4, svc->name);
    kv->salt_hash = rng_hash_text(5, svc->name);
    kv->salt_record = rng_hash_text(6, svc->name);
    struct kv_capacity_spec spec = {
        .on_demand = config->mode == KV_ON_DEMAND,
        .rate = {config->first_rate[KV_READ], config->first_rate[KV_WRITE]},
        .most = {config->max_rcu, config->max_wcu},
        .partition_rate = {config->partition_rate[KV_READ], config->partition_rate[KV_WRITE]},
        .partitions = config->first_partitions,
        .burst = config->burst,
        .split_after = config->split_after,
        .peak_window = (sim_time)(catalog_limit(model->catalog, "ddb.ondemand.peak_window_s") * 1e9),
        .peak_age = (sim_time)(catalog_limit(model->catalog, "ddb.ondemand.double_window_s") * 1e9),
    };
    kv_capacity_init(&kv->capacity, &spec, 0);
    kv->rcu = config->rcu;
    kv->wcu = config->wcu;
    kv_stream_start(model, svc, config->first_partitions);
    kv->scales = autoscale_given(&config->autoscale);
    if (!kv->scales)
        return;
    kv_scaling_init(&kv->scaling, model->catalog, &config->autoscale, config->scaling_delay, &kv->capacity);
    sim_at(&model->sim, kv->scaling.period, SIM_EXPIRY, SVC_EVENT(svc_kv_class, KV_EVENT_POINT), svc->index, 0);
}

void kv_free(struct svc *svc)
{
    struct kv *kv = svc->state;
    kv_capacity_free(&kv->capacity);
    shard_consumer_free(&kv->reader);
}

/* -- what an operation costs ---------------------------------------------------------------------- */

static int64_t item_bytes(const struct kv_config *config, const struct op_args *args, uint64_t key, uint64_t salt)
{
    return dist_draw(args->size != NULL ? args->size : config->item, draw_of(key, salt));
}

/* What a query reads: the sum of its items, up to one page. */
static int64_t query_bytes(const struct kv *kv, const struct kv_config *config, const struct op_args *args,
                           uint64_t key)
{
    int64_t items = args->items == NULL ? 1 : dist_draw(args->items, draw_of(key, kv->salt_items));
    int64_t drawn = items < KV_ITEMS_DRAWN ? items : KV_ITEMS_DRAWN;
    double sum = 0;
    for (int64_t i = 0; i < drawn; i++)
        sum += (double)item_bytes(config, args, key + (uint64_t)i * RNG_STEP, kv->salt_size);
    if (items > drawn)
        sum *= (double)items / (double)drawn;
    return sum < (double)config->page_max ? (int64_t)(sum + 0.5) : config->page_max;
}

/* Started units of so many bytes, at least one; in halves. */
static int64_t half_units(const struct kv_config *config, const struct op_args *args, enum kv_kind kind,
                          int64_t bytes)
{
    int64_t unit = config->unit_bytes[kind];
    int64_t units = bytes <= unit ? 1 : (bytes + unit - 1) / unit;
    if (args->transactional)
        return 4 * units;
    return kind == KV_WRITE || args->consistent ? 2 * units : units;
}

/* The hash by which the key of this operation is placed. */
static uint64_t key_hash(const struct kv *kv, const struct kv_config *config,
                         const struct op_args *args, uint64_t subject)
{
    struct draw draw = draw_of(subject, kv->salt_key);
    const struct key_law *law = args->key.kind != KEYS_NONE ? &args->key : &config->keys;
    uint64_t key = law->kind == KEYS_NONE ? draw_word(&draw) : key_law_draw(law, draw);
    return rng_mix(key + kv->salt_hash);
}

/* -- calls ------------------------------------------------------------------------------------------ */

static sim_time serve(struct model *model, struct svc *svc, struct call *call, enum kv_kind kind,
                      enum outcome outcome, int status)
{
    const struct kv_config *config = svc->config;
    const struct kv *kv = svc->state;
    const struct dist *latency = kind == KV_WRITE ? config->put_latency : config->get_latency;
    return call_serve(model, svc, call, dist_draw(latency, draw_of(call->key, kv->salt_latency)),
                      STAGE_DOWNSTREAM, outcome, status);
}

sim_time kv_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct kv_config *config = svc->config;
    struct kv *kv = svc->state;
    const struct op_args *args = call_args(model, call);
    enum kv_kind kind = args->use == USE_PUT ? KV_WRITE : KV_READ;
    uint64_t subject = model->subject;
    int64_t bytes = args->use == USE_QUERY ? query_bytes(kv, config, args, subject)
                                           : item_bytes(config, args, subject, kv->salt_size);
    if (UNLIKELY(args->use != USE_QUERY && bytes > config->item_max)) {
        if (kind == KV_WRITE) {
            kv->invalid++;
            return serve(model, svc, call, kind, OUTCOME_ERROR, 400);
        }
        bytes = config->item_max; /* what is there is no larger */
    }
    int64_t halves = half_units(config, args, kind, bytes);
    enum kv_verdict verdict = kv_capacity_take(&kv->capacity, kind, halves, key_hash(kv, config, args, subject),
                                               model->sim.now);
    if (UNLIKELY(verdict != KV_TAKEN)) {
        kv->refused++;
        kv->refused_by[kind][verdict] += call_measured(call);
        call_refuse(model, call, 429);
        return DUE_ANSWERED;
    }
    kv->served++;
    if (config->mode == KV_ON_DEMAND)
        svc_meter(svc, kind == KV_WRITE ? KV_METER_WRU : KV_METER_RRU, halves, call_measured(call));
    sim_time due = serve(model, svc, call, kind, OUTCOME_OK, 200);
    call->key = subject; /* what comes of it is drawn for what it is about, whichever try it was */
    return due;
}

/* A write that succeeded is a change: key and size are drawn again as they were. */
void kv_complete(struct model *model, struct svc *svc, struct call *call)
{
    const struct kv_config *config = svc->config;
    const struct kv *kv = svc->state;
    const struct op_args *args = call_args(model, call);
    if (config->stream != NULL && args->use == USE_PUT && call->outcome == OUTCOME_OK)
        kv_stream_written(model, svc, call, key_hash(kv, config, args, call->key),
                          item_bytes(config, args, call->key, kv->salt_size));
    call_finish_served(model, svc, call);
}

/* -- capacity that changes ------------------------------------------------------------------------- */

static void set_capacity(struct model *model, struct svc *svc, const int64_t rate[KV_KINDS])
{
    struct kv *kv = svc->state;
    svc_settle(model, svc); /* what was kept up to now is billed as it was */
    for (int kind = 0; kind < KV_KINDS; kind++)
        if (rate[kind] != kv->capacity.limit[kind].rate)
            kv_capacity_set(&kv->capacity, (enum kv_kind)kind, rate[kind], model->sim.now);
}

/* A fault set rcu or wcu, or took it back. */
void kv_apply(struct model *model, struct svc *svc)
{
    const struct kv_config *config = svc->config;
    struct kv *kv = svc->state;
    if (config->stream != NULL)
        shard_consumer_apply(&kv->reader, &config->stream->reader);
    if (config->mode == KV_ON_DEMAND || (config->rcu == kv->rcu && config->wcu == kv->wcu))
        return;
    int64_t rate[KV_KINDS] = {kv->capacity.limit[KV_READ].rate, kv->capacity.limit[KV_WRITE].rate};
    if (config->rcu != kv->rcu)
        rate[KV_READ] = config->rcu;
    if (config->wcu != kv->wcu)
        rate[KV_WRITE] = config->wcu;
    kv->rcu = config->rcu;
    kv->wcu = config->wcu;
    set_capacity(model, svc, rate);
}

void kv_on_point(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct svc *svc = &model->svcs[slot];
    struct kv *kv = svc->state;
    (void)generation;
    if (kv_scaling_point(&kv->scaling, &kv->capacity, sim->now))
        sim_at(sim, kv->scaling.updating_until, SIM_EXPIRY, SVC_EVENT(svc_kv_class, KV_EVENT_UPDATED), slot, 0);
    sim_at(sim, sim->now + kv->scaling.period, SIM_EXPIRY, SVC_EVENT(svc_kv_class, KV_EVENT_POINT), slot, 0);
}

void kv_on_updated(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct model *model = model_of(sim);
    struct kv *kv = model->svcs[slot].state;
    (void)generation;
    set_capacity(model, &model->svcs[slot], kv->scaling.wanted);
}

void kv_settle(struct model *model, struct svc *svc, sim_time from, sim_time to)
{
    const struct kv_config *config = svc->config;
    const struct kv *kv = svc->state;
    bool measured = model->measuring;
    int64_t ms = to / SIM_MS - from / SIM_MS; /* telescopes: no instant is counted twice or lost */
    if (config->mode == KV_PROVISIONED) {
        svc_meter(svc, KV_METER_RCU, kv->capacity.limit[KV_READ].rate * ms, measured);
        svc_meter(svc, KV_METER_WCU, kv->capacity.limit[KV_WRITE].rate * ms, measured);
    }
    if (config->storage != TIME_UNSET)
        svc_meter(svc, KV_METER_STORAGE, config->storage / 1048576 * (to / SIM_SECOND - from / SIM_SECOND),
                  measured);
}

/* What was taken was there; the parts make up the whole; every call went one of three ways. */
void kv_audit(struct model *model, struct svc *svc)
{
    const struct kv_config *config = svc->config;
    struct kv *kv = svc->state;
    if (config->stream != NULL)
        shard_consumer_audit(&kv->reader);
    kv_capacity_touch(&kv->capacity, model->sim.now);
    for (int kind = 0; kind < KV_KINDS; kind++) {
        const struct kv_limit *limit = &kv->capacity.limit[kind];
        ASSERT(limit->taken == kv_partitions_taken(&kv->capacity.partitions, (enum kv_kind)kind));
        ASSERT((int128)limit->taken * SIM_SECOND <= limit->granted);
    }
    ASSERT(svc_probe(model, svc)->all.arrivals == kv->served + kv->refused + kv->invalid);
}
