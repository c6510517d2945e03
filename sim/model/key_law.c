/* key_law.c - see key_law.h. */
#include "model/key_law.h"

#include <math.h>

#include "core/detmath.h"

/* Integral of x^-s: H(x) = (x^(1-s) - 1) / (1 - s), or log x for s = 1 (Hoermann, Derflinger 1996). */
static double h_integral(double x, double s)
{
    double log_x = det_log(x), t = (1 - s) * log_x;
    /* (exp(t) - 1) / t, without cancellation near t = 0 */
    double growth = fabs(t) > 1e-8 ? (det_exp(t) - 1) / t : 1 + t / 2;
    return growth * log_x;
}

static double h_inverse(double y, double s)
{
    double t = y * (1 - s);
    if (t < -1)
        t = -1; /* rounding */
    double log_growth = fabs(t) > 1e-8 ? det_log(1 + t) / t : 1 - t / 2;
    return det_exp(log_growth * y);
}

static double weight(double x, double s)
{
    return det_exp(-s * det_log(x));
}

void key_law_prepare(struct key_law *law)
{
    if (law->kind != KEYS_ZIPF)
        return;
    law->h_first = h_integral(1.5, law->s) - 1;
    law->h_last = h_integral((double)law->n + 0.5, law->s);
    law->cut = 2 - h_inverse(h_integral(2.5, law->s) - weight(2, law->s), law->s);
}

static int64_t zipf_rank(const struct key_law *law, struct draw draw)
{
    for (;;) {
        double u = law->h_last + draw_unit(&draw) * (law->h_first - law->h_last);
        double x = h_inverse(u, law->s);
        double k = floor(x + 0.5);
        if (k < 1)
            k = 1;
        if (k > (double)law->n)
            k = (double)law->n;
        if (k - x <= law->cut || u >= h_integral(k + 0.5, law->s) - weight(k, law->s))
            return (int64_t)k - 1;
    }
}

int64_t key_law_rank(const struct key_law *law, struct draw draw)
{
    switch (law->kind) {
    case KEYS_UNIFORM:
        return (int64_t)draw_below(&draw, (uint64_t)law->n);
    case KEYS_ZIPF:
        return law->n == 1 ? 0 : zipf_rank(law, draw);
    default:
        return 0;
    }
}

uint64_t key_law_draw(const struct key_law *law, struct draw draw)
{
    if (law->kind == KEYS_ONE)
        return law->hash | 1;
    return rng_mix(law->hash + (uint64_t)(key_law_rank(law, draw) + 1) * RNG_STEP) | 1;
}

double key_law_share(const struct key_law *law, int64_t k)
{
    if (law->kind != KEYS_ZIPF)
        return law->kind == KEYS_UNIFORM ? 1 / (double)law->n : 1;
    double sum = 0;
    for (int64_t i = 1; i <= law->n; i++)
        sum += weight((double)i, law->s);
    return weight((double)k + 1, law->s) / sum;
}
