/* dist_make.c - making laws from what a scenario says; dist.c draws from them.
 *
 * Mean and variation are worked out once, when a law is made: a mix may share its parts, and to
 * walk them all on every question could take for ever. */
#include "core/dist.h"

#include <math.h>

#include "core/detmath.h"

#define CV_MIN         0.001
#define CV_MAX         100.0
#define MIX_DEPTH_MAX  8
#define MIX_LEAVES_MAX 4096
#define SIGMA_MAX      40.0 /* of a lognormal; its p99 is then 1e40 medians */

static double square(double x)
{
    return x * x;
}

static double clamp_time(double value)
{
    return value < (double)TIME_MAX ? value : (double)TIME_MAX;
}

static bool check_value(const char *name, double value, struct err *err)
{
    if (!isfinite(value))
        return err_set(err, "%s is not a finite number", name);
    if (value < 0) {
        err_set(err, "%s is negative", name);
        return err_help(err, "times, sizes and counts are 0 or more");
    }
    if (value > (double)TIME_MAX) {
        err_set(err, "%s is too large", name);
        return err_help(err, "times reach 36500d");
    }
    return true;
}

static bool check_positive(const char *name, double value, struct err *err)
{
    if (!check_value(name, value, err))
        return false;
    if (value == 0) {
        err_set(err, "%s is 0", name);
        return err_help(err, "%s must be above 0; a plain 0 is a law that is always 0", name);
    }
    return true;
}

static bool check_cv(double cv, struct err *err)
{
    if (cv >= CV_MIN && cv <= CV_MAX)
        return true;
    err_set(err, "cv = %g is not between %g and %g", cv, CV_MIN, CV_MAX);
    return err_help(err, "cv is standard deviation / mean; write a plain value for none");
}

static const struct dist *dist_new(struct arena *arena, struct dist dist)
{
    if (dist.leaves == 0)
        dist.leaves = 1;
    return arena_copy(arena, &dist, sizeof dist);
}

const struct dist *dist_constant(struct arena *arena, double value, struct err *err)
{
    if (!check_value("the value", value, err))
        return NULL;
    return dist_new(arena, (struct dist){.kind = DIST_CONSTANT,
                                         .a = value,
                                         .constant = (int64_t)(value + 0.5),
                                         .mean = value});
}

const struct dist *dist_exponential(struct arena *arena, double mean, struct err *err)
{
    if (!check_value("the mean", mean, err))
        return NULL;
    return dist_new(arena,
                    (struct dist){.kind = DIST_EXPONENTIAL, .a = mean, .mean = mean, .cv2 = 1});
}

const struct dist *dist_uniform(struct arena *arena, double low, double high, struct err *err)
{
    if (!check_value("the lower bound", low, err) || !check_value("the upper bound", high, err))
        return NULL;
    if (low > high) {
        err_set(err, "the upper bound is below the lower bound");
        err_help(err, "write uniform(low, high)");
        return NULL;
    }
    double mean = low + (high - low) / 2;
    double cv2 = mean > 0 ? square((high - low) / mean) / 12 : 0;
    return dist_new(
        arena, (struct dist){.kind = DIST_UNIFORM, .a = low, .b = high, .mean = mean, .cv2 = cv2});
}

const struct dist *dist_normal(struct arena *arena, double mean, double sd, struct err *err)
{
    if (!check_value("mean", mean, err) || !check_value("sd", sd, err))
        return NULL;
    double cv2 = sd > 0 ? square(sd / mean) : 0; /* infinite around a mean of 0 */
    return dist_new(
        arena, (struct dist){.kind = DIST_NORMAL, .a = mean, .b = sd, .mean = mean, .cv2 = cv2});
}

const struct dist *dist_lognormal_mu_sigma(struct arena *arena, double mu, double sigma,
                                           struct err *err)
{
    if (!isfinite(mu) || mu < -700 || mu > det_log((double)TIME_MAX) + 1e-9) {
        err_set(err, "mu = %g is out of range", mu);
        err_help(err, "mu is the logarithm of the median, at most log(36500d)");
        return NULL;
    }
    if (!(sigma >= 0 && sigma <= SIGMA_MAX)) {
        err_set(err, "sigma = %g is not between 0 and %g", sigma, SIGMA_MAX);
        return NULL;
    }
    double mean = det_exp(mu + 0.5 * square(sigma));
    return dist_new(arena, (struct dist){.kind = DIST_LOGNORMAL,
                                         .a = mu,
                                         .b = sigma,
                                         .mean = mean,
                                         .cv2 = det_expm1(square(sigma))});
}

