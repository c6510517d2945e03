/* test_script.c - whole files: what is read, what is refused and in which words. */
#include <math.h>

#include "model/svc_client.h"
#include "model/svc_function.h"
#include "model/svc_gateway.h"
#include "tests/scenario/load_text.h"
#include "tests/suite.h"

#define MB INT64_C(1048576)
#define F  "local f = fn \"f\" { handler = function(r) r:cpu \"1ms\" end }\n"

static const char hello[] =
    "scenario \"hello\" { question = \"What does it cost?\" }\n"
    "local memory = param(\"memory\", \"512MB\")\n"
    "local rate = param(\"rate\", \"50/s\")\n"
    "local hello = fn \"hello\" {\n"
    "  memory = memory, runtime = \"nodejs22\", timeout = \"3s\",\n"
    "  handler = function(r) r:cpu \"8ms\" end,\n"
    "}\n"
    "local web = http_api \"web\" { [\"GET /hello\"] = hello }\n"
    "traffic \"users\" { to = web \"GET /hello\", rate = rate }\n"
    "slo { \"web.latency.p99 < 300ms\", \"web.errors < 0.1%\", \"cost < $250/month\" }\n"
    "simulate { duration = \"1h\", warmup = \"5min\", seed = 42 }\n";

static void test_hello_field_by_field(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, hello));
    const struct scenario *s = l.scenario;
    CU_ASSERT_STRING_EQUAL(s->name, "hello");
    CU_ASSERT_STRING_EQUAL(s->question, "What does it cost?");
    CU_ASSERT_EQUAL_FATAL(s->resource_count, 3);
    CU_ASSERT_EQUAL(scenario_find(s, "web"), 1);
    CU_ASSERT_EQUAL(scenario_find(s, "nobody"), -1);

    const struct function_config *fn = s->resources[0].config;
    CU_ASSERT_EQUAL(fn->memory, 512 * MB);
    CU_ASSERT_STRING_EQUAL(fn->runtime, "nodejs22");
    CU_ASSERT_EQUAL(fn->timeout, 3 * SIM_SECOND);
    CU_ASSERT_EQUAL(fn->reserved, TIME_UNSET);
    CU_ASSERT_EQUAL(fn->provisioned.count, TIME_UNSET);
    CU_ASSERT_EQUAL(fn->instance_concurrency, 1);
    CU_ASSERT_PTR_NOT_NULL(fn->init);
    CU_ASSERT_EQUAL_FATAL(fn->handler->count, 2);
    CU_ASSERT_EQUAL(fn->handler->ops[0].code, OP_CPU);
    CU_ASSERT_EQUAL(fn->handler->ops[0].dist->constant, 8 * SIM_MS);
    CU_ASSERT_EQUAL(fn->handler->ops[1].code, OP_END);
    CU_ASSERT_TRUE(fn->handler->leaf);
    CU_ASSERT_EQUAL(s->resources[0].line, 4);

    const struct gateway_config *web = s->resources[1].config;
    CU_ASSERT_EQUAL_FATAL(web->routes.count, 1);
    CU_ASSERT_STRING_EQUAL(web->routes.routes[0].name, "GET /hello");
    CU_ASSERT_EQUAL(web->routes.routes[0].target.resource, 0);
    CU_ASSERT_TRUE(isnan(web->routes.routes[0].limit));
    CU_ASSERT_EQUAL(web->overhead->kind, DIST_LOGNORMAL);

    const struct client_config *users = s->resources[2].config;
    CU_ASSERT_EQUAL_FATAL(users->to.count, 1);
    CU_ASSERT_EQUAL(users->to.targets[0].target.resource, 1);
    CU_ASSERT_EQUAL(users->to.targets[0].target.route, 0);
    CU_ASSERT_STRING_EQUAL(users->to.targets[0].name, "web GET /hello");
    CU_ASSERT_EQUAL(users->rate->kind, RATE_CONSTANT);
    CU_ASSERT_EQUAL(users->rate->per_s, 50);
    CU_ASSERT_EQUAL(users->arrivals.kind, ARRIVALS_POISSON);
    CU_ASSERT_EQUAL(users->clients, TIME_UNSET);
    CU_ASSERT_PTR_NULL(users->retry);

    CU_ASSERT_EQUAL_FATAL(s->slo_count, 3);
    CU_ASSERT_EQUAL(s->slos[0].limit, 300e6);
    CU_ASSERT_TRUE(s->slos[2].per_month);
    CU_ASSERT_EQUAL(s->simulate.duration, SIM_HOUR);
    CU_ASSERT_EQUAL(s->simulate.warmup, 5 * SIM_MINUTE);
    CU_ASSERT_EQUAL(s->simulate.seed, 42);
    CU_ASSERT_EQUAL(s->simulate.reps, 1);
    CU_ASSERT_EQUAL(s->simulate.sample, TIME_UNSET);
    CU_ASSERT_EQUAL(s->account.concurrency, 1000);
    CU_ASSERT_EQUAL(s->account.scaling.count, 1000);
    CU_ASSERT_EQUAL(s->account.scaling.per, 10 * SIM_SECOND);
    CU_ASSERT_EQUAL(s->pricing.logs, TIME_UNSET);
    CU_ASSERT_EQUAL(s->param_count, 2);
    CU_ASSERT_EQUAL(s->warning_count, 0);
    loaded_end(&l);
}

