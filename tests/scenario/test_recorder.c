/* test_recorder.c - what a handler does becomes the program that program.h describes. */
#include "model/program.h"
#include "tests/scenario/load_text.h"
#include "tests/suite.h"

/* A program in short: "code:a:b" for every operation. */
static void check_layout(struct loaded *l, const char *body, const char *layout)
{
    static const char *const names[OP_CODES] = {
        "end", "cpu",        "wait", "call",    "maybe", "when",   "choose",  "each", "loop", "map",
        "all", "branch_end", "try",  "try_end", "jump",  "memory", "respond", "fail", "mark"};
    char text[2048];
    (void)snprintf(text, sizeof text,
                   "fn 'g' { }\nfn 'f' { handler = function(r) %s end }\n"
                   "traffic 't' { to = 'f', rate = '1/s', attrs = { tier = { gold = 1 } } }\n",
                   body);
    if (!loaded_text(l, text)) {
        fprintf(stderr, "\n%s: %s\n", body, l->err.what);
        CU_FAIL("not loaded");
        return;
    }
    const struct program *program = resource_program(&l->scenario->resources[1]);
    struct text got = {0};
    for (int i = 0; i < program->count; i++) {
        const struct op *op = &program->ops[i];
        text_addf(&got, "%s%s", i == 0 ? "" : " ", names[op->code]);
        if (op->a != 0)
            text_addf(&got, " a%d", (int)op->a);
        if (op->b != 0)
            text_addf(&got, " b%d", (int)op->b);
        for (int arm = 0; op->arms != NULL && arm < op->count; arm++)
            text_addf(&got, " @%d", (int)op->arms[arm].pc);
    }
    if (strcmp(got.data, layout) != 0)
        fprintf(stderr, "\n%s\n  wanted %s\n  got    %s\n", body, layout, got.data);
    CU_ASSERT_STRING_EQUAL(got.data, layout);
    text_free(&got);
}

static void test_every_operation_has_its_layout(void)
{
    static const char *const rows[][2] = {
        {"", "end"},
        {"r:cpu '1ms' r:wait '2ms' r:memory '3MB'", "cpu wait memory end"},
        {"r:call 'g' r:respond(202)", "call respond a202 end"},
        {"r:fail() r:fail 'crash'", "fail fail a3 end"},
        {"r:mark 'x' r:mark 'y' r:mark 'x'", "mark mark a1 mark end"},
        {"r:maybe(0.5, function(b) b:cpu '1ms' end)", "maybe b2 cpu end"},
        {"r:maybe('5%', function(b) b:cpu '1ms' end, function(b) b:wait '1ms' end)",
         "maybe b3 cpu jump a4 wait end"},
        {"r:when(attr 'tier':is 'gold', function(b) b:cpu '1ms' end)", "when b2 cpu end"},
        {"r:choose{ {3, function(b) b:cpu '1ms' end}, {1, function(b) end} }",
         "choose b4 @1 @3 cpu jump a4 jump a4 end"},
        {"r:each(3, function(b) b:cpu '1ms' end)", "each b3 cpu loop end"},
        {"r:cpu '1ms' r:each(uniform(1, 3), function(b) end)", "cpu each b3 loop a1 end"},
        {"r:map(2, function(b) b:call 'g' end)", "map b3 call branch_end end"},
        {"r:all{ function(b) b:cpu '1ms' end, function(b) end }",
         "all b4 @1 @3 cpu branch_end branch_end end"},
        {"r:try(function(t) t:call 'g' end)", "try a-1 b3 call try_end end"},
        {"r:try(function(t) t:call 'g' end, { retries = 2, on_error = function(e) e:fail() end })",
         "try a3 b5 call try_end fail jump a5 end"},
    };
    struct loaded l = loaded_begin();
    for (size_t i = 0; i < COUNTOF(rows); i++)
        check_layout(&l, rows[i][0], rows[i][1]);
    loaded_end(&l);
}

static bool loads(struct loaded *l, const char *body)
{
    char text[2048];
    (void)snprintf(text, sizeof text,
                   "fn 'g' { }\nfn 'f' { handler = function(r) %s end }\n"
                   "traffic 't' { to = 'f', rate = '1/s' }\n",
                   body);
    return loaded_text(l, text);
}

static void test_operands_are_read(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(loads(
        &l, "r:maybe('25%', function(b) end) r:choose{ {3, function() end}, {1, function() end} }\n"
            "r:call('g', { retries = 2 }) r:each(exponential(2.5), function() end)"));
    const struct program *program = resource_program(&l.scenario->resources[1]);
    CU_ASSERT_EQUAL(program->ops[0].p, 0.25);
    CU_ASSERT_EQUAL(program->ops[1].arms[0].upto, 0.75);
    CU_ASSERT_EQUAL(program->ops[1].arms[1].upto, 1);
    CU_ASSERT_EQUAL(program->ops[4].code, OP_TRY); /* a call with retries is a try around it */
    CU_ASSERT_EQUAL(program->ops[4].retry->retries, 2);
    CU_ASSERT_TRUE(program->ops[4].retry->on_default);
    CU_ASSERT_EQUAL(program->ops[5].code, OP_CALL);
    CU_ASSERT_EQUAL(program->ops[5].target.resource, 0);
    CU_ASSERT_EQUAL(program->ops[5].line, 3);
    CU_ASSERT_EQUAL(program->ops[6].code, OP_TRY_END);
    CU_ASSERT_EQUAL(dist_mean(program->ops[7].dist), 2.5);
    CU_ASSERT_NOT_EQUAL(program->ops[0].salt, program->ops[1].salt);
    CU_ASSERT_FALSE(program->leaf);
    CU_ASSERT_EQUAL(program->depth, 1);
    loaded_end(&l);
}

