/* bench_common.c - the clock and the calibration loop. */
#include "tests/bench/bench.h"

#include <stdint.h>
#include <time.h>

double bench_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static uint64_t rotate(uint64_t x, int by)
{
    return x << by | x >> (64 - by);
}

/* xoshiro256++ (Blackman, Vigna 2019): a chain of integer operations no compiler can shorten. */
static uint64_t next(uint64_t s[4])
{
    uint64_t result = rotate(s[0] + s[3], 23) + s[0], t = s[1] << 17;
    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= t;
    s[3] = rotate(s[3], 45);
    return result;
}

double bench_reference(void)
{
    const int steps = 4000000;
    uint64_t state[4] = {1, 2, 3, 4}, sum = 0;
    double best_ns = 1e9;
    for (int round = 0; round < 5; round++) {
        double start = bench_now();
        for (int i = 0; i < steps; i++)
            sum += next(state);
        double ns = (bench_now() - start) * 1e9 / steps;
        best_ns = ns < best_ns ? ns : best_ns;
    }
    volatile uint64_t keep = sum; /* the sum must not be optimised away */
    (void)keep;
    return best_ns;
}
