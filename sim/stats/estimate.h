/* estimate.h - how far a mean can be trusted: Student t intervals.
 *
 * Three uses, the same arithmetic with a different spread (Law, Simulation Modeling and
 * Analysis, chapters 9 and 10):
 * - Replications: independent values x_1..x_n, one a run: mean +- t s / sqrt(n).
 * - Pairs: two variants under common random numbers, the same on the differences a_i - b_i.
 *   What the streams share cancels, which is worth more than any number of extra runs.
 * - Batches: one long run cut into n equal spans, each with a sum y_i and a weight w_i (its
 *   calls, or its time): the ratio R = sum y / sum w with the spread of the residuals
 *   (Cochran, Sampling Techniques, 6.3): s^2 = sum (y_i - R w_i)^2 / (n-1), and
 *   R +- t s sqrt(n) / sum w. With equal weights this is the plain batch-means interval. Take
 *   20-30 batches; neighbours must be long enough to be nearly independent.
 * t has n-1 degrees of freedom everywhere.
 *
 * The t quantile is ours: distribution by the incomplete beta function (continued fraction,
 * Lentz's method; Press et al., Numerical Recipes 6.4), inverted by Newton steps inside a
 * bracket. Only det_ functions, so the bits are the same on every machine.
 */
#ifndef TEPID_STATS_ESTIMATE_H
#define TEPID_STATS_ESTIMATE_H

#include "core/base.h"

#define ESTIMATE_BATCHES_MAX 30

/* Where there is no interval (n < 2, or no weight) low > high. */
struct interval {
    double mean, low, high;
    int n; /* values it stands on */
};

/* P(T <= t), and the t with P(T <= t) = p, for T of Student's distribution with nu >= 1 degrees
 * of freedom. p is in [1e-12, 1 - 1e-12]. Relative error about 1e-12 (tests: closed forms
 * for nu = 1 and 2, tables, the integrated density). */
double student_t_cdf(double t, double nu);
double student_t_quantile(double p, double nu);

/* `confidence` is in (0, 1): 0.95. */
struct interval interval_of(const double *values, int n, double confidence);

/* Of the mean of a[i] - b[i]; excludes 0 where the variants differ significantly. */
struct interval interval_of_pairs(const double *a, const double *b, int n, double confidence);

struct batch {
    double sum;    /* of what is measured */
    double weight; /* calls, or time; not negative */
};

/* Of sum / weight over all batches; at most ESTIMATE_BATCHES_MAX of them. A batch without
 * weight counts: that nothing happened in it is part of the spread. */
struct interval interval_of_batches(const struct batch *batches, int n, double confidence);

static inline bool interval_exists(const struct interval *interval)
{
    return interval->low <= interval->high;
}

#endif
