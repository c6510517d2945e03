/* breaker.h - a circuit breaker: stops asking what keeps failing.
 *
 * Closed, it counts calls and errors over a rolling window; when at least BREAKER_CALLS_MIN calls came and the share of errors
 * reaches `errors`, it opens: calls fail at once. After `open` one trial is let through (half-open); its success closes
 * the breaker, its failure opens it again. (Nygard, "Release It!", 2007; the window as in resilience4j.)
 *
 * The window is a ring of BREAKER_SLOTS parts of equal length, so it is exact to a tenth of itself, in constant time.
 */
#ifndef TEPID_MODEL_BREAKER_H
#define TEPID_MODEL_BREAKER_H

#include "core/base.h"

#define BREAKER_SLOTS     10
#define BREAKER_CALLS_MIN 10

struct breaker_spec {
    double errors;   /* share, 0..1 */
    sim_time window; /* 0: no breaker */
    sim_time open;
};

enum breaker_state { BREAKER_CLOSED, BREAKER_OPEN, BREAKER_TRIAL };

struct breaker {
    struct breaker_spec spec;
    enum breaker_state state;
    sim_time opened; /* ... or the trial began */
    int64_t slot; /* number of the newest part since time 0 */
    uint32_t calls[BREAKER_SLOTS], errors[BREAKER_SLOTS];
    uint64_t refused; /* calls it did not let through */
};

void breaker_init(struct breaker *breaker, const struct breaker_spec *spec);

/* True if a call may be made now. In the half-open state only the first is. */
bool breaker_allows(struct breaker *breaker, sim_time now);

/* How a call that was allowed ended. */
void breaker_note(struct breaker *breaker, sim_time now, bool error);

#endif
