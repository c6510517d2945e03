/* sim.c - see sim.h. */
#include "core/sim.h"

void sim_init(struct sim *sim, sim_time horizon)
{
    *sim = (struct sim){.horizon = horizon, .fel = fel_new()};
}

void sim_free(struct sim *sim)
{
    fel_free(sim->fel);
    sim->fel = NULL;
}

static void dispatch(struct sim *sim, struct fel_entry entry)
{
    unsigned kind = (unsigned)(entry.id >> 56);
    sim->key_now = entry.key;
    sim->now = (sim_time)(entry.key >> 2);
    sim->events++;
    /* Two multiplies keep this cheap; order matters, as it should for a fingerprint. */
    sim->fingerprint = (sim->fingerprint ^ entry.key) * UINT64_C(0x9E3779B97F4A7C15);
    sim->fingerprint = (sim->fingerprint ^ (sim->fingerprint >> 29) ^ entry.id) *
                       UINT64_C(0xBF58476D1CE4E5B9);
    sim->handlers[kind](sim, (uint32_t)entry.id, (uint32_t)(entry.id >> 32) & SIM_GENERATION_MASK);
}

bool sim_run(struct sim *sim, uint64_t max_events, const volatile int *stop)
{
    const uint64_t last_key = (uint64_t)sim->horizon * 4;
    const uint64_t pause_mask = 4095;
    uint64_t left = max_events;
    struct fel_entry entry;
    while (fel_peek(sim->fel) < last_key) {
        if (UNLIKELY(left-- == 0))
            return false;
        if (UNLIKELY((left & pause_mask) == 0) && stop != NULL && *stop != 0)
            return false;
        fel_pop(sim->fel, &entry);
        uint64_t ahead = fel_hint(sim->fel, 4);
        if (ahead != 0 && sim->prefetch_base != NULL)
            __builtin_prefetch(sim->prefetch_base + (uint32_t)ahead * sim->prefetch_stride);
        dispatch(sim, entry);
    }
    sim->now = sim->horizon;
    return true;
}