static void test_a_parameter_takes_the_value_given(void)
{
    struct loaded l = loaded_begin();
    struct assignment params[] = {{"memory", {.kind = VALUE_TEXT, .text = "1GB"}}};
    l.options.params = params;
    l.options.param_count = 1;
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, hello));
    CU_ASSERT_EQUAL(((const struct function_config *)l.scenario->resources[0].config)->memory,
                    1024 * MB);
    CU_ASSERT_STRING_EQUAL(l.scenario->params[0].value.text, "1GB");
    CU_ASSERT_STRING_EQUAL(l.scenario->params[0].fallback.text, "512MB");

    params[0].name = "memori";
    CU_ASSERT_FALSE(loaded_text(&l, hello));
    CU_ASSERT_STRING_EQUAL(l.err.what, "-p memori: no such parameter");
    CU_ASSERT_STRING_EQUAL(l.err.file, "command line");
    CU_ASSERT_STRING_EQUAL(l.err.help, "did you mean 'memory'?");
    loaded_end(&l);
}

static void test_overrides_replace_one_setting(void)
{
    struct loaded l = loaded_begin();
    struct override sets[] = {{"hello", "memory", "256MB"},
                              {"web GET /hello", "limit", "7/s"},
                              {"simulate", "duration", "2h"},
                              {"web", "overhead", "uniform(\"1ms\", \"3ms\")"}};
    l.options.overrides = sets;
    l.options.override_count = 4;
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, hello));
    const struct function_config *fn = l.scenario->resources[0].config;
    const struct gateway_config *web = l.scenario->resources[1].config;
    CU_ASSERT_EQUAL(fn->memory, 256 * MB);
    CU_ASSERT_EQUAL(web->routes.routes[0].limit, 7);
    CU_ASSERT_EQUAL(web->overhead->kind, DIST_UNIFORM);
    CU_ASSERT_EQUAL(l.scenario->simulate.duration, 2 * SIM_HOUR);

    sets[0].setting = "memroy";
    CU_ASSERT_FALSE(loaded_text(&l, hello));
    CU_ASSERT_STRING_EQUAL(l.err.what, "--set hello.memroy: a fn has no setting 'memroy'");
    CU_ASSERT_STRING_EQUAL(l.err.file, "command line");
    loaded_end(&l);
}

static const char sizing[] =
    "local units = param(\"provisioned\", 0, { min = 0, max = 200 })\n"
    "local work = fn \"work\" { provisioned = units, init = \"2500ms\", keep_alive = \"10min\",\n"
    "  handler = function(r) r:wait \"2s\" end }\n"
    "traffic \"jobs\" { to = work, rate = \"3.7336/s\" }\n"
    "slo { \"work.spill < 1%\" }\n"
    "sweep { provisioned = range(0, 20), objective = { minimise = \"cost\", subject_to = \"slo\" } "
    "}\n"
    "variant \"seven\" { provisioned = 7 }\n"
    "simulate { duration = \"745h\", warmup = \"1h\", seed = 1, sample = \"1min\" }\n";

