/* test_sim.c - in which order a clock handles its events. The log of a run is a string: a letter for each event. */
#include "core/sim.h"

#include <string.h>

#include "core/arena.h"
#include "tests/suite.h"

#define LOG_MAX 4096

struct logged {
    struct sim sim; /* first: handlers get the clock */
    char log[LOG_MAX];
    sim_time times[LOG_MAX];
    int count;
    sim_time gaps[26]; /* letter: gap to its next arrival, 0 none */
    bool plain;        /* arrivals go into the list, without the register */
};

static void note(struct logged *logged, uint32_t slot)
{
    logged->times[logged->count] = logged->sim.now;
    logged->log[logged->count++] = (char)slot;
    logged->log[logged->count] = '\0';
}

static void on_letter(struct sim *sim, uint32_t slot, uint32_t generation)
{
    (void)generation;
    note((struct logged *)sim, slot);
}

/* Schedules two more events for the same instant, in phases that would come before its own. */
static void on_spawn(struct sim *sim, uint32_t slot, uint32_t generation)
{
    (void)generation;
    note((struct logged *)sim, slot);
    sim_at(sim, sim->now, SIM_COMPLETION, 0, slot + 1, 0);
    sim_at(sim, sim->now, SIM_OBSERVATION, 0, slot + 2, 0);
}

static void arrive_at(struct logged *logged, sim_time when, uint32_t slot)
{
    if (logged->plain)
        sim_at(&logged->sim, when, SIM_ARRIVAL, 2, slot, 0);
    else
        sim_arrival_at(&logged->sim, when, 2, slot);
}

static void on_source(struct sim *sim, uint32_t slot, uint32_t generation)
{
    struct logged *logged = (struct logged *)sim;
    (void)generation;
    note(logged, slot);
    sim_time gap = logged->gaps[slot - 'a'];
    if (gap > 0)
        arrive_at(logged, sim->now + gap, slot);
    if ((sim->now & 7) == 3) /* now and then something else for the same instants */
        sim_at(sim, sim->now + gap, SIM_ARRIVAL, 0, slot - 'a' + 'A', 0);
}

static struct logged *logged_new(sim_time horizon)
{
    struct logged *logged = mem_resize(NULL, sizeof(*logged));
    memset(logged, 0, sizeof(*logged));
    sim_init(&logged->sim, horizon);
    logged->sim.handlers[0] = on_letter;
    logged->sim.handlers[1] = on_spawn;
    logged->sim.handlers[2] = on_source;
    return logged;
}

static void logged_free(struct logged *logged)
{
    sim_free(&logged->sim);
    mem_free(logged);
}

static void test_phases_order_what_happens_at_one_instant(void)
{
    struct logged *logged = logged_new(100);
    sim_at(&logged->sim, 5, SIM_OBSERVATION, 0, 'o', 0);
    sim_at(&logged->sim, 5, SIM_ARRIVAL, 0, 'a', 0);
    sim_at(&logged->sim, 5, SIM_EXPIRY, 0, 'e', 0);
    sim_at(&logged->sim, 5, SIM_COMPLETION, 0, 'c', 0);
    sim_at(&logged->sim, 5, SIM_COMPLETION, 0, 'd', 0);
    sim_at(&logged->sim, 4, SIM_OBSERVATION, 0, 'z', 0);
    CU_ASSERT_TRUE(sim_run(&logged->sim, UINT64_MAX, NULL));
    CU_ASSERT_STRING_EQUAL(logged->log, "zcdeao");
    logged_free(logged);
}

/* b and c run after the events that were there, in order of scheduling, whatever their phase. */
static void test_the_present_instant_goes_on_in_order_of_scheduling(void)
{
    struct logged *logged = logged_new(100);
    sim_at(&logged->sim, 5, SIM_ARRIVAL, 1, 'a', 0);
    sim_at(&logged->sim, 5, SIM_ARRIVAL, 0, 'x', 0);
    sim_at(&logged->sim, 5, SIM_OBSERVATION, 0, 'o', 0);
    CU_ASSERT_TRUE(sim_run(&logged->sim, UINT64_MAX, NULL));
    CU_ASSERT_STRING_EQUAL(logged->log, "axbco");
    for (int i = 0; i < logged->count; i++)
        CU_ASSERT_EQUAL(logged->times[i], 5);
    logged_free(logged);
}

