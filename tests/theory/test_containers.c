/* test_containers.c - services of containers against the queues they are, and their bills against hand arithmetic.
 *
 * One task whose requests compute is M/G/PS: with v vCPUs each of n requests runs at min(1, v / n). The number in it has the law
 * of M/M/v whatever the law of the work is (the discipline is symmetric: Kelly 1979, 3.3), so
 *   v = 1:  E[T] = S / (1 - rho), and of a request with work x: x / (1 - rho)   (Kleinrock 1976, vol. 2, 4.4)
 *   v > 1:  E[N] = a + C(v, a) rho / (1 - rho), a = lambda S, rho = a / v, C: Erlang's second formula.
 * A service whose workers are the bottleneck is M/M/c, first come, first served: E[wait] = C(c, a) / (c / S - lambda).
 */
#include <math.h>
#include <string.h>

#include "tests/suite.h"
#include "tests/theory/lab.h"
#include "tests/theory/reference.h"

static const char *const laws[] = {
    "exponential('10ms')",
    "lognormal{ mean = '10ms', cv = 2 }",
    "'10ms'",
};

static double number_in(int servers, double offered)
{
    double rho = offered / servers;
    return offered + erlang_c(servers, offered) * rho / (1 - rho);
}

/* 100,000 requests a replication. */
static void check_sharing(const char *vcpu, int servers, double rate, const char *law,
                          double precision)
{
    struct lab *lab = lab_run(LAB_REPS,
                              "local s = service 's' { vcpu = '%s', workers = 10000, queue = 0,\n"
                              "  handler = function(r) r:cpu(%s) end }\n"
                              "traffic 't' { to = s, rate = '%g/s' }\n"
                              "simulate { duration = '%gs', warmup = '10s', seed = %d }\n",
                              vcpu, law, rate, 1e5 / rate + 10, servers);
    double offered = rate * 0.010, present = number_in(servers, offered);
    CU_ASSERT_TRUE(
        lab_agrees(law, lab_estimate(lab, "s", "concurrency", "mean"), present, precision));
    CU_ASSERT_TRUE(lab_agrees("  E[T]", lab_estimate(lab, "s", "latency", "mean"),
                              present / rate * 1e9, precision));
    CU_ASSERT_EQUAL(lab_count(lab, "s", "throttle_count", "sum"), 0);
    lab_close(lab);
}

static void test_one_vcpu_is_mg1_processor_sharing(void)
{
    /* E[N] = rho / (1 - rho) = 2.333 */
    for (size_t i = 0; i < COUNTOF(laws); i++)
        check_sharing("1", 1, 70, laws[i], 0.01);
}

static void test_four_vcpus_are_mg4_processor_sharing(void)
{
    for (size_t i = 0; i < COUNTOF(laws); i++)
        check_sharing("4", 4, 320, laws[i], 0.01);
}

/* Fair to each size: at rho = 0.7, 2 ms take 6.67 and 82 ms take 273. */
static void test_response_is_proportional_to_the_work(void)
{
    struct lab *lab = lab_run(
        LAB_REPS, "local s = service 's' { workers = 10000, queue = 0, handler = function(r)\n"
                  "  r:when(attr 'size':is 'small', function(b) b:cpu '2ms' end, function(b) b:cpu "
                  "'82ms' end)\n"
                  "end }\n"
                  "traffic 'small' { to = s, rate = '63/s', attrs = { size = { small = 1 } } }\n"
                  "traffic 'large' { to = s, rate = '7/s', attrs = { size = { large = 1 } } }\n"
                  "simulate { duration = '1500s', warmup = '10s', seed = 5 }\n");
    CU_ASSERT_TRUE(
        lab_agrees("small", lab_estimate(lab, "small", "latency", "mean"), 2e6 / 0.3, 0.02));
    CU_ASSERT_TRUE(
        lab_agrees("large", lab_estimate(lab, "large", "latency", "mean"), 82e6 / 0.3, 0.02));
    lab_close(lab);
}

