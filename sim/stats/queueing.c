/* queueing.c - see the header. */
#include "stats/queueing.h"

#include <math.h>

#include "core/arena.h"
#include "core/detmath.h"

double queueing_erlang_b(int64_t places, double load)
{
    double blocked = 1;
    for (int64_t k = 1; k <= places; k++)
        blocked = load * blocked / ((double)k + load * blocked);
    return blocked;
}

double queueing_erlang_c(int64_t places, double load)
{
    double blocked = queueing_erlang_b(places, load);
    if (load >= (double)places)
        return 1;
    return blocked / (1 - load / (double)places * (1 - blocked));
}

double queueing_mmc_wait(int64_t places, double load, double service)
{
    ASSERT(load < (double)places);
    return queueing_erlang_c(places, load) * service / ((double)places - load);
}

double queueing_mmc_wait_at(int64_t places, double load, double service, double p)
{
    double waits = queueing_erlang_c(places, load);
    ASSERT(load < (double)places && p < 1);
    if (waits <= 1 - p)
        return 0;
    return det_log(waits / (1 - p)) * service / ((double)places - load);
}

/* From P(c), as a share of all states up to c, which is B(c, load): beyond them P(c + k) = P(c) (load / c)^k. */
struct queueing_bounded queueing_mmck(int64_t places, int64_t line, double load)
{
    double share = load / (double)places, full = queueing_erlang_b(places, load);
    double term = full, weights = 1, depth = 0;
    for (int64_t k = 1; k <= line; k++) {
        term *= share;
        weights += term;
        depth += (double)k * term;
    }
    return (struct queueing_bounded){term / weights, depth / weights};
}

double queueing_mg1_wait(double load, double service, double cv2)
{
    ASSERT(load < 1);
    return load * service * (1 + cv2) / (2 * (1 - load));
}

double queueing_poisson_at(int64_t n, double mean)
{
    if (mean <= 0)
        return n == 0;
    return det_exp((double)n * det_log(mean) - mean - det_lgamma((double)n + 1));
}

/* From the side that has less to add up. */
double queueing_poisson_from(int64_t n, double mean)
{
    double sum = 0;
    if ((double)n > mean) {
        double term = queueing_poisson_at(n, mean);
        for (int64_t k = n; term > sum * 1e-17; term *= mean / (double)++k)
            sum += term;
        return sum;
    }
    for (int64_t k = 0; k < n; k++)
        sum += queueing_poisson_at(k, mean);
    return 1 - sum;
}

double queueing_keep_alive_alone(double rate_per_s, double service_s, double keep_alive_s)
{
    return det_exp(-rate_per_s * (service_s + keep_alive_s));
}

/* -- first passage: births at `load`, deaths at the number of calls; time in units of the mean service ---------------- */

/* A symmetric tridiagonal matrix, whose eigenvalues come to stand in `diagonal`, and the squares of the first components of its unit eigenvectors in
 * `first`. Implicit QL with Wilkinson's shift, as in Golub and Welsch, "Calculation of Gauss quadrature rules" (1969). */
struct spectrum {
    int size;
    double *diagonal, *beside, *first; /* beside[i] is between i and i + 1 */
};

#define SWEEPS_MAX 60 /* of one eigenvalue; three are usual */

static void rotate(struct spectrum *s, int low, int high)
{
    double *d = s->diagonal, *e = s->beside, *z = s->first;
    double shift = (d[low + 1] - d[low]) / (2 * e[low]);
    double r = det_sqrt(shift * shift + 1);
    shift = d[high] - d[low] + e[low] / (shift + (shift >= 0 ? r : -r));
    double sine = 1, cosine = 1, p = 0;
    for (int i = high - 1; i >= low; i--) {
        double f = sine * e[i], b = cosine * e[i];
        r = det_sqrt(f * f + shift * shift);
        e[i + 1] = r;
        if (r == 0) { /* it has split here */
            d[i + 1] -= p;
            e[high] = 0;
            return;
        }
        sine = f / r;
        cosine = shift / r;
        shift = d[i + 1] - p;
        r = (d[i] - shift) * sine + 2 * cosine * b;
        p = sine * r;
        d[i + 1] = shift + p;
        shift = cosine * r - b;
        f = z[i + 1];
        z[i + 1] = sine * z[i] + cosine * f;
        z[i] = cosine * z[i] - sine * f;
    }
    d[low] -= p;
    e[low] = shift;
    e[high] = 0;
}

