/* breaker.c - see breaker.h. */
#include "model/breaker.h"

#include <string.h>

static void clear(struct breaker *breaker)
{
    memset(breaker->calls, 0, sizeof(breaker->calls));
    memset(breaker->errors, 0, sizeof(breaker->errors));
}

void breaker_init(struct breaker *breaker, const struct breaker_spec *spec)
{
    *breaker = (struct breaker){.spec = *spec};
}

/* Parts of the window that have passed are emptied. */
static void turn_to(struct breaker *breaker, sim_time now)
{
    sim_time part = breaker->spec.window / BREAKER_SLOTS;
    int64_t slot = now / (part > 0 ? part : 1);
    if (slot - breaker->slot >= BREAKER_SLOTS) {
        clear(breaker);
        breaker->slot = slot;
    }
    while (breaker->slot < slot) {
        breaker->slot++;
        breaker->calls[breaker->slot % BREAKER_SLOTS] = 0;
        breaker->errors[breaker->slot % BREAKER_SLOTS] = 0;
    }
}

bool breaker_allows(struct breaker *breaker, sim_time now)
{
    if (breaker->state == BREAKER_CLOSED)
        return true;
    /* A trial whose end nobody noted (its caller died) is followed by another. */
    if (now - breaker->opened >= breaker->spec.open) {
        breaker->state = BREAKER_TRIAL;
        breaker->opened = now;
        return true;
    }
    breaker->refused++;
    return false;
}

static bool is_tripped(const struct breaker *breaker)
{
    uint64_t calls = 0, errors = 0;
    for (int i = 0; i < BREAKER_SLOTS; i++) {
        calls += breaker->calls[i];
        errors += breaker->errors[i];
    }
    return calls >= BREAKER_CALLS_MIN && (double)errors >= breaker->spec.errors * (double)calls;
}

void breaker_note(struct breaker *breaker, sim_time now, bool error)
{
    if (breaker->state == BREAKER_OPEN)
        return; /* a call that began before it opened */
    if (breaker->state == BREAKER_TRIAL) {
        breaker->state = error ? BREAKER_OPEN : BREAKER_CLOSED;
        breaker->opened = now;
        clear(breaker);
        return;
    }
    turn_to(breaker, now);
    breaker->calls[breaker->slot % BREAKER_SLOTS]++;
    breaker->errors[breaker->slot % BREAKER_SLOTS] += error;
    if (!error || !is_tripped(breaker))
        return;
    breaker->state = BREAKER_OPEN;
    breaker->opened = now;
}
