/* test_theory.c - the closed-form twin against published figures, and the words it finds where it has none. */
#include "run/theory.h"

#include <math.h>
#include <string.h>

#include "run/study.h"
#include "tests/scenario/load_text.h"
#include "tests/suite.h"

#define SAYS(theory, resource, about, words)                                                       \
    CU_ASSERT_PTR_NOT_NULL(strstr(why((theory), (resource), (about)), (words)))

static const char *why(const struct theory *theory, const char *resource, const char *about)
{
    for (int i = 0; i < theory->gap_count; i++)
        if (strcmp(theory->gaps[i].resource, resource) == 0 &&
            strcmp(theory->gaps[i].about, about) == 0)
            return theory->gaps[i].why;
    return "";
}

static double value(const struct theory *theory, const char *resource, const char *metric)
{
    return theory_value(theory, resource, metric, "mean");
}

/* The twin of a scenario that follows common declarations. */
struct twin {
    struct loaded loaded;
    struct theory *theory;
};

static struct twin twin_of(const char *text)
{
    struct twin twin = {.loaded = loaded_begin()};
    if (!loaded_text(&twin.loaded, text))
        err_print(&twin.loaded.err, "error", stderr, false);
    CU_ASSERT_PTR_NOT_NULL_FATAL(twin.loaded.scenario);
    twin.theory = theory_make(twin.loaded.scenario);
    return twin;
}

static void twin_end(struct twin *twin)
{
    theory_free(twin->theory);
    loaded_end(&twin->loaded);
}

/* -- published figures ---------------------------------------------------------------------------------------------- */

static struct theory *shipped(struct study *study, const char *param, const char *value,
                              struct scenario **scenario)
{
    struct err err = {0};
    struct change change = {.kind = CHANGE_PARAM, .name = param, .value = value};
    struct study_load load = {.changes = &change,
                              .change_count = param != NULL,
                              .times = study_times_default,
                              .trusted = true};
    *scenario = study_load(study, &load, &err);
    if (*scenario == NULL)
        err_print(&err, "error", stderr, false);
    CU_ASSERT_PTR_NOT_NULL_FATAL(*scenario);
    return theory_make(*scenario);
}

static struct study *open_shipped(const char *name)
{
    struct err err = {0};
    struct study_setup setup = {.program = "build/tepid", .file = name};
    struct study *study = study_open(&setup, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(study);
    return study;
}

/* USD of 31 days: prices of us-east-1 on x86, as their page gives them (2026-10). */
static double usd_of_31_days(int units)
{
    double rate = 3.7336, load = rate * 2, spill = 1, seconds = 31 * 86400., gb = 0.5;
    for (int n = 1; n <= units; n++)
        spill = load * spill / (n + load * spill);
    return seconds * (units * gb * 0.0000041667 + load * gb * (1 - spill) * 0.0000097222 +
                      load * gb * spill * 0.0000166667 + rate * 0.20 / 1e6);
}

static void test_the_bill_of_provisioned_units_to_the_cent(void)
{
    static const struct {
        int units;
        double spill, utilisation, usd;
        double spill_digit;
    } printed[] = {
        {0, 100, NAN, 168.67, 0},     {4, 55.1, 84, 159.78, 0.1}, {6, 36.0, 80, 157.68, 0.1},
        {7, 27.7, 77, 157.54, 0.1},   {8, 20.6, 74, 158.14, 0.1}, {10, 9.8, 67, 161.84, 0.1},
        {12, 3.7, 60, 168.78, 0.1},   {13, 2.1, 56, 173.22, 0.1}, {15, 0.55, 50, 183.30, 0.01},
        {20, 0.01, 37, 210.83, 0.01}, {50, 0, 15, 378.22, 0.01},
    };
    struct study *study = open_shipped("provisioned_sizing");
    size_t row = 0;
    for (int n = 0; n <= 50; n += n < 20 ? 1 : 30) {
        char units[12];
        struct scenario *scenario;
        (void)snprintf(units, sizeof units, "%d", n);
        struct theory *theory = shipped(study, "provisioned", units, &scenario);
        double usd = theory_value(theory, "*", "cost", "sum");
        CU_ASSERT_DOUBLE_EQUAL(usd, usd_of_31_days(n), 0.005);
        CU_ASSERT_DOUBLE_EQUAL(theory_value(theory, "work", "cost", "sum"), usd, 1e-9);
        if (printed[row].units == n) {
            CU_ASSERT_DOUBLE_EQUAL(usd, printed[row].usd, 0.005);
            CU_ASSERT_DOUBLE_EQUAL(value(theory, "work", "spill") * 100, printed[row].spill,
                                   0.501 * printed[row].spill_digit + 1e-9);
            if (n > 0)
                CU_ASSERT_DOUBLE_EQUAL(value(theory, "work", "utilisation") * 100,
                                       printed[row].utilisation, 0.501);
            row++;
        }
        theory_free(theory);
        scenario_free(scenario);
    }
    CU_ASSERT_EQUAL(row, COUNTOF(printed));
    study_close(study);
}

static void test_figures_of_other_stories(void)
{
    struct scenario *scenario;
    struct study *study = open_shipped("hello");
    struct theory *theory = shipped(study, NULL, NULL, &scenario);
    CU_ASSERT_DOUBLE_EQUAL(theory_value(theory, "*", "cost_month", "sum"), 188.34, 0.005);
    CU_ASSERT_DOUBLE_EQUAL(theory_value(theory, "web", "cost_month", "sum"), 131.40, 0.005);
    SAYS(theory, "hello", "cold", "keep_alive is drawn");
    theory_free(theory);
    scenario_free(scenario);
    study_close(study);

    study = open_shipped("noisy_neighbour"); /* 20 and 1,200 erlangs share 1,000 places */
    theory = shipped(study, NULL, NULL, &scenario);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "report", "throttles"), 0.184, 0.0005);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "api", "throttles"), 0.184, 0.0005);
    theory_free(theory);
    scenario_free(scenario);
    study_close(study);
}