static void test_events_at_the_horizon_stay(void)
{
    struct logged *logged = logged_new(10);
    sim_at(&logged->sim, 9, SIM_OBSERVATION, 0, 'a', 0);
    sim_at(&logged->sim, 10, SIM_COMPLETION, 0, 'b', 0);
    sim_arrival_at(&logged->sim, 10, 0, 'c');
    CU_ASSERT_TRUE(sim_run(&logged->sim, UINT64_MAX, NULL));
    CU_ASSERT_STRING_EQUAL(logged->log, "a");
    CU_ASSERT_EQUAL(logged->sim.now, 10);
    CU_ASSERT_EQUAL(logged->sim.events, 1);
    logged_free(logged);
}

static void test_a_run_can_be_broken_off_and_taken_up_again(void)
{
    struct logged *whole = logged_new(1000), *parts = logged_new(1000);
    for (int i = 0; i < 2; i++) {
        struct logged *logged = i == 0 ? whole : parts;
        logged->gaps[0] = 3;
        logged->gaps[1] = 7;
        arrive_at(logged, 1, 'a');
        arrive_at(logged, 1, 'b');
    }
    CU_ASSERT_TRUE(sim_run(&whole->sim, UINT64_MAX, NULL));
    while (!sim_run(&parts->sim, 5, NULL)) {
    }
    CU_ASSERT_STRING_EQUAL(whole->log, parts->log);
    CU_ASSERT_EQUAL(whole->sim.fingerprint, parts->sim.fingerprint);
    logged_free(whole);
    logged_free(parts);
}

static void test_a_stop_is_seen(void)
{
    struct logged *logged = logged_new(INT64_C(1) << 40);
    _Atomic int stop = 1;
    logged->gaps[0] = INT64_C(1) << 30; /* 1024 events in all, were it not for the limit */
    arrive_at(logged, 1, 'a');
    CU_ASSERT_FALSE(sim_run(&logged->sim, 4096 + 10, &stop));
    CU_ASSERT_EQUAL(logged->sim.events,
                    10); /* looked at when the count left is a multiple of 4096 */
    logged_free(logged);
}

/* Sources with even gaps meet at many instants; whether their next arrivals stand in the list or one of them beside it,
 * the order is that of scheduling. */
static void test_the_arrival_register_keeps_the_order_of_the_list(void)
{
    struct test_rng rng = {.state = 7};
    for (int round = 0; round < 200; round++) {
        struct logged *pair[2] = {logged_new(200), logged_new(200)};
        sim_time gaps[4], firsts[4];
        for (int i = 0; i < 4; i++) {
            gaps[i] = 1 + test_rng_below(&rng, 6);
            firsts[i] = test_rng_below(&rng, 6);
        }
        for (int p = 0; p < 2; p++) {
            pair[p]->plain = p == 1;
            for (int i = 0; i < 4; i++) {
                pair[p]->gaps[i] = gaps[i];
                arrive_at(pair[p], firsts[i], (uint32_t)('a' + i));
            }
            CU_ASSERT_TRUE(sim_run(&pair[p]->sim, 1500, NULL));
        }
        CU_ASSERT_STRING_EQUAL(pair[0]->log, pair[1]->log);
        logged_free(pair[0]);
        logged_free(pair[1]);
    }
}

CU_TestInfo suite_sim[] = {
    TEST(test_phases_order_what_happens_at_one_instant),
    TEST(test_the_present_instant_goes_on_in_order_of_scheduling),
    TEST(test_events_at_the_horizon_stay),
    TEST(test_a_run_can_be_broken_off_and_taken_up_again),
    TEST(test_a_stop_is_seen),
    TEST(test_the_arrival_register_keeps_the_order_of_the_list),
    CU_TEST_INFO_NULL,
};
