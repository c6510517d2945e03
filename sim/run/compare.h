/* compare.h - two results, metric by metric: is B really different from A?
 *
 * Two designs under the same seed meet the same arrivals and the same draws, so what they share cancels in their difference.
 * A difference is therefore taken value by value, between equal replications (or equal batches of two single runs), and its
 * 95 % Student t interval comes from those differences (estimate.h). It is `significant` when the interval
 * leaves out 0, and exactly 0 where nothing changed: designs that do the same give the same bits.
 *
 * Where values cannot be paired (results read back from files, other seeds, other numbers of replications), the interval is the
 * two intervals added in quadrature, which is too wide where the draws were common; `basis` says which it is.
 */
#ifndef TEPID_RUN_COMPARE_H
#define TEPID_RUN_COMPARE_H

#include "run/result.h"

enum compare_basis {
    COMPARE_REPLICATIONS, /* paired differences of replications */
    COMPARE_BATCHES,      /* paired differences of batches of one run each */
    COMPARE_UNPAIRED,     /* from two intervals */
    COMPARE_NOTHING,      /* there is no interval: it cannot be told from noise */
};

struct difference {
    const char *resource, *metric, *stat, *unit; /* as in summary.csv */
    double a, b;                                 /* NAN: that side has no such row */
    double change;                               /* b - a */
    double low, high;                            /* 95 % interval of the change; NAN without one */
    enum compare_basis basis;
    int n;            /* pairs */
    bool significant; /* the interval leaves out 0 */
};

struct comparison {
    struct difference *rows; /* in the order of A's rows, then what only B has */
    int count;
    bool identical; /* every row of both is the same, to the bit */
};

/* One row of a result, or of a summary.csv read back. */
struct compare_input {
    const struct result_row *rows;
    int count;
    uint64_t seed;
    int reps;    /* replications; 1: batches, if there are values */
    bool paired; /* the values of equal numbers belong together: same seed, same length of run */
};
struct compare_input compare_input_of(const struct result *result);

void compare_rows(struct comparison *comparison, const struct compare_input *a,
                  const struct compare_input *b, struct arena *arena);

/* The difference of one metric, or NULL. */
const struct difference *compare_find(const struct comparison *comparison, const char *resource,
                                      const char *metric, const char *stat);

#endif
