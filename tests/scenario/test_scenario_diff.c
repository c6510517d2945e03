/* test_scenario_diff.c - what two scenarios say differently, line by line. */
#include "scenario/scenario_diff.h"

#include "tests/scenario/load_text.h"
#include "tests/suite.h"

static const char base[] =
    "local m = param('memory', '512MB')\n"
    "local f = fn 'f' { memory = m, timeout = '3s', handler = function(r) r:cpu '8ms' end }\n"
    "local q = queue 'q' { consumer = f, batch = 10 }\n"
    "traffic 't' { to = q, rate = diurnal{ mean = '10/s', peak = 2, peak_at = '12h' } }\n"
    "simulate { duration = '1h' }\n";

/* The differences between `base` and the same with one piece of it exchanged, a line each: "~ param memory: 512MB -> 1GB". */
static char *difference(const char *piece, const char *by, char out[2000])
{
    struct loaded a = loaded_begin(), b = loaded_begin();
    struct text text = {0};
    const char *at = strstr(base, piece);
    CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    text_add_bytes(&text, base, (size_t)(at - base));
    text_add(&text, by);
    text_add(&text, at + strlen(piece));
    CU_ASSERT_TRUE_FATAL(loaded_text(&a, base));
    CU_ASSERT_TRUE_FATAL(loaded_text(&b, text.data));
    struct arena *arena = arena_new();
    struct scenario_diff diff;
    scenario_diff(&diff, a.scenario, b.scenario, arena);
    out[0] = '\0';
    for (int i = 0; i < diff.count; i++) {
        const struct setting_change *c = &diff.changes[i];
        size_t used = strlen(out);
        (void)snprintf(out + used, 2000 - used, "%c %s: %s -> %s\n", c->sign, c->what, c->a, c->b);
    }
    arena_free(arena);
    text_free(&text);
    loaded_end(&a);
    loaded_end(&b);
    return out;
}

#define CHECK_DIFFERENCE(piece, by, expected)                                                      \
    do {                                                                                           \
        char out_[2000];                                                                           \
        CU_ASSERT_STRING_EQUAL(difference(piece, by, out_), expected);                             \
    } while (0)

static void test_equal_files_do_not_differ(void)
{
    CHECK_DIFFERENCE("'1h'", "'1h'", "");
    CHECK_DIFFERENCE("'1h'", "'60min'", "");
    CHECK_DIFFERENCE("r:cpu '8ms'", "\n\n r:cpu '8ms'", ""); /* lines move, nothing else does */
}

static void test_settings_and_parameters(void)
{
    CHECK_DIFFERENCE("'512MB'", "'1GB'",
                     "~ param memory: 512MB -> 1GB\n~ fn f.memory: 512MB -> 1GB\n");
    CHECK_DIFFERENCE("batch = 10", "batch = 5", "~ queue q.batch: 10 -> 5\n");
    CHECK_DIFFERENCE("batch = 10", "batch = 10, delay = '5s'", "~ queue q.delay: 0 -> 5s\n");
    CHECK_DIFFERENCE("peak = 2", "peak = 3",
                     "~ traffic t.rate: 10.0/s, peak 20.0/s -> 10.0/s, peak 30.0/s\n");
    CHECK_DIFFERENCE("'1h'", "'2h'", "~ simulate.duration: 60min -> 2h\n");
}

static void test_handlers_are_compared_by_what_they_do(void)
{
    CHECK_DIFFERENCE("r:cpu '8ms'", "r:cpu '9ms'", "~ fn f.handler:  -> does something else\n");
}

static void test_resources_come_and_go(void)
{
    CHECK_DIFFERENCE("simulate", "account { concurrency = 500 }\nbucket 'b' { }\nsimulate",
                     "+ bucket b:  -> \n~ account.concurrency: 1 000 -> 500\n");
    CHECK_DIFFERENCE("queue 'q' { consumer = f, batch = 10 }", "queue 'r' { consumer = f }",
                     "- queue q:  -> \n~ traffic t.to: 1 q -> 1 r\n+ queue r:  -> \n");
}

CU_TestInfo suite_scenario_diff[] = {
    TEST(test_equal_files_do_not_differ),
    TEST(test_settings_and_parameters),
    TEST(test_handlers_are_compared_by_what_they_do),
    TEST(test_resources_come_and_go),
    CU_TEST_INFO_NULL,
};
