/* dist.h - every distribution of the scenario language (CONTRACT 2.1).
 *
 * A distribution draws a non-negative whole number: nanoseconds, bytes or a count, as its
 * owner chose. Parameters are in that unit. Draws round to nearest, are cut at 0 and at
 * TIME_MAX. A distribution is immutable once made and lives in the arena of its scenario.
 */
#ifndef TEPID_CORE_DIST_H
#define TEPID_CORE_DIST_H

#include "core/arena.h"
#include "core/err.h"
#include "core/rng.h"

#define DIST_Z99 0x1.29c5c4630ff0ep+1 /* 99 % of a normal law lies below mean + DIST_Z99 sd */

enum dist_kind {
    DIST_CONSTANT,
    DIST_EXPONENTIAL,
    DIST_UNIFORM,
    DIST_NORMAL, /* cut at 0 */
    DIST_LOGNORMAL,
    DIST_GAMMA,
    DIST_WEIBULL,
    DIST_PARETO,
    DIST_ERLANG,
    DIST_MIX,
    DIST_PERCENTILES, /* piecewise linear inverse */
    DIST_EMPIRICAL,   /* one of the given values, equally likely */
};

struct dist {
    enum dist_kind kind;
    double a,
        b; /* constant: a; exponential: mean a; uniform: a..b; normal: mean a, sd b; lognormal: mu a, sigma b;
                          gamma: shape a, scale b; weibull: shape a, scale b; pareto: min a, alpha b; erlang: k a, mean of one stage b */
    int64_t constant; /* constant: the rounded value */
    size_t count;     /* mix, percentiles, empirical: number of points */
    const double
        *x; /* mix: cumulative weights, last exactly 1; percentiles: cumulative shares 0..1 */
    const double *y;                 /* percentiles: values at x; empirical: sorted values */
    const struct dist *const *parts; /* mix */
    double mean, cv2;                /* of the uncut law */
    int depth;                       /* mix: 1 + that of its deepest part; else 0 */
    size_t leaves;                   /* laws that are no mix, shared parts counted each time */
};

/* Constructors; each checks its parameters (finite, non-negative, cv > 0 ...), fills err and returns
 * NULL when they are wrong. Values may be at most TIME_MAX. */
const struct dist *dist_constant(struct arena *arena, double value, struct err *err);
const struct dist *dist_exponential(struct arena *arena, double mean, struct err *err);
const struct dist *dist_uniform(struct arena *arena, double low, double high, struct err *err);
const struct dist *dist_normal(struct arena *arena, double mean, double sd, struct err *err);
const struct dist *dist_lognormal_p50_p99(struct arena *arena, double p50, double p99,
                                          struct err *err);
const struct dist *dist_lognormal_mean_cv(struct arena *arena, double mean, double cv,
                                          struct err *err);
const struct dist *dist_lognormal_mu_sigma(struct arena *arena, double mu, double sigma,
                                           struct err *err);
const struct dist *dist_gamma(struct arena *arena, double mean, double cv, struct err *err);
const struct dist *dist_weibull(struct arena *arena, double mean, double cv,
                                struct err *err); /* solves for the shape */
const struct dist *dist_pareto(struct arena *arena, double min, double alpha, struct err *err);
const struct dist *dist_erlang(struct arena *arena, double mean, int64_t k,
                               struct err *err); /* k 1..1000 */
const struct dist *dist_mix(struct arena *arena, size_t count, const double *weights,
                            const struct dist *const *parts,
                            struct err *err); /* nesting depth <= 8, leaves <= 4096 */
/* shares strictly increasing from 0 to 1 (p0 .. p100), values non-decreasing */
const struct dist *dist_percentiles(struct arena *arena, size_t count, const double *shares,
                                    const double *values, struct err *err);
const struct dist *dist_empirical(struct arena *arena, size_t count, const double *values,
                                  struct err *err); /* copies and sorts */

/* The same law with every value times `factor` >= 0 (a fault's "latency x20"). */
const struct dist *dist_scaled(struct arena *arena, const struct dist *dist, double factor);

/* The general draw, out of line. */
int64_t dist_draw_general(const struct dist *dist, struct draw draw);

/* One draw: 0 .. TIME_MAX, a function of (dist, draw) alone. */
static inline int64_t dist_draw(const struct dist *dist, struct draw draw)
{
    return dist->kind == DIST_CONSTANT ? dist->constant : dist_draw_general(dist, draw);
}

/* count <= DIST_MANY draws at once, each the same as dist_draw(dist, draw_of(keys[i], salt)): cheaper one by one than alone. */
#define DIST_MANY 64
void dist_draw_many(const struct dist *dist, const uint64_t *keys, uint64_t salt, size_t count,
                    int64_t *out);

static inline bool dist_is_constant(const struct dist *dist)
{
    return dist->kind == DIST_CONSTANT;
}

/* Analytic mean and squared coefficient of variation of the uncut law; +inf where there is none. */
double dist_mean(const struct dist *dist);
double dist_cv2(const struct dist *dist);

/* "lognormal{p50=..., p99=...}" in words for check and explain; `unit_show` formats one value. */
void dist_show(const struct dist *dist, char *(*unit_show)(char buf[40], double value), char *buf,
               size_t size);

#endif