/* -- laws ------------------------------------------------------------------------------------------------------------- */

static void test_stations(void)
{
    struct twin twin = twin_of(
        "external 'mm1' { latency = exponential '1s', concurrency = 1 }\n"
        "external 'md1' { latency = '1s', concurrency = 1 }\n"
        "external 'mm10' { latency = exponential '1s', concurrency = 10 }\n"
        "external 'loss' { latency = lognormal{ mean = '1s', cv = 2 }, concurrency = 10, queue = 0 "
        "}\n"
        "external 'many' { latency = uniform('1s', '3s'), errors = '2%' }\n"
        "service 'tasks' { vcpu = 1, memory = '2GB', tasks = 2, workers = 5,\n"
        "  handler = function(r) r:wait(exponential '1s') end }\n"
        "traffic 'a' { to = 'mm1', rate = '0.9/s' } traffic 'b' { to = 'md1', rate = '0.8/s' }\n"
        "traffic 'c' { to = 'mm10', rate = '9/s' } traffic 'd' { to = 'loss', rate = '8/s' }\n"
        "traffic 'e' { to = 'many', rate = '5/s' } traffic 'f' { to = 'tasks', rate = '9/s' }\n");
    const struct theory *theory = twin.theory;
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "mm1", "stage_queue"), 9000, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(theory_value(theory, "mm1", "stage_queue", "p99"), 1000 * log(90) / 0.1,
                           1e-6);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "md1", "stage_queue"), 2000, 1e-6);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "mm10", "stage_queue"), 668.7315, 5e-5);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "mm10", "depth"), 6.018584, 5e-7);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "mm10", "latency"), 1668.7315, 5e-5);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "mm10", "utilisation"), 0.9, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "loss", "throttles"), 0.12166106, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "many", "concurrency"), 10, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "many", "errors"), 0.02, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "tasks", "stage_queue"), 668.7315, 5e-5);
    twin_end(&twin);
}

