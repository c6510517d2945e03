/* rng.h - named streams of random draws, each addressable by index.
 *
 * Nothing here has hidden state. A stream is a 64-bit key made from (seed, replication,
 * resource name, purpose); request i of a traffic source has the key stream_at(stream, i);
 * each draw a request causes is addressed by (request key, salt), where the salt is a hash
 * of the resource, the purpose and the operation. So a draw depends on who asks and what for, never on
 * what else happened before: change one resource and every other draw stays as it was
 * (common random numbers).
 *
 * The generator is splitmix64 in counter form (Steele, Lea, Flood 2014; finaliser "mix13"
 * by Stafford): a counter plus a full-avalanche mix. A draw that needs several words (a
 * ziggurat rejection) takes them from its own block, so the words of one draw never shift those of another.
 */
#ifndef TEPID_CORE_RNG_H
#define TEPID_CORE_RNG_H

#include "core/base.h"

#define RNG_GAMMA UINT64_C(0x9E3779B97F4A7C15) /* steps inside a draw: 2^64 / golden ratio, odd */
#define RNG_STEP  UINT64_C(0xD1B54A32D192ED03) /* steps between indices of a stream */

static inline uint64_t rng_mix(uint64_t z)
{
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

/* 64-bit hash of bytes, the same on every machine (FNV-1a with a final mix). */
uint64_t rng_hash(uint64_t start, const void *bytes, size_t count);
uint64_t rng_hash_text(uint64_t start, const char *text);

/* The key of a named stream. */
uint64_t stream_named(uint64_t seed, uint32_t rep, const char *resource, const char *purpose);

/* The key of element `index` of a stream. */
static inline uint64_t stream_at(uint64_t stream, uint64_t index)
{
    return rng_mix(stream + index * RNG_STEP);
}

/* One draw's own block of words. */
struct draw {
    uint64_t counter;
};

/* The draw with this salt that belongs to `key` (a request, an instance ...). */
static inline struct draw draw_of(uint64_t key, uint64_t salt)
{
    return (struct draw){key + salt};
}

static inline uint64_t draw_word(struct draw *draw)
{
    draw->counter += RNG_GAMMA;
    return rng_mix(draw->counter);
}

/* Uniform on [0, 1): 53 bits. */
static inline double draw_unit(struct draw *draw)
{
    return (double)(draw_word(draw) >> 11) * 0x1p-53;
}

/* Uniform whole number below `bound` > 0, without bias worth measuring (Lemire's multiply). */
static inline uint64_t draw_below(struct draw *draw, uint64_t bound)
{
    return (uint64_t)(((uint128)draw_word(draw) * bound) >> 64);
}

/* True with probability p. */
static inline bool draw_chance(struct draw *draw, double p)
{
    return draw_unit(draw) < p;
}

/* Ziggurat with 256 layers (Marsaglia, Tsang 2000), one word in ~98.8 % of draws; tails by
 * det_log. Mean 1, and mean 0 with variance 1. */
double draw_exponential(struct draw *draw);
double draw_normal(struct draw *draw);

#endif
