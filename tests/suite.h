/* suite.h - what every test file shares: CUnit, a row macro and a seeded generator.
 * Tests draw from test_rng, never from the code under test or the wall clock. */
#ifndef TEPID_TESTS_SUITE_H
#define TEPID_TESTS_SUITE_H

#include <stdint.h>

#include <CUnit/CUnit.h>

/* clang-format off */
#define TEST(function) {#function, function}
/* clang-format on */

/* Another list may be named to build a test program of a few suites only. */
#ifndef TEPID_SUITES
#define TEPID_SUITES "tests/suites.def"
#define TEPID_ALL_SUITES
#endif

#define SUITE(name) extern CU_TestInfo suite_##name[];
#include TEPID_SUITES
#ifdef TEPID_ALL_SUITES
#include "tests/suites_stories.def"
#include "tests/suites_theory.def"
#endif
#undef SUITE

struct test_rng {
    uint64_t state;
};

/* Uniform enough for tests; `bound` must be positive. */
static inline int64_t test_rng_below(struct test_rng *rng, int64_t bound)
{
    rng->state = rng->state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)((rng->state >> 33) % (uint64_t)bound);
}

#endif
