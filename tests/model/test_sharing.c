/* test_sharing.c - processor sharing: by hand, and beside a model that gives every job its share step by step. */
#include <math.h>
#include <stdlib.h>

#include "model/sharing.h"
#include "tests/suite.h"

/* Runs to the next end; returns who, and when in *now. */
static uint64_t next_done(struct sharing *sharing, sim_time *now)
{
    uint64_t id = UINT64_MAX;
    *now = sharing_due(sharing);
    CU_ASSERT_TRUE_FATAL(*now != SIM_NEVER);
    CU_ASSERT_TRUE(sharing_take(sharing, *now, &id));
    return id;
}

static void test_a_job_alone_takes_its_work(void)
{
    struct sharing sharing = {0};
    sim_time now = 0;
    CU_ASSERT_EQUAL(sharing_due(&sharing), SIM_NEVER);
    sharing_set(&sharing, 1500, 0); /* more than one at full speed helps one no further */
    sharing_add(&sharing, 7, 12345, 1000);
    CU_ASSERT_EQUAL(next_done(&sharing, &now), 7);
    CU_ASSERT_EQUAL(now, 13345);
    CU_ASSERT_EQUAL(sharing_due(&sharing), SIM_NEVER);
    sharing_free(&sharing);
}

/* Three of 100 at once on one and a half: at half speed until 200; equal jobs leave in order. Half of one for a job alone: 100 in 200. */
static void test_all_get_on_alike(void)
{
    struct sharing sharing = {0};
    sim_time now = 0;
    sharing_set(&sharing, 1500, 0);
    for (uint32_t id = 0; id < 3; id++)
        sharing_add(&sharing, id, 100, 0);
    for (uint32_t id = 0; id < 3; id++) {
        CU_ASSERT_EQUAL(next_done(&sharing, &now), id);
        CU_ASSERT_EQUAL(now, 200);
    }
    sharing_set(&sharing, 500, 300);
    sharing_add(&sharing, 9, 100, 300);
    CU_ASSERT_EQUAL(next_done(&sharing, &now), 9);
    CU_ASSERT_EQUAL(now, 500);
    sharing_free(&sharing);
}

static void test_without_capacity_all_stand_still(void)
{
    struct sharing sharing = {0};
    sim_time now = 0;
    sharing_set(&sharing, 1000, 0);
    sharing_add(&sharing, 1, 100, 0);
    sharing_set(&sharing, 0, 40);
    CU_ASSERT_EQUAL(sharing_due(&sharing), SIM_NEVER);
    sharing_set(&sharing, 1000, 1000);
    CU_ASSERT_EQUAL(next_done(&sharing, &now), 1);
    CU_ASSERT_EQUAL(now, 1060);
    sharing_free(&sharing);
}

/* -- beside a model too simple to be wrong: every job's work left, in floating point ---------------- */

#define JOBS 64

struct model {
    double left[JOBS]; /* < 0: no such job */
    int count;
    double full;
};

static double pace(const struct model *model)
{
    return model->count == 0 ? 0 : fmin(1, model->full / model->count);
}

static void pass(struct model *model, double ns)
{
    double done = ns * pace(model);
    for (int i = 0; i < JOBS; i++)
        if (model->left[i] >= 0)
            model->left[i] = fmax(0, model->left[i] - done);
}

/* Events at random: a job comes, the capacity changes, or the next job ends; both must name the same job within the
 * rounding, which is a ns for each end before it in a row. */
static void test_agrees_with_a_model_that_keeps_what_is_left(void)
{
    struct test_rng rng = {.state = 5};
    struct sharing sharing = {0};
    struct model model = {.full = 2};
    for (int i = 0; i < JOBS; i++)
        model.left[i] = -1;
    sim_time now = 0;
    sharing_set(&sharing, 2000, 0);
    for (int step = 0; step < 200000; step++) {
        int slot = (int)test_rng_below(&rng, JOBS);
        sim_time due = sharing_due(&sharing);
        sim_time later = now + test_rng_below(&rng, 200000);
        if (due <= later) { /* an end comes first */
            uint64_t id = JOBS;
            pass(&model, (double)(due - now));
            now = due;
            CU_ASSERT_TRUE_FATAL(sharing_take(&sharing, now, &id));
            CU_ASSERT_TRUE(id < JOBS && 0 <= model.left[id] && model.left[id] < 2);
            for (int i = 0; i < JOBS; i++)
                CU_ASSERT_TRUE(model.left[i] < 0 || model.left[id] <= model.left[i] + 2);
            model.left[id] = -1;
            model.count--;
            continue;
        }
        pass(&model, (double)(later - now));
        now = later;
        if (test_rng_below(&rng, 4) == 0) {
            int64_t full = 100 + test_rng_below(&rng, 8000);
            sharing_set(&sharing, full, now);
            model.full = (double)full / 1000;
        } else if (model.left[slot] < 0) {
            int64_t work = test_rng_below(&rng, 1000000);
            sharing_add(&sharing, (uint32_t)slot, work, now);
            model.left[slot] = (double)work;
            model.count++;
        }
        CU_ASSERT_EQUAL(sharing.count, (size_t)model.count);
    }
    sharing_free(&sharing);
}

/* Years of load on what is hardly there: no overflow, no drift. 1000 jobs of an hour on one thousandth take 1000 x 1000 h. */
static void test_centuries_do_not_overflow(void)
{
    struct sharing sharing = {0};
    sim_time now = 0, hour = 3600 * SIM_SECOND;
    sharing_set(&sharing, 1000, 0);
    for (uint32_t id = 0; id < 1000; id++)
        sharing_add(&sharing, id, hour, 0);
    CU_ASSERT_EQUAL(next_done(&sharing, &now), 0);
    CU_ASSERT_TRUE(llabs(now - 1000 * hour) < 1000000); /* at most 2^-48 of a ns is lost in each */
    sharing_set(&sharing, 1, now);
    sharing_add(&sharing, 5000, TIME_MAX, now);
    for (uint32_t id = 1; id < 1000; id++)
        CU_ASSERT_EQUAL(next_done(&sharing, &now), id);
    CU_ASSERT_EQUAL(sharing_due(&sharing), SIM_NEVER); /* beyond all time */
    sharing_free(&sharing);
}

CU_TestInfo suite_sharing[] = {
    TEST(test_a_job_alone_takes_its_work),
    TEST(test_all_get_on_alike),
    TEST(test_without_capacity_all_stand_still),
    TEST(test_agrees_with_a_model_that_keeps_what_is_left),
    TEST(test_centuries_do_not_overflow),
    CU_TEST_INFO_NULL,
};