/* The mean and variance of a handler, seen through M/G/1: Wq = rate E[S^2] / (2 (1 - load)). */
static void test_handlers_add_up(void)
{
    static const struct {
        const char *handler;
        double mean_ms, second_ms2;
    } handlers[] = {
        {"r:wait '40ms' r:wait '60ms'", 100, 10000},
        {"r:wait(exponential '30ms') r:wait '70ms'", 100, 10000 + 900},
        {"r:maybe(0.25, function(b) b:wait '400ms' end)", 100, 40000},
        {"r:maybe(0.25, function(b) b:wait '100ms' end, function(b) b:wait '20ms' end)", 40, 2800},
        {"r:choose{ {1, function(b) b:wait '10ms' end}, {3, function(b) b:wait '50ms' "
         "b:respond(202) end} }",
         40, 25 + 1875},
        {"r:each(4, function(b) b:wait(exponential '10ms') end)", 40, 1600 + 400},
        {"r:wait '10ms' r:respond(200) r:wait '90ms'", 10, 100},
        {"r:call('far') r:wait '10ms'", 30, 900 + 400. / 12},
    };
    for (size_t i = 0; i < COUNTOF(handlers); i++) {
        char text[1024];
        (void)snprintf(text, sizeof text,
                       "external 'far' { latency = uniform('10ms', '30ms') }\n"
                       "service 'one' { vcpu = 1, memory = '2GB', tasks = 1, workers = 1,\n"
                       "  handler = function(r) %s end }\n"
                       "traffic 't' { to = 'one', rate = '5/s' }\n",
                       handlers[i].handler);
        struct twin twin = twin_of(text);
        double load = 5 * handlers[i].mean_ms / 1000;
        double wait = 0.005 * handlers[i].second_ms2 / (2 * (1 - load));
        CU_ASSERT_DOUBLE_EQUAL(value(twin.theory, "one", "concurrency"), load, 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(value(twin.theory, "one", "stage_queue") / wait, 1, 1e-9);
        twin_end(&twin);
    }
}

static void test_functions(void)
{
    struct twin twin = twin_of("local function pool(name, t) t.init = '0ms' t.first_run = '0ms' "
                               "t.timeout = '60s' return fn(name)(t) end\n"
                               "pool('theorem', { keep_alive = '10s', handler = function(r) "
                               "r:wait(exponential '1s') end })\n"
                               "pool('limited', { keep_alive = '10s', reserved = 12, handler = "
                               "function(r) r:wait(exponential '1s') end })\n"
                               "pool('shared', { keep_alive = '300s', instance_concurrency = 1000, "
                               "handler = function(r) r:wait '2s' end })\n"
                               "pool('brief', { keep_alive = '600s', handler = function(r) end })\n"
                               "pool('units', { reserved = 12, provisioned = 10, handler = "
                               "function(r) r:wait '1s' end })\n"
                               "traffic 'a' { to = 'theorem', rate = '10/s' } traffic 'b' { to = "
                               "'limited', rate = '10/s' }\n"
                               "traffic 'c' { to = 'shared', rate = '0.01/s' } traffic 'd' { to = "
                               "'brief', rate = '12/h' }\n"
                               "traffic 'e' { to = 'units', rate = '10/s' }\n");
    const struct theory *theory = twin.theory;
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "theorem", "cold"), 0.01908503, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "theorem", "idle_instances"), 7.18401, 5e-6);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "theorem", "instances"), 17.18401, 5e-6);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "limited", "cold"), 0.00020085, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "limited", "throttles"), 0.11973919, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "shared", "cold"), 0.04880122, 5e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "brief", "cold"), exp(-2), 1e-12);
    /* Those that begin: of B(10) that spill, B(12) are refused. */
    double lost = 0.21458234, refused = 0.11973919;
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "units", "spill"), (lost - refused) / (1 - refused), 1e-7);
    SAYS(theory, "units", "cold", "spills over");
    twin_end(&twin);
}

/* Twelve, six and three calls an hour under the default preset: one function split in 5, 10, 20. */
static void test_rare_calls_under_a_drawn_keep_alive(void)
{
    static const struct {
        const char *rate;
        double cold;
    } cases[] = {{"12/h", 0.303}, {"6/h", 0.550}, {"3/h", 0.741}};
    for (size_t i = 0; i < COUNTOF(cases); i++) {
        char text[256];
        (void)snprintf(text, sizeof text,
                       "fn 'f' { handler = function(r) r:cpu '8ms' end }\n"
                       "traffic 't' { to = 'f', rate = '%s' }\n",
                       cases[i].rate);
        struct twin twin = twin_of(text);
        CU_ASSERT_DOUBLE_EQUAL(value(twin.theory, "f", "cold"), cases[i].cold, 0.0005);
        twin_end(&twin);
    }
}

