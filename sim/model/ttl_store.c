/* ttl_store.c - see ttl_store.h. */
#include "model/ttl_store.h"

#include <string.h>

#include "core/arena.h"
#include "core/rng.h"

#define FIRST_SIZE 64

static struct ttl_entry *new_entries(uint64_t size)
{
    struct ttl_entry *entries = mem_resize(NULL, sizeof(*entries) * size);
    memset(entries, 0, sizeof(*entries) * size);
    return entries;
}

static void keep(struct ttl_store *store, int64_t change, sim_time when)
{
    store->kept += change;
    int64_t bytes = store->kept * store->entry_bytes;
    bytes = bytes > store->least_bytes ? bytes : store->least_bytes;
    level_change(&store->bytes, bytes - store->bytes.value, when);
}

void ttl_store_init(struct ttl_store *store, sim_time ttl, int64_t entry_bytes, int64_t least_bytes, sim_time now)
{
    *store = (struct ttl_store){.ttl = ttl,
                                .size = FIRST_SIZE,
                                .capacity = FIRST_SIZE,
                                .entry_bytes = entry_bytes,
                                .least_bytes = least_bytes};
    store->table = new_entries(store->size);
    store->fills = new_entries(store->capacity);
    store->bytes.as_of = now;
    keep(store, 0, now);
}

void ttl_store_free(struct ttl_store *store)
{
    mem_free(store->table);
    mem_free(store->fills);
}

static uint64_t home_of(const struct ttl_store *store, uint64_t key)
{
    return rng_mix(key) & (store->size - 1);
}

/* Where the key is, or the free place where it would be. */
static uint64_t place_of(const struct ttl_store *store, uint64_t key)
{
    uint64_t at = home_of(store, key);
    while (store->table[at].key != 0 && store->table[at].key != key)
        at = (at + 1) & (store->size - 1);
    return at;
}

/* Closes the gap: what follows and would not be found over it moves up. */
static void erase(struct ttl_store *store, uint64_t gap)
{
    uint64_t mask = store->size - 1;
    for (uint64_t at = (gap + 1) & mask; store->table[at].key != 0; at = (at + 1) & mask) {
        uint64_t home = home_of(store, store->table[at].key);
        if (((at - home) & mask) < ((at - gap) & mask))
            continue; /* its home lies behind the gap */
        store->table[gap] = store->table[at];
        gap = at;
    }
    store->table[gap].key = 0;
}

void ttl_store_sweep(struct ttl_store *store, sim_time now)
{
    while (store->first != store->last) {
        const struct ttl_entry *fill = &store->fills[store->first & (store->capacity - 1)];
        if (fill->expiry > now)
            return;
        uint64_t at = place_of(store, fill->key);
        if (store->table[at].key == fill->key && store->table[at].expiry == fill->expiry) {
            keep(store, -1, fill->expiry);
            erase(store, at);
        }
        store->first++;
    }
}

bool ttl_store_has(struct ttl_store *store, uint64_t key, sim_time now)
{
    ttl_store_sweep(store, now);
    return store->table[place_of(store, key)].key == key;
}

static void grow_table(struct ttl_store *store)
{
    struct ttl_entry *old = store->table;
    uint64_t size = store->size;
    store->size = 2 * size;
    store->table = new_entries(store->size);
    for (uint64_t i = 0; i < size; i++)
        if (old[i].key != 0)
            store->table[place_of(store, old[i].key)] = old[i];
    mem_free(old);
}

static void grow_ring(struct ttl_store *store)
{
    struct ttl_entry *old = store->fills;
    uint64_t count = store->last - store->first;
    store->fills = new_entries(2 * store->capacity);
    for (uint64_t i = 0; i < count; i++)
        store->fills[i] = old[(store->first + i) & (store->capacity - 1)];
    store->first = 0;
    store->last = count;
    store->capacity *= 2;
    mem_free(old);
}

void ttl_store_fill(struct ttl_store *store, uint64_t key, sim_time now)
{
    ASSERT(key != 0);
    ttl_store_sweep(store, now);
    if (store->ttl == 0)
        return;
    uint64_t at = place_of(store, key);
    if (store->table[at].key == 0) {
        keep(store, 1, now);
        if ((uint64_t)store->kept > store->size / 2) {
            grow_table(store);
            at = place_of(store, key);
        }
    } else if (store->table[at].expiry == now + store->ttl) {
        return; /* filled twice at one instant */
    }
    struct ttl_entry entry = {key, now + store->ttl};
    store->table[at] = entry;
    if (store->last - store->first == store->capacity)
        grow_ring(store);
    store->fills[store->last++ & (store->capacity - 1)] = entry;
}
