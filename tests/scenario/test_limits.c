/* test_limits.c - a load always ends, and says why. */
#include "tests/scenario/load_text.h"
#include "tests/suite.h"

static bool ends_with(struct loaded *l, const char *text, const char *what)
{
    bool ok = loaded_text(l, text);
    bool as_expected = !ok && l->err.kind == ERR_USER && strstr(l->err.what, what) != NULL;
    if (!as_expected)
        fprintf(stderr, "\n%s\n  gave: %s\n", text, ok ? "ok" : l->err.what);
    return as_expected;
}

static void test_limits_are_read(void)
{
    struct err err = {0};
    struct load_limits limits = load_limits_default;
    CU_ASSERT_TRUE(load_limits_read("10s,512MB", &limits, &err));
    CU_ASSERT_EQUAL(limits.wall, 10 * SIM_SECOND);
    CU_ASSERT_EQUAL(limits.memory, INT64_C(512) << 20);
    CU_ASSERT_EQUAL(limits.instructions, 2 * load_limits_default.instructions);
    limits = load_limits_default;
    CU_ASSERT_TRUE(load_limits_read("64MB", &limits, &err));
    CU_ASSERT_EQUAL(limits.wall, 5 * SIM_SECOND);
    CU_ASSERT_FALSE(load_limits_read("5s,", &limits, &err));
    err = (struct err){0};
    CU_ASSERT_FALSE(load_limits_read("soon", &limits, &err));
}

static void test_loops_in_lua_end(void)
{
    struct loaded l = loaded_begin();
    l.options.limits.instructions = 2000000;
    CU_ASSERT_TRUE(ends_with(&l, "while true do end", "ran more than 2 million"));
    CU_ASSERT_EQUAL(l.err.line, 1);
    CU_ASSERT_TRUE(ends_with(&l, "fn 'f' { handler = function(r) while true do end end }",
                             "ran more than 2 million"));
    CU_ASSERT_TRUE(
        ends_with(&l,
                  "local t = setmetatable({}, { __index = function(t, k) return t[k + 1] "
                  "end })\nlocal x = t[1]",
                  "too deeply"));
    l.options.limits = (struct load_limits){50 * SIM_MS, 256 << 20, INT64_C(1) << 60};
    CU_ASSERT_TRUE(ends_with(&l, "while true do end", "took longer than 50ms"));
    loaded_end(&l);
}

static void test_memory_is_bounded(void)
{
    struct loaded l = loaded_begin();
    l.options.limits.memory = 16 << 20;
    CU_ASSERT_TRUE(ends_with(&l, "local t = {} for i = 1, 1e9 do t[i] = {} end", "more than 16MB"));
    CU_ASSERT_TRUE(ends_with(&l, "local s = ('x'):rep(1e12)", "more than 16MB"));
    CU_ASSERT_TRUE(ends_with(&l, "local s = 'x' while true do s = s .. s end", "more than 16MB"));
    CU_ASSERT_TRUE(ends_with(&l, "for i = 1, 1e9 do fn('f' .. i) { } end", "more than 16MB"));
    CU_ASSERT_TRUE(ends_with(&l, "for i = 1, 1e9 do local p = param('p' .. i, ('x'):rep(1000)) end",
                             "more than 16MB"));
    CU_ASSERT_TRUE(ends_with(&l, "local t = {} for i = 1, 1e8 do t[i] = exponential('1s') end",
                             "more than 16MB"));
    loaded_end(&l);
}

/* Where no hook reaches, only the child process helps. */
static void test_loops_inside_the_library_end(void)
{
    static const char *const bombs[] = {
        "local s = ('a'):rep(40000) local n = s:find(('.-'):rep(8) .. 'b')",
        "table.insert(setmetatable({}, { __len = function() return math.maxinteger - 1 end }), 1, "
        "1)",
        "table.move(setmetatable({}, { __index = {} }), 1, math.maxinteger - 1, 2)",
        "local t = table.concat(setmetatable({}, { __len = function() return 1e15 // 1 | 0 end, "
        "__index = setmetatable({}, { __index = string }) }))",
    };
    struct loaded l = loaded_begin();
    l.options.trusted = false;
    l.options.limits.wall = 200 * SIM_MS;
    for (size_t i = 0; i + 1 < COUNTOF(bombs); i++)
        CU_ASSERT_TRUE(ends_with(&l, bombs[i], "took longer than 200ms"));
    CU_ASSERT_FALSE(loaded_text(&l, bombs[COUNTOF(bombs) - 1])); /* refused by Lua itself */
    loaded_end(&l);
}

static void test_a_good_file_passes_its_trial(void)
{
    struct loaded l = loaded_begin();
    l.options.trusted = false;
    CU_ASSERT_TRUE(loaded_text(&l, "fn 'f' { }"));
    CU_ASSERT_FALSE(loaded_text(&l, "fn 'f' { memroy = 1 }"));
    CU_ASSERT_STRING_EQUAL(l.err.what, "fn 'f' has no setting 'memroy'");
    loaded_end(&l);
}

static void test_a_limit_met_in_the_child_keeps_its_line(void)
{
    struct loaded l = loaded_begin();
    l.options.trusted = false;
    l.options.limits.instructions = 1000000;
    CU_ASSERT_TRUE(ends_with(&l, "\n\nwhile true do end", "ran more than 1 million"));
    CU_ASSERT_EQUAL(l.err.line, 3);
    loaded_end(&l);
}

static void test_what_is_no_text_is_refused(void)
{
    static const char *const files[] = {"\033Lua", "-- \xff\n", "--\xed\xa0\x80"};
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE(ends_with(&l, files[0], "compiled Lua"));
    CU_ASSERT_TRUE(ends_with(&l, files[1], "not UTF-8"));
    CU_ASSERT_TRUE(ends_with(&l, files[2], "not UTF-8"));
    CU_ASSERT_TRUE(loaded_text(&l, "\xEF\xBB\xBF#!/usr/bin/tepid\nfn 'f' { }"));
    CU_ASSERT_EQUAL(l.scenario->resources[0].line, 2);
    loaded_end(&l);
}

/* Bytes at random, and good files with bytes changed: never a crash, always an answer. */
static void test_noise_is_answered(void)
{
    static const char good[] =
        "local f = fn \"f\" { memory = \"1GB\", handler = function(r) r:cpu "
        "\"1ms\" r:maybe(0.5, function(b) b:wait(lognormal{ p50 = \"1ms\", p99 "
        "= \"9ms\" }) end) end }\ntraffic \"t\" { to = f, rate = \"5/s\" }\n";
    struct loaded l = loaded_begin();
    l.options.limits.instructions = 1000000;
    struct test_rng rng = {.state = 7};
    for (int round = 0; round < 400; round++) {
        char text[sizeof good];
        memcpy(text, good, sizeof good);
        for (int i = 0; i < 3; i++)
            text[test_rng_below(&rng, (int64_t)sizeof good - 1)] =
                (char)(1 + test_rng_below(&rng, 126));
        bool ok = loaded_text(&l, text);
        CU_ASSERT_TRUE(ok || l.err.what[0] != '\0');
    }
    loaded_end(&l);
}

CU_TestInfo suite_limits[] = {
    TEST(test_limits_are_read),
    TEST(test_loops_in_lua_end),
    TEST(test_memory_is_bounded),
    TEST(test_loops_inside_the_library_end),
    TEST(test_a_good_file_passes_its_trial),
    TEST(test_a_limit_met_in_the_child_keeps_its_line),
    TEST(test_what_is_no_text_is_refused),
    TEST(test_noise_is_answered),
    CU_TEST_INFO_NULL,
};
