/* fel.c - the radix ladder; the header explains it.
 *
 * A bucket is a list of chunks, and all buckets share one stock of them. Growing arrays would
 * each keep twice their largest size for ever, in up to 256 buckets; chunks go back to the
 * stock while their entries move down, so memory follows the number of pending entries.
 *
 * The bottom holds the keys below `bottom_end`, sorted; the ladder holds the others, all from `base`
 * on. Where a key lives depends on `base`, so `base` moves in three places only: into the lowest
 * bucket as it is emptied (every other key differs from the old and the new base in the same
 * digit), and in spill to the last key popped, which lies in the bottom's block below which the
 * ladder is empty.
 */
#include "core/fel.h"

#include <string.h>

#include "core/arena.h"

#define DIGIT_BITS 4
#define DIGITS     16  /* buckets a level */
#define LEVELS     16  /* 64 bits in digits */
#define SORT_MAX   32  /* a bucket up to this size goes straight to the bottom */
#define BOTTOM_MAX 192 /* beyond it, the bottom is spilled */
#define BOTTOM_ROOM                                                                                \
    512 /* slots; pops leave gaps in front, which are closed when the end is reached */
#define CHUNK_ENTRIES                                                                              \
    67               /* with its header 17 cache lines: an odd number, so that the first
                             lines of chunks spread over all sets of the cache */
#define SLAB_FIRST 4 /* chunks */
#define SLAB_LAST  512

struct chunk {
    struct chunk *next;
    uint64_t unused; /* keeps entries on 16 bytes */
    struct fel_entry entries[CHUNK_ENTRIES];
};

struct bucket {
    struct fel_entry *at;  /* where the next entry goes; NULL while the bucket is empty */
    struct fel_entry *end; /* of the last chunk */
    struct chunk *first;
    uint64_t min;
};

struct slab {
    struct slab *older;
    uint64_t unused;
    struct chunk chunks[];
};

struct fel {
    struct fel_watch watch; /* from is SIZE_MAX without one */
    /* Read or written by every operation. */
    unsigned head, tail; /* of bottom */
    uint64_t bottom_end; /* keys below it belong into the bottom */
    uint64_t last;       /* popped */
    uint64_t base;
    size_t count;
    struct chunk *stock;
    unsigned levels;         /* bit l: level l has a bucket in use */
    uint16_t in_use[LEVELS]; /* bit d: bucket d of the level is */
    struct slab *slabs;
    unsigned slab_chunks; /* in the next slab */
    struct fel_entry bottom[BOTTOM_ROOM];
    struct bucket buckets[LEVELS * DIGITS];
};

struct fel *fel_new(void)
{
    struct fel *fel = mem_resize(NULL, sizeof *fel);
    memset(fel, 0, sizeof *fel);
    fel->slab_chunks = SLAB_FIRST;
    fel->watch.from = SIZE_MAX;
    return fel;
}

void fel_free(struct fel *fel)
{
    if (fel == NULL)
        return;
    for (struct slab *slab = fel->slabs; slab != NULL;) {
        struct slab *older = slab->older;
        mem_free(slab);
        slab = older;
    }
    mem_free(fel);
}

__attribute__((noinline)) static void grow_stock(struct fel *fel)
{
    unsigned count = fel->slab_chunks;
    struct slab *slab = mem_resize(NULL, sizeof *slab + count * sizeof slab->chunks[0]);
    slab->older = fel->slabs;
    fel->slabs = slab;
    fel->slab_chunks = count < SLAB_LAST ? count * 2 : SLAB_LAST;
    for (unsigned i = count; i-- > 0;) { /* backwards, so that they are used in order */
        slab->chunks[i].next = fel->stock;
        fel->stock = &slab->chunks[i];
    }
}

static inline struct chunk *chunk_take(struct fel *fel)
{
    if (UNLIKELY(fel->stock == NULL))
        grow_stock(fel);
    struct chunk *chunk = fel->stock;
    fel->stock = chunk->next;
    chunk->next = NULL;
    return chunk;
}

static inline void chunk_give(struct fel *fel, struct chunk *chunk)
{
    chunk->next = fel->stock;
    fel->stock = chunk;
}

static inline struct chunk *last_chunk(const struct bucket *bucket)
{
    return (struct chunk *)((char *)(bucket->end - CHUNK_ENTRIES) -
                            offsetof(struct chunk, entries));
}

static inline void start_chunk(struct bucket *bucket, struct chunk *chunk)
{
    bucket->at = chunk->entries;
    bucket->end = chunk->entries + CHUNK_ENTRIES;
}