/* Where most calls are cold, their inits are the load and the bill. */
static void test_inits_that_show_are_counted(void)
{
    struct twin twin = twin_of("fn 'f' { memory = '1769MB', keep_alive = '10min', init = '400ms', "
                               "first_run = '20ms', handler = function(r) r:wait '10ms' end }\n"
                               "traffic 't' { to = 'f', rate = '6/h' }\n"
                               "simulate { duration = '1000h' }\n");
    double cold = exp(-1.), run_ms = 10 + cold * 420;
    CU_ASSERT_DOUBLE_EQUAL(value(twin.theory, "f", "cold"), cold, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(value(twin.theory, "f", "duration") / (10 + cold * 20), 1, 1e-4);
    CU_ASSERT_DOUBLE_EQUAL(value(twin.theory, "f", "concurrency") * 600e3 / run_ms, 1, 1e-4);
    double gb_s = 6000 * run_ms / 1000 * 1769 / 1024;
    CU_ASSERT_DOUBLE_EQUAL(theory_value(twin.theory, "f", "cost", "sum") /
                               (gb_s * 0.0000166667 + 6000 * 0.2e-6),
                           1, 1e-4);
    twin_end(&twin);

    twin = twin_of("account { concurrency = 20000 }\n"
                   "fn 'f' { keep_alive = '1h', handler = function(r) r:wait '1s' end }\n"
                   "traffic 't' { to = 'f', rate = '5000/s' }\n"
                   "simulate { duration = '1h', warmup = '20s' }\n");
    SAYS(twin.theory, "f", "all but its rate", "come too slowly");
    twin_end(&twin);
}

/* -- flows ------------------------------------------------------------------------------------------------------------- */

static void test_flows_add_up_and_thin_out(void)
{
    struct twin twin = twin_of(
        "local leaf = function(r) r:wait '10ms' end\n"
        "fn 'a' { handler = leaf } fn 'b' { handler = leaf } fn 'c' { handler = leaf } fn 'e' { "
        "handler = leaf }\n"
        "fn 'd' { handler = function(r) r:maybe(0.5, function(m) m:call('c') end) r:invoke('e') "
        "end }\n"
        "rest_api 'web' { ['GET /a'] = { 'a', cache = { hit = '75%' } }, ['GET /d'] = 'd' }\n"
        "topic 'news' { subscribers = { 'b', 'c' } }\n"
        "traffic 't' { to_mix = { {1, 'web GET /a'}, {3, 'web GET /d'} }, rate = '40/s' }\n"
        "traffic 'u' { to = 'news', rate = '7/s' }\n");
    const struct theory *theory = twin.theory;
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "web", "rate"), 40, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "web GET /d", "rate"), 30, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "a", "rate"), 2.5, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "d", "rate"), 30, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "e", "rate"), 30, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "b", "rate"), 7, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "c", "rate"), 22, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(value(theory, "c", "concurrency"), 0.22, 1e-9);
    twin_end(&twin);
}

