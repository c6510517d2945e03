/* test_processor_sharing.c - worked examples, then random work against a model too simple to be wrong. */
#include "model/processor_sharing.h"

#include <math.h>

#include "tests/suite.h"

/* Runs until the next job is done; gives the instant, SIM_NEVER if there is none, and whose it was. */
static sim_time next(struct processor *processor, sim_time now, uint32_t *owner)
{
    struct sharing_job job;
    sim_time due = processor_due(processor, now);
    if (due == SIM_NEVER)
        return SIM_NEVER;
    CU_ASSERT_TRUE(processor_take_done(processor, due, &job));
    *owner = job.owner;
    return due;
}

static void check_next(struct processor *processor, sim_time now, uint32_t owner, sim_time due)
{
    uint32_t who = 99;
    CU_ASSERT_EQUAL(next(processor, now, &who), due);
    CU_ASSERT_EQUAL(who, owner);
}

static void test_one_job_has_a_vcpu_or_what_there_is(void)
{
    static const struct {
        int64_t quarters, ms;
    } rows[] = {{1, 40}, {2, 20}, {4, 10}, {16, 10}, {64, 10}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        struct processor cpu;
        processor_init(&cpu, rows[i].quarters, 0);
        processor_add(&cpu, 10 * SIM_MS, 1, 0, 0);
        check_next(&cpu, 0, 1, rows[i].ms * SIM_MS);
        CU_ASSERT_EQUAL(processor_due(&cpu, rows[i].ms * SIM_MS), SIM_NEVER);
        processor_free(&cpu);
    }
}

/* Three jobs on two vCPUs have two thirds each: 10 ms of work take 15. */
static void test_more_jobs_than_vcpus_share_evenly(void)
{
    struct processor cpu;
    processor_init(&cpu, 8, 0);
    for (uint32_t i = 0; i < 3; i++)
        processor_add(&cpu, 10 * SIM_MS, i, 0, 0);
    CU_ASSERT_EQUAL(processor_in_use(&cpu), 8);
    for (uint32_t i = 0; i < 3; i++) /* equal ones in order of arrival */
        check_next(&cpu, i == 0 ? 0 : 15 * SIM_MS, i, 15 * SIM_MS);
    CU_ASSERT_EQUAL(processor_in_use(&cpu), 0);
    processor_free(&cpu);
}

/* A has 5 ms behind it when B comes; both run at half speed until A is done at 15, B has then 5 left. */
static void test_who_comes_later_slows_the_others_down(void)
{
    struct processor cpu;
    processor_init(&cpu, 4, 0);
    processor_add(&cpu, 10 * SIM_MS, 'A', 0, 0);
    processor_add(&cpu, 10 * SIM_MS, 'B', 0, 5 * SIM_MS);
    check_next(&cpu, 5 * SIM_MS, 'A', 15 * SIM_MS);
    check_next(&cpu, 15 * SIM_MS, 'B', 20 * SIM_MS);
    processor_free(&cpu);
}

static void test_a_short_job_overtakes(void)
{
    struct processor cpu;
    processor_init(&cpu, 4, 0);
    processor_add(&cpu, 100 * SIM_MS, 'L', 0, 0);
    processor_add(&cpu, 1 * SIM_MS, 'S', 0, 50 * SIM_MS);
    check_next(&cpu, 50 * SIM_MS, 'S', 52 * SIM_MS);
    check_next(&cpu, 52 * SIM_MS, 'L', 101 * SIM_MS);
    processor_free(&cpu);
}

/* 10 ms at a quarter of a vCPU are 2.5 of 20 ms; the rest takes 17.5 ms at one vCPU. */
static void test_another_size_holds_from_then_on(void)
{
    struct processor cpu;
    processor_init(&cpu, 1, 0);
    processor_add(&cpu, 20 * SIM_MS, 1, 0, 0);
    processor_resize(&cpu, 4, 10 * SIM_MS);
    check_next(&cpu, 10 * SIM_MS, 1, 10 * SIM_MS + 17500 * SIM_US);
    processor_free(&cpu);
}

