/* steady.c - see the header. */
#include "stats/steady.h"

#include <math.h>

#include "core/arena.h"
#include "stats/estimate.h"

#define BY            5     /* samples a mean, of MSER-5 */
#define BATCHES       20    /* of the rest, for its spread */
#define CONFIDENCE    0.9999 /* many series of a run are asked, and a false alarm is worse than a small bias */
#define LEAST_DIFFERS 0.02

static double mean_of(const double *values, int count)
{
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += values[i];
    return count > 0 ? sum / count : 0;
}

/* The d with the least sum (Y - mean)^2 / (n - d)^2, from the sums over suffixes. At least BATCHES means stay. */
static int truncation(const double *means, int count)
{
    double sum = 0, squares = 0, least = INFINITY, shift = mean_of(means, count);
    int at = 0;
    for (int d = count - 1; d >= 0; d--) {
        double y = means[d] - shift;
        int left = count - d;
        sum += y;
        squares += y * y;
        double value = (squares - sum * sum / left) / ((double)left * left);
        if (left >= BATCHES && value <= least) {
            least = value;
            at = d;
        }
    }
    return at;
}

/* True if the first `early` means lie apart from the rest by more than chance. */
static bool differs(const double *means, int early, int count, double *early_mean,
                    double *late_mean)
{
    double batches[BATCHES];
    const double *rest = means + early;
    int left = count - early;
    for (int i = 0; i < BATCHES; i++) {
        int from = (int)((int64_t)left * i / BATCHES);
        int to = (int)((int64_t)left * (i + 1) / BATCHES);
        batches[i] = mean_of(rest + from, to - from);
    }
    struct interval interval = interval_of(batches, BATCHES, CONFIDENCE);
    double half = (interval.high - interval.low) / 2;
    /* The mean of the beginning has a spread of its own: as that of the rest, by its length. */
    double both = half * sqrt(1 + (double)left / early);
    *early_mean = mean_of(means, early);
    *late_mean = mean_of(rest, left);
    double apart = fabs(*early_mean - *late_mean);
    return apart > both && apart > LEAST_DIFFERS * fabs(*late_mean);
}

struct steady steady_find(const double *values, int count)
{
    struct steady steady = {.verdict = STEADY_UNKNOWN};
    int means_count = count / BY;
    if (count < STEADY_SAMPLES_MIN || means_count < 2 * BATCHES)
        return steady;
    double *means = mem_resize(NULL, sizeof(*means) * (size_t)means_count);
    for (int i = 0; i < means_count; i++)
        means[i] = mean_of(values + (size_t)i * BY, BY);
    int at = truncation(means, means_count);
    steady.verdict = STEADY_SETTLED;
    if (at > means_count / 2) {
        if (differs(means, means_count / 2, means_count, &steady.early, &steady.late))
            steady.verdict = STEADY_NEVER;
    } else if (at > 0 && differs(means, at, means_count, &steady.early, &steady.late)) {
        steady.verdict = STEADY_LATE;
        steady.discard = at * BY;
    }
    mem_free(means);
    return steady;
}