static void test_leaves_and_depth(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(loads(&l, "r:cpu '1ms' r:maybe(0.5, function(b) b:wait '1s' end)"));
    CU_ASSERT_TRUE(resource_program(&l.scenario->resources[1])->leaf);
    CU_ASSERT_EQUAL(resource_program(&l.scenario->resources[1])->depth, 0);
    CU_ASSERT_TRUE_FATAL(loads(&l, "r:each(2, function(a) a:each(2, function(b) b:all{ function(c) "
                                   "c:each(2, function() end) end } end) end)"));
    CU_ASSERT_FALSE(resource_program(&l.scenario->resources[1])->leaf);
    CU_ASSERT_EQUAL(resource_program(&l.scenario->resources[1])->depth, 2);
    loaded_end(&l);
}

/* The outer recorder inside a block means the same as the block's own. */
static void test_either_recorder_records_into_the_open_block(void)
{
    struct loaded l = loaded_begin();
    check_layout(&l, "r:each(2, function() r:cpu '1ms' end)", "each b3 cpu loop end");
    loaded_end(&l);
}

/* A try's options may be the name of an SDK's policy, which is no table to look for on_error in. */
static void test_a_try_takes_a_policy_by_name(void)
{
    struct loaded l = loaded_begin();
    check_layout(&l, "r:try(function(t) t:cpu '1ms' end, 'sdk-2026-11')", "try a-1 b3 cpu try_end end");
    loaded_end(&l);
}

static void test_what_cannot_be_recorded(void)
{
    static const char *const rows[][2] = {
        {"r:cpu()", "r:cpu needs an argument"},
        {"r:cpu(8)", "r:cpu 8 has no unit"},
        {"r:cpu '8MB'", "unknown unit"},
        {"r:maybe(2, function() end)", "above 100%"},
        {"r:maybe(0.5)", "needs a share and a function"},
        {"r:maybe(0.5, 'x')", "not a function"},
        {"r:choose{ }", "needs a list that is not empty"},
        {"r:choose{ {0, function() end} }", "no weight above 0"},
        {"r:choose{ function() end }", "takes { weight, function } pairs"},
        {"r:all(function() end)", "needs a list"},
        {"r:each(2.5, function() end)", "not a whole number"},
        {"r:respond(99)", "from 100 to 599"},
        {"r:respond(600)", "from 0 to 599"},
        {"r:fail 'late'", "is not one of"},
        {"r:mark 'a.b'", "contains"},
        {"r:call('g', { retires = 2 })", "has no setting 'retires'"},
        {"r:try(function() end, { timeout = '0s' })", "gives up before it began"},
        {"r:when('tier', function() end)", "needs a test and a function"},
        {"r:when(attr 'tier':gt 'gold', function() end)", "compare with numbers"},
        {"r:when(attr 'tier':is 'gold', function() end)", "no traffic has an attribute 'tier'"},
        {"r:get 'g'", "r:get needs a kv"},
        {"r:lua(print)", "r:lua is not in this version yet"},
        {"r:log 'x'", "there is no operation r:log"},
        {"local f f = function(b) b:each(2, f) end f(r)", "nested more than 16 deep"},
        {"local f f = function(b) b:maybe(1, f) end f(r)", "nested more than 64 deep"},
        {"local x = (function() return r:cpu '1ms' end)() + 1", "result of r:cpu()"},
        {"local y = (function() return r:cpu '1ms' end)() .. 'x'", "result of r:cpu()"},
        {"fn 'h' { }", "stands inside a handler"},
    };
    struct loaded l = loaded_begin();
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        bool ok = loads(&l, rows[i][0]);
        bool as_expected = !ok && strstr(l.err.what, rows[i][1]) != NULL && l.err.line == 2;
        if (!as_expected)
            fprintf(stderr, "\n%s gave line %d: %s\n", rows[i][0], l.err.line, l.err.what);
        CU_ASSERT_TRUE(as_expected);
    }
    loaded_end(&l);
}

static void test_a_recorder_ends_with_its_handler(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_FALSE(loaded_text(&l, "local kept\nfn 'f' { handler = function(r) kept = r end }\n"
                                    "kept:cpu '1ms'\n"));
    CU_ASSERT_STRING_EQUAL(l.err.what, "r:cpu: this recorder's handler has been recorded already");
    CU_ASSERT_EQUAL(l.err.line, 3);
    loaded_end(&l);
}

static void test_the_dump_reads_like_the_handler(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(loads(&l, "r:maybe(0.5, function(b) b:call 'g' end) r:respond(202)"));
    struct text dump = {0};
    scenario_dump(l.scenario, &dump);
    CU_ASSERT_PTR_NOT_NULL(strstr(dump.data, "fn \"g\"  no handler"));
    CU_ASSERT_PTR_NOT_NULL(strstr(dump.data, "     0  maybe 50.0% else ->2  -- line 2\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(dump.data, "     1    call g  -- line 2\n"));
    CU_ASSERT_PTR_NOT_NULL(strstr(dump.data, "     2  respond 202  -- line 2\n"));
    text_free(&dump);
    loaded_end(&l);
}

CU_TestInfo suite_recorder[] = {
    TEST(test_every_operation_has_its_layout),
    TEST(test_operands_are_read),
    TEST(test_leaves_and_depth),
    TEST(test_either_recorder_records_into_the_open_block),
    TEST(test_a_try_takes_a_policy_by_name),
    TEST(test_what_cannot_be_recorded),
    TEST(test_a_recorder_ends_with_its_handler),
    TEST(test_the_dump_reads_like_the_handler),
    CU_TEST_INFO_NULL,
};