static void test_absurd_work_does_not_overflow(void)
{
    struct processor cpu;
    processor_init(&cpu, 1, 0);
    for (uint32_t i = 0; i < 4000; i++)
        processor_add(&cpu, TIME_MAX, i, 0, 0);
    CU_ASSERT_EQUAL(processor_due(&cpu, 0), SIM_NEVER);
    CU_ASSERT_EQUAL(processor_due(&cpu, TIME_MAX - 1), SIM_NEVER);
    processor_free(&cpu);
}

/* -- against a slower model: every job's work is brought up to date at every event -------------- */

#define JOBS 40

struct slow {
    long double left[JOBS]; /* ns of work; negative: nobody there */
    int count;
    long double vcpus;
};

static void slow_advance(struct slow *slow, sim_time ns)
{
    if (slow->count == 0)
        return;
    long double rate = slow->vcpus / slow->count;
    rate = rate < 1 ? rate : 1;
    for (int i = 0; i < JOBS; i++)
        if (slow->left[i] >= 0)
            slow->left[i] -= fminl((long double)ns * rate, slow->left[i] + 2);
}

/* What is left of a job is at most rounding: 2^-32 ns an event, and what it gets beyond its end in the nanosecond it leaves. */
static void leave(struct slow *slow, uint32_t owner, bool *right)
{
    long double most = 0;
    for (int i = 0; i < JOBS; i++)
        most = slow->left[i] > most ? slow->left[i] : most;
    *right = *right && slow->left[owner] < 1e-3L && slow->left[owner] > -1.001L;
    slow->left[owner] = -1e9L;
    slow->count--;
}

static void test_agrees_with_a_model_that_updates_every_job(void)
{
    static const int64_t sizes[] = {1, 2, 4, 8, 64};
    struct test_rng rng = {.state = 7};
    for (size_t s = 0; s < COUNTOF(sizes); s++) {
        struct processor cpu;
        struct slow slow = {.vcpus = (long double)sizes[s] / 4};
        for (int i = 0; i < JOBS; i++)
            slow.left[i] = -1e9L;
        processor_init(&cpu, sizes[s], 0);
        sim_time now = 0;
        bool right = true;
        for (int step = 0; step < 20000; step++) {
            sim_time arrives = now + 1 + test_rng_below(&rng, 3000000);
            sim_time due = processor_due(&cpu, now);
            bool early = true; /* nobody is done a nanosecond before */
            if (due <= arrives) {
                uint32_t owner = 0;
                slow_advance(&slow, due - now);
                CU_ASSERT_EQUAL(next(&cpu, now, &owner), due);
                leave(&slow, owner, &right);
                now = due;
            } else {
                slow_advance(&slow, arrives - now);
                now = arrives;
                for (int i = 0; i < JOBS; i++)
                    early = early && (slow.left[i] < -1e8L || slow.left[i] > -1e-3L);
                right = right && early;
                uint32_t free_slot = 0;
                while (free_slot < JOBS && slow.left[free_slot] > -1e8L)
                    free_slot++;
                if (free_slot == JOBS)
                    continue;
                int64_t work = 1 + test_rng_below(&rng, 4000000);
                processor_add(&cpu, work, free_slot, 0, now);
                slow.left[free_slot] = (long double)work;
                slow.count++;
            }
            CU_ASSERT_EQUAL((int)cpu.count, slow.count);
        }
        CU_ASSERT_TRUE(right);
        processor_free(&cpu);
    }
}

CU_TestInfo suite_processor_sharing[] = {
    TEST(test_one_job_has_a_vcpu_or_what_there_is),
    TEST(test_more_jobs_than_vcpus_share_evenly),
    TEST(test_who_comes_later_slows_the_others_down),
    TEST(test_a_short_job_overtakes),
    TEST(test_another_size_holds_from_then_on),
    TEST(test_absurd_work_does_not_overflow),
    TEST(test_agrees_with_a_model_that_updates_every_job),
    CU_TEST_INFO_NULL,
};
