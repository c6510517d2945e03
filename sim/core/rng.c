/* rng.c - named streams, and the ziggurats.
 *
 * One word serves a draw: its low 8 bits pick a layer, bit 8 the sign, the high 53 bits the place
 * along the layer. They do not overlap, so the place does not depend on the layer. */
#include "core/rng.h"

#include <string.h>

#include "core/detmath.h"
#include "core/ziggurat_tables.h"

#define FNV_OFFSET UINT64_C(0xCBF29CE484222325)
#define FNV_PRIME  UINT64_C(0x100000001B3)

uint64_t rng_hash(uint64_t start, const void *bytes, size_t count)
{
    const unsigned char *byte = bytes;
    uint64_t hash = start ^ FNV_OFFSET;
    for (size_t i = 0; i < count; i++)
        hash = (hash ^ byte[i]) * FNV_PRIME;
    return rng_mix(hash);
}

uint64_t rng_hash_text(uint64_t start, const char *text)
{
    return rng_hash(start, text, strlen(text));
}

/* Each part is mixed in before the next, so "ab" + "c" and "a" + "bc" are different streams. */
uint64_t stream_named(uint64_t seed, uint32_t rep, const char *resource, const char *purpose)
{
    uint64_t key = rng_mix(seed + RNG_GAMMA);
    key = rng_mix(key + ((uint64_t)rep + 1) * RNG_STEP);
    key = rng_hash_text(key, resource);
    return rng_hash_text(key, purpose);
}

static inline double unit_of(uint64_t word)
{
    return (double)(int64_t)(word >> 11) * 0x1p-53;
}

/* Uniform on (0, 1], for logarithms. */
static double draw_positive(struct draw *draw)
{
    return 1 - draw_unit(draw);
}

/* A point of layer i above the part that is surely under the curve: is it under the curve? */
static bool under_curve(struct draw *draw, const double *y, unsigned layer, double density)
{
    return y[layer] + draw_unit(draw) * (y[layer + 1] - y[layer]) < density;
}

/* What follows a miss, which one draw in eighty has. Beyond the base layer an exponential
 * starts anew. */
__attribute__((noinline)) static double exponential_miss(struct draw *draw, double x,
                                                         unsigned layer)
{
    for (;;) {
        if (layer == 0)
            return exponential_x[1] - det_log(draw_positive(draw));
        if (under_curve(draw, exponential_y, layer, det_exp(-x)))
            return x;
        uint64_t word = draw_word(draw);
        layer = word & 0xFF;
        x = unit_of(word) * exponential_x[layer];
        if (x < exponential_x[layer + 1])
            return x;
    }
}

double draw_exponential(struct draw *draw)
{
    uint64_t word = draw_word(draw);
    unsigned layer = word & 0xFF;
    double x = unit_of(word) * exponential_x[layer];
    return LIKELY(x < exponential_x[layer + 1]) ? x : exponential_miss(draw, x, layer);
}

/* The normal law beyond x[1] (Marsaglia 1964). */
static double normal_tail(struct draw *draw)
{
    for (;;) {
        double x = -det_log(draw_positive(draw)) / normal_x[1];
        double y = -det_log(draw_positive(draw));
        if (2 * y > x * x)
            return normal_x[1] + x;
    }
}

/* Bit 8 becomes the sign; a branch here would be guessed wrong every other time. */
static inline double with_sign(double x, uint64_t word)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    bits ^= (word & 0x100) << 55;
    memcpy(&x, &bits, sizeof x);
    return x;
}

__attribute__((noinline)) static double normal_miss(struct draw *draw, uint64_t word)
{
    for (;;) {
        unsigned layer = word & 0xFF;
        double x = unit_of(word) * normal_x[layer];
        if (x < normal_x[layer + 1])
            return with_sign(x, word);
        if (layer == 0)
            return with_sign(normal_tail(draw), word);
        if (under_curve(draw, normal_y, layer, det_exp(-0.5 * x * x)))
            return with_sign(x, word);
        word = draw_word(draw);
    }
}

double draw_normal(struct draw *draw)
{
    uint64_t word = draw_word(draw);
    unsigned layer = word & 0xFF;
    double x = unit_of(word) * normal_x[layer];
    return LIKELY(x < normal_x[layer + 1]) ? with_sign(x, word) : normal_miss(draw, word);
}
