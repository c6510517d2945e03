/* fel_duel.c - see the header. Increments use integers only and a generator of their own. */
#include "tests/core/fel_duel.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/base.h"
#include "core/fel.h"
#include "tests/core/heap.h"

struct duel {
    struct fel *fel;
    struct heap *heap;
    uint64_t now;    /* key of the last pop */
    uint64_t random; /* state of the generator */
    uint64_t next_id;
    size_t target; /* pending entries to hover around */
    char *what;
};

static uint64_t word(struct duel *duel)
{
    uint64_t z = duel->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 32)) * UINT64_C(0xD6E8FEB86659FD93);
    z = (z ^ (z >> 32)) * UINT64_C(0xD6E8FEB86659FD93);
    return z ^ (z >> 32);
}

static uint64_t below(struct duel *duel, uint64_t bound)
{
    return word(duel) % bound;
}

static uint64_t constant(struct duel *duel)
{
    (void)duel;
    return 1000000;
}

/* Geometric in steps of a power of two plus noise: an exponential, near enough. */
static uint64_t exponential(struct duel *duel)
{
    uint64_t sum = 0;
    while (below(duel, 8) != 0)
        sum += 125000;
    return sum + below(duel, 125000);
}

static uint64_t bimodal(struct duel *duel)
{
    return below(duel, 2) ? below(duel, 2000000) : below(duel, UINT64_C(1200000000000));
}

/* Products of uniform factors: spreads over seven decades. */
static uint64_t lognormal(struct duel *duel)
{
    uint64_t value = 1000000;
    for (int i = 0; i < 6; i++)
        value = value * (20 + below(duel, 400)) / 128 + 1;
    return value;
}

/* A uniform number of leading zeros is 1/x; capped well below the end of time. */
static uint64_t pareto(struct duel *duel)
{
    return (word(duel) >> 20) >> below(duel, 44);
}

static uint64_t ties(struct duel *duel)
{
    return below(duel, 3) * 1000;
}

static uint64_t zeros(struct duel *duel)
{
    return below(duel, 50) == 0 ? below(duel, 100) : 0;
}

static uint64_t block_edges(struct duel *duel)
{
    uint64_t width = UINT64_C(1) << (4 * below(duel, 9));
    uint64_t edge = (duel->now / width + 1) * width;
    return edge - duel->now + below(duel, 3) - (edge > duel->now ? 1 : 0);
}

static uint64_t nearly_sorted(struct duel *duel)
{
    return 500000 + below(duel, 64);
}

/* Within what is left of the whole key space, at any magnitude; ends at the last key of all. */
static uint64_t whole_range(struct duel *duel)
{
    uint64_t left = UINT64_MAX - 1 - duel->now;
    return below(duel, (left >> (6 + below(duel, 57))) + 1);
}

static bool lost(struct duel *duel, const char *what, uint64_t got, uint64_t expected)
{
    if (duel->what != NULL)
        (void)snprintf(duel->what, 160,
                       "%s: %" PRIu64 " instead of %" PRIu64 " at %" PRIu64 " with %zu pending",
                       what, got, expected, duel->now, heap_count(duel->heap));
    return false;
}

static void push(struct duel *duel, uint64_t increment)
{
    uint64_t left = UINT64_MAX - 1 - duel->now;
    uint64_t key = duel->now + (increment < left ? increment : left);
    uint64_t id = ++duel->next_id;
    fel_push(duel->fel, key, id);
    heap_push(duel->heap, key, id);
}

static bool peek(struct duel *duel)
{
    uint64_t got = fel_peek(duel->fel), expected = heap_peek(duel->heap);
    return got == expected || lost(duel, "peek", got, expected);
}

static bool pop(struct duel *duel)
{
    struct fel_entry got = {0, 0}, expected = {0, 0};
    bool some = fel_pop(duel->fel, &got);
    if (some != heap_pop(duel->heap, &expected))
        return lost(duel, "pop", some, !some);
    if (got.key != expected.key)
        return lost(duel, "key", got.key, expected.key);
    if (got.id != expected.id)
        return lost(duel, "id (order of equal keys)", got.id, expected.id);
    if (some)
        duel->now = got.key;
    size_t count = fel_count(duel->fel);
    return count == heap_count(duel->heap) || lost(duel, "count", count, heap_count(duel->heap));
}

typedef uint64_t (*increment_law)(struct duel *duel);

/* One event far ahead is peeked at, then many are pushed before it, some at the present. */
static bool burst_before_far(struct duel *duel, increment_law law)
{
    push(duel, UINT64_C(1) << (30 + below(duel, 20)));
    if (!peek(duel))
        return false;
    uint64_t width = UINT64_C(1) << (1 + below(duel, 24));
    for (uint64_t left = below(duel, 1000); left > 0; left--)
        push(duel, below(duel, 4) == 0 ? law(duel) : below(duel, width));
    return peek(duel);
}

/* Everything leaves, then one event wakes the list far in the future. */
static bool long_idle(struct duel *duel)
{
    while (heap_count(duel->heap) > 0)
        if (!peek(duel) || !pop(duel))
            return false;
    if (duel->now < UINT64_MAX / 2)
        push(duel, below(duel, UINT64_C(1) << 50));
    return peek(duel) && pop(duel);
}

static bool step(struct duel *duel, increment_law law)
{
    size_t count = heap_count(duel->heap);
    uint64_t choice = below(duel, 64);
    if (choice < 16)
        return peek(duel);
    /* Leans towards the target, so that sizes stay near it but cross every threshold. */
    if (choice < (count < duel->target ? 48 : 32)) {
        push(duel, law(duel));
        return true;
    }
    return pop(duel);
}

static const struct {
    const char *name;
    increment_law increment;
    bool bursts, idles;
} laws[] = {
    {"constant", constant, false, false},
    {"exponential", exponential, false, false},
    {"bimodal", bimodal, false, false},
    {"lognormal", lognormal, false, false},
    {"pareto", pareto, false, false},
    {"ties", ties, false, false},
    {"nothing but now", zeros, true, false},
    {"bursts before a far event", exponential, true, false},
    {"long idle", exponential, false, true},
    {"edges of blocks", block_edges, true, true},
    {"nearly sorted", nearly_sorted, false, true},
    {"whole key range", whole_range, false, false},
};

size_t fel_duel_laws(void)
{
    return COUNTOF(laws);
}

const char *fel_duel_name(size_t law)
{
    return laws[law].name;
}

/* A new target size now and then; most are small, where the thresholds lie. */
static void choose_target(struct duel *duel)
{
    static const size_t targets[] = {0, 3, 20, 30, 150, 250, 1000, 5000, 100000};
    duel->target = targets[below(duel, COUNTOF(targets))];
}

static bool fight(struct duel *duel, size_t law, int64_t operations)
{
    for (int64_t i = 0; i < operations; i++) {
        uint64_t special = below(duel, 4096);
        if (special == 0)
            choose_target(duel);
        if (special == 1 && laws[law].bursts && !burst_before_far(duel, laws[law].increment))
            return false;
        if (special == 2 && laws[law].idles && !long_idle(duel))
            return false;
        if (!step(duel, laws[law].increment))
            return false;
    }
    while (heap_count(duel->heap) > 0)
        if (!pop(duel))
            return false;
    return peek(duel) && pop(duel);
}

bool fel_duel(size_t law, uint64_t seed, int64_t operations, char what[160])
{
    struct duel duel = {
        .fel = fel_new(), .heap = heap_new(), .random = seed, .target = 30, .what = what};
    bool won = fight(&duel, law, operations);
    fel_free(duel.fel);
    heap_free(duel.heap);
    return won;
}
