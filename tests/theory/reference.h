/* reference.h - what the simulator must find, from formulas instead of events.
 *
 * Erlang's recursions, the Poisson law, and the keep-alive theorem: an on-demand pool that reuses
 * the most recently used instance, gives an idle one up after a fixed time and serves calls of exponential
 * length. Seen backwards in time, the gap back to the completion whose instance an arrival
 * reuses is the time T(n) in which the number of running calls first goes from n to n + 1, and
 * that process (M/M/inf, or M/M/c/c with a limit) is reversible. So with n ~ Poisson as an arrival finds it
 *   P(cold) = E P(T(n) > keep-alive),   E[idle] = accepted rate * E min(T(n), keep-alive).
 * T(n) comes from the birth-death generator on 0..n by uniformisation.
 *
 * These are references, so they use libm freely and share nothing with the engine.
 */
#ifndef TEPID_TESTS_THEORY_REFERENCE_H
#define TEPID_TESTS_THEORY_REFERENCE_H

/* Blocking of M/G/c/c, and probability of waiting in M/M/c, with `offered` erlangs. */
double erlang_b(int servers, double offered);
double erlang_c(int servers, double offered);

/* P(N = n) and P(N >= n) for N ~ Poisson(mean). */
double poisson_at(int n, double mean);
double poisson_from(int n, double mean);

struct keep_alive_case {
    double rate_per_s, service_s, keep_alive_s;
    int limit; /* calls above it are refused; 0: none */
};

struct keep_alive_exact {
    double cold; /* share of accepted calls */
    double idle; /* mean idle instances */
};

struct keep_alive_exact keep_alive_exact(struct keep_alive_case given);

#endif
