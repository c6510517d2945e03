/* queueing.h - what queueing theory knows exactly.
 *
 * Load is in erlangs: arrivals per second times mean seconds of service. Arrivals are Poisson throughout. M stands for exponential service, G
 * for any law; c for places; a second c: whoever finds none free goes away.
 *
 * Sources: A. K. Erlang, "Solution of some problems in the theory of probabilities of significance in automatic telephone exchanges" (1917),
 * for B and C; B. A. Sevast'yanov (1957) that B depends on the mean of service alone; F. Pollaczek (1930) and A. Khinchine (1932) for M/G/1;
 * J. D. C. Little (1961). The keep-alive theorem is this project's own: derived below, checked by simulation, not found in print.
 *
 * The bits are the same on every machine (core/detmath.h).
 */
#ifndef TEPID_STATS_QUEUEING_H
#define TEPID_STATS_QUEUEING_H

#include <stdbool.h>
#include <stdint.h>

/* Erlang B: the share that M/G/c/c refuses. 1 without places. Costs a step a place. */
double queueing_erlang_b(int64_t places, double load);

/* Erlang C: the share that waits in M/M/c; 1 when it has no steady state (load >= places). */
double queueing_erlang_c(int64_t places, double load);

/* Waiting in M/M/c: its mean, and the time that a share `p` (0..1) does not exceed, in the unit of `service`, the mean time of service. Load is
 * below `places`. */
double queueing_mmc_wait(int64_t places, double load, double service);
double queueing_mmc_wait_at(int64_t places, double load, double service, double p);

/* M/M/c with a line of at most `line`: who finds it full goes away. Any load has a steady state. */
struct queueing_bounded {
    double lost;  /* share that goes away */
    double depth; /* mean number in the line */
};
struct queueing_bounded queueing_mmck(int64_t places, int64_t line, double load);

/* Pollaczek and Khinchine: the mean wait in M/G/1 with load below 1; cv2 is the squared coefficient of variation of service. */
double queueing_mg1_wait(double load, double service, double cv2);

/* P(N = n) and P(N >= n) of a Poisson law: how many calls M/G/inf holds. */
double queueing_poisson_at(int64_t n, double mean);
double queueing_poisson_from(int64_t n, double mean);

/* The keep-alive theorem: a pool of instances that serve one call each, of which an arrival takes the one used last; an idle one is given up after
 * a fixed time; a call that finds none begins a new one. Seen backwards in time, the gap back to the completion whose instance an arrival reuses is
 * the time T(n) in which the number of running calls first goes from n to n + 1, and that process (M/M/inf, with a limit M/M/c/c) is reversible. So
 * with n as an arrival finds it,
 *   P(cold) = E P(T(n) > keep-alive),   E[idle] = accepted rate * E min(T(n), keep-alive).
 * T(n) is a mixture of n + 1 exponentials, from the eigenvalues of the birth-death generator on 0..n.
 * Exact for exponential service of which a cold call takes no more than a warm one. */
struct keep_alive_given {
    double rate_per_s, service_s, keep_alive_s;
    int64_t limit; /* calls above it are refused; 0: none */
};
struct keep_alive_found {
    double cold; /* share of the calls accepted */
    double idle; /* mean idle instances */
};
#define KEEP_ALIVE_LOAD_MAX 150 /* erlangs: the work grows with the third power of what is above */
struct keep_alive_found queueing_keep_alive(const struct keep_alive_given *given);

/* One instance that serves all calls at once, or calls of no length: an arrival is cold if nobody came within service and keep-alive. */
double queueing_keep_alive_alone(double rate_per_s, double service_s, double keep_alive_s);

#endif
