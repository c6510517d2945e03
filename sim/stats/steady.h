/* steady.h - from where on is a series of samples at rest?
 *
 * MSER-5 (White 1997, "An effective truncation heuristic for bias reduction in simulation output"; Law 9.5.1): samples are
 * averaged by fives; of all beginnings that could be left out, the one is chosen that minimises
 * sum (Y - mean)^2 / (n - d)^2 over what is left, the squared half width of a naive interval. A minimum in the second half says that the
 * series has not settled at all.
 *
 * The rule alone often leaves out a little of a series that is at rest, since chance has a minimum too. So the beginning counts as different only
 * if its mean lies outside the prediction interval of the rest (batch means, 99.99 %) and by more than 2 % of it.
 */
#ifndef TEPID_STATS_STEADY_H
#define TEPID_STATS_STEADY_H

#include "core/base.h"

#define STEADY_SAMPLES_MIN 100 /* fewer say nothing */

enum steady_verdict { STEADY_UNKNOWN, STEADY_SETTLED, STEADY_LATE, STEADY_NEVER };

struct steady {
    enum steady_verdict verdict;
    int discard;        /* samples at the beginning that differ; 0 unless LATE */
    double early, late; /* means of the beginning and of the rest; of the two halves if NEVER */
};

/* Values must be finite. */
struct steady steady_find(const double *values, int count);

#endif