static void test_sweeps_and_variants(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, sizing));
    const struct sweep_def *sweep = &l.scenario->sweep;
    CU_ASSERT_TRUE(sweep->given && sweep->subject_to_slo);
    CU_ASSERT_STRING_EQUAL(sweep->minimise, "cost");
    CU_ASSERT_EQUAL_FATAL(sweep->axis_count, 1);
    CU_ASSERT_EQUAL_FATAL(sweep->axes[0].count, 21);
    CU_ASSERT_EQUAL(sweep->axes[0].values[20].number, 20);
    const struct function_config *fn = l.scenario->resources[0].config;
    CU_ASSERT_EQUAL(fn->provisioned.count, 0);
    uint64_t digest = l.scenario->digest;

    l.options.variant = "seven";
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, sizing));
    fn = l.scenario->resources[0].config;
    CU_ASSERT_EQUAL(fn->provisioned.count, 7);
    CU_ASSERT_NOT_EQUAL(l.scenario->digest, digest);

    struct assignment eight = {"provisioned", {.kind = VALUE_TEXT, .text = "8"}};
    l.options.params = &eight;
    l.options.param_count = 1;
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, sizing));
    fn = l.scenario->resources[0].config;
    CU_ASSERT_EQUAL(fn->provisioned.count, 8);
    loaded_end(&l);
}

static void test_the_digest_follows_the_files(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, hello));
    uint64_t first = l.scenario->digest;
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, hello));
    CU_ASSERT_EQUAL(l.scenario->digest, first);
    char changed[sizeof hello + 8];
    (void)snprintf(changed, sizeof changed, "%s-- x\n", hello);
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, changed));
    CU_ASSERT_NOT_EQUAL(l.scenario->digest, first);
    loaded_end(&l);
}

static void test_modules_and_traces_stand_beside_the_file(void)
{
    static const char module[] = "return { work = function(r) r:cpu \"3ms\" end }\n";
    static const char trace[] = "interval_s,count\n0,12\n60,15\n";
    struct loaded l = loaded_begin();
    loaded_file(&l, "steps.lua", module, strlen(module));
    loaded_file(&l, "t.csv", trace, strlen(trace));
    loaded_file(&l, "loop.lua", "require \"loop\"", 14);
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, "fn \"f\" { handler = require(\"steps\").work }\n"
                                         "traffic \"t\" { to = \"f\", rate = trace \"t.csv\" }\n"));
    const struct client_config *t = l.scenario->resources[1].config;
    CU_ASSERT_EQUAL(t->rate->kind, RATE_TRACE_COUNTS);
    CU_ASSERT_EQUAL(t->rate->count, 2);
    CU_ASSERT_EQUAL(t->rate->counts[1], 15);
    CU_ASSERT_FALSE(loaded_text(&l, "require \"loop\"\n"));
    CU_ASSERT_STRING_EQUAL(l.err.what, "require \"loop\": the module requires itself");
    CU_ASSERT_FALSE(loaded_text(&l, "require \"..steps\"\n"));
    CU_ASSERT_FALSE(loaded_text(&l, F "traffic \"t\" { to = f, rate = trace \"/etc/passwd\" }"));
    loaded_end(&l);
}

/* What a file asserts about the sandbox itself. */
static void test_the_sandbox_keeps_its_promises(void)
{
    static const char *const truths[] = {
        "tostring({}) == 'table' and tostring(print) == 'function'",
        "string.format('%s', {}) == 'table'",
        "not tostring(fn):find('0x')",
        "math.log(8, 2) == 3 and math.log(1000, 10) == 3 and math.exp(0) == 1",
        "math.sin(0) == 0 and math.abs(math.sin(1) - 0.8414709848078965) < 1e-13",
        "getmetatable('') == false and getmetatable(_ENV) == false",
        "('ab'):rep(2, '-') == 'ab-ab' and (''):rep(1e18) == ''",
        "tostring(setmetatable({}, { __tostring = function() return 'x' end })) == 'x'",
        "select('#', table.unpack({1, 2, 3})) == 3 and rawlen({1}) == 1",
        "(function() local s = '' for k in pairs({ b = 1, a = 1, [2] = 1, [-1] = 1, [1.5] = 1 }) "
        "do "
        "s = s .. tostring(k) .. ' ' end return s end)() == '-1 1.5 2 a b '",
        "(function() local t = { {2,'a'}, {1,'b'}, {2,'c'}, {1,'d'} } "
        "table.sort(t, function(x, y) return x[1] < y[1] end) "
        "return t[1][2] .. t[2][2] .. t[3][2] .. t[4][2] end)() == 'bdac'",
        "(function() local t = {} for i = 1, 50 do t[i] = (i * 37) % 101 end table.sort(t) "
        "for i = 2, 50 do if t[i - 1] > t[i] then return false end end return true end)()",
    };
    struct loaded l = loaded_begin();
    for (size_t i = 0; i < COUNTOF(truths); i++) {
        char text[1024];
        (void)snprintf(text, sizeof text, "assert(%s)\nfn \"f\" { }\n", truths[i]);
        if (!loaded_text(&l, text))
            fprintf(stderr, "\n%s: %s\n", truths[i], l.err.what);
        CU_ASSERT_PTR_NOT_NULL(l.scenario);
    }
    loaded_end(&l);
}

