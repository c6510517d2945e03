/* ttl_store.h - which keys are kept, each for a fixed time since it was put there.
 *
 * Entries expire in the order they were filled, because all live equally long: a ring of fills, oldest first, beside a table
 * from key to expiry. Nobody is woken: whoever looks drops what has expired meanwhile; the level of bytes
 * is told the very instant it changed. A key filled again before it expired lives on; its older fill in the
 * ring is then void. Each fill is dropped once, so the work per request does not depend on how much is kept.
 */
#ifndef TEPID_MODEL_TTL_STORE_H
#define TEPID_MODEL_TTL_STORE_H

#include "stats/level.h"

struct ttl_entry {
    uint64_t key; /* 0: none */
    sim_time expiry;
};

struct ttl_store {
    sim_time ttl;
    struct ttl_entry *table; /* open addressing, linear; at most half full */
    uint64_t size;           /* a power of two */
    struct ttl_entry *fills; /* ring */
    uint64_t capacity;       /* of the ring, a power of two */
    uint64_t first, last;    /* fills[first .. last), modulo capacity */
    int64_t kept;            /* keys */
    int64_t entry_bytes, least_bytes;
    struct level bytes; /* kept * entry_bytes, or least_bytes if that is more: what is billed */
};

void ttl_store_init(struct ttl_store *store, sim_time ttl, int64_t entry_bytes, int64_t least_bytes, sim_time now);
void ttl_store_free(struct ttl_store *store);

/* Drops what has expired by now; at its expiry an entry is gone. */
void ttl_store_sweep(struct ttl_store *store, sim_time now);

/* True if the key is kept. Keys are not 0. Sweeps first. */
bool ttl_store_has(struct ttl_store *store, uint64_t key, sim_time now);

/* The key is kept from now on for ttl. */
void ttl_store_fill(struct ttl_store *store, uint64_t key, sim_time now);

#endif
