/* bench.h - what every benchmark shares.
 *
 * Times are CPU time of the process. Machines differ and are shared, so figures are also
 * given as multiples of bench_reference, a loop that runs in the same process a moment before:
 * the ratio moves far less than the nanoseconds do.
 */
#ifndef TEPID_TESTS_BENCH_H
#define TEPID_TESTS_BENCH_H

/* CPU seconds used by this process so far. */
double bench_now(void);

/* Nanoseconds per step of a sum over xoshiro256++ numbers, best of a few rounds. */
double bench_reference(void);

/* The future event list: pop one, push one later, at several sizes and increment laws. */
void bench_hold(void);

/* A slider of the window moved, and what being looked at costs a run. */
void bench_session(void);

/* Layouts of maps, and charts as SVG. */
void bench_chart(void);

#endif
