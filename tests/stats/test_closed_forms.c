/* test_closed_forms.c - closed forms against values from tables, and the keep-alive theorem against a slower way to the same. */
#include "stats/queueing.h"

#include <math.h>

#include "core/base.h"
#include "tests/suite.h"
#include "tests/theory/reference.h"

#define CLOSE(found, exact, digits) CU_ASSERT_DOUBLE_EQUAL((found) / (exact), 1, (digits))

/* Values of Erlang's tables; the last two to more digits than they print. */
static void test_loss(void)
{
    CU_ASSERT_DOUBLE_EQUAL(queueing_erlang_b(10, 8), 0.12166106, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(queueing_erlang_b(100, 90), 0.02695738, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(queueing_erlang_b(1000, 950), 0.00364929, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(queueing_erlang_b(1000, 1000), 0.02481192, 5e-9);
    CU_ASSERT_EQUAL(queueing_erlang_b(0, 5), 1);
    CLOSE(queueing_erlang_b(1, 1), 0.5, 1e-15);
    CLOSE(queueing_erlang_b(2, 1), 0.2, 1e-15);
}

static void test_waiting(void)
{
    CU_ASSERT_DOUBLE_EQUAL(queueing_erlang_c(10, 9), 0.6687315, 5e-8);
    CU_ASSERT_DOUBLE_EQUAL(queueing_mmc_wait(10, 9, 1), 0.6687315, 5e-8);
    CU_ASSERT_DOUBLE_EQUAL(queueing_mmc_wait_at(10, 9, 1, 0.99), 4.202798, 5e-7);
    CU_ASSERT_DOUBLE_EQUAL(queueing_erlang_c(100, 90), 0.2169405, 5e-8);
    CU_ASSERT_DOUBLE_EQUAL(queueing_mmc_wait(100, 90, 1), 0.02169405, 5e-9);
    CU_ASSERT_EQUAL(queueing_mmc_wait_at(100, 90, 1, 0.5), 0); /* most do not wait */
    CU_ASSERT_EQUAL(queueing_erlang_c(3, 3), 1);
}

/* One place and one in line at load 1/2: weights 4, 2, 1. A long line is M/M/c, none a loss system. */
static void test_bounded_lines(void)
{
    struct queueing_bounded found = queueing_mmck(1, 1, 0.5);
    CLOSE(found.lost, 1. / 7, 1e-12);
    CLOSE(found.depth, 1. / 7, 1e-12);
    CLOSE(queueing_mmck(10, 0, 8).lost, 0.12166106, 1e-7);
    CLOSE(queueing_mmck(10, 1000, 9).depth, 6.018584, 1e-6);
    CLOSE(queueing_mmck(1, 9, 1).lost, 1. / 11, 1e-12); /* load 1: all states alike */
    CU_ASSERT_TRUE(queueing_mmck(2, 50, 4).lost > 0.5);
}

/* One place: M/M/1 is the case cv2 = 1 of M/G/1, and waits W - S = 1/(mu - lambda) - 1/mu. */
static void test_one_place(void)
{
    CLOSE(queueing_mg1_wait(0.8, 1, 0), 2.0, 1e-12);
    CLOSE(queueing_mg1_wait(0.8, 1, 1), 4.0, 1e-12);
    CLOSE(queueing_mg1_wait(0.8, 1, exp(1) - 1), 5.436564, 1e-7);
    CLOSE(queueing_mg1_wait(0.9, 2, 1), queueing_mmc_wait(1, 0.9, 2), 1e-12);
    CLOSE(queueing_mmc_wait(1, 0.9, 1), 9, 1e-12);
}

static void test_how_many_are_there(void)
{
    CU_ASSERT_DOUBLE_EQUAL(queueing_poisson_from(20, 10), 0.003454, 5e-7);
    CLOSE(queueing_poisson_at(0, 2), exp(-2), 1e-14);
    CLOSE(queueing_poisson_at(3, 2), exp(-2) * 8 / 6, 1e-14);
    CLOSE(queueing_poisson_from(1, 0.01), -expm1(-0.01), 1e-12);
    CLOSE(queueing_poisson_from(3, 10), 1 - exp(-10) * (1 + 10 + 50), 1e-14);
    CU_ASSERT_EQUAL(queueing_poisson_from(0, 3), 1);
}

static void test_one_instance(void)
{
    CU_ASSERT_DOUBLE_EQUAL(queueing_keep_alive_alone(0.01, 2, 300), 0.04880122, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(queueing_keep_alive_alone(1. / 300, 0, 600), 0.13533528, 5e-9);
}

/* The other way is uniformisation, event by event of the chain. */
static void test_the_keep_alive_theorem_agrees_with_the_slower_way(void)
{
    static const struct keep_alive_given given[] = {
        {0.1, 2, 60, 0}, {1, 1, 10, 0},  {10, 1, 10, 0},  {1, 10, 60, 0},
        {40, 1, 20, 0},  {3, 1, 0.1, 0}, {10, 1, 10, 12}, {2, 1, 5, 1},
    };
    for (size_t i = 0; i < COUNTOF(given); i++) {
        struct keep_alive_found found = queueing_keep_alive(&given[i]);
        struct keep_alive_exact exact = keep_alive_exact((struct keep_alive_case){
            given[i].rate_per_s, given[i].service_s, given[i].keep_alive_s, (int)given[i].limit});
        if (fabs(found.cold / exact.cold - 1) > 1e-7 || fabs(found.idle / exact.idle - 1) > 1e-7)
            printf("%zu: cold %.12g, not %.12g; idle %.12g, not %.12g\n", i, found.cold, exact.cold,
                   found.idle, exact.idle);
        CLOSE(found.cold, exact.cold, 1e-7);
        CLOSE(found.idle, exact.idle, 1e-7);
    }
}

static void test_the_keep_alive_theorem_at_its_ends(void)
{
    struct keep_alive_given given = {5, 1, 0, 0};
    CLOSE(queueing_keep_alive(&given).cold, 1, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(queueing_keep_alive(&given).idle, 0, 1e-12);
    given.keep_alive_s = 1e9;
    CU_ASSERT_TRUE(queueing_keep_alive(&given).cold < 1e-6);
    given = (struct keep_alive_given){1e-9, 1, 60, 0};
    CLOSE(queueing_keep_alive(&given).cold, 1, 1e-6);
    given = (struct keep_alive_given){0.9, 1.991, 600, 0}; /* SimFaaS's example */
    CU_ASSERT_DOUBLE_EQUAL(queueing_keep_alive(&given).cold, 0.00132931, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(queueing_keep_alive(&given).idle, 5.90003, 5e-6);
}

CU_TestInfo suite_closed_forms[] = {
    TEST(test_loss),
    TEST(test_waiting),
    TEST(test_bounded_lines),
    TEST(test_one_place),
    TEST(test_how_many_are_there),
    TEST(test_one_instance),
    TEST(test_the_keep_alive_theorem_agrees_with_the_slower_way),
    TEST(test_the_keep_alive_theorem_at_its_ends),
    CU_TEST_INFO_NULL,
};