static inline unsigned level_of(uint64_t key, uint64_t base)
{
    return (63u - (unsigned)__builtin_clzll((key ^ base) | 1)) / DIGIT_BITS;
}

/* Appends to the bucket the key has relative to `base`. */
static inline void ladder_push(struct fel *fel, struct fel_entry entry)
{
    unsigned level = level_of(entry.key, fel->base);
    unsigned digit = (unsigned)(entry.key >> (level * DIGIT_BITS)) % DIGITS;
    struct bucket *bucket = &fel->buckets[level * DIGITS + digit];

    if (UNLIKELY(bucket->at == bucket->end)) {
        struct chunk *chunk = chunk_take(fel);
        if (bucket->at == NULL) {
            bucket->first = chunk;
            bucket->min = UINT64_MAX;
            fel->levels |= 1u << level;
            fel->in_use[level] |= (uint16_t)(1u << digit);
        } else {
            last_chunk(bucket)->next = chunk;
        }
        start_chunk(bucket, chunk);
    }
    *bucket->at++ = entry;
    bucket->min = entry.key < bucket->min ? entry.key : bucket->min;
}

/* Inserts behind every entry that is not later. */
static inline void bottom_insert(struct fel *fel, struct fel_entry entry)
{
    unsigned at = fel->tail++;
    for (; at > fel->head && fel->bottom[at - 1].key > entry.key; at--)
        fel->bottom[at] = fel->bottom[at - 1];
    fel->bottom[at] = entry;
}

/* Gives the bottom back to the ladder. From the last key popped on, all is ladder then. */
static void spill(struct fel *fel)
{
    fel->base = fel->last;
    fel->bottom_end = fel->last;
    for (unsigned i = fel->head; i < fel->tail; i++)
        ladder_push(fel, fel->bottom[i]);
    fel->head = fel->tail = 0;
}

__attribute__((noinline)) static void push_bottom(struct fel *fel, struct fel_entry entry)
{
    if (fel->tail - fel->head >= BOTTOM_MAX) {
        spill(fel);
        ladder_push(fel, entry);
        return;
    }
    if (fel->tail == BOTTOM_ROOM) {
        unsigned held = fel->tail - fel->head;
        memmove(fel->bottom, fel->bottom + fel->head, held * sizeof fel->bottom[0]);
        fel->head = 0;
        fel->tail = held;
    }
    bottom_insert(fel, entry);
}

void fel_push(struct fel *fel, uint64_t key, uint64_t id)
{
    ASSERT(key >= fel->last && key < UINT64_MAX);
    fel->count++;
    struct fel_entry entry = {key, id};
    if (key < fel->bottom_end)
        push_bottom(fel, entry);
    else
        ladder_push(fel, entry);
}

/* Marks a bucket empty; its chunks are the caller's. */
static void bucket_clear(struct fel *fel, unsigned level, unsigned digit)
{
    struct bucket *bucket = &fel->buckets[level * DIGITS + digit];
    bucket->at = bucket->end = NULL;
    bucket->first = NULL;
    fel->in_use[level] &= (uint16_t) ~(1u << digit);
    if (fel->in_use[level] == 0)
        fel->levels &= ~(1u << level);
}

/* A bucket of one chunk that is broken up holds the next few tens of entries. */
static inline void show_far(const struct fel *fel, const struct bucket *bucket)
{
    if (fel->count < fel->watch.from || bucket->first->next != NULL)
        return;
    for (const struct fel_entry *entry = bucket->first->entries; entry < bucket->at; entry++)
        fel->watch.far(fel->watch.context, *entry);
}

static inline void show_near(const struct fel *fel)
{
    if (fel->count < fel->watch.from)
        return;
    for (unsigned i = fel->head; i < fel->tail; i++)
        fel->watch.near(fel->watch.context, fel->bottom[i]);
}

/* Moves the entries of a large bucket to lower levels, around its minimum as the new base. */
static void redistribute(struct fel *fel, unsigned level, unsigned digit)
{
    struct bucket bucket = fel->buckets[level * DIGITS + digit];
    bucket_clear(fel, level, digit);
    fel->base = bucket.min;
    show_far(fel, &bucket);
    for (struct chunk *chunk = bucket.first; chunk != NULL;) {
        struct chunk *next = chunk->next;
        struct fel_entry *end = next != NULL ? chunk->entries + CHUNK_ENTRIES : bucket.at;
        if (next != NULL)
            __builtin_prefetch(next->entries);
        for (struct fel_entry *entry = chunk->entries; entry < end; entry++)
            ladder_push(fel, *entry);
        chunk_give(fel, chunk);
        chunk = next;
    }
}

