/* test_states.c - the states of a workflow become the program that program.h describes; what is wrong is said with its line. */
#include "model/program.h"
#include "model/svc_workflow.h"
#include "scenario/source.h"
#include "tests/scenario/load_text.h"
#include "tests/suite.h"

/* A program in short: operations with their jumps; a state by its kind. */
static void show(const struct program *program, struct text *out)
{
    static const char *const names[OP_CODES] = {[OP_END] = "end",   [OP_WAIT] = "WAIT",
                                                [OP_CALL] = "CALL", [OP_CHOOSE] = "CHOOSE",
                                                [OP_MAP] = "MAP",   [OP_ALL] = "ALL",
                                                [OP_JUMP] = "jump", [OP_BRANCH_END] = "branch_end",
                                                [OP_TRY] = "TRY",   [OP_TRY_END] = "try_end",
                                                [OP_FAIL] = "FAIL"};
    for (int i = 0; i < program->count; i++) {
        const struct op *op = &program->ops[i];
        if (op->code == OP_STATE) {
            text_addf(out, "%s%s", i == 0 ? "" : " ", workflow_state_names[op->a]);
            continue;
        }
        text_addf(out, "%s%s", i == 0 ? "" : " ", names[op->code]);
        if (op->a != 0)
            text_addf(out, " a%d", (int)op->a);
        if (op->b != 0)
            text_addf(out, " b%d", (int)op->b);
        for (int arm = 0; op->arms != NULL && arm < op->count; arm++)
            text_addf(out, " @%d", (int)op->arms[arm].pc);
    }
}

static bool load_states(struct loaded *l, const char *states)
{
    char text[4096];
    (void)snprintf(
        text, sizeof text,
        "fn 'f' { }\nworkflow 'w' {\n  states = %s }\ntraffic 't' { to = 'w', rate = '1/s' }\n",
        states);
    return loaded_text(l, text);
}

static void test_every_kind_of_state_has_its_layout(void)
{
    static const char *const rows[][2] = {
        {"{ {task='f'} }", "task CALL end"},
        {"{ {wait='5s'}, {task='f'} }", "wait WAIT task CALL end"},
        {"{ {task='f', retry={ retries=2 }} }", "TRY a-1 b4 task CALL try_end end"},
        {"{ {task='f', catch={ {wait='1s'}, {task='f'} }} }",
         "TRY a4 b9 task CALL try_end wait WAIT task CALL jump a9 end"},
        {"{ {task='f', catch={}}, {task='f'} }",
         "TRY a4 b5 task CALL try_end jump a5 task CALL end"},
        {"{ {choice={ {1, { {task='f'} }}, {3, {}} }} }",
         "choice CHOOSE b6 @2 @5 task CALL jump a6 jump a6 end"},
        {"{ {parallel={ { {task='f'}, {wait='1s'} }, {} }} }",
         "parallel ALL b8 @2 @7 task CALL wait WAIT branch_end branch_end end"},
        {"{ {map={ n=7, max=3, states={ {task='f'} } }} }",
         "map MAP a3 b5 task CALL branch_end end"},
        {"{ {map={ n=7, states={ {task='f'} } }, retry={ retries=1 }} }",
         "TRY a-1 b7 map MAP a10000 b6 task CALL branch_end try_end end"},
        {"{ {fail='timeout'} }", "fail FAIL a1 end"},
    };
    struct loaded l = loaded_begin();
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        struct text got = {0};
        if (!load_states(&l, rows[i][0])) {
            fprintf(stderr, "\n%s: %s\n", rows[i][0], l.err.what);
            CU_FAIL("not loaded");
            continue;
        }
        show(resource_program(&l.scenario->resources[1]), &got);
        if (strcmp(got.data, rows[i][1]) != 0)
            fprintf(stderr, "\n%s\n  wanted %s\n  got    %s\n", rows[i][0], rows[i][1], got.data);
        CU_ASSERT_STRING_EQUAL(got.data, rows[i][1]);
        text_free(&got);
    }
    loaded_end(&l);
}

