/* test_condition.c - tokens of a source, lines of settings, operations used as values. */
#include "scenario/script_condition.h"
#include "scenario/script_recorder.h"
#include "scenario/source.h"
#include "tests/suite.h"

#include <string.h>

static void test_tokens_leave_out_comments_and_keep_lines(void)
{
    static const char text[] = "a.b -- no\n--[==[ x\n]] ]==] 'q\\'r' [[l\nm]] 0x1F ~= ..";
    static const struct {
        enum token_kind kind;
        const char *text;
        int line;
    } rows[] = {
        {TOKEN_NAME, "a", 1},     {TOKEN_SIGN, ".", 1},    {TOKEN_NAME, "b", 1},
        {TOKEN_TEXT, "q\\'r", 3}, {TOKEN_TEXT, "l\nm", 3}, {TOKEN_NUMBER, "0x1F", 4},
        {TOKEN_SIGN, "~=", 4},    {TOKEN_SIGN, "..", 4},   {TOKEN_END, "", 4},
    };
    struct source source = source_begin(text, strlen(text));
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        struct token token = source_next(&source);
        CU_ASSERT_EQUAL(token.kind, rows[i].kind);
        CU_ASSERT_EQUAL(token.line, rows[i].line);
        CU_ASSERT_EQUAL(token.length, strlen(rows[i].text));
        CU_ASSERT_EQUAL(memcmp(token.start, rows[i].text, token.length), 0);
    }
}

static void test_a_setting_is_found_in_its_own_table(void)
{
    static const char text[] =
        "fn \"f\" { -- memory = 3\n  timeout = \"memory = 1\",\n  memory = 2,\n"
        "  [\"GET /\"] = f,\n}\nfn \"g\" {\n  arch = 1,\n}\n";
    struct source source = source_begin(text, strlen(text));
    CU_ASSERT_EQUAL(source_key_line(source, "timeout"), 2);
    CU_ASSERT_EQUAL(source_key_line(source, "memory"), 3);
    CU_ASSERT_EQUAL(source_key_line(source, "GET /"), 4);
    CU_ASSERT_EQUAL(source_key_line(source, "arch"), 1);
}

static bool finds(const char *text)
{
    struct token op;
    return condition_find(source_begin(text, strlen(text)), 1000, script_operations, &op);
}

static void test_uses_of_an_answer_are_found(void)
{
    static const char *const uses[] = {
        "function(r) if r:call(x) then end end",
        "function(r) local a = r:call(x) end",
        "function(r) while r:get \"k\" do end end",
        "function(r) print(r:call(x)) end",
        "function(r) t[1] = { r:call(x) } end",
        "function(r) if not r:call(x) then end end",
        "function(r) repeat until r:wait \"1s\" end",
        "function(r) if a == r:call{x} then end end",
        "function(r) r:maybe(0.5, function(b) if b:call(x) then end end) end",
        "function(r) return 1, r:call(x) end",
        "function(r) local s = 'a' .. r:call(x) end",
        "function(...) local r = ... if r:call(x) then end end",
        "function(r) local t = r if t:call(x) then end end",
    };
    for (size_t i = 0; i < COUNTOF(uses); i++) {
        if (!finds(uses[i]))
            fprintf(stderr, "\nnot found: %s\n", uses[i]);
        CU_ASSERT_TRUE(finds(uses[i]));
    }
}

static void test_statements_are_left_alone(void)
{
    static const char *const statements[] = {
        "function(r) r:cpu \"1ms\" r:call(x) r:wait(d) end",
        "function(r) if a then r:call(x) else r:wait(d) end end",
        "function(r) for i = 1, 3 do r:call(x) end end",
        "function(r) return r:respond(200) end",
        "function(r) local v = cache:get(\"k\") r:cpu(v) end",
        "function(r) r:maybe(0.5, function(b) b:call(x) end) end",
        "function(r) r:choose{ {1, function(b) b:call(x) end} } end",
        "function(r) -- if r:call(x) then\n r:cpu \"if r:call(x)\" end",
        "function(r) local f = r.call; r:call(x); r:call(y) end",
        "function steps.run(r) r:call(x) end",
    };
    for (size_t i = 0; i < COUNTOF(statements); i++) {
        if (finds(statements[i]))
            fprintf(stderr, "\nfound: %s\n", statements[i]);
        CU_ASSERT_FALSE(finds(statements[i]));
    }
}

CU_TestInfo suite_condition[] = {
    TEST(test_tokens_leave_out_comments_and_keep_lines),
    TEST(test_a_setting_is_found_in_its_own_table),
    TEST(test_uses_of_an_answer_are_found),
    TEST(test_statements_are_left_alone),
    CU_TEST_INFO_NULL,
};