static void test_a_fault_patches_a_copy(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(loaded_text(
        &l, F "at \"25min\" { target = f, latency = \"x20\", lasts = \"8s\" }\n"
              "at \"30min\" { target = \"f\", set = { memory = \"2GB\" }, recycle = true }\n"));
    CU_ASSERT_EQUAL_FATAL(l.scenario->fault_count, 2);
    const struct fault_def *fault = l.scenario->faults;
    CU_ASSERT_EQUAL(fault[0].at, 25 * SIM_MINUTE);
    CU_ASSERT_EQUAL(fault[0].lasts, 8 * SIM_SECOND);
    CU_ASSERT_EQUAL(fault[0].latency_factor, 20);
    CU_ASSERT_EQUAL(fault[0].resource, 0);
    CU_ASSERT_PTR_NULL(fault[0].patched);
    CU_ASSERT_TRUE(fault[1].recycle);
    CU_ASSERT_EQUAL(fault[1].lasts, TIME_UNSET);
    CU_ASSERT_EQUAL(((const struct function_config *)fault[1].patched)->memory, 2048 * MB);
    CU_ASSERT_EQUAL(((const struct function_config *)l.scenario->resources[0].config)->memory,
                    128 * MB);
    loaded_end(&l);
}

static void test_shapes_attributes_and_retries(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(loaded_text(
        &l, F "traffic \"t\" { to_mix = { {1, f}, {3, \"f\"} },\n"
              "  rate = diurnal { mean = \"20/s\", peak = 2.0, peak_at = \"15h\" },\n"
              "  attrs = { tier = { silver = 0.9, gold = 0.1 } }, timeout = \"4s\",\n"
              "  retry = { retries = 3, on = { 429, \"timeout\" }, budget = \"10%\",\n"
              "            backoff = expo(\"50ms\", { max = \"5s\", jitter = \"equal\" }) } }\n"
              "traffic \"c\" { to = f, clients = 5, think = exponential(\"2s\") }\n"));
    const struct client_config *t = l.scenario->resources[1].config;
    CU_ASSERT_EQUAL_FATAL(t->to.count, 2);
    CU_ASSERT_EQUAL(t->to.targets[1].weight, 3);
    CU_ASSERT_EQUAL(t->rate->peak_per_s, 40);
    CU_ASSERT_EQUAL(t->rate->at, 15 * SIM_HOUR);
    CU_ASSERT_EQUAL_FATAL(t->attrs.count, 1);
    CU_ASSERT_STRING_EQUAL(t->attrs.attrs[0].values[0].text, "gold");
    CU_ASSERT_EQUAL(t->retry->retries, 3);
    CU_ASSERT_EQUAL(t->retry->codes[0], 429);
    CU_ASSERT_TRUE(t->retry->on_timeout && !t->retry->on_error && !t->retry->on_default);
    CU_ASSERT_EQUAL(t->retry->backoff.base, 50 * SIM_MS);
    CU_ASSERT_EQUAL(t->retry->backoff.jitter, JITTER_EQUAL);
    CU_ASSERT_EQUAL(t->retry->budget, 0.1);
    CU_ASSERT_EQUAL(t->retry->timeout, TIME_UNSET);
    const struct client_config *c = l.scenario->resources[2].config;
    CU_ASSERT_EQUAL(c->clients, 5);
    CU_ASSERT_EQUAL(c->think->kind, DIST_EXPONENTIAL);
    CU_ASSERT_PTR_NULL(c->rate);
    loaded_end(&l);
}