/* Five workers in one task, or one in each of five: the queue is the same. */
static void check_workers(const char *settings)
{
    const double rate = 400, service_s = 0.010;
    const int servers = 5;
    struct lab *lab = lab_run(LAB_REPS,
                              "local s = service 's' { %s, queue = 1000000,\n"
                              "  handler = function(r) r:cpu(exponential '10ms') end }\n"
                              "traffic 't' { to = s, rate = '%g/s' }\n"
                              "simulate { duration = '260s', warmup = '10s', seed = 2 }\n",
                              settings, rate);
    double offered = rate * service_s, c = erlang_c(servers, offered);
    double wait_s = c / (servers / service_s - rate);
    CU_ASSERT_TRUE(
        lab_agrees(settings, lab_estimate(lab, "s", "stage_queue", "mean"), wait_s * 1e9, 0.02));
    CU_ASSERT_TRUE(
        lab_agrees("  depth", lab_estimate(lab, "s", "depth", "mean"), rate * wait_s, 0.02));
    CU_ASSERT_TRUE(
        lab_agrees("  run", lab_estimate(lab, "s", "stage_run", "mean"), service_s * 1e9, 0.002));
    CU_ASSERT_TRUE(lab_agrees("  utilisation", lab_estimate(lab, "s", "utilisation", "mean"),
                              offered / servers, 0.002));
    lab_close(lab);
}

static void test_workers_are_mmc(void)
{
    check_workers("vcpu = 16, workers = 5");
    check_workers("vcpu = 1, tasks = 5, workers = 1");
}

/* -- bills ---------------------------------------------------------------------------------------- */

#define MONTH_S (730. * 3600)

static double line(const struct lab *lab, const char *resource, const char *item)
{
    const struct bill *bill = &lab_result(lab)->bill;
    double usd = 0;
    for (int i = 0; i < bill->count; i++)
        if (strcmp(bill->lines[i].resource, resource) == 0 &&
            strcmp(bill->lines[i].line_item, item) == 0)
            usd += bill->lines[i].cost_month_usd;
    return usd;
}

/* 5 M requests a day, one connection each: 57.87/s are 2.315 capacity units. 730 h: 16.43 + 13.52 = 29.94. */
static void test_a_load_balancer_at_five_million_a_day(void)
{
    struct lab *lab =
        lab_run(1, "local s = service 's' {} local lb = alb 'lb' { s }\n"
                   "traffic 't' { to = lb, rate = '5000000/day', arrivals = 'uniform' }\n"
                   "simulate { duration = '2h' }\n");
    CU_ASSERT_TRUE(lab_near("hours", line(lab, "lb", "hours"), 0.0225 * 730, 1e-9));
    CU_ASSERT_TRUE(
        lab_near("units", line(lab, "lb", "capacity units"), 5e6 / 86400 / 25 * 0.008 * 730, 1e-3));
    CU_ASSERT_TRUE(lab_near("$29.94", lab_value(lab, "lb", "cost_month", "sum"), 29.94, 0.005));
    lab_close(lab);
}

/* A task of 1 vCPU and 2 GB costs 0.04048 + 2 x 0.004445 = 0.04937 an hour; arm 0.03238 + 2 x 0.00356. */
static void test_tasks_cost_what_the_price_list_says(void)
{
    struct lab *lab =
        lab_run(1, "local x = service 'x' { tasks = 2 }\n"
                   "local a = service 'a' { tasks = 3, arch = 'arm64' }\n"
                   "traffic 't' { to = x, rate = '1/s' } simulate { duration = '10min' }\n");
    CU_ASSERT_TRUE(
        lab_near("x86", lab_value(lab, "x", "cost_month", "sum"), 2 * 0.04937 * 730, 1e-6));
    CU_ASSERT_TRUE(lab_near("arm", lab_value(lab, "a", "cost_month", "sum"),
                            3 * (0.03238 + 2 * 0.00356) * 730, 1e-6));
    lab_close(lab);
}

/* -- function or containers, flat traffic --------------------------------------------------------- */

enum { ALONE, BEHIND_HTTP_API, BEHIND_ALB };