static void solve(struct spectrum *s)
{
    double *d = s->diagonal, *e = s->beside;
    for (int low = 0; low < s->size; low++)
        for (int sweep = 0; sweep < SWEEPS_MAX; sweep++) {
            int high = low;
            while (high < s->size - 1 &&
                   fabs(e[high]) > 1e-16 * (fabs(d[high]) + fabs(d[high + 1])))
                high++;
            if (high == low)
                break;
            rotate(s, low, high);
        }
    for (int i = 0; i < s->size; i++)
        s->first[i] *= s->first[i];
}

struct passage {
    double beyond; /* P(T > limit) */
    double mean;   /* E min(T, limit) */
};

static struct passage of_mixture(const struct spectrum *s, double load, double mean, double limit)
{
    struct passage passage = {0, 0};
    double weights = 0, sum = 0;
    int slow = 0;
    for (int i = 1; i < s->size; i++)
        if (s->diagonal[i] < s->diagonal[slow])
            slow = i;
    for (int i = 0; i < s->size; i++) {
        double rate = s->diagonal[i], weight = load * s->first[i] / rate;
        if (i == slow)
            continue;
        weights += weight;
        sum += weight / rate;
        passage.beyond += weight * det_exp(-rate * limit);
        passage.mean += weight * -det_expm1(-rate * limit) / rate;
    }
    /* Where the passage is rare, its rate is lost in rounding; but the weights add up to 1, and the mean is known. */
    double weight = fmax(1 - weights, 0);
    double rate = weight > 0 ? weight / (mean - sum) : 0;
    if (!(rate > 0))
        return passage;
    passage.beyond += weight * det_exp(-rate * limit);
    passage.mean += weight * -det_expm1(-rate * limit) / rate;
    return passage;
}

/* The first time from `top` to top + 1. Only `top` leads out, with rate `load`, so the density is load * P(back at top), a sum over the spectrum
 * whose weights are squares; its mean is 1 / (load * B(top, load)), by the balance of the stationary law. */
static struct passage first_passage(struct spectrum *s, int top, double load, double limit)
{
    s->size = top + 1;
    for (int i = 0; i <= top; i++) { /* `top` stands first: it is the component that is wanted */
        int calls = top - i;
        s->diagonal[i] = load + calls;
        s->beside[i] = calls > 0 ? det_sqrt(load * calls) : 0;
        s->first[i] = i == 0;
    }
    solve(s);
    return of_mixture(s, load, 1 / (load * queueing_erlang_b(top, load)), limit);
}

struct keep_alive_found queueing_keep_alive(const struct keep_alive_given *given)
{
    double load = given->rate_per_s * given->service_s;
    double limit = given->keep_alive_s / given->service_s;
    double spread = 8 * det_sqrt(load) + 16;
    ASSERT(load > 0 && load <= KEEP_ALIVE_LOAD_MAX);
    int first = load > spread ? (int)(load - spread) : 0;
    int past = (int)(load + spread);
    if (given->limit > 0 && given->limit < past)
        past = (int)given->limit;
    if (first >= past)
        first = 0;
    double *block = mem_resize(NULL, sizeof(double) * 3 * (size_t)past);
    struct spectrum spectrum = {0, block, block + past, block + 2 * (size_t)past};
    struct keep_alive_found found = {0, 0};
    double weights = 0;
    for (int n = first; n < past; n++) {
        double weight = queueing_poisson_at(n, load);
        struct passage passage = first_passage(&spectrum, n, load, limit);
        weights += weight;
        found.cold += weight * passage.beyond;
        found.idle += weight * passage.mean;
    }
    mem_free(block);
    double accepted = given->limit > 0 ? 1 - queueing_erlang_b(given->limit, load) : 1;
    found.cold /= weights;
    found.idle *= load * accepted / weights;
    return found;
}
