/* trace_search.c - the first pass of tracing: which requests; see tracing.h. */
#include "run/trace_private.h"

#include <stdlib.h>
#include <string.h>

#include "model/key_map.h"

struct trace_search *trace_search_new(const struct scenario *scenario, const struct trace_ask *ask)
{
    struct trace_search *search = mem_resize(NULL, sizeof(*search));
    memset(search, 0, sizeof(*search));
    search->wanted = ask->requests < 1                    ? 1
                     : ask->requests < TRACE_REQUESTS_MAX ? (uint32_t)ask->requests
                                                          : TRACE_REQUESTS_MAX;
    search->events = UINT64_MAX;
    const struct simulate_config *simulate = &scenario->simulate;
    if (ask->from == SIM_NEVER)
        seeker_init(&search->seeker, search->wanted, simulate->warmup, simulate->duration);
    else
        seeker_init_asked(&search->seeker, search->wanted, ask->from, ask->to, ask->latency_min,
                          ask->latency_max);
    return search;
}

void trace_search_free(struct trace_search *search)
{
    if (search == NULL)
        return;
    seeker_free(&search->seeker);
    mem_free(search->picks);
    mem_free(search);
}

void trace_search_watch(struct trace_search *search, struct world *world)
{
    world->model.seeker = &search->seeker;
}

/* -- choosing ------------------------------------------------------------------------------------------ */

/* Those found for one reason, the most wanted first. */
struct offer {
    const struct journey **journeys;
    uint32_t count, next;
};

static int by_rank(const void *a, const void *b)
{
    const struct sought *x = a, *y = b;
    if (x->rank != y->rank)
        return x->rank < y->rank ? -1 : 1;
    if (x->journey.end != y->journey.end)
        return x->journey.end < y->journey.end ? -1 : 1;
    return x->journey.key < y->journey.key ? -1 : x->journey.key > y->journey.key;
}

static void sort_list(struct sought_list *list)
{
    if (list->count > 1)
        qsort(list->items, list->count, sizeof(*list->items), by_rank);
}

/* The lists take turns, so that each kind of failure is among the first. */
static struct offer offer_of(struct arena *arena, struct sought_list *lists, int count)
{
    uint32_t total = 0, at = 0, longest = 0;
    for (int i = 0; i < count; i++) {
        sort_list(&lists[i]);
        total += lists[i].count;
        longest = lists[i].count > longest ? lists[i].count : longest;
    }
    struct offer offer = {ARENA_ARRAY(arena, const struct journey *, total + 1), total, 0};
    for (uint32_t turn = 0; turn < longest; turn++)
        for (int i = 0; i < count; i++)
            if (turn < lists[i].count)
                offer.journeys[at++] = &lists[i].items[turn].journey;
    return offer;
}

static uint32_t reversed(uint32_t value, int bits)
{
    uint32_t out = 0;
    for (int i = 0; i < bits; i++)
        out |= (value >> i & 1) << (bits - 1 - i);
    return out;
}

/* Slots in an order of which any beginning is spread evenly over the run. */
static struct offer offer_of_slots(struct arena *arena, const struct seeker *seeker)
{
    struct offer offer = {ARENA_ARRAY(arena, const struct journey *, seeker->slots + 1), 0, 0};
    int bits = 0;
    while (((uint32_t)1 << bits) < seeker->slots)
        bits++;
    for (uint32_t i = 0; i < (uint32_t)1 << bits; i++) {
        uint32_t slot = reversed(i, bits);
        if (slot < seeker->slots && seeker->random[slot].latency >= 0)
            offer.journeys[offer.count++] = &seeker->random[slot];
    }
    return offer;
}

/* Takes up to `most` more for a reason. */
static void take(struct trace_search *search, struct offer *offer, enum trace_reason reason,
                 uint32_t most, struct key_map *taken)
{
    while (most > 0 && offer->next < offer->count && search->pick_count < search->wanted) {
        const struct journey *journey = offer->journeys[offer->next++];
        if (key_map_get(taken, journey->key) != KEY_MAP_NONE)
            continue;
        key_map_put(taken, journey->key, search->pick_count);
        search->picks[search->pick_count++] = (struct trace_pick){*journey, reason};
        most--;
    }
}

/* Each reason has a quarter; what one leaves goes to the others, in order. */
static void choose(struct trace_search *search)
{
    struct seeker *seeker = &search->seeker;
    struct arena *arena = arena_new();
    struct key_map taken = {0};
    struct offer offers[TRACE_REASONS] = {{0}};
    offers[TRACE_SLOWEST] = offer_of(arena, &seeker->slowest, 1);
    offers[TRACE_FAILED] = offer_of(arena, seeker->failed, SEEK_FAILURES);
    offers[TRACE_COLD] = offer_of(arena, &seeker->cold, 1);
    offers[TRACE_RANDOM] = offer_of_slots(arena, seeker);
    offers[TRACE_ASKED] = offer_of(arena, &seeker->matching, 1);
    uint32_t share = (search->wanted + TRACE_ASKED - 1) / TRACE_ASKED;
    for (int reason = 0; reason < TRACE_ASKED; reason++)
        take(search, &offers[reason], (enum trace_reason)reason, share, &taken);
    for (int reason = 0; reason < TRACE_REASONS; reason++)
        take(search, &offers[reason], (enum trace_reason)reason, search->wanted, &taken);
    key_map_free(&taken);
    arena_free(arena);
}

void trace_search_end(struct trace_search *search, const struct world *world)
{
    search->picks = mem_resize(NULL, sizeof(*search->picks) * search->wanted);
    if (world->end == RUN_MAX_EVENTS)
        search->events = world->model.sim.events;
    choose(search);
}
