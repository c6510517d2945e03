/* detmath.h - exp, log and pow whose bits do not depend on libm, CPU or optimisation.
 *
 * libm picks its kernels by CPU (with and without FMA) and so differs in the last bits
 * between machines. These are plain C: range reduction and polynomials of + - * / only, all of
 * which IEEE 754 rounds in one way. Build with -ffp-contract=off and without -ffast-math.
 * Relative error <= 1e-15 over the ranges below (measured in tests against libm's long
 * double functions).
 */
#ifndef TEPID_CORE_DETMATH_H
#define TEPID_CORE_DETMATH_H

#include <stddef.h>

double det_exp(double x); /* overflow: +inf above 709.78; underflow: 0 below -745 */
/* The same bits for `count` values, out[i] = det_exp(in[i]); the compiler does several at a time. May not overlap. */
void det_exp_many(const double *restrict in, double *restrict out, size_t count);
double det_log(double x);   /* x > 0; 0 gives -inf; negative NaN */
double det_log1p(double x); /* x > -1, accurate near 0 */
double det_expm1(double x); /* accurate near 0 */
double det_pow(
    double x,
    double
        y); /* x >= 0; exp(y log x) with a two-word log: rel. error <= 4e-15 for |y log x| < 100 */
double det_cos(double x);    /* |x| <= 1e6, abs. error <= 1e-14 */
double det_lgamma(double x); /* x > 0: log of the gamma function, error <= 2e-14 (1 + |result|) */
double det_sqrt(double x);   /* IEEE sqrt, exact by definition */
double det_floor(double x);

#endif
