/* bench_fel.c - "hold": take the earliest event, schedule one an increment later.
 *
 * Increments are drawn before the clock starts and replayed from a table, so that the list is
 * measured and not the random numbers; the table is short enough to stay in the cache. */
#include "tests/bench/bench.h"

#include <stdint.h>
#include <stdio.h>

#include "core/detmath.h"
#include "core/fel.h"
#include "core/rng.h"

#define TABLE 4096

struct law {
    const char *name;
    uint64_t (*increment)(struct draw *draw);
};

static uint64_t constant(struct draw *draw)
{
    (void)draw;
    return 1000000000;
}

static uint64_t exponential(struct draw *draw)
{
    return (uint64_t)(draw_exponential(draw) * 1e9);
}

static uint64_t bimodal(struct draw *draw)
{
    return (uint64_t)(draw_exponential(draw) * (draw_chance(draw, 0.5) ? 1e6 : 600e9));
}

static uint64_t lognormal(struct draw *draw)
{
    return (uint64_t)det_exp(20 + 1.5 * draw_normal(draw));
}

static uint64_t pareto(struct draw *draw)
{
    return (uint64_t)(1e8 * det_pow(1 - draw_unit(draw), -1 / 1.1));
}

static const struct law laws[] = {
    {"exponential", exponential}, {"constant", constant}, {"bimodal 1ms/600s", bimodal},
    {"lognormal 1.5", lognormal}, {"pareto 1.1", pareto},
};

static double hold_ns(const struct law *law, size_t pending, int steps)
{
    static const uint64_t salt = 7;
    uint64_t increments[TABLE];
    struct draw draw = draw_of(stream_named(1, 0, law->name, "hold"), salt);
    for (int i = 0; i < TABLE; i++)
        increments[i] = law->increment(&draw);

    struct fel *fel = fel_new();
    for (size_t i = 0; i < pending; i++)
        fel_push(fel, law->increment(&draw), i);
    struct fel_entry entry = {0, 0};
    double best = 1e9;
    uint64_t pick = 0;
    for (int round = 0; round < 4; round++) {
        double start = bench_now();
        for (int i = 0; i < steps; i++) {
            (void)fel_pop(fel, &entry); /* never empty */
            pick += RNG_GAMMA;          /* a cheap random place in the table */
            uint64_t noise = law->increment == constant ? 0 : pick >> 44; /* against ties */
            uint64_t increment = increments[(pick ^ pick >> 32) % TABLE] + noise;
            fel_push(fel, entry.key + increment, entry.id);
        }
        double ns = (bench_now() - start) * 1e9 / steps;
        best = ns < best ? ns : best;
    }
    fel_free(fel);
    return best;
}

void bench_hold(void)
{
    static const size_t sizes[] = {10, 1000, 100000, 1000000};
    printf("hold, ns per pop + push        N=10    1000  100000 1000000\n");
    for (size_t l = 0; l < COUNTOF(laws); l++) {
        printf("  %-26s", laws[l].name);
        for (size_t s = 0; s < COUNTOF(sizes); s++)
            printf(" %7.1f", hold_ns(&laws[l], sizes[s], 2000000));
        printf("\n");
    }
}
