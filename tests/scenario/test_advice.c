/* test_advice.c - what two resources together make unwise is said, once, and nothing else is. */
#include "tests/scenario/load_text.h"
#include "tests/suite.h"

/* How many warnings of `text` hold `word`. */
static int warnings(struct loaded *l, const char *text, const char *word)
{
    int count = 0;
    if (!loaded_text(l, text)) {
        fprintf(stderr, "\n%s\n  gave: %s\n", text, l->err.what);
        CU_FAIL("refused");
        return -1;
    }
    for (int i = 0; i < l->scenario->warning_count; i++)
        count += strstr(l->scenario->warnings[i], word) != NULL;
    return count;
}

#define F(settings) "local f = fn 'f' { " settings " handler = function(r) r:cpu '1ms' end }\n"
#define T           "traffic 't' { to = 'f', rate = '1/s' }\n"

static void test_a_function_that_outlives_its_gateway_is_named(void)
{
    struct loaded l = loaded_begin();
    const char *word = "the gateway gives up after";
    CU_ASSERT_EQUAL(warnings(&l, F("timeout = '31s',") "http_api 'w' { ['GET /'] = f }\n" T, word), 1);
    CU_ASSERT_EQUAL(warnings(&l, F("timeout = '30s',") "http_api 'w' { ['GET /'] = f }\n" T, word), 0);
    CU_ASSERT_EQUAL(warnings(&l, F("timeout = '30s',") "rest_api 'w' { ['GET /'] = f }\n" T, word), 1);
    CU_ASSERT_EQUAL(warnings(&l, F("") "rest_api 'w' { ['GET /'] = { f, timeout = '2s' } }\n" T, word), 1);
    CU_ASSERT_EQUAL(warnings(&l, F("") "rest_api 'w' { ['GET /'] = f }\n" T, word), 0);
    loaded_end(&l);
}

#define CALLS_DB(settings)                                                                         \
    "fn 'f' { " settings " handler = function(r) r:exec 'db' end }\n" T

static void test_more_instances_than_connections_are_named(void)
{
    struct loaded l = loaded_begin();
    const char *word = "may each hold one";
    CU_ASSERT_EQUAL(warnings(&l, CALLS_DB("") "sql 'db' { max_connections = 100 }", word), 1);
    CU_ASSERT_EQUAL(warnings(&l, CALLS_DB("") "sql 'db' { max_connections = 1000 }", word), 0);
    CU_ASSERT_EQUAL(warnings(&l, CALLS_DB("reserved = 100,") "sql 'db' { max_connections = 100 }", word), 0);
    CU_ASSERT_EQUAL(warnings(&l, CALLS_DB("reserved = 101,") "sql 'db' { max_connections = 100 }", word), 1);
    CU_ASSERT_EQUAL(warnings(&l, CALLS_DB("") "sql 'db' { max_connections = 100, proxy = true }", word), 0);
    CU_ASSERT_EQUAL(warnings(&l, F("") T "sql 'db' { max_connections = 100 }", word), 0);
    loaded_end(&l);
}

static void test_a_function_that_is_switched_off_is_named(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_EQUAL(warnings(&l, F("reserved = 0,") T, "switches it off"), 1);
    CU_ASSERT_EQUAL(warnings(&l, F("reserved = 1,") T, "switches it off"), 0);
    loaded_end(&l);
}

static void test_a_warning_is_given_once(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_EQUAL(warnings(&l, F("timeout = '5s',") T "queue 'q' { consumer = f, visibility = '20s' }\n"
                                 "at '1min' { target = 'q', set = { batch = 5 } }",
                             "visibility = 20s"),
                    1);
    loaded_end(&l);
}

CU_TestInfo suite_advice[] = {
    TEST(test_a_function_that_outlives_its_gateway_is_named),
    TEST(test_more_instances_than_connections_are_named),
    TEST(test_a_function_that_is_switched_off_is_named),
    TEST(test_a_warning_is_given_once),
    CU_TEST_INFO_NULL,
};
