/* cache_run.h - what a cache does in a run.
 *
 * A get is answered 200 (hit) or 404 (miss; the handler's `miss` block then runs), a put 200. With `hit` each get is a hit
 * with that probability. With `ttl` a get is a hit if its key was filled, by a miss or a put, less than ttl ago: for Poisson
 * requests of rate lambda to a key the share of hits is lambda ttl / (1 + lambda ttl) (renewal: each cycle is one miss and the
 * lambda ttl requests of the time it keeps). A miss fills at once; hits do not prolong.
 *
 * Serverless prices (MODEL.md 5): 1 ECPU for each KB transferred, at least 1 for each request; data kept by time, at
 * least the engine's minimum at every instant. With ttl the data kept are the keys kept, of the mean size each.
 */
#ifndef TEPID_MODEL_CACHE_RUN_H
#define TEPID_MODEL_CACHE_RUN_H

#include "model/call.h"
#include "model/svc_cache.h"
#include "model/ttl_store.h"

struct cache {
    struct ttl_store store; /* with ttl */
    int128 bytes_ns;        /* with hit: bytes kept x time so far */
    uint64_t salt_latency, salt_hit, salt_key, salt_size;
    uint64_t hits, misses; /* in the measured interval */
};

enum cache_meter { CACHE_METER_VALKEY_ECPU, CACHE_METER_VALKEY_GB, CACHE_METER_REDIS_ECPU, CACHE_METER_REDIS_GB };

void cache_start(struct model *model, struct svc *svc);
sim_time cache_submit(struct model *model, struct svc *svc, struct call *call);
bool cache_has_line(const struct model *model, const struct svc *svc, int meter);
uint64_t cache_metrics(const struct svc *svc);
void cache_view(struct model *model, struct svc *svc, struct svc_view *view);
void cache_settle(struct model *model, struct svc *svc, sim_time from, sim_time to);
void cache_audit(struct model *model, struct svc *svc);
void cache_free(struct svc *svc);

#endif
