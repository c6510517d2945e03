/* test_cli.c - the command line: options, names of shipped scenarios, the progress line. */
#include <string.h>

#include "cli/options.h"
#include "cli/progress.h"
#include "cli/run_settings.h"
#include "cli/topics.h"
#include "model/svc_client.h"
#include "scenario/setting.h"
#include "scenario/shipped.h"
#include "tests/suite.h"

static const struct option_spec specs[] = {
    {"param", 'p', "name=value", "a value"}, {"json", 0, NULL, "a flag"},
    {"duration", 0, "D", "a value"},         {"warmup", 0, "D", "a value"},
    {"max-events", 0, "N", "a value"},       {0},
};

struct parsed {
    struct arena *arena;
    struct options options;
    struct err err;
    bool ok;
};

static struct parsed parse(int argc, const char *const *argv)
{
    struct parsed parsed = {.arena = arena_new()};
    parsed.ok =
        options_parse(&parsed.options, specs, argc, (char *const *)argv, parsed.arena, &parsed.err);
    return parsed;
}

#define PARSE(...)                                                                                 \
    parse((int)COUNTOF(((const char *const[]){__VA_ARGS__})), (const char *const[]){__VA_ARGS__})

static void test_values_in_every_form(void)
{
    struct parsed p = PARSE("-p", "a=1", "file.lua", "-pb=2", "--param=c=3", "--param", "d=4");
    CU_ASSERT_TRUE_FATAL(p.ok);
    CU_ASSERT_EQUAL(option_count(&p.options, "param"), 4);
    CU_ASSERT_STRING_EQUAL(option_nth(&p.options, "param", 1), "b=2");
    CU_ASSERT_STRING_EQUAL(option_nth(&p.options, "param", 2), "c=3");
    CU_ASSERT_STRING_EQUAL(option_value(&p.options, "param"), "d=4");
    CU_ASSERT_EQUAL(p.options.word_count, 1);
    CU_ASSERT_STRING_EQUAL(p.options.words[0], "file.lua");
    arena_free(p.arena);
}

static void test_two_dashes_end_the_options(void)
{
    struct parsed p = PARSE("--json", "--", "--json", "-p");
    CU_ASSERT_TRUE(p.ok);
    CU_ASSERT_EQUAL(option_count(&p.options, "json"), 1);
    CU_ASSERT_EQUAL(p.options.word_count, 2);
    arena_free(p.arena);
}

static void check_refused(struct parsed p, const char *what, const char *help)
{
    CU_ASSERT_FALSE(p.ok);
    CU_ASSERT_EQUAL(p.err.kind, ERR_USER);
    CU_ASSERT_PTR_NOT_NULL(strstr(p.err.what, what));
    CU_ASSERT_PTR_NOT_NULL(strstr(p.err.help, help));
    arena_free(p.arena);
}

static void test_refusals_name_the_way_out(void)
{
    check_refused(PARSE("--jsno"), "unknown option --jsno", "did you mean --json?");
    check_refused(PARSE("--duratoin=5s"), "unknown option --duratoin", "--duration");
    check_refused(PARSE("-x"), "unknown option -x", "--help");
    check_refused(PARSE("--duration"), "--duration needs a value", "--duration D");
    check_refused(PARSE("--duration", "--json"), "--duration needs a value", "--duration D");
    check_refused(PARSE("--json=1"), "--json takes no value", "");
}

static void check_whole(const char *text, uint64_t max, bool ok, uint64_t expected)
{
    uint64_t value = 0;
    struct err err = {0};
    CU_ASSERT_EQUAL(option_read_whole("--n", text, max, &value, &err), ok);
    CU_ASSERT_EQUAL(value, expected);
}

static void test_whole_numbers_end_at_their_limit(void)
{
    check_whole("0", 10, true, 0);
    check_whole("10", 10, true, 10);
    check_whole("11", 10, false, 0);
    check_whole("9", 7, false, 0);
    check_whole("", 10, false, 0);
    check_whole("-1", 10, false, 0);
    check_whole("1e3", 10000, false, 0);
    check_whole("18446744073709551615", UINT64_MAX, true, UINT64_MAX);
    check_whole("18446744073709551616", UINT64_MAX, false, 0);
}

static void test_a_duration_must_exceed_the_warm_up(void)
{
    struct parsed p = PARSE("--duration", "1min");
    struct run_settings settings;
    struct scenario scenario = {.simulate = {.duration = SIM_HOUR, .warmup = 5 * SIM_MINUTE}};
    CU_ASSERT_TRUE(run_settings_read(&settings, &p.options, &p.err));
    CU_ASSERT_FALSE(study_times_apply(&settings.times, &scenario, &p.err));
    CU_ASSERT_PTR_NOT_NULL(strstr(p.err.help, "--duration 1min --warmup 6s"));
    arena_free(p.arena);
}

static void test_settings_replace_what_the_scenario_says(void)
{
    struct parsed p = PARSE("--duration=10min", "--warmup=0s");
    struct run_settings settings;
    struct scenario scenario = {
        .simulate = {.duration = SIM_HOUR, .warmup = 5 * SIM_MINUTE, .seed = 7, .reps = 3}};
    CU_ASSERT_TRUE(run_settings_read(&settings, &p.options, &p.err));
    CU_ASSERT_TRUE(study_times_apply(&settings.times, &scenario, &p.err));
    CU_ASSERT_EQUAL(scenario.simulate.duration, 10 * SIM_MINUTE);
    CU_ASSERT_EQUAL(scenario.simulate.warmup, 0);
    CU_ASSERT_EQUAL(scenario.simulate.seed, 7);
    CU_ASSERT_EQUAL(scenario.simulate.reps, 3);
    arena_free(p.arena);
}