const struct dist *dist_lognormal_p50_p99(struct arena *arena, double p50, double p99,
                                          struct err *err)
{
    if (!check_positive("p50", p50, err) || !check_positive("p99", p99, err))
        return NULL;
    if (p99 < p50) {
        err_set(err, "p99 is below p50");
        err_help(err, "p50 is the median; 99 %% of the values are below p99");
        return NULL;
    }
    double mu = det_log(p50);
    double sigma = (det_log(p99) - mu) / DIST_Z99;
    return dist_lognormal_mu_sigma(arena, mu, sigma, err);
}

const struct dist *dist_lognormal_mean_cv(struct arena *arena, double mean, double cv,
                                          struct err *err)
{
    if (!check_positive("mean", mean, err) || !check_cv(cv, err))
        return NULL;
    double variance = det_log1p(square(cv));
    return dist_lognormal_mu_sigma(arena, det_log(mean) - 0.5 * variance, sqrt(variance), err);
}

const struct dist *dist_gamma(struct arena *arena, double mean, double cv, struct err *err)
{
    if (!check_positive("mean", mean, err) || !check_cv(cv, err))
        return NULL;
    double shape = 1 / square(cv);
    return dist_new(
        arena,
        (struct dist){
            .kind = DIST_GAMMA, .a = shape, .b = mean / shape, .mean = mean, .cv2 = square(cv)});
}

/* log(1 + cv^2) of a Weibull law with shape 1/e; grows with e. */
static double weibull_log_spread(double e)
{
    return det_lgamma(1 + 2 * e) - 2 * det_lgamma(1 + e);
}

const struct dist *dist_weibull(struct arena *arena, double mean, double cv, struct err *err)
{
    if (!check_positive("mean", mean, err) || !check_cv(cv, err))
        return NULL;
    /* The bounds of cv keep 1/shape between 0.0007 and 9. */
    double low = 1e-4, high = 20, target = det_log1p(square(cv));
    for (int i = 0; i < 100; i++) {
        double middle = 0.5 * (low + high);
        if (weibull_log_spread(middle) < target)
            low = middle;
        else
            high = middle;
    }
    double scale = mean * det_exp(-det_lgamma(1 + high));
    return dist_new(
        arena,
        (struct dist){
            .kind = DIST_WEIBULL, .a = 1 / high, .b = scale, .mean = mean, .cv2 = square(cv)});
}

const struct dist *dist_pareto(struct arena *arena, double min, double alpha, struct err *err)
{
    if (!check_value("min", min, err))
        return NULL;
    if (!(alpha >= 0.01 && alpha <= 1e6)) {
        err_set(err, "alpha = %g is not between 0.01 and 1000000", alpha);
        err_help(err, "alpha is the tail index: 1.1 is very heavy, 3 is mild");
        return NULL;
    }
    double mean = alpha > 1 ? min * (alpha / (alpha - 1)) : min > 0 ? INFINITY : 0;
    double cv2 = min == 0 ? 0 : alpha > 2 ? 1 / (alpha * (alpha - 2)) : INFINITY;
    return dist_new(
        arena, (struct dist){.kind = DIST_PARETO, .a = min, .b = alpha, .mean = mean, .cv2 = cv2});
}

const struct dist *dist_erlang(struct arena *arena, double mean, int64_t k, struct err *err)
{
    if (!check_value("mean", mean, err))
        return NULL;
    if (k < 1 || k > 1000) {
        err_set(err, "k = %lld is not between 1 and 1000", (long long)k);
        err_help(err, "k is the number of stages; erlang with k = 1 is exponential");
        return NULL;
    }
    double stages = (double)k;
    return dist_new(
        arena,
        (struct dist){
            .kind = DIST_ERLANG, .a = stages, .b = mean / stages, .mean = mean, .cv2 = 1 / stages});
}

