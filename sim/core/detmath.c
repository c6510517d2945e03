/* detmath.c - see the header.
 *
 * exp: x = k ln 2 + r with |r| <= ln 2 / 2, then 2^k (1 + expm1(r)); expm1 is a minimax polynomial
 * of degree 11 (error 2e-17), grouped by powers of r so that the multiplications do not wait for
 * each other.
 * log: x = 2^k m with m in [sqrt 1/2, sqrt 2), s = (m - 1)/(m + 1), and log m = 2 s + s z R(z) with
 * z = s^2. R is a minimax polynomial of degree 7 (error 2e-18) fitted with 60 digits.
 * Constants are hexadecimal, so no compiler has anything to round. */
#include "core/detmath.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define LOG2_E 0x1.71547652b82fep+0
#define LN2_HI 0x1.62e42fee00000p-1 /* 32 bits: times any exponent it is exact */
#define LN2_LO 0x1.a39ef35793c76p-33
#define SHIFT  0x1.8p52 /* adding it rounds to an integer, in the low bits of the sum */

#define SQRT_HALF_BITS UINT64_C(0x3FE6A09E667F3BCD)
#define ONE_BITS       UINT64_C(0x3FF0000000000000)

/* R(z), lowest power first: near 2/3, 2/5, 2/7 ... */
#define LOG_R0 0x1.5555555555555p-1
#define LOG_R1 0x1.9999999999a38p-2
#define LOG_R2 0x1.2492492476c87p-2
#define LOG_R3 0x1.c71c720160b47p-3
#define LOG_R4 0x1.745cf901605f7p-3
#define LOG_R5 0x1.3b1c360763b8ap-3
#define LOG_R6 0x1.0fbe83c2cbcf3p-3
#define LOG_R7 0x1.0c04595972ab8p-3