static void test_weights_become_shares(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(load_states(&l, "{ {choice={ {1, {}}, {0, {}}, {3, {}}, {0, {}} }} }"));
    const struct op *choose = &resource_program(&l.scenario->resources[1])->ops[1];
    CU_ASSERT_EQUAL(choose->arms[0].upto, 0.25);
    CU_ASSERT_EQUAL(choose->arms[1].upto, 0.25);
    CU_ASSERT_EQUAL(choose->arms[2].upto, 1);
    CU_ASSERT_EQUAL(choose->arms[3].upto, 1);
    loaded_end(&l);
}

/* Operations know the line of their state, however the table is written. */
static void test_operations_know_their_lines(void)
{
    struct loaded l = loaded_begin();
    CU_ASSERT_TRUE_FATAL(load_states(
        &l,
        "{\n{ task = 'f' },\n\n-- {\n{ retry = { retries = 1 }, ['task'] = 'f' }; {\nparallel = {\n"
        "{ { wait = '1s' } },\n{\n{ task = 'f' } } } } }"));
    const struct program *program = resource_program(&l.scenario->resources[1]);
    static const int lines[] = {4, 4, 7, 7, 7, 7, 7, 8, 9, 9, 9, 11, 11, 10};
    for (size_t i = 0; i < COUNTOF(lines); i++)
        CU_ASSERT_EQUAL(program->ops[i].line, lines[i]);
    loaded_end(&l);
}

/* A table that a variable holds is as good; only lines are those of the nearest text. */
static void test_states_may_be_built(void)
{
    struct loaded l = loaded_begin();
    bool ok = loaded_text(
        &l, "local f = fn 'f' { }\nlocal steps = { { task = f } }\nfor i = 1, 3 do steps[#steps + "
            "1] = { wait = i .. 's' } end\n"
            "workflow 'w' {\n  states = steps }\ntraffic 't' { to = 'w', rate = '1/s' }\n");
    CU_ASSERT_TRUE_FATAL(ok);
    const struct program *program = resource_program(&l.scenario->resources[1]);
    CU_ASSERT_EQUAL(program->count, 9);
    CU_ASSERT_EQUAL(program->ops[7].line, 5);
    loaded_end(&l);
}

static void check_error(struct loaded *l, const char *states, int line, const char *what)
{
    CU_ASSERT_FALSE(load_states(l, states));
    if (l->err.line != line || strcmp(l->err.what, what) != 0)
        fprintf(stderr, "\n%s\n  wanted %d: %s\n  got    %d: %s\n", states, line, what, l->err.line,
                l->err.what);
    CU_ASSERT_EQUAL(l->err.line, line);
    CU_ASSERT_STRING_EQUAL(l->err.what, what);
    CU_ASSERT_TRUE(l->err.help[0] != '\0');
}

/* However deep or wide, it ends with a message that can be read. */
static void check_nesting(struct loaded *l)
{
    bool ok = loaded_text(
        l, "local s = { { wait = '1s' } }\nfor i = 1, 40 do s = { { choice = { { 1, s } } } } end\n"
           "workflow 'w' { states = s }\ntraffic 't' { to = 'w', rate = '1/s' }\n");
    CU_ASSERT_FALSE(ok);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->err.what, "states are nested more than 32 deep"));
    ok = loaded_text(l, "local s = { { task = 'w' } } s[2] = { choice = { { 1, s } } }\n"
                        "workflow 'w' { states = s }\ntraffic 't' { to = 'w', rate = '1/s' }\n");
    CU_ASSERT_FALSE(ok); /* a list that holds itself */
    ok = loaded_text(l, "local s = { { wait = '1s' } }\nfor i = 1, 14 do s = { { parallel = { s, "
                        "s, s, s } } } end\n"
                        "workflow 'w' { states = s }\ntraffic 't' { to = 'w', rate = '1/s' }\n");
    CU_ASSERT_FALSE(ok);
    CU_ASSERT_PTR_NOT_NULL(strstr(l->err.what, "more than 20000 operations"));
}

