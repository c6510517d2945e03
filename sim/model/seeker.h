/* seeker.h - looks on while requests end, and remembers those worth a closer look: the first pass of tracing.
 *
 * Spans of every request would cost more than simulating it, but a run replays exactly; so this pass only keeps names. Each list
 * is bounded and what it keeps depends on the requests alone:
 *   slowest   those with the largest latency, the earlier of two equal ones
 *   failed    for each way to fail, those with the smallest keys; keys are random words, so this is a random sample
 *   cold      the same of those that waited for an init on their way
 *   random    one of every slot of the measured interval, the one with the smallest key
 *   asked     instead of all these: a random sample of those in a cell of time and latency
 * Sources tell it of journeys only, never of single calls. An ordinary request costs four comparisons.
 */
#ifndef TEPID_MODEL_SEEKER_H
#define TEPID_MODEL_SEEKER_H

#include "core/arena.h"
#include "model/outcome.h"

/* A request that ended. */
struct journey {
    uint64_t key;    /* root_key of all it causes */
    uint32_t source; /* service index of the traffic */
    sim_time end;
    int64_t latency;
    enum outcome outcome;
    bool measured; /* arrived in the measured interval */
    bool waited_for_init;
};

/* The `room` journeys of smallest rank; a heap whose first is the one to go next. */
struct sought {
    uint64_t rank;
    struct journey journey;
};
struct sought_list {
    struct sought *items;
    uint32_t count, room;
};

#define SEEK_FAILURES 3 /* error, throttle, timeout */

struct seeker {
    int64_t slow_floor;    /* the slowest list is full: of no interest up to here; else -1 */
    sim_time slot_end;     /* of the present slot of the random list */
    uint64_t random_floor; /* smallest key in it so far */
    struct sought_list slowest, failed[SEEK_FAILURES], cold;
    struct journey *random; /* by slot; latency -1: none */
    uint32_t slots, slot;
    sim_time begin, slot_width;
    bool asked; /* only what is asked for */
    sim_time from, to;
    int64_t latency_min, latency_max;
    struct sought_list matching;
};

/* Keeps at most `room` of a kind, from what arrived at or after `begin` and ends before `horizon`. */
void seeker_init(struct seeker *seeker, uint32_t room, sim_time begin, sim_time horizon);
/* The same, but only requests answered in [from, to) that took [latency_min, latency_max), at most `room`. */
void seeker_init_asked(struct seeker *seeker, uint32_t room, sim_time from, sim_time to,
                       int64_t latency_min, int64_t latency_max);
void seeker_free(struct seeker *seeker);

void seeker_keep(struct seeker *seeker, const struct journey *journey);

static inline void seeker_note(struct seeker *seeker, const struct journey *journey)
{
    if (journey->latency > seeker->slow_floor || journey->outcome != OUTCOME_OK ||
        journey->waited_for_init || journey->key < seeker->random_floor ||
        journey->end >= seeker->slot_end)
        seeker_keep(seeker, journey);
}

#endif
