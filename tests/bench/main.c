/* main.c - `make bench`: what a request costs, measured.
 *
 * Every figure is CPU time of this process, the best of several runs, printed with its ratio to a loop of xoshiro256++ steps measured
 * beside it, because machines differ and drift. Everything is recorded as in `tepid run`.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "run/outcome_set.h"
#include "scenario/script.h"
#include "tests/bench/bench.h"

struct subject {
    const char *name;
    double limit_ns; /* what we promise, on the machine the figures in README were taken on */
    const char *text;
};

/* A variant of a scenario that ships, with one setting changed, for as long as a figure takes. */
struct shipped_subject {
    struct subject subject; /* its text is the path */
    const char *variant;
    struct override set;
    sim_time duration;
};

#define FREE_ACCOUNT "account { concurrency = 1e9, scaling = \"1000000000/1s\" }\n"
#define ONE_FUNCTION(busy, duration)                                                               \
    "scenario \"one\" {}\n" FREE_ACCOUNT                                                           \
    "local f = fn \"f\" { memory = \"512MB\", timeout = \"900s\", "                                \
    "init = lognormal { mean = \"200ms\", cv = 0.5 }, first_run = \"0ms\", keep_alive = "          \
    "\"60s\",\n"                                                                                   \
    "  handler = function(r) r:wait(lognormal { mean = \"1s\", cv = 1 }) end }\n"                  \
    "traffic \"users\" { to = f, rate = \"" busy "/s\" }\n"                                        \
    "simulate { duration = \"" duration "\", seed = 1 }\n"

static const struct subject subjects[] = {
    {"one function, 10 busy", 100, ONE_FUNCTION("10", "500000s")},
    {"one function, 1 000 busy", 100, ONE_FUNCTION("1000", "5000s")},
    {"one function, 100 000 busy", 180, ONE_FUNCTION("100000", "80s")},
    {"one function, 1 000 000 busy", 270, ONE_FUNCTION("1000000", "10s")},
    {"hello behind its gateway", 200,
     "scenario \"hello\" {}\n"
     "local hello = fn \"hello\" { memory = \"512MB\", handler = function(r) r:cpu \"8ms\" end }\n"
     "local web = http_api \"web\" { [\"GET /hello\"] = hello }\n"
     "traffic \"users\" { to = web \"GET /hello\", rate = \"50/s\" }\n"
     "simulate { duration = \"24h\", seed = 42 }\n"},
    {"1 000 functions, one limit", 150,
     "scenario \"many\" {}\n" FREE_ACCOUNT "local mix = {}\n"
     "for i = 1, 1000 do\n"
     "  mix[i] = { 1 / i, fn(\"f\" .. i) { memory = \"512MB\", first_run = \"0ms\", keep_alive = "
     "\"60s\",\n"
     "    handler = function(r) r:wait(lognormal { mean = \"100ms\", cv = 1 }) end } }\n"
     "end\n"
     "traffic \"users\" { to_mix = mix, rate = \"1000/s\" }\n"
     "simulate { duration = \"3000s\", seed = 3 }\n"},
    /* A producer's messages, ten to an invocation of a cheap consumer; a request is a message. */
    {"producer, queue, consumer", 333,
     "scenario \"queue\" {}\n" FREE_ACCOUNT
     "local f = fn \"f\" { memory = \"1769MB\", handler = function(r) r:cpu \"1ms\" end }\n"
     "local q = queue \"q\" { consumer = f, window = \"1s\", visibility = \"60s\" }\n"
     "traffic \"producer\" { to = q, rate = \"1000/s\" }\n"
     "simulate { duration = \"3000s\", seed = 4 }\n"},
    {"the same behind a backlog", 333,
     "scenario \"backlog\" {}\n" FREE_ACCOUNT
     "local f = fn \"f\" { memory = \"1769MB\", handler = function(r) r:cpu \"1ms\" end }\n"
     "local q = queue \"q\" { consumer = f, max_concurrency = 2, visibility = \"60s\" }\n"
     "traffic \"producer\" { to = q, rate = \"20000/s\" }\n"
     "simulate { duration = \"150s\", seed = 4 }\n"},
};

static const struct shipped_subject shipped_subjects[] = {
    /* A request is an order: 17 calls, messages and invocations. */
    {{"shipping at its peak", 1000, "scenarios/shipping.lua"},
     "normal day",
     {.resource = "warehouse", .setting = "rate", .value = "40/s"},
     10000 * SIM_SECOND},
    {{"shipping on a sale day", 1000, "scenarios/shipping.lua"},
     "sale day",
     {.resource = "warehouse", .setting = "rate", .value = "80/s"},
     5000 * SIM_SECOND},
    {{"ddos, no defence", 333, "scenarios/ddos_retry_storm.lua"},
     "no defence",
     {.resource = "botnet", .setting = "start", .value = "0s"},
     180 * SIM_SECOND},
    {{"ddos, route limit", 333, "scenarios/ddos_retry_storm.lua"},
     "route limit",
     {.resource = "botnet", .setting = "start", .value = "0s"},
     180 * SIM_SECOND},
};

