/* lab.h - a scenario as text, run, and asked; measured values beside exact ones.
 *
 * An experiment is run in independent replications, whose spread gives the standard error of every value: mean
 * of n values, their standard deviation over sqrt(n). A measured value agrees with an exact one
 * when it lies within LAB_SIGMAS standard errors and the standard error itself is as small as the
 * test demands; else a noisy run would agree with anything. With 20 replications (19 degrees
 * of freedom) a correct value lies outside 4 standard errors once in 1,300 checks; seeds are fixed, so a
 * check that passes once passes always.
 *
 * Compiled with -DLAB_SHOW, every comparison is printed.
 */
#ifndef TEPID_TESTS_THEORY_LAB_H
#define TEPID_TESTS_THEORY_LAB_H

#include "run/result.h"

#define LAB_SIGMAS  4
#define LAB_REPS    20
#define LAB_THREADS 2

struct lab;

/* Loads a scenario; aborts when it cannot, for a test's text is our own. */
__attribute__((format(printf, 1, 2))) struct lab *lab_load(const char *format, ...);

/* Loads it and runs `reps` replications. */
__attribute__((format(printf, 2, 3))) struct lab *lab_run(int reps, const char *format, ...);
void lab_close(struct lab *lab);

const struct result *lab_result(const struct lab *lab);
const struct scenario *lab_scenario(const struct lab *lab);

/* The value over all replications, in the base unit (ns, ratio, count, gb_s, usd). */
double lab_value(const struct lab *lab, const char *node, const char *metric, const char *stat);

/* A count, rounded to the whole number it is. */
int64_t lab_count(const struct lab *lab, const char *node, const char *metric, const char *stat);

struct estimate {
    double mean;
    double error; /* standard error of the mean */
};

struct estimate estimate_of(const double *values, int count);

/* From the values of the replications. */
struct estimate lab_estimate(const struct lab *lab, const char *node, const char *metric,
                             const char *stat);

/* `precision`: the largest standard error allowed, as a share of the exact value. */
bool lab_agrees(const char *what, struct estimate found, double exact, double precision);

/* |found - exact| <= allowed, where the test derives what may be allowed. */
bool lab_near(const char *what, double found, double exact, double allowed);

/* The rows of the time series that belong to a node: the i-th, or NULL past the end. */
const struct sample_row *lab_sample(const struct lab *lab, const char *node, int64_t index);

#endif