/* Monthly cost of the function's side minus the containers' (two tasks behind a load balancer), at an even rate. */
static double difference(int front, double rate)
{
    static const char *const fronts[] = {"f", "http_api 'front' { ['GET /'] = f }",
                                         "alb 'front' { f }"};
    struct lab *lab =
        lab_run(1,
                "local function work(r) r:cpu '20ms' r:wait '80ms' end\n"
                "local f = fn 'f' { memory = '512MB', init = '0ms', first_run = '0ms',\n"
                "  keep_alive = 'forever', handler = work }\n"
                "local front = %s\n"
                "local s = service 's' { vcpu = 1, memory = '2GB', tasks = 2, handler = work }\n"
                "local lb = alb 'lb' { s }\n"
                "traffic 'a' { to = front, rate = '%g/s', arrivals = 'uniform' }\n"
                "traffic 'b' { to = lb, rate = '%g/s', arrivals = 'uniform' }\n"
                "simulate { duration = '1h' }\n",
                fronts[front], rate, rate);
    double function = lab_value(lab, "f", "cost_month", "sum");
    if (front != ALONE)
        function += lab_value(lab, "front", "cost_month", "sum");
    double containers =
        lab_value(lab, "s", "cost_month", "sum") + lab_value(lab, "lb", "cost_month", "sum");
    lab_close(lab);
    return function - containers;
}

/* 20 ms of cpu at 512 MB take 69.1 ms, with the wait 149.1, billed 150: 0.2e-6 + 0.075 x 16.6667e-6 = 1.45e-6 USD a request.
 * Two tasks are 72.08 a month, the load balancer 16.43 and 0.2336 for each request a second. So, at r a second,
 *   1.45e-6 x 2,628,000 r = 72.08 + 16.43 + 0.2336 r                   r = 24.74
 *   ... + 2.628 r for the HTTP API                                        14.26
 *   ... + 16.43 + 0.2336 r for a load balancer of its own                18.92 */
static void test_flat_crossovers_of_functions_and_containers(void)
{
    static const struct {
        int front;
        double at;
    } rows[] = {{ALONE, 24.74}, {BEHIND_HTTP_API, 14.26}, {BEHIND_ALB, 18.92}};
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        CU_ASSERT_TRUE(difference(rows[i].front, rows[i].at - 0.1) < 0);
        CU_ASSERT_TRUE(difference(rows[i].front, rows[i].at + 0.1) > 0);
    }
}

/* -- ... and peaks --------------------------------------------------------------------------------- */

/* 500/s for 4 h and 5/s for 20 h a day, with a tenth of the requests of ten times the work. At a target of 80 % the peak's 10 busy
 * vCPUs want 13 tasks: 4 x 13 + 20 x 2 = 92 task-hours a day if scaling took no time. It takes eight steps of five
 * minutes up, with fewer tasks (at most 13 x 40 min less), and 15 minutes down (3 h more). */
static void test_autoscaled_tasks_at_a_daily_peak(void)
{
    struct lab *lab =
        lab_run(1, "local s = service 's' { tasks = 2, queue = 100, handler = function(r) r:cpu "
                   "'200ms' r:wait '800ms' end,\n"
                   "  autoscale = { target = '80%%', min = 2, max = 100 } }\n"
                   "traffic 'base' { to = s, rate = '0.5/s' }\n"
                   "traffic 'peak' { to = s, rate = '49.5/s', start = '8h', stop = '12h' }\n"
                   "simulate { duration = '24h', sample = '1min' }\n");
    double tasks = lab_value(lab, "s", "instances", "mean");
    CU_ASSERT_EQUAL(lab_count(lab, "s", "instances", "max"), 13);
    CU_ASSERT_TRUE(24 * tasks > 92 - 13 * 40. / 60 && 24 * tasks < 92 + 11 * 0.3);
    CU_ASSERT_TRUE(
        lab_near("cost", lab_value(lab, "s", "cost_month", "sum"), tasks * 0.04937 * 730, 0.05));
    CU_ASSERT_TRUE(lab_near("$137", lab_value(lab, "s", "cost_month", "sum"), 138, 3));
    lab_close(lab);
}

CU_TestInfo suite_containers[] = {
    TEST(test_one_vcpu_is_mg1_processor_sharing),
    TEST(test_four_vcpus_are_mg4_processor_sharing),
    TEST(test_response_is_proportional_to_the_work),
    TEST(test_workers_are_mmc),
    TEST(test_a_load_balancer_at_five_million_a_day),
    TEST(test_tasks_cost_what_the_price_list_says),
    TEST(test_flat_crossovers_of_functions_and_containers),
    TEST(test_autoscaled_tasks_at_a_daily_peak),
    CU_TEST_INFO_NULL,
};
