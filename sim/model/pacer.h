/* pacer.h - a rate limit that delays and refuses nothing.
 *
 * The bucket of token_bucket.h, but who finds it empty waits for a token of his own, in order of coming: the level goes
 * below zero, and how far below says how long. Like the bucket it schedules nothing and is exact: levels are
 * kept in 1e-15 tokens. A pacer that is never asked for more than `burst` at once, nor for more than its rate,
 * never delays.
 */
#ifndef TEPID_MODEL_PACER_H
#define TEPID_MODEL_PACER_H

#include "model/token_bucket.h"

struct pacer {
    struct token_limit limit; /* rate above 0 */
    int128 debt;              /* 1e-15 tokens short of full at `as_of` */
    sim_time as_of;
};

/* Starts full. */
void pacer_init(struct pacer *pacer, struct token_limit limit, sim_time now);

/* Changes the limit from now on; what was promised stays. */
void pacer_set(struct pacer *pacer, struct token_limit limit, sim_time now);

/* Takes one token; returns how long after `now` it is there. */
sim_time pacer_take(struct pacer *pacer, sim_time now);

#endif