/* What the twin says of what it has no law for. */
static const struct {
    const char *text, *resource, *about, *words;
} why_cases[] = {
    {"fn 'f' (F) go{ rate = diurnal{ mean = '5/s', peak = 2, peak_at = '12h' } }", "f", "all",
     "the rate follows the day"},
    {"fn 'f' (F) go{ rate = spike{ base = '5/s', peak = '50/s', at = '1min', lasts = '1min' } "
     "}",
     "f", "all", "spike"},
    {"fn 'f' (F) go{ rate = burst{ n = 5, at = '1min', every = '2min' } }", "f", "all",
     "not Poisson: bursts"},
    {"fn 'f' (F) go{ rate = mmpp{ {'1/s','1min'}, {'9/s','1min'} } }", "f", "all", "mmpp"},
    {"fn 'f' (F) go{ clients = 5, think = '1s' }", "f", "all", "clients wait"},
    {"fn 'f' (F) go{ rate = '5/s', stop = '10min' }", "f", "all", "starts or stops"},
    {"fn 'f' (F) go{ rate = '5/s', retry = { retries = 2 } }", "f", "all", "sent again"},
    {"fn 'f' (F) go{ rate = '5/s', arrivals = 'uniform' }", "f", "cold", "even gaps"},
    {"fn 'f' (F) go{ rate = '5/s' } at '5min' { target = 'f', errors = '50%' }", "f", "all",
     "faults"},
    {"F.keep_alive = 'forever' fn 'f' (F) go{ rate = '5/s' }", "f", "cold", "for ever"},
    {"F.reuse = 'random' fn 'f' (F) go{ rate = '5/s' }", "f", "cold", "most recent"},
    {"F.max_lifetime = '1h' fn 'f' (F) go{ rate = '5/s' }", "f", "cold", "max_lifetime"},
    {"F.provisioned = { {at='0s',n=2}, {at='10min',n=4} } fn 'f' (F) go{ rate = '5/s' }", "f",
     "spill", "provisioned changes"},
    {"F.handler = function(r) r:wait '9s' end fn 'f' (F) go{ rate = '5/s' }", "f",
     "all but its rate", "timeout"},
    {"F.handler = function(r) r:get 'db' end kv 'db' {} fn 'f' (F) go{ rate = '5/s' }", "f",
     "all but its rate", "waits for 'db'"},
    {"F.handler = function(r) r:all{ function(b) b:wait '1ms' end, function(b) b:wait '2ms' "
     "end } end "
     "fn 'f' (F) go{ rate = '5/s' }",
     "f", "all but its rate", "side by side"},
    {"F.handler = function(r) r:call 'g' r:call 'g' end fn 'g' { keep_alive = '10s', handler = "
     "function(r) r:wait '1ms' end } "
     "fn 'f' (F) go{ rate = '5/s' }",
     "g", "cold", "several times"},
    {"fn 'f' (F) fn 'g' { keep_alive = '10s', handler = function(r) r:wait '1ms' r:invoke 'h' "
     "end } "
     "fn 'k' { handler = function(r) r:wait '2ms' r:invoke 'h' end } "
     "fn 'h' { keep_alive = '10s', handler = function(r) r:wait '1ms' end } "
     "topic 'n' { subscribers = { 'g', 'k' } } go{ to = 'n', rate = '5/s' }",
     "h", "cold", "several times"},
    {"F.reserved = 2 F.handler = function(r) r:wait '500ms' r:invoke 'g' end fn 'f' (F) "
     "fn 'g' { keep_alive = '10s', handler = function(r) r:wait '1ms' end } go{ rate = '5/s' }",
     "g", "cold", "limit of 'f' refuses some"},
    {"external 'f' { latency = '10ms', contention = '1ms' } go{ rate = '5/s' }", "f",
     "all but its rate", "contention"},
    {"external 'f' { latency = '10ms', limit = '6/s' } go{ rate = '5.9/s' }", "f",
     "all but its rate", "limit refuses"},
    {"external 'f' { latency = '100ms', concurrency = 4 } go{ rate = '30/s' }", "f", "waiting",
     "not exponential"},
    {"external 'f' { latency = exponential '1s', concurrency = 2 } go{ rate = '3/s' }", "f",
     "waiting", "1.5 times as much"},
    {"external 'f' { latency = '1s', concurrency = 2, queue = 9 } go{ rate = '1/s' "
     "}",
     "f", "waiting", "bounded"},
    {"service 'f' { handler = function(r) r:cpu '1ms' end, tasks = 1 } go{ rate = '1/s' }", "f",
     "all but its rate", "share the processors"},
    {"fn 'g' (F) queue 'f' { consumer = 'g', batch = 10, visibility = '1min' } go{ rate = "
     "'1/s' }",
     "f", "waiting", "batches"},
    {"fn 'g' (F) queue 'f' { consumer = 'g', batch = 1, visibility = '1min' } go{ rate = '1/s' "
     "}",
     "f", "waiting", "no max_concurrency"},
    {"fn 'g' (F) http_api 'f' { ['GET /'] = { 'g', limit = '6/s' } } go{ to = 'f GET /', rate "
     "= '9/s' }",
     "f", "cost", "limit refuses"},
    {"fn 'g' (F) http_api 'f' { ['GET /'] = { 'g', limit = '6/s' } } go{ to = 'f GET /', rate "
     "= '9/s' }",
     "g", "all", "limit of 'f' refuses"},
    {"fn 'g' (F) bus 'f' { rules = { { to = 'g' } } } go{ rate = '1/s' }", "g", "all",
     "through bus 'f'"},
    {"fn 'f' (F) fn 'g' { handler = function(r) r:cpu '1ms' end } go{ rate = '1/s' }", "g", "all",
     "no traffic"},
};

static void test_why_not(void)
{
    static const char common[] =
        "local F = { keep_alive = '10s', handler = function(r) r:wait '10ms' end }\n"
        "local function go(t) t.to = t.to or 'f' traffic 't' (t) end\n";
    for (size_t i = 0; i < COUNTOF(why_cases); i++) {
        char text[2048];
        (void)snprintf(text, sizeof text, "%s%s\n", common, why_cases[i].text);
        struct twin twin = twin_of(text);
        const char *said = why(twin.theory, why_cases[i].resource, why_cases[i].about);
        if (strstr(said, why_cases[i].words) == NULL)
            printf("%zu: '%s', %s: '%s', not '%s'\n", i, why_cases[i].resource, why_cases[i].about,
                   said, why_cases[i].words);
        CU_ASSERT_PTR_NOT_NULL(strstr(said, why_cases[i].words));
        twin_end(&twin);
    }
}

CU_TestInfo suite_theory[] = {
    TEST(test_the_bill_of_provisioned_units_to_the_cent),
    TEST(test_figures_of_other_stories),
    TEST(test_stations),
    TEST(test_handlers_add_up),
    TEST(test_functions),
    TEST(test_rare_calls_under_a_drawn_keep_alive),
    TEST(test_inits_that_show_are_counted),
    TEST(test_flows_add_up_and_thin_out),
    TEST(test_why_not),
    CU_TEST_INFO_NULL,
};
