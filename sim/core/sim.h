/* sim.h - the clock of one run and the loop that moves it.
 *
 * An event is (time, phase, what, whom). At one instant the phases run in the order of
 * `enum sim_phase` (MODEL.md A1): capacity returns before it is asked for, a reply at its deadline
 * is in time. The list's key is time * 4 + phase. What is scheduled for the present
 * instant takes the phase that is running, so it runs after the event that scheduled it and
 * in order of scheduling, and the clock never steps back.
 *
 * "Whom" is a slot and its generation. Nothing is ever removed from the list: who no
 * longer waits moves its generation on, and the stale event is dropped by its handler.
 */
#ifndef TEPID_CORE_SIM_H
#define TEPID_CORE_SIM_H

#include "core/fel.h"

enum sim_phase { SIM_COMPLETION, SIM_EXPIRY, SIM_ARRIVAL, SIM_OBSERVATION };

struct sim;
typedef void (*sim_handler)(struct sim *sim, uint32_t slot, uint32_t generation);

#define SIM_KINDS_MAX 256 /* a byte of the id */

struct sim {
    sim_time now;
    sim_time horizon; /* events at or after it stay in the list */
    uint64_t key_now; /* key of the event that is running */
    struct fel *fel;
    uint64_t early_key; /* one arrival kept out of the list: see sim_arrival_at */
    uint64_t early_id;
    uint64_t events;      /* handled so far */
    uint64_t fingerprint; /* hash over (key, kind, slot) of every event handled */
    sim_handler handlers[SIM_KINDS_MAX];
};

void sim_init(struct sim *sim, sim_time horizon);
void sim_free(struct sim *sim);

/* Only the low 24 bits of a generation travel in an event. */
#define SIM_GENERATION_MASK UINT32_C(0xFFFFFF)

static inline uint64_t sim_id(unsigned kind, uint32_t slot, uint32_t generation)
{
    return (uint64_t)kind << 56 | (uint64_t)(generation & SIM_GENERATION_MASK) << 32 | slot;
}

static inline void sim_at(struct sim *sim, sim_time when, enum sim_phase phase, unsigned kind,
                          uint32_t slot, uint32_t generation)
{
    if (UNLIKELY(when > TIME_MAX))
        when = TIME_MAX; /* at or after every horizon: never handled, but its key must fit */
    uint64_t key = (uint64_t)when * 4 + (uint64_t)phase;
    if (when <= sim->now) {
        ASSERT(when == sim->now);
        key = sim->key_now;
    }
    if (UNLIKELY(key == sim->early_key)) { /* it was scheduled before */
        fel_push(sim->fel, sim->early_key, sim->early_id);
        sim->early_key = UINT64_MAX;
    }
    fel_push(sim->fel, key, sim_id(kind, slot, generation));
}

/* The next arrival of a source. The earliest of these stays beside the list, where it costs neither a push nor a
 * pop: a run with one source never puts its arrivals into the list at all. Of two
 * events with the same key the one in the list goes first: it was scheduled first, for whoever schedules another for the
 * key of the early one puts that one into the list before. */
static inline void sim_arrival_at(struct sim *sim, sim_time when, unsigned kind, uint32_t slot)
{
    uint64_t key = (uint64_t)when * 4 + SIM_ARRIVAL;
    if (when <= sim->now || key >= sim->early_key) {
        sim_at(sim, when, SIM_ARRIVAL, kind, slot, 0);
        return;
    }
    if (sim->early_key != UINT64_MAX)
        fel_push(sim->fel, sim->early_key, sim->early_id);
    sim->early_key = key;
    sim->early_id = sim_id(kind, slot, 0);
}

/* Runs until the horizon or until `max_events` more were handled or *stop is not 0 (looked at
 * every 4096 events); false if it stopped early. At the end of a complete run now == horizon. */
bool sim_run(struct sim *sim, uint64_t max_events, const _Atomic int *stop);

#endif