static bool check_weights(size_t count, const double *weights, double *sum, struct err *err)
{
    *sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (!(weights[i] >= 0 && weights[i] <= 1e15)) {
            err_set(err, "weight %zu of mix is %g", i + 1, weights[i]);
            return err_help(err, "weights are 0 or more; they need not sum to 1");
        }
        *sum += weights[i];
    }
    if (*sum > 0)
        return true;
    err_set(err, "mix has no part with a weight above 0");
    return err_help(err, "write mix{ {9, \"10ms\"}, {1, \"2s\"} }");
}

static bool check_parts(size_t count, const struct dist *const *parts, struct dist *mix,
                        struct err *err)
{
    for (size_t i = 0; i < count; i++) {
        mix->leaves += parts[i]->leaves;
        if (mix->depth < parts[i]->depth + 1)
            mix->depth = parts[i]->depth + 1;
        if (mix->depth > MIX_DEPTH_MAX) {
            err_set(err, "mix is nested more than %d deep", MIX_DEPTH_MAX);
            return err_help(err, "write the inner parts into the outer mix");
        }
        if (mix->leaves > MIX_LEAVES_MAX) {
            err_set(err, "mix has more than %d parts in all", MIX_LEAVES_MAX);
            return err_help(err, "write many values as empirical or percentiles");
        }
    }
    return true;
}

/* Weights of the parts from the cumulative ones: the first part has the first. */
static double mix_weight(const double *cumulative, size_t i)
{
    return i == 0 ? cumulative[0] : cumulative[i] - cumulative[i - 1];
}

static void mix_moments(struct dist *mix)
{
    double mean = 0, second = 0;
    for (size_t i = 0; i < mix->count; i++) {
        double weight = mix_weight(mix->x, i);
        double part = mix->parts[i]->mean;
        if (weight > 0 && part > 0) {
            mean += weight * part;
            second += weight * part * part * (1 + mix->parts[i]->cv2);
        }
    }
    mix->mean = mean;
    mix->cv2 = mean > 0 ? second / square(mean) - 1 : 0;
    if (!(mix->cv2 < INFINITY))
        mix->cv2 = INFINITY; /* infinity over infinity included */
    if (mix->cv2 < 0)
        mix->cv2 = 0;
}

const struct dist *dist_mix(struct arena *arena, size_t count, const double *weights,
                            const struct dist *const *parts, struct err *err)
{
    double sum;
    struct dist mix = {.kind = DIST_MIX, .count = count};
    if (!check_weights(count, weights, &sum, err) || !check_parts(count, parts, &mix, err))
        return NULL;

    double *cumulative = ARENA_ARRAY(arena, double, count);
    double so_far = 0;
    for (size_t i = 0; i < count; i++) {
        so_far += weights[i];
        cumulative[i] = so_far / sum;
    }
    /* Parts of weight 0 at the end must not catch what rounding leaves below 1. */
    for (size_t i = count; i-- > 0;) {
        cumulative[i] = 1;
        if (weights[i] > 0)
            break;
    }
    mix.x = cumulative;
    mix.parts = arena_copy(arena, parts, count * sizeof(parts[0]));
    mix_moments(&mix);
    return dist_new(arena, mix);
}

static bool check_percentiles(size_t count, const double *shares, const double *values,
                              struct err *err)
{
    if (count < 2 || shares[0] != 0 || shares[count - 1] != 1) {
        err_set(err, "percentiles does not reach from p0 to p100");
        return err_help(err, "write percentiles{ p0=, p50=, p99=, p100= }");
    }
    for (size_t i = 0; i < count; i++) {
        if (!check_value("a percentile", values[i], err))
            return false;
        if (i == 0)
            continue;
        if (!(shares[i] > shares[i - 1]))
            return err_set(err, "percentiles names p%g twice", shares[i] * 100);
        if (values[i] < values[i - 1]) {
            err_set(err, "p%g is below p%g", shares[i] * 100, shares[i - 1] * 100);
            return err_help(err, "percentiles never fall");
        }
    }
    return true;
}

/* Sets mean and cv2 from the mean and the mean square. */
static void set_moments(struct dist *dist, double mean, double second)
{
    double cv2 = mean > 0 ? second / square(mean) - 1 : 0;
    dist->mean = mean;
    dist->cv2 = cv2 > 0 ? cv2 : 0;
}

