/* test_sweep_provisioned.c - the shipped sizing of provisioned concurrency against Erlang's loss formula and the price list's figures.
 *
 * Poisson requests of 2 s each meet n provisioned instances: a loss system, whatever the law of the 2 s. What it loses runs on demand.
 */
#include <math.h>

#include "run/sweep.h"
#include "tests/suite.h"

#define RATE_PER_S 3.7336
#define SERVICE_S  2.0
#define GB         0.5

/* Erlang B by its recursion. */
static double loss(double load, int servers)
{
    double blocked = 1;
    for (int n = 1; n <= servers; n++)
        blocked = load * blocked / (n + load * blocked);
    return blocked;
}

/* USD of a second: prices of us-east-1 on x86, per GB-s and request, as their page gives them (2026-10). */
static double cost_per_s(int units, double spill)
{
    double on_demand = 0.0000166667, provisioned = 0.0000041667, served = 0.0000097222;
    double gb_s = RATE_PER_S * SERVICE_S * GB;
    return units * GB * provisioned + gb_s * (1 - spill) * served + gb_s * spill * on_demand +
           RATE_PER_S * 0.20 / 1e6;
}

static void test_the_sizing_agrees_with_erlang(void)
{
    struct err err = {0};
    struct study_setup files = {.program = "build/tepid", .file = "provisioned_sizing"};
    struct study *study = study_open(&files, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(study);
    static const int units[] = {0, 4, 7, 10, 11, 12, 15, 20};
    const char *axis = "provisioned=0,4,7,10,11,12,15,20";
    struct sweep_setup setup = {
        .study = study, .times = study_times_default, .axes = &axis, .axis_count = 1};
    setup.times.duration = 201 * SIM_HOUR;
    struct sweep *sweep = sweep_open(&setup, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(sweep);
    struct sweep_options options = {.jobs = 2, .limits = {SIM_NEVER, UINT64_MAX, INT64_MAX}};
    CU_ASSERT_TRUE_FATAL(sweep_run(sweep, &options, &err));
    const struct sweep_table *table = sweep_table(sweep);
    double span_s = 200 * 3600.0;
    CU_ASSERT_EQUAL_FATAL(table->point_count, COUNTOF(units));
    for (size_t i = 0; i < COUNTOF(units); i++) {
        const struct sweep_point *point = table->points[i];
        int n = units[i];
        double spill = loss(RATE_PER_S * SERVICE_S, n), cost = cost_per_s(n, spill) * span_s;
        if (fabs(point->all.spill - spill) > 0.003 || fabs(point->all.cost_usd / cost - 1) > 0.003)
            printf("%d units: spill %g, not %g; cost %g, not %g\n", n, point->all.spill, spill,
                   point->all.cost_usd, cost);
        CU_ASSERT_DOUBLE_EQUAL(point->all.spill, spill, 0.003);
        CU_ASSERT_DOUBLE_EQUAL(point->all.cost_usd / cost, 1, 0.003);
    }
    struct sweep_answers answers;
    sweep_answers(table, &answers);
    CU_ASSERT_EQUAL(answers.cheapest, 2);
    CU_ASSERT_EQUAL(answers.best, 6);
    CU_ASSERT_EQUAL(answers.break_even, 4);
    sweep_close(sweep);
    study_close(study);
}

CU_TestInfo suite_sweep_provisioned[] = {
    TEST(test_the_sizing_agrees_with_erlang),
    CU_TEST_INFO_NULL,
};