static void check_question(const char *source, const char *expected)
{
    struct arena *arena = arena_new();
    const char *question = shipped_question(source, arena);
    if (expected == NULL)
        CU_ASSERT_PTR_NULL(question);
    if (expected != NULL && question != NULL)
        CU_ASSERT_STRING_EQUAL(question, expected);
    CU_ASSERT_EQUAL(question == NULL, expected == NULL);
    arena_free(arena);
}

static void test_questions_are_read_from_the_source(void)
{
    check_question("scenario \"x\" { question = \"Why?\" }", "Why?");
    check_question("-- question = \"no\"\nscenario 'x' {\n  question = 'A \\'b\\'?',\n}", "A 'b'?");
    check_question("my_question = \"no\"", NULL);
    check_question("scenario 'x' { question = 5 }", NULL);
    check_question("question = \"never closed", NULL);
    check_question("", NULL);
}

static void test_names_match_with_dash_or_underscore(void)
{
    struct shipped items[] = {{"hello", "h", NULL}, {"power_tuning", "p", NULL}};
    const struct shipped_list list = {items, COUNTOF(items)};
    CU_ASSERT_PTR_EQUAL(shipped_find(&list, "power-tuning"), &items[1]);
    CU_ASSERT_PTR_EQUAL(shipped_find(&list, "power_tuning.lua"), &items[1]);
    CU_ASSERT_PTR_NULL(shipped_find(&list, "hell"));
    CU_ASSERT_PTR_NULL(shipped_find(&list, ".lua"));
}

static void test_progress_is_one_line(void)
{
    const struct progress progress = {.scenario = "shipping", .variant = "sale day", .width = 120};
    const struct run_progress now = {
        .total = 1,
        .now = 17 * SIM_HOUR + 2 * SIM_MINUTE,
        .horizon = 24 * SIM_HOUR,
        .requests = 16800000,
        .wall_s = 2,
    };
    struct text out = {0};
    progress_line(&progress, &now, &out);
    CU_ASSERT_STRING_EQUAL(out.data, "shipping/sale day ███████░░░ 71%  17h02m of 24h  "
                                     "8.4 M req/s  eta 1s");
    text_free(&out);
}

static const char *shown(const struct param_spec *params, const char *name, const void *config,
                         struct text *out)
{
    while (params->name != NULL && strcmp(params->name, name) != 0)
        params++;
    out->length = 0;
    return params->name != NULL && setting_show(params, config, out) ? out->data : "";
}

static void test_settings_show_the_value_in_force(void)
{
    struct client_config client = {.arrivals = {.kind = ARRIVALS_UNIFORM}};
    struct account_config account = {.scaling = {.count = 500, .per = 10 * SIM_SECOND}};
    struct text out = {0};
    CU_ASSERT_STRING_EQUAL(shown(svc_client_class.params, "arrivals", &client, &out), "uniform");
    client.arrivals.kind = ARRIVALS_POISSON;
    CU_ASSERT_STRING_EQUAL(shown(svc_client_class.params, "arrivals", &client, &out), "poisson");
    CU_ASSERT_STRING_EQUAL(shown(account_params, "scaling", &account, &out), "500/10s");
    account.scaling.rule = SCALING_BURST_2023;
    CU_ASSERT_STRING_EQUAL(shown(account_params, "scaling", &account, &out), "burst-2023");
    text_free(&out);
}

static void test_every_word_is_explained_with_an_example(void)
{
    for (const struct topic *topic = topics; topic->name != NULL; topic++) {
        struct text out = {0};
        struct page page;
        page_begin(&page, &out, 80, false);
        topic_put(&page, topic);
        CU_ASSERT_PTR_EQUAL(topic_find(topic->name), topic); /* no name twice */
        CU_ASSERT_PTR_NOT_NULL(strstr(topic->example, topic->name));
        for (const char *at = out.data; *at != '\0'; at += strcspn(at, "\n") + 1) {
            struct text line = {0};
            text_add_bytes(&line, at, strcspn(at, "\n"));
            CU_ASSERT_TRUE(line.length == 0 || text_columns(line.data) <= 80);
            text_free(&line);
        }
        text_free(&out);
    }
    CU_ASSERT_TRUE(topic_has_argument(topic_find("spike"), "lasts"));
    CU_ASSERT_FALSE(topic_has_argument(topic_find("spike"), "last"));
}

CU_TestInfo suite_cli[] = {
    TEST(test_values_in_every_form),
    TEST(test_two_dashes_end_the_options),
    TEST(test_refusals_name_the_way_out),
    TEST(test_whole_numbers_end_at_their_limit),
    TEST(test_a_duration_must_exceed_the_warm_up),
    TEST(test_settings_replace_what_the_scenario_says),
    TEST(test_questions_are_read_from_the_source),
    TEST(test_names_match_with_dash_or_underscore),
    TEST(test_progress_is_one_line),
    TEST(test_settings_show_the_value_in_force),
    TEST(test_every_word_is_explained_with_an_example),
    CU_TEST_INFO_NULL,
};