static inline uint64_t bits_of(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double from_bits(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* 2^k for k in -1022..1023. */
static inline double power_of_two(int64_t k)
{
    return from_bits((uint64_t)(k + 1023) << 52);
}

static inline int64_t split_exponent(double x, double *k)
{
    double shifted = x * LOG2_E + SHIFT;
    *k = shifted - SHIFT;
    return (int32_t)(uint32_t)bits_of(shifted);
}

/* exp(r) - 1 for |r| <= 0.35. Inlined by force: a call would cost as much as the polynomial. */
__attribute__((always_inline)) static inline double expm1_small(double r)
{
    double r2 = r * r, r4 = r2 * r2;
    double q0 = 0x1p-1 + r * 0x1.5555555555556p-3;
    double q1 = 0x1.555555555394cp-5 + r * 0x1.1111111110871p-7;
    double q2 = 0x1.6c16c17a1c437p-10 + r * 0x1.a01a01a8ba744p-13;
    double q3 = 0x1.a019b31890abfp-16 + r * 0x1.71de0a0471800p-19;
    double q4 = 0x1.289876a2dbdc0p-22 + r * 0x1.af4134720f354p-26;
    double low = q0 + r2 * q1;
    double high = (q2 + r2 * q3) + r4 * q4;
    return r + r2 * (low + r4 * high);
}

/* exp(x + tail) where the result may over- or underflow: the scale is applied in two halves. */
__attribute__((noinline)) static double exp_edge(double x, double tail)
{
    if (isnan(x))
        return x;
    if (x > 710)
        return INFINITY;
    if (x < -746)
        return 0;
    double k;
    int64_t n = split_exponent(x, &k);
    double r = (x - k * LN2_HI) - (k * LN2_LO - tail);
    double y = 1 + expm1_small(r);
    int64_t half = n / 2;
    return y * power_of_two(half) * power_of_two(n - half);
}

static inline double exp_sum(double x, double tail)
{
    if (!(fabs(x) < 708))
        return exp_edge(x, tail);
    double k;
    int64_t n = split_exponent(x, &k);
    double r = (x - k * LN2_HI) - (k * LN2_LO - tail);
    return (1 + expm1_small(r)) * power_of_two(n);
}

double det_exp(double x)
{
    return exp_sum(x, 0);
}

/* Adding n to the exponent's bits multiplies by 2^n exactly, as power_of_two does, where the result is an ordinary
 * number; and it needs no conversion to an integer, so that the loop stays in vector registers. */
void det_exp_many(const double *restrict in, double *restrict out, size_t count)
{
    bool ordinary = true;
    for (size_t i = 0; i < count; i++) {
        double shifted = in[i] * LOG2_E + SHIFT;
        double k = shifted - SHIFT;
        double r = (in[i] - k * LN2_HI) - (k * LN2_LO - 0.0);
        out[i] = from_bits(bits_of(1 + expm1_small(r)) + (bits_of(shifted) << 52));
        ordinary &= fabs(in[i]) < 708;
    }
    for (size_t i = 0; !ordinary && i < count; i++)
        out[i] = det_exp(in[i]);
}

double det_expm1(double x)
{
    if (!(fabs(x) < 36))
        return exp_edge(x, 0) - 1;
    if (fabs(x) < 0.34)
        return expm1_small(x);
    double k;
    int64_t n = split_exponent(x, &k);
    double r = (x - k * LN2_HI) - k * LN2_LO;
    /* 2^n - 1 is exact, so nothing cancels but what the result itself loses. */
    double scale = power_of_two(n);
    return scale * expm1_small(r) + (scale - 1);
}

/* x = 2^k m with m in [sqrt 1/2, sqrt 2); x positive and finite. */
static inline double split_log(double x, double *k)
{
    int64_t exponent = 0;
    if (x < 0x1p-1022) {
        x *= 0x1p54;
        exponent = -54;
    }
    /* Counting exponents from sqrt 1/2 instead of 1 puts m in its range without a branch, which
     * would be guessed wrong every other time. */
    uint64_t bits = bits_of(x);
    int64_t k_here = (int64_t)((bits - SQRT_HALF_BITS + ONE_BITS) >> 52) - 1023;
    *k = (double)(exponent + k_here);
    return from_bits(bits - ((uint64_t)k_here << 52));
}

/* z R(z) of the comment at the top. */
static inline double log_series(double z)
{
    double w = z * z;
    double even = LOG_R1 + w * (LOG_R3 + w * (LOG_R5 + w * LOG_R7));
    double odd = LOG_R0 + w * (LOG_R2 + w * (LOG_R4 + w * LOG_R6));
    return z * (odd + z * even);
}

/* log of what is not positive and finite. */
static double log_edge(double x)
{
    if (x == 0)
        return -INFINITY;
    return x > 0 ? x : NAN; /* +inf; negative or NaN */
}

double det_log(double x)
{
    if (!(x > 0 && x < INFINITY))
        return log_edge(x);
    double k;
    double f = split_log(x, &k) - 1;
    double s = f / (2 + f);
    double r = log_series(s * s);
    /* 2 s = f - s f; written around f, which is exact, the rest is a small correction. */
    double half_square = 0.5 * f * f;
    return k * LN2_HI - ((half_square - (s * (half_square + r) + k * LN2_LO)) - f);
}

double det_log1p(double x)
{
    if (!(x > -1 && x < 0x1p60))
        return x >= -1 ? det_log(1 + x) : NAN;
    double u = 1 + x;
    /* What rounding 1 + x lost, exactly (Knuth's two-sum), and its first-order effect. */
    double back = u - 1;
    double lost = (1 - (u - back)) + (x - back);
    return det_log(u) + lost / u;
}

/* a b as the exact sum of two doubles (Dekker); |a|, |b| < 2^990. */
static double exact_product(double a, double b, double *low)
{
    double ca = a * 0x1.0000002p27, cb = b * 0x1.0000002p27;
    double a1 = ca - (ca - a), b1 = cb - (cb - b);
    double a2 = a - a1, b2 = b - b1;
    double product = a * b;
    *low = ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2;
    return product;
}

/* log x as the sum of two doubles, to about 60 bits; x positive and finite. */
static double log_two_words(double x, double *low)
{
    double k;
    double f = split_log(x, &k) - 1;
    double d = 2 + f;
    double d_low = f - (d - 2);
    double s = f / d;
    double sd_low;
    double sd = exact_product(s, d, &sd_low);
    double s_low = (((f - sd) - sd_low) - s * d_low) / d;

    double big = k * LN2_HI, small = 2 * s;
    double sum = big + small;
    double back = sum - big;
    double lost = (big - (sum - back)) + (small - back);
    double rest = lost + (2 * s_low + s * log_series(s * s) + k * LN2_LO);
    double high = sum + rest;
    *low = rest - (high - sum);
    return high;
}

static double pow_edge(double x, double y)
{
    if (isnan(x) || isnan(y) || x < 0)
        return NAN;
    if (x == 0 || x == INFINITY)
        return (x == 0) == (y > 0) ? 0 : INFINITY;
    return (x > 1) == (y > 0) ? INFINITY : 0; /* y is infinite */
}

double det_pow(double x, double y)
{
    if (y == 0 || x == 1)
        return 1;
    if (!(x > 0 && x < INFINITY && fabs(y) < INFINITY))
        return pow_edge(x, y);
    double low, product_low;
    double high = log_two_words(x, &low);
    if (!(fabs(y * high) < 760))
        return (x > 1) == (y > 0) ? INFINITY : 0;
    double product = exact_product(y, high, &product_low);
    return exp_sum(product, product_low + y * low);
}

/* cos and sin of |r| <= pi/4 (a little more does no harm), by Taylor. */
static double cos_small(double r)
{
    double z = r * r;
    double p = 0x1.ae7f3e733b81fp-45;
    p = -0x1.93974a8c07c9dp-37 + z * p;
    p = 0x1.1eed8eff8d898p-29 + z * p;
    p = -0x1.27e4fb7789f5cp-22 + z * p;
    p = 0x1.a01a01a01a01ap-16 + z * p;
    p = -0x1.6c16c16c16c17p-10 + z * p;
    p = 0x1.5555555555555p-5 + z * p;
    return 1 - (0.5 * z - z * z * p);
}

static double sin_small(double r)
{
    double z = r * r;
    double p = 0x1.952c77030ad4ap-49;
    p = -0x1.ae7f3e733b81fp-41 + z * p;
    p = 0x1.6124613a86d09p-33 + z * p;
    p = -0x1.ae64567f544e4p-26 + z * p;
    p = 0x1.71de3a556c734p-19 + z * p;
    p = -0x1.a01a01a01a01ap-13 + z * p;
    p = 0x1.1111111111111p-7 + z * p;
    p = -0x1.5555555555555p-3 + z * p;
    return r + r * z * p;
}

double det_cos(double x)
{
    if (!(fabs(x) <= 0x1p20))
        return NAN;
    /* pi/2 in three pieces; the first two have 32 bits or less, so n times them is exact. */
    double shifted = x * 0x1.45f306dc9c883p-1 + SHIFT;
    double n = shifted - SHIFT;
    double r =
        ((x - n * 0x1.921fb54400000p+0) - n * 0x1.0b4611a400000p-34) - n * 0x1.13198a2e03707p-65;
    switch (bits_of(shifted) & 3) {
    case 0:
        return cos_small(r);
    case 1:
        return -sin_small(r);
    case 2:
        return -cos_small(r);
    default:
        return sin_small(r);
    }
}

/* Stirling's series above 16, where its terms fall fast enough; below, the recurrence. */
double det_lgamma(double x)
{
    if (!(x > 0))
        return NAN;
    double product = 1;
    for (; x < 16; x += 1)
        product *= x;
    double i = 1 / x, i2 = i * i;
    double series = i * (0x1.5555555555555p-4 +
                         i2 * (-0x1.6c16c16c16c17p-9 +
                               i2 * (0x1.a01a01a01a01ap-11 +
                                     i2 * (-0x1.3813813813814p-11 + i2 * 0x1.b951e2b18ff23p-11))));
    return (x - 0.5) * det_log(x) - x + 0x1.d67f1c864beb5p-1 + series - det_log(product);
}

double det_sqrt(double x)
{
    return sqrt(x);
}

double det_floor(double x)
{
    return floor(x);
}