static void test_what_is_wrong_is_said_with_its_line(void)
{
    struct loaded l = loaded_begin();
    check_error(&l, "5", 3, "workflow 'w': states is 5, not a list of states");
    check_error(&l, "{ }", 3, "workflow 'w': states is empty");
    check_error(&l, "{\n {task='f'},\n 5 }", 5, "workflow 'w': state 2: 5 is no state");
    check_error(&l, "{\n {},\n {task='f'} }", 4,
                "workflow 'w': state 1: a state says what it does");
    check_error(&l, "{\n {tsk='f'} }", 4, "workflow 'w': state 1: a state has no setting 'tsk'");
    check_error(&l, "{\n {task='f', wait='1s'} }", 4,
                "workflow 'w': state 1: a state is either task or wait");
    check_error(&l, "{ {wait='1s',\n retry={ retries=1 }} }", 3,
                "workflow 'w': state 1: wait takes no retry");
    check_error(&l, "{ {wait='1s',\n catch={}} }", 3, "workflow 'w': state 1: wait takes no catch");
    check_error(&l, "{ {task='f',\n retry={ retrys=1 }} }", 4,
                "workflow 'w': state 1: retry has no setting 'retrys'");
    check_error(&l, "{ {task=\n 5} }", 4, "workflow 'w': state 1: task is 5, not a resource");
    check_error(&l, "{ {wait=\n 30} }", 4, "workflow 'w': state 1: wait = 30 has no unit");
    check_error(&l, "{\n {choice={}} }", 4, "workflow 'w': state 1: choice is empty");
    check_error(&l, "{ {choice={\n {1, { {task='f'} }},\n {2} }} }", 5,
                "workflow 'w': state 1: choice: arm 2 is not { weight, states }");
    check_error(&l, "{ {choice={ {0, {}} }} }", 3,
                "workflow 'w': state 1: choice has no weight above 0");
    check_error(&l, "{ {choice={ {1,\n { {task='f'},\n {wait='x'} }} }} }", 5,
                "workflow 'w': state 1: arm 1 of choice: state 2: wait: 'x' is not a time");
    check_error(&l, "{ {parallel={\n { {task='f'} },\n {task='f'} }} }", 5,
                "workflow 'w': state 1: branch 2 of parallel: a branch has no setting 'task'");
    check_error(&l, "{ {map={\n states={ {task='f'} } }} }", 3,
                "workflow 'w': state 1: map has no n");
    check_error(&l, "{ {map={ n=3,\n max=0, states={} }} }", 4,
                "workflow 'w': state 1: max = 0 lets nothing run");
    check_error(&l, "{ {map={ n=2e6, states={} }} }", 3,
                "workflow 'w': state 1: map: n = 2000000 is above the maximum of 1000000");
    check_error(&l, "{ {map={ n=3 }} }", 3,
                "workflow 'w': state 1: map: states is nil, not a list of states");
    check_error(&l, "{ {task='f', catch={\n {wait=1} }} }", 4,
                "workflow 'w': state 1: catch: state 1: wait = 1 has no unit");
    check_error(&l, "{ {fail='eror'} }", 3,
                "workflow 'w': state 1: fail = \"eror\" is not one of \"error\", \"timeout\", "
                "\"throttle\"");
    check_error(&l, "{ {task='f'},\n {task='g'} }", 4, "workflow 'w': task: no resource named 'g'");
    CU_ASSERT_FALSE(load_states(&l, "{ {task='f'},\n {task='t'} }"));
    CU_ASSERT_EQUAL(l.err.line, 4);
    CU_ASSERT_EQUAL(strncmp(l.err.what, "workflow 'w': task needs a fn", 29), 0);
    check_nesting(&l);
    loaded_end(&l);
}

