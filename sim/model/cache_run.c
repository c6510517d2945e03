/* cache_run.c - see cache_run.h. */
#include "model/cache_run.h"

#include <math.h>

static bool has_ttl(const struct svc *svc)
{
    return ((const struct cache_config *)svc->config)->ttl != TIME_UNSET;
}

void cache_start(struct model *model, struct svc *svc)
{
    const struct cache_config *config = svc->config;
    struct cache *cache = svc->state;
    (void)model;
    cache->salt_latency = rng_hash_text(1, svc->name);
    cache->salt_hit = rng_hash_text(2, svc->name);
    cache->salt_key = rng_hash_text(3, svc->name);
    cache->salt_size = rng_hash_text(4, svc->name);
    if (has_ttl(svc))
        ttl_store_init(&cache->store, config->ttl, config->item_mean, config->storage_min, 0);
}

void cache_free(struct svc *svc)
{
    struct cache *cache = svc->state;
    ttl_store_free(&cache->store);
}

/* -- calls ------------------------------------------------------------------------------------------ */

static uint64_t key_of(const struct cache *cache, const struct cache_config *config,
                       const struct op_args *args, uint64_t subject)
{
    const struct key_law *law = args->key.kind != KEYS_NONE ? &args->key : &config->keys;
    return key_law_draw(law, draw_of(subject, cache->salt_key));
}

/* A hit, or a key that is filled by the miss; a put fills it anyway. */
static bool look_up(struct model *model, struct svc *svc, const struct op_args *args, const struct call *call)
{
    const struct cache_config *config = svc->config;
    struct cache *cache = svc->state;
    bool put = args->use == USE_PUT;
    if (!has_ttl(svc)) {
        struct draw draw = draw_of(call->key, cache->salt_hit);
        return put || draw_chance(&draw, config->hit);
    }
    uint64_t key = key_of(cache, config, args, model->subject);
    bool found = ttl_store_has(&cache->store, key, model->sim.now);
    if (put || !found)
        ttl_store_fill(&cache->store, key, model->sim.now);
    return put || found;
}

/* Bytes of units: a request transfers its item, if there is one, and is at least one unit. */
static void meter(const struct cache *cache, struct svc *svc, const struct op_args *args, const struct call *call,
                  bool found)
{
    const struct cache_config *config = svc->config;
    const struct dist *size = args->size != NULL ? args->size : config->item;
    int64_t bytes = found ? dist_draw(size, draw_of(call->key, cache->salt_size)) : 0;
    int id = config->engine == CACHE_VALKEY ? CACHE_METER_VALKEY_ECPU : CACHE_METER_REDIS_ECPU;
    svc_meter(svc, id, bytes > config->unit_bytes ? bytes : config->unit_bytes, call_measured(call));
}

sim_time cache_submit(struct model *model, struct svc *svc, struct call *call)
{
    const struct cache_config *config = svc->config;
    struct cache *cache = svc->state;
    const struct op_args *args = call_args(model, call);
    bool found = look_up(model, svc, args, call);
    if (args->use == USE_GET && call_measured(call)) {
        cache->hits += found;
        cache->misses += !found;
    }
    meter(cache, svc, args, call, found);
    int64_t latency = dist_draw(config->latency, draw_of(call->key, cache->salt_latency));
    return call_serve(model, svc, call, latency, STAGE_DOWNSTREAM, OUTCOME_OK, found ? 200 : 404);
}

/* -- what is seen ------------------------------------------------------------------------------------- */

bool cache_has_line(const struct model *model, const struct svc *svc, int id)
{
    const struct cache_config *config = svc->config;
    (void)model;
    bool redis = id == CACHE_METER_REDIS_ECPU || id == CACHE_METER_REDIS_GB;
    return redis == (config->engine == CACHE_REDIS);
}

uint64_t cache_metrics(const struct svc *svc)
{
    (void)svc;
    return METRICS_CALLS | METRICS_COST | METRIC_BIT(METRIC_CONCURRENCY) | METRIC_BIT(METRIC_HITS);
}

void cache_view(struct model *model, struct svc *svc, struct svc_view *view)
{
    const struct cache *cache = svc->state;
    (void)model;
    uint64_t gets = cache->hits + cache->misses;
    view->mean[LEVEL_HITS] = gets > 0 ? (double)cache->hits / (double)gets : (double)NAN;
}

/* In KB seconds, as the difference of two sums rounded down: no rounding adds up. */
void cache_settle(struct model *model, struct svc *svc, sim_time from, sim_time to)
{
    const struct cache_config *config = svc->config;
    struct cache *cache = svc->state;
    const int128 unit = (int128)1024 * SIM_SECOND;
    int128 before = cache->bytes_ns;
    if (has_ttl(svc)) {
        ttl_store_sweep(&cache->store, to);
        level_touch(&cache->store.bytes, to);
        cache->bytes_ns = cache->store.bytes.area;
    } else {
        cache->bytes_ns += (int128)config->storage * (to - from);
    }
    int id = config->engine == CACHE_VALKEY ? CACHE_METER_VALKEY_GB : CACHE_METER_REDIS_GB;
    svc_meter(svc, id, (int64_t)(cache->bytes_ns / unit) - (int64_t)(before / unit), model->measuring);
}

/* Every key kept has a fill that will end it; more fills than keys are renewals. */
void cache_audit(struct model *model, struct svc *svc)
{
    struct cache *cache = svc->state;
    if (!has_ttl(svc))
        return;
    ttl_store_sweep(&cache->store, model->sim.now);
    ASSERT(cache->store.kept >= 0);
    ASSERT((uint64_t)cache->store.kept <= cache->store.last - cache->store.first);
}
