/* base.h - the few words every other file may use without asking.
 *
 * Simulated time is an integer count of nanoseconds since the run began. Integers
 * make event order exact and equal on every machine; 63 bits reach 292 years, and
 * the longest run (TIME_MAX) is 100 years.
 */
#ifndef TEPID_CORE_BASE_H
#define TEPID_CORE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t sim_time;

/* Sums of squares and of times over many calls need more than 64 bits. */
__extension__ typedef __int128 int128;
__extension__ typedef unsigned __int128 uint128;

#define SIM_US     INT64_C(1000)
#define SIM_MS     INT64_C(1000000)
#define SIM_SECOND INT64_C(1000000000)
#define SIM_MINUTE (60 * SIM_SECOND)
#define SIM_HOUR   (3600 * SIM_SECOND)
#define SIM_DAY    (24 * SIM_HOUR)
#define SIM_NEVER  INT64_MAX         /* "no such instant"; sorts after every real one */
#define TIME_MAX   (36500 * SIM_DAY) /* no time in a scenario is longer */
#define TIME_UNSET INT64_MIN         /* an optional time, size or count that was not given */

#define COUNTOF(array) (sizeof(array) / sizeof((array)[0]))

/* Branch hints, for the event loop only. */
#define LIKELY(x)   __builtin_expect(!!(x), 1)
#define UNLIKELY(x) __builtin_expect(!!(x), 0)
/* A function kept out of line: what seldom happens must not cost registers where it does not. */
#define COLD __attribute__((noinline, cold))

/* A time worked out in floating point: to nearest, at most TIME_MAX. `ns` is not negative. */
static inline sim_time time_round(double ns)
{
    return ns < (double)TIME_MAX ? (sim_time)(ns + 0.5) : TIME_MAX;
}

/* ASSERT states what our own code guarantees, and stays on in every build: a wrong
 * answer from a simulator looks just like a right one. ASSERT_SLOW is for checks
 * that walk a whole structure; only debug and sanitizer builds pay for those. */
#define ASSERT(cond) (LIKELY(cond) ? (void)0 : base_assert_failed(#cond, __FILE__, __LINE__))
#ifdef TEPID_SLOW_CHECKS
#define ASSERT_SLOW(cond) ASSERT(cond)
#else
#define ASSERT_SLOW(cond) ((void)sizeof(!(cond)))
#endif

/* Prints the condition, the simulated clock and the seed, then aborts. */
_Noreturn void base_assert_failed(const char *cond, const char *file, int line);

/* What base_assert_failed shows of the run on this thread; NULL clears it. The pointed
 * to struct must stay alive until then. */
struct base_run {
    const sim_time *now;
    uint64_t seed;
    uint32_t rep;
};
void base_set_run(const struct base_run *run);

#endif
