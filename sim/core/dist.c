/* dist.c - draws; dist_make.c makes the laws, dist_show.c names them.
 *
 * The common laws are tested for first, in one short function that needs no stack; the others
 * stay out of its way. */
#include "core/dist.h"

#include <math.h>

#include "core/detmath.h"

#define ERLANG_SUM_MAX 32 /* stages added one by one; from there on a gamma draw is cheaper */

/* To nearest, 0 .. TIME_MAX; infinity and NaN count as too long. */
static inline int64_t whole(double value)
{
    if (UNLIKELY(!(value < (double)TIME_MAX)))
        return TIME_MAX;
    return value > 0 ? (int64_t)(value + 0.5) : 0;
}

/* Marsaglia and Tsang 2000, shape >= 1. */
static double draw_gamma_above_one(double shape, struct draw *draw)
{
    double d = shape - 1.0 / 3, c = 1 / sqrt(9 * d);
    for (;;) {
        double x = draw_normal(draw);
        double t = 1 + c * x;
        if (t <= 0)
            continue;
        double v = t * t * t;
        double u = 1 - draw_unit(draw);
        double x2 = x * x;
        if (u < 1 - 0.0331 * x2 * x2 || det_log(u) < 0.5 * x2 + d * (1 - v + det_log(v)))
            return d * v;
    }
}

/* Mean `shape`. Below shape 1, a gamma of shape + 1 times u^(1/shape). */
static double draw_gamma(double shape, struct draw *draw)
{
    if (shape >= 1)
        return draw_gamma_above_one(shape, draw);
    double boost = det_exp(det_log(1 - draw_unit(draw)) / shape);
    return draw_gamma_above_one(shape + 1, draw) * boost;
}

static double draw_erlang(double stages, struct draw *draw)
{
    if (stages > ERLANG_SUM_MAX)
        return draw_gamma_above_one(stages, draw);
    double sum = 0;
    for (int i = 0; i < (int)stages; i++)
        sum += draw_exponential(draw);
    return sum;
}

/* The first of x[0..count-1] that is above u; the last one is 1, so there is one. */
static size_t first_above(const double *x, size_t count, double u)
{
    size_t low = 0;
    for (size_t high = count - 1; low < high;) {
        size_t middle = (low + high) / 2;
        if (x[middle] > u)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

static double draw_percentiles(const struct dist *dist, struct draw *draw)
{
    double u = draw_unit(draw);
    size_t i = first_above(dist->x, dist->count, u); /* never 0: x[0] = 0 is not above u */
    double x0 = dist->x[i - 1], y0 = dist->y[i - 1];
    return y0 + (dist->y[i] - y0) * ((u - x0) / (dist->x[i] - x0));
}

static double draw_weibull(const struct dist *dist, struct draw *draw)
{
    return dist->b * det_exp(det_log(draw_exponential(draw)) / dist->a);
}

static double draw_pareto(const struct dist *dist, struct draw *draw)
{
    return dist->a * det_exp(-det_log(1 - draw_unit(draw)) / dist->b);
}

__attribute__((noinline)) static int64_t draw_rare(const struct dist *dist, struct draw draw)
{
    /* Each level of a mix spends two words: one to pick, one to begin the part's own block. */
    while (dist->kind == DIST_MIX) {
        double u = draw_unit(&draw);
        dist = dist->parts[first_above(dist->x, dist->count, u)];
        draw = (struct draw){draw_word(&draw)};
    }
    switch (dist->kind) {
    case DIST_GAMMA:
        return whole(dist->b * draw_gamma(dist->a, &draw));
    case DIST_WEIBULL:
        return whole(draw_weibull(dist, &draw));
    case DIST_PARETO:
        return whole(draw_pareto(dist, &draw));
    case DIST_ERLANG:
        return whole(dist->b * draw_erlang(dist->a, &draw));
    case DIST_PERCENTILES:
        return whole(draw_percentiles(dist, &draw));
    case DIST_EMPIRICAL:
        return whole(dist->y[draw_below(&draw, dist->count)]);
    default:
        return dist_draw(dist, draw); /* a part that is one of the common laws */
    }
}

int64_t dist_draw_general(const struct dist *dist, struct draw draw)
{
    if (LIKELY(dist->kind == DIST_LOGNORMAL))
        return whole(det_exp(dist->a + dist->b * draw_normal(&draw)));
    if (dist->kind == DIST_EXPONENTIAL)
        return whole(dist->a * draw_exponential(&draw));
    if (dist->kind == DIST_CONSTANT)
        return dist->constant;
    if (dist->kind == DIST_UNIFORM)
        return whole(dist->a + (dist->b - dist->a) * draw_unit(&draw));
    if (dist->kind == DIST_NORMAL)
        return whole(dist->a + dist->b * draw_normal(&draw));
    return draw_rare(dist, draw);
}

void dist_draw_many(const struct dist *dist, const uint64_t *keys, uint64_t salt, size_t count,
                    int64_t *out)
{
    ASSERT(count <= DIST_MANY);
    if (dist->kind != DIST_LOGNORMAL) {
        for (size_t i = 0; i < count; i++)
            out[i] = dist_draw(dist, draw_of(keys[i], salt));
        return;
    }
    double x[DIST_MANY] = {0}, y[DIST_MANY];
    for (size_t i = 0; i < count; i++) {
        struct draw draw = draw_of(keys[i], salt);
        x[i] = dist->a + dist->b * draw_normal(&draw);
    }
    det_exp_many(x, y, count);
    for (size_t i = 0; i < count; i++)
        out[i] = whole(y[i]);
}

double dist_mean(const struct dist *dist)
{
    return dist->mean;
}

double dist_cv2(const struct dist *dist)
{
    return dist->cv2;
}