static void stop(const struct err *err)
{
    err_print(err, "error", stderr, false);
    exit(EXIT_FAILURE);
}

static struct scenario *read_shipped(const struct catalog *catalog,
                                     const struct shipped_subject *shipped)
{
    struct err err = {0};
    struct load_options options = {.overrides = &shipped->set,
                                   .override_count = 1,
                                   .variant = shipped->variant,
                                   .limits = load_limits_default,
                                   .trusted = true};
    struct scenario *scenario = script_load(shipped->subject.text, catalog, &options, &err);
    if (scenario == NULL)
        stop(&err);
    scenario->simulate.duration = shipped->duration;
    return scenario;
}

static struct scenario *load(const struct catalog *catalog, const char *text)
{
    char folder[] = "/tmp/tepid-bench-XXXXXX", path[64];
    struct err err = {0};
    if (mkdtemp(folder) == NULL) {
        err_file(&err, "cannot write below /tmp");
        stop(&err);
    }
    snprintf(path, sizeof(path), "%s/bench.lua", folder);
    FILE *file = fopen(path, "w");
    if (file != NULL) {
        fputs(text, file);
        fclose(file);
    }
    struct load_options options = {.limits = load_limits_default, .trusted = true};
    struct scenario *scenario = script_load(path, catalog, &options, &err);
    unlink(path);
    rmdir(folder);
    if (scenario == NULL)
        stop(&err);
    return scenario;
}

struct figure {
    double ns_per_request;
    uint64_t requests, events;
};

static struct figure measure(const struct scenario *scenario)
{
    const struct run_limits limits = {SIM_NEVER, UINT64_MAX, INT64_MAX};
    struct world *world = world_new(scenario, 0, true, true);
    double start = bench_now();
    world_run(world, &limits, NULL, NULL);
    double seconds = bench_now() - start;
    struct figure figure = {seconds * 1e9 / (double)world->model.requests, world->model.requests,
                            world->model.sim.events};
    world_free(world);
    return figure;
}

static void run(struct scenario *scenario, const struct subject *subject)
{
    struct figure best = measure(scenario);
    double reference = bench_reference();
    for (int i = 0; i < 2; i++) {
        struct figure again = measure(scenario);
        double loop = bench_reference();
        if (again.ns_per_request < best.ns_per_request)
            best = again;
        reference = loop < reference ? loop : reference;
    }
    printf("%-30s %7.1f ns/request  %6.2f M/s  %6.1f x loop  %10llu requests  %5lld MB  %s %.0f\n",
           subject->name, best.ns_per_request, 1e3 / best.ns_per_request,
           best.ns_per_request / reference, (unsigned long long)best.requests,
           (long long)(run_peak_resident_bytes() >> 20),
           best.ns_per_request <= subject->limit_ns ? "within" : "ABOVE", subject->limit_ns);
    fflush(stdout);
    scenario_free(scenario);
}

/* bench [WORD]: only the subjects whose name holds WORD; "fel" the event list alone, "session" the sliders of the window,
 * "chart" charts and maps. */
int main(int argc, char **argv)
{
    const char *only = argc > 1 ? argv[1] : "";
    struct err err = {0};
    struct catalog *catalog = catalog_load("assets", NULL, &err);
    if (catalog == NULL)
        stop(&err);
    printf("reference loop: %.2f ns; memory is the peak of this process so far\n",
           bench_reference());
    for (size_t i = 0; i < COUNTOF(subjects); i++)
        if (strstr(subjects[i].name, only) != NULL)
            run(load(catalog, subjects[i].text), &subjects[i]);
    for (size_t i = 0; i < COUNTOF(shipped_subjects); i++)
        if (strstr(shipped_subjects[i].subject.name, only) != NULL)
            run(read_shipped(catalog, &shipped_subjects[i]), &shipped_subjects[i].subject);
    if (*only == '\0' || strcmp(only, "fel") == 0)
        bench_hold();
    if (*only == '\0' || strcmp(only, "session") == 0)
        bench_session();
    if (*only == '\0' || strcmp(only, "chart") == 0)
        bench_chart();
    catalog_free(catalog);
    return EXIT_SUCCESS;
}
