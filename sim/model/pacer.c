/* pacer.c - see pacer.h. */
#include "model/pacer.h"

#define TOKEN ((int128)1000000000 * 1000000)

/* At most 2^63 ns times 1e15: inside 127 bits whatever happens. */
static void refill(struct pacer *pacer, sim_time now)
{
    ASSERT(now >= pacer->as_of);
    pacer->debt -= (int128)(now - pacer->as_of) * pacer->limit.rate_micro_per_s;
    pacer->debt = pacer->debt > 0 ? pacer->debt : 0;
    pacer->as_of = now;
}

void pacer_init(struct pacer *pacer, struct token_limit limit, sim_time now)
{
    ASSERT(limit.rate_micro_per_s > 0 && limit.burst >= 1);
    *pacer = (struct pacer){.limit = limit, .as_of = now};
}

void pacer_set(struct pacer *pacer, struct token_limit limit, sim_time now)
{
    ASSERT(limit.rate_micro_per_s > 0 && limit.burst >= 1);
    refill(pacer, now);
    /* The level stays, not the debt: a bucket twice as large is not half empty. */
    int128 level = pacer->limit.burst * TOKEN - pacer->debt, full = limit.burst * TOKEN;
    pacer->debt = level < full ? full - level : 0;
    pacer->limit = limit;
}

sim_time pacer_take(struct pacer *pacer, sim_time now)
{
    refill(pacer, now);
    pacer->debt += TOKEN;
    int128 rate = pacer->limit.rate_micro_per_s;
    int128 missing = pacer->debt - pacer->limit.burst * TOKEN;
    if (missing <= 0)
        return 0;
    int128 wait = (missing + rate - 1) / rate;
    return wait < TIME_MAX ? (sim_time)wait : TIME_MAX;
}