const struct dist *dist_percentiles(struct arena *arena, size_t count, const double *shares,
                                    const double *values, struct err *err)
{
    if (!check_percentiles(count, shares, values, err))
        return NULL;
    struct dist dist = {.kind = DIST_PERCENTILES, .count = count};
    double mean = 0, second = 0;
    for (size_t i = 1; i < count; i++) {
        double width = shares[i] - shares[i - 1], a = values[i - 1], b = values[i];
        mean += width * (a + b) / 2;
        second += width * (a * a + a * b + b * b) / 3;
    }
    set_moments(&dist, mean, second);
    dist.x = arena_copy(arena, shares, count * sizeof(shares[0]));
    dist.y = arena_copy(arena, values, count * sizeof(values[0]));
    return dist_new(arena, dist);
}

static void sift_down(double *heap, size_t at, size_t count)
{
    double value = heap[at];
    for (size_t child; (child = 2 * at + 1) < count; at = child) {
        child += child + 1 < count && heap[child + 1] > heap[child];
        if (heap[child] <= value)
            break;
        heap[at] = heap[child];
    }
    heap[at] = value;
}

/* Heapsort: never slow, whatever the file holds, and no memory. */
static void sort_values(double *values, size_t count)
{
    for (size_t i = count / 2; i-- > 0;)
        sift_down(values, i, count);
    for (size_t left = count; left > 1;) {
        double last = values[--left];
        values[left] = values[0];
        values[0] = last;
        sift_down(values, 0, left);
    }
}

const struct dist *dist_empirical(struct arena *arena, size_t count, const double *values,
                                  struct err *err)
{
    if (count == 0) {
        err_set(err, "empirical has no values");
        err_help(err, "the file holds one value a line");
        return NULL;
    }
    struct dist dist = {.kind = DIST_EMPIRICAL, .count = count};
    double mean = 0, second = 0;
    for (size_t i = 0; i < count; i++) {
        if (!check_value("a value", values[i], err)) {
            err_context(err, "empirical, value %zu", i + 1);
            return NULL;
        }
        mean += values[i] / (double)count;
        second += square(values[i]) / (double)count;
    }
    set_moments(&dist, mean, second);
    double *sorted = arena_copy(arena, values, count * sizeof(values[0]));
    sort_values(sorted, count);
    dist.y = sorted;
    return dist_new(arena, dist);
}

static const double *scaled_values(struct arena *arena, const double *values, size_t count,
                                   double factor)
{
    double *scaled = ARENA_ARRAY(arena, double, count);
    for (size_t i = 0; i < count; i++)
        scaled[i] = clamp_time(values[i] * factor);
    return scaled;
}

static const struct dist *const *scaled_parts(struct arena *arena, const struct dist *mix,
                                              double factor)
{
    const struct dist **parts = ARENA_ARRAY(arena, const struct dist *, mix->count);
    for (size_t i = 0; i < mix->count; i++)
        parts[i] = dist_scaled(arena, mix->parts[i], factor);
    return parts;
}

const struct dist *dist_scaled(struct arena *arena, const struct dist *dist, double factor)
{
    ASSERT(factor >= 0 && isfinite(factor));
    if (factor == 1)
        return dist;
    if (factor == 0)
        return dist_constant(arena, 0, NULL);

    struct dist scaled = *dist;
    scaled.mean *= factor;
    switch (dist->kind) {
    case DIST_CONSTANT:
        return dist_constant(arena, clamp_time(dist->a * factor), NULL);
    case DIST_UNIFORM:
    case DIST_NORMAL:
        scaled.a *= factor;
        scaled.b *= factor;
        break;
    case DIST_EXPONENTIAL:
    case DIST_PARETO:
        scaled.a *= factor;
        break;
    case DIST_LOGNORMAL:
        scaled.a += det_log(factor);
        break;
    case DIST_GAMMA:
    case DIST_WEIBULL:
    case DIST_ERLANG:
        scaled.b *= factor;
        break;
    case DIST_MIX:
        scaled.parts = scaled_parts(arena, dist, factor);
        break;
    case DIST_PERCENTILES:
    case DIST_EMPIRICAL:
        scaled.y = scaled_values(arena, dist->y, dist->count, factor);
        break;
    }
    return dist_new(arena, scaled);
}
