/* key_law.h - which key of a store or group of a stream a request is about.
 *
 * Keys are numbers 0 .. n-1. Zipf: P(k) proportional to 1/(k+1)^s, drawn by rejection inversion (Hoermann,
 * Derflinger 1996), which needs no table whatever n is.
 */
#ifndef TEPID_MODEL_KEY_LAW_H
#define TEPID_MODEL_KEY_LAW_H

#include "core/rng.h"

enum key_law_kind {
    KEYS_NONE, /* not given: every request has a key of its own */
    KEYS_ONE,  /* one fixed key, or group: `hash` */
    KEYS_UNIFORM,
    KEYS_ZIPF,
};

struct key_law {
    enum key_law_kind kind;
    int64_t n; /* 1 .. 1e9 */
    double s;  /* zipf: exponent 0 .. 10 */
    uint64_t hash;
    double h_first, h_last, cut; /* zipf: worked out by key_law_prepare */
};

void key_law_prepare(struct key_law *law);

/* The rank of the key, 0 the most frequent; 0 for KEYS_ONE. Not for KEYS_NONE. */
int64_t key_law_rank(const struct key_law *law, struct draw draw);

/* A number that names the key, never 0: the same key, the same number. */
uint64_t key_law_draw(const struct key_law *law, struct draw draw);

/* The share of requests that go to the key of rank k. */
double key_law_share(const struct key_law *law, int64_t k);

#endif
