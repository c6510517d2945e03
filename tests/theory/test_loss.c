/* test_loss.c - a function with a concurrency limit is Erlang's loss system, one without is M/G/inf.
 *
 * Both depend on the law of the service through its mean alone, which no bookkeeping error survives by
 * chance: so each is run with exponential, log-normal and constant service. Runs of 1 s are long enough for the
 * request rate (10/s per unit of concurrency) to stay out of it.
 */
#include <math.h>
#include <string.h>

#include "model/svc.h"
#include "run/world.h"
#include "tests/suite.h"
#include "tests/theory/lab.h"
#include "tests/theory/reference.h"

static const char *const laws[] = {
    "exponential('1s')",
    "lognormal{ mean = '1s', cv = 1.5 }",
    "'1s'",
};

/* -- M/G/c/c ---------------------------------------------------------------------------------- */

/* 500,000 calls a replication: what B(10, 8) refuses is then known to 0.2 %, of B(100, 90) to 0.7 %. */
static void check_loss(int servers, int offered, const char *law, double precision)
{
    struct lab *lab = lab_run(LAB_REPS,
                              "scenario 'loss' {}\n"
                              "local work = fn 'work' { init = '0ms', first_run = '0ms', "
                              "keep_alive = 'forever', timeout = '900s',\n"
                              "  reserved = %d, handler = function(r) r:wait(%s) end }\n"
                              "traffic 'calls' { to = work, rate = '%d/s' }\n"
                              "simulate { duration = '%ds', warmup = '100s', seed = %d }\n",
                              servers, law, offered, 500000 / offered + 100, servers);
    double blocked = erlang_b(servers, offered);
    CU_ASSERT_TRUE(
        lab_agrees(law, lab_estimate(lab, "work", "throttles", "mean"), blocked, precision));
    CU_ASSERT_TRUE(lab_agrees("  carried", lab_estimate(lab, "work", "concurrency", "mean"),
                              offered * (1 - blocked), 0.002));
    CU_ASSERT_EQUAL(lab_count(lab, "work", "concurrency", "max"), servers);
    CU_ASSERT_EQUAL(lab_count(lab, "work", "error_count", "sum"),
                    lab_count(lab, "work", "throttle_count", "sum"));
    lab_close(lab);
}

static void test_ten_units_refuse_what_erlang_b_says(void)
{
    for (size_t i = 0; i < COUNTOF(laws); i++)
        check_loss(10, 8, laws[i], 0.003);
}

static void test_a_hundred_units_refuse_what_erlang_b_says(void)
{
    for (size_t i = 0; i < COUNTOF(laws); i++)
        check_loss(100, 90, laws[i], 0.01);
}

/* -- M/G/inf ----------------------------------------------------------------------------------- */

#define OFFERED 10
#define AT_ONCE 64
#define BATCHES 20

/* What a run looks like from outside: the time spent with n calls in service, and the gaps between ends of calls. */
struct watch {
    double time_ns[AT_ONCE];
    sim_time looked_at, ended_at;
    int64_t running;
    int64_t ends, long_gaps, two_long_gaps;
    bool last_was_long;
};

/* A gap longer than the mean one, 1/lambda, is as likely as e^-1, two in a row as e^-2. */
static void note_end(struct watch *watch, sim_time now)
{
    bool is_long = (now - watch->ended_at) * OFFERED > SIM_SECOND;
    watch->ends++;
    watch->long_gaps += is_long;
    watch->two_long_gaps += is_long && watch->last_was_long;
    watch->last_was_long = is_long;
    watch->ended_at = now;
}

/* One event at a time until `until`. */
static void watch_world(struct watch *watch, struct world *world, const struct svc *svc,
                        sim_time until)
{
    struct sim *sim = &world->model.sim;
    while (sim->now < until) {
        bool ended = sim_run(sim, 1, NULL);
        ASSERT(!ended);
        watch->time_ns[watch->running] += (double)(sim->now - watch->looked_at);
        watch->looked_at = sim->now;
        if (svc->concurrency.value < watch->running)
            note_end(watch, sim->now);
        watch->running = svc->concurrency.value;
        ASSERT(watch->running < AT_ONCE);
    }
}

/* In theory the ends are a Poisson process again, so gaps are independent and the count of long ones is
 * binomial. Pairs overlap: a share p of them, neighbours both long with probability e^-3, so that the variance
 * of their share is (p (1 - p) + 2 (e^-3 - p^2)) / n. */
static void check_output(const struct watch *watch)
{
    double n = (double)watch->ends, p = exp(-1), pair = exp(-2);
    double error = sqrt(p * (1 - p) / n);
    double pair_error = sqrt((pair * (1 - pair) + 2 * (exp(-3) - pair * pair)) / n);
    CU_ASSERT_TRUE(lab_near("  P(gap > mean)", (double)watch->long_gaps / n, p, 4 * error));
    CU_ASSERT_TRUE(
        lab_near("  two in a row", (double)watch->two_long_gaps / n, pair, 4 * pair_error));
}

static double share_from(const struct watch *watch, int least)
{
    double from = 0, all = 0;
    for (int n = 0; n < AT_ONCE; n++) {
        all += watch->time_ns[n];
        from += n >= least ? watch->time_ns[n] : 0;
    }
    return from / all;
}

/* In batches of 50,000 s, which are as good as independent: nothing here remembers more than a few seconds. */
static void check_open_system(const char *law)
{
    static const int levels[] = {10, 15, 20};
    const sim_time batch_ns = 50000 * SIM_SECOND;
    struct lab *lab = lab_load("scenario 'open' {}\n"
                               "local work = fn 'work' { init = '0ms', first_run = '0ms', "
                               "keep_alive = 'forever', timeout = '900s',\n"
                               "  handler = function(r) r:wait(%s) end }\n"
                               "traffic 'calls' { to = work, rate = '%d/s' }\n"
                               "simulate { duration = '30d', seed = 11 }\n",
                               law, OFFERED);
    struct world *world = world_new(lab_scenario(lab), 0, false, false);
    const struct svc *svc = &world->model.svcs[scenario_find(lab_scenario(lab), "work")];
    struct watch filling = {.running = 0}, all = {.running = 0};
    double shares[COUNTOF(levels)][BATCHES];
    watch_world(&filling, world, svc, 1000 * SIM_SECOND);
    all.ended_at = world->model.sim.now;
    for (int b = 0; b < BATCHES; b++) {
        sim_time from = world->model.sim.now;
        memset(all.time_ns, 0, sizeof all.time_ns);
        all.looked_at = from;
        all.running = svc->concurrency.value;
        watch_world(&all, world, svc, from + batch_ns);
        for (size_t i = 0; i < COUNTOF(levels); i++)
            shares[i][b] = share_from(&all, levels[i]);
    }
    for (size_t i = 0; i < COUNTOF(levels); i++)
        CU_ASSERT_TRUE(lab_agrees(law, estimate_of(shares[i], BATCHES),
                                  poisson_from(levels[i], OFFERED), 0.02));
    check_output(&all);
    world_free(world);
    lab_close(lab);
}

static void test_an_unlimited_pool_is_poisson(void)
{
    for (size_t i = 0; i < COUNTOF(laws); i++)
        check_open_system(laws[i]);
}

CU_TestInfo suite_loss[] = {
    TEST(test_ten_units_refuse_what_erlang_b_says),
    TEST(test_a_hundred_units_refuse_what_erlang_b_says),
    TEST(test_an_unlimited_pool_is_poisson),
    CU_TEST_INFO_NULL,
};
