/* svc_cache.c - `cache`: its settings, what they may be, what they cost. What it does in a run is in cache_run.c. */
#include "model/svc_cache.h"

#include <math.h>

#include "model/cache_run.h"

#define AT(field) offsetof(struct cache_config, field)

static const char *const aliases[] = {"elasticache", NULL};
static const char *const engines[] = {"valkey", "redis", NULL};

static const struct param_spec params[] = {
    {"hit", PARAM_SHARE, AT(hit), NULL, 0, 1, NULL, "share of gets that are hits", PARAM_SETTABLE},
    {"ttl", PARAM_TIME, AT(ttl), NULL, 0, 0, NULL, "what was filled is a hit for so long; with keys", 0},
    {"keys", PARAM_KEYS, AT(keys), NULL, 1, 1e9, NULL, "with ttl: how many keys are asked for, or zipf", 0},
    {"latency", PARAM_TIME_DIST, AT(latency), NULL, 0, 0, NULL, "the cache's own time; default from the catalog",
     PARAM_SETTABLE},
    {"item", PARAM_SIZE_DIST, AT(item), "1KB", 0, 0, NULL, "size of an item, where the operation gives none", 0},
    {"storage", PARAM_SIZE, AT(storage), NULL, 0, 1125899906842624., NULL,
     "with hit: data kept, for the bill; default the least that is billed", 0},
    {"engine", PARAM_ENUM, AT(engine), "valkey", 0, 0, engines, "whose prices hold", 0},
    {0},
};

#define KB_S_PER_GB_HOUR (1048576. * 3600)

static const struct meter_spec meters[] = {
    [CACHE_METER_VALKEY_ECPU] = {"requests", "elasticache.serverless.valkey.ecpu", "ecpu", 1024},
    [CACHE_METER_VALKEY_GB] = {"storage", "elasticache.serverless.valkey.gb_hour", "gb_hour", KB_S_PER_GB_HOUR},
    [CACHE_METER_REDIS_ECPU] = {"requests", "elasticache.serverless.redis.ecpu", "ecpu", 1024},
    [CACHE_METER_REDIS_GB] = {"storage", "elasticache.serverless.redis.gb_hour", "gb_hour", KB_S_PER_GB_HOUR},
    {0},
};

static bool check_law(const struct cache_config *cache, struct err *err)
{
    bool hit = !isnan(cache->hit), ttl = cache->ttl != TIME_UNSET, keys = cache->keys.kind != KEYS_NONE;
    if (hit == ttl) {
        err_set(err, hit ? "hit and ttl are both given" : "neither hit nor ttl is given");
        return err_help(err, "write hit = \"80%%\" for a known share of hits, or ttl = \"60s\", keys = 1000");
    }
    if (ttl && !keys) {
        err_set(err, "ttl needs keys");
        return err_help(err, "write keys = 1000 or keys = zipf{ n = 1000, s = 1 }: who asks again finds it kept");
    }
    if (hit && keys) {
        err_set(err, "keys belongs to ttl");
        return err_help(err, "with hit the share of hits does not depend on what is asked for");
    }
    if (ttl && cache->storage != TIME_UNSET) {
        err_set(err, "storage belongs to hit");
        return err_help(err, "with ttl what is kept follows from the keys asked for, and from item");
    }
    return true;
}

static bool check(void *config, struct check_context *context, struct err *err)
{
    static const char *const least[] = {"elasticache.serverless.valkey.gb_hour.min_gb",
                                        "elasticache.serverless.redis.gb_hour.min_gb"};
    struct cache_config *cache = config;
    if (!check_law(cache, err))
        return false;
    if (cache->latency == NULL)
        cache->latency = catalog_time_law(context->catalog, context->arena, "latency.cache");
    cache->unit_bytes = (int64_t)catalog_limit(context->catalog, "elasticache.serverless.ecpu_bytes");
    cache->storage_min = (int64_t)(catalog_limit(context->catalog, least[cache->engine]) * 1073741824);
    if (cache->storage == TIME_UNSET || cache->storage < cache->storage_min)
        cache->storage = isnan(cache->hit) ? TIME_UNSET : cache->storage_min;
    double mean = fmin(fmax(dist_mean(cache->item), 1), 1e9);
    cache->item_mean = (int64_t)(mean + 0.5);
    return true;
}

const struct svc_class svc_cache_class = {
    .kind = "cache",
    .aliases = aliases,
    .service = "elasticache",
    .summary = "a store in memory: hits by a share, or by who asks again in time",
    .params = params,
    .config_bytes = sizeof(struct cache_config),
    .takes = TAKES(USE_GET) | TAKES(USE_PUT) | TAKES(USE_FAULT),
    .usage = "caches are used with r:get(c, { miss = function(m) m:get(db) end }) and r:put(c)",
    .check = check,
    .state_bytes = sizeof(struct cache),
    .meters = meters,
    .has_line = cache_has_line,
    .start = cache_start,
    .submit = cache_submit,
    .metrics = cache_metrics,
    .view = cache_view,
    .settle = cache_settle,
    .audit = cache_audit,
    .free = cache_free,
};
