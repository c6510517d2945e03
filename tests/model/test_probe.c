/* test_probe.c - what is put together of pure and mixed answers, and the window of a sample. */
#include "model/probe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/arena.h"
#include "tests/suite.h"

static struct probe *probe_new(void)
{
    struct probe *probe = mem_resize(NULL, sizeof(*probe));
    memset(probe, 0, sizeof(*probe));
    return probe;
}

static void probe_drop(struct probe *probe)
{
    probe_free(probe);
    mem_free(probe);
}

/* Three warm calls of 10 ms run, one cold of 100 ms init and 20 ms run. */
static void test_latency_duration_and_stages_are_put_together_again(void)
{
    struct probe *probe = probe_new();
    const int64_t stages[STAGE_COUNT] = {[STAGE_INIT] = 100 * SIM_MS, [STAGE_RUN] = 20 * SIM_MS};
    for (int i = 0; i < 3; i++)
        probe_answer_pure(probe, true, OUTCOME_OK, STAGE_RUN, 10 * SIM_MS);
    probe_answer(probe, true, OUTCOME_OK, 120 * SIM_MS, stages);

    struct hist hist = {0};
    uint64_t zeros;
    probe_latency(probe, &hist);
    CU_ASSERT_TRUE(hist.count == 4 && hist.sum == 150 * SIM_MS);
    probe_duration(probe, &hist);
    CU_ASSERT_TRUE(hist.count == 4 && hist.sum == 50 * SIM_MS);
    probe_stage(probe, STAGE_RUN, &hist, &zeros);
    CU_ASSERT_TRUE(hist.sum == 50 * SIM_MS && zeros == 0);
    probe_stage(probe, STAGE_INIT, &hist, &zeros);
    CU_ASSERT_TRUE(hist.sum == 100 * SIM_MS && zeros == 3);
    probe_stage(probe, STAGE_QUEUE, &hist, &zeros);
    CU_ASSERT_TRUE(hist.count == 0 && zeros == 4);
    hist_free(&hist);
    probe_drop(probe);
}

static void test_calls_of_before_are_counted_but_not_measured(void)
{
    struct probe *probe = probe_new();
    for (int i = 0; i < 4; i++) {
        bool measured = i > 0;
        probe_arrival(probe, measured);
        if (i < 2)
            probe_answer_pure(probe, measured, OUTCOME_ERROR, STAGE_RUN, SIM_MS);
        else
            probe_refusal(probe, measured);
    }
    struct counters counters = probe_measured(probe);
    CU_ASSERT_EQUAL(probe->all.arrivals, 4);
    CU_ASSERT_EQUAL(counters.arrivals, 3);
    CU_ASSERT_EQUAL(counters.answered, 3);
    CU_ASSERT_EQUAL(counters.errors, 3);
    CU_ASSERT_EQUAL(counters.throttles, 2);
    struct hist hist = {0};
    probe_latency(probe, &hist);
    CU_ASSERT_EQUAL(hist.count, 1);
    hist_free(&hist);
    probe_drop(probe);
}

static void test_outcomes_are_told_apart(void)
{
    struct probe *probe = probe_new();
    static const enum outcome outcomes[] = {OUTCOME_OK, OUTCOME_ERROR, OUTCOME_TIMEOUT,
                                            OUTCOME_TIMEOUT};
    for (size_t i = 0; i < COUNTOF(outcomes); i++)
        probe_answer_pure(probe, true, outcomes[i], STAGE_WAIT, SIM_MS);
    CU_ASSERT_EQUAL(probe->all.answered, 4);
    CU_ASSERT_EQUAL(probe->all.errors, 3);
    CU_ASSERT_EQUAL(probe->all.timeouts, 2);
    CU_ASSERT_EQUAL(probe->all.throttles, 0);
    probe_drop(probe);
}

static void test_merging_adds_counters_and_histograms(void)
{
    struct probe *a = probe_new(), *b = probe_new();
    probe_arrival(a, true);
    probe_answer_pure(a, true, OUTCOME_OK, STAGE_RUN, SIM_MS);
    probe_arrival(b, false);
    probe_arrival(b, true);
    probe_answer_pure(b, true, OUTCOME_OK, STAGE_WAIT, 2 * SIM_MS);
    probe_merge(a, b);
    CU_ASSERT_EQUAL(probe_measured(a).arrivals, 2);
    struct hist hist = {0};
    probe_latency(a, &hist);
    CU_ASSERT_TRUE(hist.count == 2 && hist.sum == 3 * SIM_MS);
    hist_free(&hist);
    probe_drop(a);
    probe_drop(b);
}

static int ascending(const void *a, const void *b)
{
    int64_t left = *(const int64_t *)a, right = *(const int64_t *)b;
    return (left > right) - (left < right);
}

/* Few values: exact. Many: within a bucket. And the next sample starts afresh. */
static void test_a_windows_quantiles_are_those_of_its_values(void)
{
    static const double q[] = {0.5, 0.95, 0.99};
    struct test_rng rng = {.state = 21};
    struct window window = {0};
    for (int count = 0; count <= 200; count += count < 30 ? 1 : 17) {
        int64_t values[200];
        for (int i = 0; i < count; i++) {
            values[i] = 1000 + test_rng_below(&rng, SIM_SECOND);
            window_add(&window, values[i]);
        }
        qsort(values, (size_t)count, sizeof(*values), ascending);
        double out[COUNTOF(q)];
        window_quantiles(&window, COUNTOF(q), q, out);
        for (size_t k = 0; k < COUNTOF(q); k++) {
            if (count == 0) {
                CU_ASSERT_TRUE(isnan(out[k]));
                continue;
            }
            double exact = (double)values[(int)ceil(q[k] * count) - 1];
            CU_ASSERT_TRUE(fabs(out[k] - exact) <= (count <= WINDOW_FEW ? 0 : 0.01 * exact));
        }
        window_clear(&window);
    }
    hist_free(&window.many);
}

CU_TestInfo suite_probe[] = {
    TEST(test_latency_duration_and_stages_are_put_together_again),
    TEST(test_calls_of_before_are_counted_but_not_measured),
    TEST(test_outcomes_are_told_apart),
    TEST(test_merging_adds_counters_and_histograms),
    TEST(test_a_windows_quantiles_are_those_of_its_values),
    CU_TEST_INFO_NULL,
};