/* Sorts at most SORT_MAX entries, stably, by counting for each how many go before it. That is more comparisons than an
 * insertion sort makes, but none of them is a branch the processor would guess wrong. */
static inline void sort_entries(struct fel_entry *out, const struct fel_entry *in, unsigned count)
{
    uint8_t rank[SORT_MAX];
    for (unsigned i = 0; i < count; i++) {
        uint64_t key = in[i].key;
        unsigned before = 0;
        for (unsigned j = 0; j < i; j++) {
            unsigned first = in[j].key <= key;
            before += first;
            rank[j] = (uint8_t)(rank[j] + 1 - first);
        }
        rank[i] = (uint8_t)before;
    }
    for (unsigned i = 0; i < count; i++)
        out[rank[i]] = in[i];
}

/* Sorts a small bucket into the empty bottom, which then owns the bucket's whole range. */
static void sort_into_bottom(struct fel *fel, unsigned level, unsigned digit)
{
    struct bucket *bucket = &fel->buckets[level * DIGITS + digit];
    struct chunk *chunk = bucket->first;
    uint64_t width = UINT64_C(1) << (level * DIGIT_BITS);
    fel->base = bucket->min & ~(width - 1);
    fel->bottom_end = fel->base + width;
    if (fel->bottom_end == 0)
        fel->bottom_end = UINT64_MAX; /* the last block of all; no key is that large */

    fel->head = fel->tail = 0;
    show_far(fel, bucket);
    sort_entries(fel->bottom, chunk->entries, (unsigned)(bucket->at - chunk->entries));
    fel->tail = (unsigned)(bucket->at - chunk->entries);
    show_near(fel); /* the sorting gave what `far` fetched the time to come */
    chunk_give(fel, chunk);
    bucket_clear(fel, level, digit);
}

/* Level 0: all keys are equal, so one chunk may go ahead. What is pushed at the same instant
 * must then line up behind the rest, so the bottom claims no range. */
static void copy_first_chunk(struct fel *fel, unsigned digit)
{
    struct bucket *bucket = &fel->buckets[digit];
    struct chunk *chunk = bucket->first;
    fel->base = bucket->min;
    fel->bottom_end = bucket->min;

    struct chunk *next = chunk->next;
    struct fel_entry *end = next != NULL ? chunk->entries + CHUNK_ENTRIES : bucket->at;
    fel->head = 0;
    fel->tail = (unsigned)(end - chunk->entries);
    memcpy(fel->bottom, chunk->entries, fel->tail * sizeof fel->bottom[0]);
    bucket->first = next;
    chunk_give(fel, chunk);
    if (next == NULL)
        bucket_clear(fel, 0, digit);
}

static inline bool is_small(const struct bucket *bucket)
{
    return bucket->first->next == NULL && bucket->at - bucket->first->entries <= SORT_MAX;
}

/* Fills the empty bottom from the lowest bucket; false if there is none. */
__attribute__((noinline)) static bool refill(struct fel *fel)
{
    while (fel->levels != 0) {
        unsigned level = (unsigned)__builtin_ctz(fel->levels);
        unsigned digit = (unsigned)__builtin_ctz(fel->in_use[level]);
        if (is_small(&fel->buckets[level * DIGITS + digit])) {
            sort_into_bottom(fel, level, digit);
            return true;
        }
        if (level == 0) {
            copy_first_chunk(fel, digit);
            return true;
        }
        redistribute(fel, level, digit);
    }
    return false;
}

uint64_t fel_peek(struct fel *fel)
{
    if (fel->head != fel->tail)
        return fel->bottom[fel->head].key;
    if (fel->levels == 0)
        return UINT64_MAX;
    unsigned level = (unsigned)__builtin_ctz(fel->levels);
    unsigned digit = (unsigned)__builtin_ctz(fel->in_use[level]);
    return fel->buckets[level * DIGITS + digit].min;
}

bool fel_pop(struct fel *fel, struct fel_entry *out)
{
    if (UNLIKELY(fel->head == fel->tail) && !refill(fel))
        return false;
    *out = fel->bottom[fel->head++];
    fel->last = out->key;
    fel->count--;
    return true;
}

size_t fel_count(const struct fel *fel)
{
    return fel->count;
}

void fel_set_watch(struct fel *fel, struct fel_watch watch)
{
    fel->watch = watch;
}
