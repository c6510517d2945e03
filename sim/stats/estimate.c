/* estimate.c - see the header for the formulas and their sources. */
#include "stats/estimate.h"

#include <math.h>

#include "core/detmath.h"

#define SQRT_PI 1.7724538509055160273

/* Gamma(a + 1/2) / Gamma(a). Taken as a ratio because the two logarithms nearly cancel for
 * large a. The asymptotic series is good to 1e-15 from 16 on; below, Gamma(a + 1) = a Gamma(a)
 * leads there. */
static double gamma_half_ratio(double a)
{
    double factor = 1;
    for (; a < 16; a += 1)
        factor *= a / (a + 0.5);
    double y = 1 / (a * a);
    double series =
        -1.0 / 8 + y * (1.0 / 192 + y * (-1.0 / 640 + y * (17.0 / 14336 + y * (-31.0 / 18432))));
    return factor * sqrt(a) * det_exp(series / a);
}

/* The continued fraction of the incomplete beta function, by the modified Lentz method;
 * converges fast for x < (a + 1) / (a + b + 2). */
static double beta_fraction(double a, double b, double x)
{
    const double tiny = 1e-300;
    double c = 1;
    double d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < tiny ? tiny : d);
    double h = d;
    for (int m = 1; m <= 10000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
        d = 1 + even * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + even / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 + odd * d;
        d = 1 / (fabs(d) < tiny ? tiny : d);
        c = 1 + odd / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(d * c - 1) < 1e-16)
            break;
    }
    return h;
}

/* P(T > t) for t >= 0: half of I_x(nu/2, 1/2) at x = nu / (nu + t^2). */
static double upper_tail(double t, double nu)
{
    if (t == 0)
        return 0.5;
    double a = nu / 2, ratio = t * t / nu;
    double x = 1 / (1 + ratio), rest = ratio / (1 + ratio); /* rest = 1 - x, without cancelling */
    double front = gamma_half_ratio(a) / SQRT_PI * det_exp(-a * det_log1p(ratio)) * sqrt(rest);
    if (x < (a + 1) / (a + 2.5))
        return 0.5 * front * beta_fraction(a, 0.5, x) / a;
    return 0.5 - 0.5 * front * beta_fraction(0.5, a, rest) / 0.5;
}

static double density(double t, double nu)
{
    double scale = gamma_half_ratio(nu / 2) / (SQRT_PI * sqrt(nu));
    return scale * det_exp(-(nu + 1) / 2 * det_log1p(t * t / nu));
}

double student_t_cdf(double t, double nu)
{
    ASSERT(nu >= 1 && !isnan(t));
    return t < 0 ? upper_tail(-t, nu) : 1 - upper_tail(t, nu);
}

/* The t >= 0 with P(T > t) = tail <= 1/2. */
static double upper_quantile(double tail, double nu)
{
    double low = 0, high = 1;
    for (; upper_tail(high, nu) > tail; high *= 2)
        low = high;
    double t = (low + high) / 2;
    for (int step = 0; step < 200; step++) {
        double excess = upper_tail(t, nu) - tail;
        if (excess > 0)
            low = t;
        else
            high = t;
        double next = t + excess / density(t, nu);
        if (!(low <= next && next <= high))
            next = (low + high) / 2;
        if (fabs(next - t) <= 4e-16 * t)
            return next;
        t = next;
    }
    return t;
}

double student_t_quantile(double p, double nu)
{
    ASSERT(1e-12 <= p && p <= 1 - 1e-12 && nu >= 1);
    if (p == 0.5)
        return 0;
    return p < 0.5 ? -upper_quantile(p, nu) : upper_quantile(1 - p, nu);
}

static struct interval no_interval(double mean, int n)
{
    return (struct interval){.mean = mean, .low = INFINITY, .high = -INFINITY, .n = n};
}

/* mean +- t_{n-1} error. */
static struct interval around(double mean, double error, int n, double confidence)
{
    ASSERT(0 < confidence && confidence < 1);
    double half = error == 0 ? 0 : student_t_quantile(0.5 + confidence / 2, n - 1) * error;
    return (struct interval){.mean = mean, .low = mean - half, .high = mean + half, .n = n};
}

/* Two passes: the squares are taken of deviations, so that large values with little spread keep
 * theirs. `b` may be NULL. */
static struct interval of_differences(const double *a, const double *b, int n, double confidence)
{
    ASSERT(n >= 0);
    double sum = 0, squares = 0;
    for (int i = 0; i < n; i++)
        sum += b == NULL ? a[i] : a[i] - b[i];
    double mean = n == 0 ? 0 : sum / n;
    if (n < 2)
        return no_interval(mean, n);

    for (int i = 0; i < n; i++) {
        double off = (b == NULL ? a[i] : a[i] - b[i]) - mean;
        squares += off * off;
    }
    return around(mean, sqrt(squares / (n - 1) / n), n, confidence);
}

struct interval interval_of(const double *values, int n, double confidence)
{
    return of_differences(values, NULL, n, confidence);
}

struct interval interval_of_pairs(const double *a, const double *b, int n, double confidence)
{
    return of_differences(a, b, n, confidence);
}

struct interval interval_of_batches(const struct batch *batches, int n, double confidence)
{
    ASSERT(0 <= n && n <= ESTIMATE_BATCHES_MAX);
    double sum = 0, weight = 0, squares = 0;
    for (int i = 0; i < n; i++) {
        ASSERT(batches[i].weight >= 0);
        sum += batches[i].sum;
        weight += batches[i].weight;
    }
    if (weight <= 0)
        return no_interval(0, n);
    double ratio = sum / weight;
    if (n < 2)
        return no_interval(ratio, n);

    for (int i = 0; i < n; i++) {
        double off = batches[i].sum - ratio * batches[i].weight;
        squares += off * off;
    }
    return around(ratio, sqrt(squares / (n - 1) * n) / weight, n, confidence);
}
