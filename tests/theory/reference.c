/* reference.c - see reference.h. */
#include "tests/theory/reference.h"

#include <math.h>

#include "core/base.h"

double erlang_b(int servers, double offered)
{
    double blocked = 1;
    for (int k = 1; k <= servers; k++)
        blocked = offered * blocked / (k + offered * blocked);
    return blocked;
}

double erlang_c(int servers, double offered)
{
    double blocked = erlang_b(servers, offered);
    return blocked / (1 - offered / servers * (1 - blocked));
}

double poisson_at(int n, double mean)
{
    return exp(n * log(mean) - mean - lgamma(n + 1.));
}

double poisson_from(int n, double mean)
{
    double below = 0;
    for (int k = 0; k < n; k++)
        below += poisson_at(k, mean);
    return 1 - below;
}

/* -- first passage ----------------------------------------------------------------------- */

#define STATES_MAX 512

/* Births at rate `birth`, deaths at rate `state`: time is in units of the mean service. */
struct passage {
    double beyond; /* P(T > limit) */
    double mean;   /* E min(T, limit) */
};

/* One step of the uniformised chain on 0..top; what is born at `top` is absorbed. Returns what is left. */
static double step(double share[STATES_MAX], int top, double birth, double clock)
{
    double left = 0, from_below = 0;
    for (int i = 0; i <= top; i++) {
        double here = share[i];
        double next = here * (1 - (birth + i) / clock) + from_below * birth / clock;
        if (i < top)
            next += share[i + 1] * (i + 1) / clock;
        from_below = here;
        share[i] = next;
        left += next;
    }
    return left;
}

/* The chain jumps at a Poisson number of ticks: P(T > t) = sum over k of P(k ticks) * left(k), and the same
 * integrated over time, where a tick k lasts P(more than k ticks) / clock on average. */
static struct passage first_passage(int top, double birth, double limit)
{
    ASSERT(top < STATES_MAX);
    double share[STATES_MAX] = {0};
    double clock = birth + top, ticks = clock * limit;
    int last = (int)(ticks + 12 * sqrt(ticks) + 40);
    double left = 1, reached = 0;
    struct passage passage = {0};
    share[top] = 1;
    for (int k = 0; k <= last && left > 1e-18; k++) {
        double here = poisson_at(k, ticks);
        reached += here;
        passage.beyond += here * left;
        passage.mean += fmax(1 - reached, 0) * left / clock;
        left = step(share, top, birth, clock);
    }
    return passage;
}

struct keep_alive_exact keep_alive_exact(struct keep_alive_case given)
{
    double offered = given.rate_per_s * given.service_s;
    int spread = (int)(9 * sqrt(offered)) + 25;
    int first = (int)offered > spread ? (int)offered - spread : 0;
    int past = given.limit > 0 ? given.limit : (int)offered + spread;
    double weights = 0;
    struct keep_alive_exact exact = {0};
    for (int n = first; n < past; n++) {
        double weight = poisson_at(n, offered);
        struct passage passage = first_passage(n, offered, given.keep_alive_s / given.service_s);
        weights += weight;
        exact.cold += weight * passage.beyond;
        exact.idle += weight * passage.mean;
    }
    double accepted = given.limit > 0 ? 1 - erlang_b(given.limit, offered) : 1;
    exact.cold /= weights;
    exact.idle *= offered * accepted / weights;
    return exact;
}