struct wrong {
    const char *text, *what;
    int line;
};

static const struct wrong wrongs[] = {
    {"\nlocal f = fn \"f\" { memroy = \"1GB\" }", "fn 'f' has no setting 'memroy'", 2},
    {"fn \"f\" { timeout = 30 }", "timeout = 30 has no unit", 1},
    {"fn \"f\" {\n memory = \"64MB\" }", "fn 'f': memory = 64MB is below the minimum of 128MB", 2},
    {"fn \"f\" {\n memory = 64 }", "memory = 64MB is below", 2},
    {"fn \"f\" { memory = \"20GB\" }", "above the maximum of 10240MB", 1},
    {"fn \"f\" { reserved = -1 }", "negative", 1},
    {"fn \"f\" { reserved = 1.5 }", "not a whole number", 1},
    {"fn \"f\" { reserved = 1/0 }", "not a finite number", 1},
    {"fn \"f\" { reserved = 0/0 }", "not a finite number", 1},
    {"fn \"f\" { snapstart = 1 }", "snapstart is 1, not true or false", 1},
    {"fn \"f\" { runtime = 8 }", "runtime is 8, not a text", 1},
    {"fn \"f\" { 5 }", "fn 'f' has no setting '[1]'", 1},
    {"fn \"f\"", "fn \"f\" was named but never given settings", 1},
    {"fn { }", "fn needs a name", 1},
    {"fn \"\" { }", "the name '' is empty", 1},
    {"fn \"a\nb\" { }", "unfinished string", 1},
    {"fn \"a\\nb\" { }", "contains a control character", 1},
    {"fn \"f\" { }\nfn \"f\" { }", "the name 'f' is declared twice", 2},
    {"local f = fn \"f\" { }\nf { }", "fn 'f' was given settings before", 2},
    {"local f = fn \"f\" { }\nlocal r = f \"GET /\"", "fn 'f' is called with \"GET /\"", 2},
    {"local f = fn \"f\" { }\nlocal r = f.memory", "fn 'f' has no field 'memory'", 2},
    {"x = 1", "'x' is assigned without local", 1},
    {"local y = zzz", "undefined name 'zzz'", 1},
    {"string.rep = nil", "the table 'string' cannot be changed", 1},
    {"rawset(math, 'pi', 3)", "this table cannot be changed", 1},
    {"local a = math.random(3)", "math.random is not available", 1},
    {"local a = string.dump", "string.dump is not available", 1},
    {"local a = string.format('%p', {})", "does not know '%p'", 1},
    {"for k in pairs({ [{}] = 1 }) do end", "as key has no fixed place", 1},
    {"local a <const> = load('x')", "load is not available", 1},
    {"error('too\\nbad')", "too bad", 1},
    {"local t = nil\n\nt.x = 1", "attempt to index a nil value (local 't')", 3},
    {"fn \"f\" { init = lognormal{ p50 = \"1ms\", p99 = \"2ms\", p98 = \"1ms\" } }",
     "lognormal has no setting 'p98'", 1},
    {"fn \"f\" { init = lognormal{ p50 = 3, p99 = \"2ms\" } }", "p50 = 3 has no unit", 1},
    {"fn \"f\" { init = exponential() }", "exponential was not given what it needs", 1},
    {"local t = {} local m = mix(t) t[1] = {1, m}\nfn \"f\" { init = m }", "nested", 2},
    {"fn \"f\" { init = diurnal() }", "diurnal was not given", 1},
    {"fn \"f\" { init = diurnal{ mean = \"1/s\" } }", "init is diurnal(…), not a distribution", 1},
    {F "traffic \"t\" { to = f, rate = exponential(\"1s\") }", "not a rate", 2},
    {F "traffic \"t\" { to = f, rate = stages{ {\"2min\"} } }", "entry 1 of stages is not a pair",
     2},
    {F "traffic \"t\" { to = f, to_mix = { {1, f} }, rate = \"1/s\" }", "has both to and to_mix",
     2},
    {F "traffic \"t\" { to = \"g\", rate = \"1/s\" }", "no resource named 'g'", 2},
    {F "traffic \"t\" { to = 5, rate = \"1/s\" }", "to is 5, not a resource", 2},
    {F "traffic \"t\" { to = f, rate = \"1/s\", retry = { retries = 1, hedge = \"0s\" } }",
     "hedge = 0 would send everything twice", 2},
    {F "traffic \"t\" { to = f, rate = \"1/s\", retry = { on = { 42 } } }", "not an HTTP status",
     2},
    {F "http_api \"w\" { [\"GET /\"] = \"w\" }", "but 'w' is an http_api", 2},
    {F "http_api \"w\" { [\"GET /\"] = f }\nfn \"w GET /\" { }", "the name of a route and of a fn",
     3},
    {F "http_api \"w\" { [\"GET /\"] = { f, limit = 5 } }", "limit = 5 has no unit", 2},
    {F "http_api \"w\" { [\"GET /\"] = { f, lmit = \"5/s\" } }", "has no setting 'lmit'", 2},
    {"local p = param(\"p\")", "param needs a name and a default", 1},
    {"local p = param(\"p\", 1)\nlocal q = param(\"p\", 2)", "param 'p' is declared twice", 2},
    {"local p = param(\"p\", \"1GB\", { max = \"512MB\" })", "above the maximum", 1},
    {"local p = param(\"p\", \"1GB\", { max = \"5s\" })", "cannot be compared", 1},
    {"variant \"all\" { }", "stands for all variants", 1},
    {"simulate { reps = 0 }", "reps = 0 is below the minimum of 1", 1},
    {"simulate { seed = 2^53 + 2 }", "seed", 1},
    {"simulate { }\nsimulate { }", "simulate is given twice", 2},
    {"simulate { sample = \"1us\" }", "sample = 1us is below the minimum of 1ms", 1},
    {"slo { 5 }", "an SLO is 5, not a text", 1},
    {"at \"soon\" { }", "at \"soon\"", 1},
    {"insights { off = { \"nonsense\" } }", "not the name of a rule", 1},
    {"account { scaling = \"fast\" }", "scaling", 1},
    {"pricing { region = \"mars-1\" }", "region \"mars-1\" is not in the price list", 1},
};