static void test_cycles_of_what_is_waited_for_are_refused(void)
{
    struct loaded l = loaded_begin();
    bool ok = loaded_text(
        &l,
        "workflow 'w' { kind = 'express', states = { { task = 'f' } } }\n"
        "fn 'f' { handler = function(r) r:call 'w' end }\ntraffic 't' { to = 'f', rate = '1/s' }");
    CU_ASSERT_FALSE(ok);
    CU_ASSERT_STRING_EQUAL(l.err.what, "synchronous calls form a cycle: 'w' calls 'f' calls 'w'");
    /* A start is not waited for: the loop guard stops it in the run. */
    ok = loaded_text(
        &l,
        "workflow 'w' { kind = 'express', states = { { task = 'f' } } }\n"
        "fn 'f' { handler = function(r) r:start 'w' end }\ntraffic 't' { to = 'f', rate = '1/s' }");
    CU_ASSERT_TRUE(ok);
    ok = loaded_text(&l,
                     "workflow 'w' { states = { { task = 'web GET /w' } } }\n"
                     "http_api 'web' { ['GET /w'] = 'w' }\ntraffic 't' { to = 'w', rate = '1/s' }");
    CU_ASSERT_TRUE(ok);
    ok = loaded_text(&l, "workflow 'w' { states = { { task = 'v' } } } workflow 'v' { states = { { "
                         "task = 'w' } } }\n"
                         "traffic 't' { to = 'w', rate = '1/s' }");
    CU_ASSERT_FALSE(ok);
    loaded_end(&l);
}

static void check_warning(struct loaded *l, const char *text, const char *word)
{
    CU_ASSERT_TRUE_FATAL(loaded_text(l, text));
    CU_ASSERT_EQUAL_FATAL(l->scenario->warning_count, word == NULL ? 0 : 1);
    if (word != NULL)
        CU_ASSERT_PTR_NOT_NULL(strstr(l->scenario->warnings[0], word));
}

static void test_unwise_workflows_are_warned_of(void)
{
    struct loaded l = loaded_begin();
#define TRAFFIC " traffic 't' { to = 'w', rate = '1/s' }"
    check_warning(&l, "workflow 'w' { states = { {wait='1s'} } }" TRAFFIC, NULL);
    check_warning(&l, "workflow 'w' { memory = '128MB', states = { {wait='1s'} } }" TRAFFIC,
                  "memory has no effect");
    check_warning(&l, "workflow 'w' { kind = 'express', states = { {wait='6min'} } }" TRAFFIC,
                  "longer than the execution");
    check_warning(&l, "workflow 'w' { states = { {wait='6min'} } }" TRAFFIC, NULL);
    check_warning(&l,
                  "workflow 'w' { states = { {wait='1s'} } } fn 'f' { handler = function(r) r:call "
                  "'w' end }" TRAFFIC,
                  "answers when it has started");
    loaded_end(&l);
}

static const char *after(const char *text, const char *key, int item)
{
    struct source source = source_begin(text, strlen(text));
    return source_enter(&source, key, item) ? source.at : NULL;
}

static void test_entries_of_a_table_are_found(void)
{
    const char *text = " { 1, { 2, 3 }; x = { y = 5 }, f(a, b), [ 'z' ] = 6, -- 7,\n [[8,]], 9 }";
    CU_ASSERT_EQUAL(strncmp(after(text, NULL, 1), " 1", 2), 0);
    CU_ASSERT_EQUAL(strncmp(after(text, NULL, 2), " { 2", 4), 0);
    CU_ASSERT_EQUAL(strncmp(after(text, NULL, 3), " f(a", 4), 0);
    CU_ASSERT_EQUAL(strncmp(after(text, NULL, 4), " -- 7", 5), 0);
    CU_ASSERT_EQUAL(strncmp(after(text, NULL, 5), " 9", 2), 0);
    CU_ASSERT_EQUAL(strncmp(after(text, "x", 0), " { y", 4), 0);
    CU_ASSERT_EQUAL(strncmp(after(text, "z", 0), " 6", 2), 0);
    CU_ASSERT_PTR_NULL(after(text, NULL, 6));
    CU_ASSERT_PTR_NULL(after(text, "y", 0)); /* another table's */
    CU_ASSERT_PTR_NULL(after("x = { 1 }", NULL, 1));
    CU_ASSERT_PTR_NULL(after("{ 1, ", NULL, 3));
}

CU_TestInfo suite_states[] = {
    TEST(test_every_kind_of_state_has_its_layout),
    TEST(test_weights_become_shares),
    TEST(test_operations_know_their_lines),
    TEST(test_states_may_be_built),
    TEST(test_what_is_wrong_is_said_with_its_line),
    TEST(test_cycles_of_what_is_waited_for_are_refused),
    TEST(test_unwise_workflows_are_warned_of),
    TEST(test_entries_of_a_table_are_found),
    CU_TEST_INFO_NULL,
};
