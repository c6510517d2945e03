/* sim.c - see sim.h. */
#include "core/sim.h"

void sim_init(struct sim *sim, sim_time horizon)
{
    *sim = (struct sim){.horizon = horizon, .fel = fel_new(), .early_key = UINT64_MAX};
}

void sim_free(struct sim *sim)
{
    fel_free(sim->fel);
    sim->fel = NULL;
}

__attribute__((always_inline)) static inline void dispatch(struct sim *sim, struct fel_entry entry)
{
    unsigned kind = (unsigned)(entry.id >> 56);
    sim->key_now = entry.key;
    sim->now = (sim_time)(entry.key >> 2);
    sim->events++;
    /* Two multiplies keep this cheap; order matters, as it should for a fingerprint. */
    sim->fingerprint = (sim->fingerprint ^ entry.key) * UINT64_C(0x9E3779B97F4A7C15);
    sim->fingerprint =
        (sim->fingerprint ^ (sim->fingerprint >> 29) ^ entry.id) * UINT64_C(0xBF58476D1CE4E5B9);
    sim->handlers[kind](sim, (uint32_t)entry.id, (uint32_t)(entry.id >> 32) & SIM_GENERATION_MASK);
}

bool sim_run(struct sim *sim, uint64_t max_events, const _Atomic int *stop)
{
    const uint64_t last_key = (uint64_t)sim->horizon * 4;
    const uint64_t pause_mask = 4095;
    uint64_t left = max_events;
    for (;;) {
        /* Two places that dispatch: the processor then learns what follows each. */
        uint64_t key = fel_peek(sim->fel);
        if (sim->early_key < key) {
            if (sim->early_key >= last_key)
                break;
            struct fel_entry early = {sim->early_key, sim->early_id};
            sim->early_key = UINT64_MAX;
            dispatch(sim, early);
        } else {
            struct fel_entry entry;
            if (key >= last_key || !fel_pop(sim->fel, &entry))
                break;
            dispatch(sim, entry);
        }
        if (UNLIKELY(--left == 0))
            return false;
        if (UNLIKELY((left & pause_mask) == 0) && stop != NULL && *stop != 0)
            return false;
    }
    sim->now = sim->horizon;
    return true;
}