static void test_wrong_files_are_refused_with_place_and_reason(void)
{
    struct loaded l = loaded_begin();
    for (size_t i = 0; i < COUNTOF(wrongs); i++) {
        bool ok = loaded_text(&l, wrongs[i].text);
        bool as_expected = !ok && strstr(l.err.what, wrongs[i].what) != NULL &&
                           l.err.line == wrongs[i].line && l.err.kind == ERR_USER;
        if (!as_expected)
            fprintf(stderr, "\n%s\n  gave line %d: %s\n", wrongs[i].text, l.err.line, l.err.what);
        CU_ASSERT_TRUE(as_expected);
    }
    loaded_end(&l);
}

static void test_a_file_without_traffic_is_warned_about(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(loaded_text(&l, "fn \"f\" { }"));
    CU_ASSERT_EQUAL(l.scenario->warning_count, 1);
    CU_ASSERT_FALSE(loaded_text(&l, ""));
    CU_ASSERT_STRING_EQUAL(l.err.what, "the scenario declares nothing");
    loaded_end(&l);
}

static void test_a_missing_file_is_a_file_error(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_PTR_NULL(script_load("/nonexistent.lua", l.catalog, &l.options, &l.err));
    CU_ASSERT_EQUAL(l.err.kind, ERR_FILE);
    loaded_end(&l);
}

CU_TestInfo suite_script[] = {
    TEST(test_hello_field_by_field),
    TEST(test_a_parameter_takes_the_value_given),
    TEST(test_overrides_replace_one_setting),
    TEST(test_sweeps_and_variants),
    TEST(test_the_digest_follows_the_files),
    TEST(test_modules_and_traces_stand_beside_the_file),
    TEST(test_the_sandbox_keeps_its_promises),
    TEST(test_a_fault_patches_a_copy),
    TEST(test_shapes_attributes_and_retries),
    TEST(test_wrong_files_are_refused_with_place_and_reason),
    TEST(test_a_file_without_traffic_is_warned_about),
    TEST(test_a_missing_file_is_a_file_error),
    CU_TEST_INFO_NULL,
};
