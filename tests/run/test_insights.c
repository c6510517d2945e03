/* test_insights.c - every rule fires on one small scenario and keeps quiet on its neighbour; what a change is said to do is what it does.
 *
 * tests/run/insights/RULE.fire.lua shows what the rule looks for; RULE.quiet.lua is the same scenario with the one thing changed
 * that makes it well.
 */
#include "run/insight.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "tests/run/insight_lab.h"
#include "tests/suite.h"

#define FOLDER "tests/run/insights/"

enum outcome_wanted {
    ADVISES,  /* no setting does it */
    PREVENTS, /* nothing to see yet */
    HELPS,    /* the simulated change makes the watched figure smaller */
};

static const struct row {
    const char *rule;
    enum insight_severity severity;
    const char *resource;
    enum outcome_wanted outcome;
    const char *change; /* with NULL for advice; the setting's value may be any */
} rows[] = {
    {"L01", INSIGHT_WARNING, "f", HELPS, "--set f.provisioned="},
    {"L02", INSIGHT_WARNING, "f", HELPS, "--set f.provisioned="},
    {"L04", INSIGHT_WARNING, "f", HELPS, "--set f.provisioned="},
    {"L03", INSIGHT_WARNING, "f", HELPS, "--set f.provisioned="},
    {"L05", INSIGHT_WARNING, "f", HELPS, "--set f.provisioned="},
    {"L09", INSIGHT_INFO, "f", HELPS, "--set f.memory=1769MB"},
    {"L20", INSIGHT_INFO, "f", HELPS, "--set f.memory=128MB"},
    {"L24", INSIGHT_INFO, "f", HELPS, "--set f.arch=arm64"},
    {"L10", INSIGHT_WARNING, "f", HELPS, "--set f.timeout=2s"},
    {"L11", INSIGHT_WARNING, "f", PREVENTS, "--set f.timeout=2s"},
    {"L12", INSIGHT_WARNING, "f", ADVISES, NULL},
    {"L13", INSIGHT_CRITICAL, "f", HELPS, "--set f.reserved="},
    {"L14", INSIGHT_WARNING, "f", ADVISES, NULL},
    {"L15", INSIGHT_CRITICAL, "api", HELPS, "--set api.reserved="},
    {"L16", INSIGHT_WARNING, "quiet", HELPS, "--set quiet.reserved="},
    {"L17", INSIGHT_CRITICAL, "f", HELPS, "--set f.provisioned="},
    {"L18", INSIGHT_CRITICAL, "f", HELPS, "--set f.reserved="},
    {"L19", INSIGHT_WARNING, "outer", ADVISES, NULL},
    {"L21", INSIGHT_INFO, "f", ADVISES, NULL},
    {"L22", INSIGHT_INFO, "a", ADVISES, NULL},
    {"L23", INSIGHT_INFO, "a", ADVISES, NULL},
    {"L26", INSIGHT_INFO, "f", ADVISES, NULL},
    {"A01", INSIGHT_CRITICAL, "api", HELPS, "--set 'api GET /all.limit="},
    {"A02", INSIGHT_CRITICAL, "api", HELPS, "--set api.limit="},
    {"A04", INSIGHT_INFO, "api", ADVISES, NULL},
    {"A05", INSIGHT_INFO, "api GET /x", ADVISES, NULL},
    {"Q01", INSIGHT_CRITICAL, "jobs", HELPS, "--set jobs.max_concurrency="},
    {"Q03", INSIGHT_CRITICAL, "jobs", HELPS, "--set jobs.max_concurrency=5"},
    {"Q02", INSIGHT_WARNING, "jobs", HELPS, "--set jobs.max_receive=5"},
    {"Q05", INSIGHT_WARNING, "jobs", PREVENTS, "--set jobs.max_receive=5"},
    {"Q04", INSIGHT_WARNING, "jobs", HELPS, "--set jobs.visibility=38s"},
    {"Q06", INSIGHT_INFO, "jobs", HELPS, "--set jobs.batch=10 --set jobs.window=0.2s"},
    {"Q07", INSIGHT_WARNING, "jobs", HELPS, "--set jobs.partial_batch=true"},
    {"S02", INSIGHT_WARNING, "clicks", HELPS, "--set clicks.retries=3 --set clicks.bisect=true"},
    {"S01", INSIGHT_WARNING, "clicks", HELPS, "--set clicks.parallel=4"},
    {"S03", INSIGHT_CRITICAL, "jobs", ADVISES, NULL},
    {"D02", INSIGHT_WARNING, "db", ADVISES, NULL},
    {"D01", INSIGHT_CRITICAL, "db", HELPS, "--set db.wcu="},
    {"D06", INSIGHT_WARNING, "db", ADVISES, NULL},
    {"D03", INSIGHT_INFO, "db", ADVISES, NULL},
    {"D04", INSIGHT_INFO, "db", HELPS, "--set db.mode=provisioned --set db.rcu=1 --set db.wcu="},
    {"D08", INSIGHT_CRITICAL, "db", HELPS, "--set db.proxy=true"},
    {"R02", INSIGHT_CRITICAL, "back", HELPS, "--set back.queue=25"},
    {"R03", INSIGHT_WARNING, "back", HELPS, "--set back.queue=25"},
    {"R01", INSIGHT_WARNING, "users", HELPS,
     "--set 'users.retry={ retries = 3, budget = \"10%\", backoff = expo(\"100ms\", { max = "
     "\"20s\", jitter = \"full\" }) }'"},
    {"R04", INSIGHT_WARNING, "f", HELPS, "--set f.timeout=1s"},
    {"R08", INSIGHT_INFO, "old", ADVISES, NULL},
    {"T01", INSIGHT_INFO, "*", ADVISES, NULL},
    {"T02", INSIGHT_INFO, "f", ADVISES, NULL},
    {"T03", INSIGHT_INFO, "f", ADVISES, NULL},
    {"T04", INSIGHT_INFO, "*", ADVISES, NULL},
    {"T05", INSIGHT_WARNING, "users", ADVISES, NULL},
    {"R06", INSIGHT_INFO, "f", ADVISES, NULL},
    {"R07", INSIGHT_INFO, "*", ADVISES, NULL},
};

static struct insight_list *look(const struct seen *seen, enum insight_effort effort,
                                 const char *only)
{
    struct insight_options options = options_of(seen, effort);
    options.only = only;
    return find(seen, &options);
}

static const char *path_of(struct arena *arena, const char *rule, const char *which)
{
    return arena_printf(arena, FOLDER "%s.%s.lua", rule, which);
}

static bool report_if(bool wrong, const char *rule, const char *what)
{
    if (wrong)
        fprintf(stderr, "\n    %s: %s\n", rule, what);
    return wrong;
}

/* -- each rule ------------------------------------------------------------------------------------------ */

static void test_every_rule_has_its_scenarios(void)
{
    int count = 0;
    for (const struct insight_rule *rule = insight_rules; rule->id != NULL; rule++) {
        bool found = false;
        for (size_t i = 0; i < COUNTOF(rows); i++)
            found |= strcmp(rows[i].rule, rule->id) == 0;
        CU_ASSERT_FALSE(report_if(!found, rule->id, "has no row"));
        CU_ASSERT_PTR_EQUAL(insight_rule_find(rule->id), rule);
        count++;
    }
    CU_ASSERT_EQUAL(count, COUNTOF(rows));
    CU_ASSERT_PTR_NULL(insight_rule_find("L99"));
}

static void check_found(const struct row *row, const struct insight_list *list, struct arena *arena)
{
    CU_ASSERT_FALSE_FATAL(report_if(list->count == 0, row->rule, "is silent"));
    const struct insight *insight = &list->items[0];
    CU_ASSERT_FALSE(report_if(insight->severity != row->severity, row->rule,
                              insight_severities[insight->severity]));
    CU_ASSERT_FALSE(
        report_if(strcmp(insight->resource, row->resource) != 0, row->rule, insight->resource));
    const char *change = insight_change_text(insight, arena);
    const char *wanted = row->change == NULL ? "" : row->change;
    bool same = strncmp(change, wanted, strlen(wanted)) == 0 && (wanted[0] != '\0' || change[0] == '\0');
    CU_ASSERT_FALSE(report_if(!same, row->rule, change));
    CU_ASSERT_EQUAL(insight->state, INSIGHT_NOT_RUN);
    CU_ASSERT_PTR_NOT_NULL(insight->why_not);
    CU_ASSERT_TRUE(row->change != NULL || insight->advice != NULL || strcmp(row->rule, "R06") == 0 ||
                   strcmp(row->rule, "R07") == 0);
}

static void test_every_rule_fires(void)
{
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        struct arena *arena = arena_new();
        struct seen seen = see(path_of(arena, rows[i].rule, "fire"), NULL, 0);
        struct insight_list *list = look(&seen, INSIGHT_DETECT, rows[i].rule);
        check_found(&rows[i], list, seen.arena);
        insight_free(list);
        seen_end(&seen);
        arena_free(arena);
    }
}

static void test_every_rule_keeps_quiet(void)
{
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        struct arena *arena = arena_new();
        struct seen seen = see(path_of(arena, rows[i].rule, "quiet"), NULL, 0);
        struct insight_list *list = look(&seen, INSIGHT_DETECT, rows[i].rule);
        CU_ASSERT_FALSE(report_if(list->count > 0, rows[i].rule, "fires where all is well"));
        insight_free(list);
        seen_end(&seen);
        arena_free(arena);
    }
}

/* -- what a change does ------------------------------------------------------------------------------------ */

/* The row of summary.csv that an effect stands for. */
static double figure(const struct result *result, const struct insight_effect *effect)
{
    for (int i = 0; i < result->row_count; i++) {
        const struct result_row *row = &result->rows[i];
        if (strcmp(row->resource, effect->resource) == 0 &&
            strcmp(row->metric, effect->metric) == 0 && strcmp(row->stat, effect->stat) == 0)
            return row->value;
    }
    return NAN;
}

static bool same_number(double a, double b)
{
    return a == b || (isnan(a) && isnan(b));
}

/* The change typed by hand, as --set. */
static struct seen see_changed(const char *file, const struct insight *insight, struct arena *arena)
{
    const char *overrides[INSIGHT_CHANGES_MAX];
    for (int i = 0; i < insight->change_count; i++) {
        const struct change *change = &insight->changes[i];
        CU_ASSERT_EQUAL(change->kind, CHANGE_SETTING);
        overrides[i] = arena_printf(arena, "%s.%s=%s", change->resource, change->name, change->value);
    }
    return see(file, overrides, insight->change_count);
}

static void check_effects(const char *rule, const struct insight *insight, const struct result *before,
                          const struct result *after)
{
    CU_ASSERT_TRUE(insight->effect_count >= 3);
    for (int i = 0; i < insight->effect_count; i++) {
        const struct insight_effect *effect = &insight->effects[i];
        CU_ASSERT_FALSE(report_if(!same_number(figure(before, effect), effect->before) ||
                                      !same_number(figure(after, effect), effect->after),
                                  rule, effect->metric));
    }
    CU_ASSERT_EQUAL(insight->saving_usd_month,
                    before->bill.cost_month_usd - after->bill.cost_month_usd);
}

/* The effects that are told are those of one's own run with the change, to the bit; and the change helps. */
static void test_effects_are_those_of_a_run_with_the_change(void)
{
    for (size_t i = 0; i < COUNTOF(rows); i++) {
        if (rows[i].outcome != HELPS)
            continue;
        struct arena *arena = arena_new();
        const char *file = path_of(arena, rows[i].rule, "fire");
        struct seen seen = see(file, NULL, 0);
        struct insight_list *list = look(&seen, INSIGHT_ALL, rows[i].rule);
        CU_ASSERT_FALSE_FATAL(report_if(list->count == 0, rows[i].rule, "change does not help"));
        const struct insight *insight = &list->items[0];
        CU_ASSERT_EQUAL(insight->state, INSIGHT_MEASURED);
        CU_ASSERT_FALSE(report_if(!(insight->effects[0].after < insight->effects[0].before),
                                  rows[i].rule, "does not help"));
        if (insight->stress_count == 0) {
            struct seen changed = see_changed(file, insight, arena);
            check_effects(rows[i].rule, insight, seen.result, changed.result);
            seen_end(&changed);
        }
        insight_free(list);
        seen_end(&seen);
        arena_free(arena);
    }
}

/* Under stress both sides get it: the run without the change must storm, which the run of the file does not. */
static void test_a_latent_storm_is_shown_under_stress(void)
{
    struct seen seen = see(FOLDER "R03.fire.lua", NULL, 0);
    struct insight_list *list = look(&seen, INSIGHT_ALL, "R03");
    CU_ASSERT_EQUAL_FATAL(list->count, 1);
    const struct insight *insight = &list->items[0];
    CU_ASSERT_EQUAL(figure(seen.result, &insight->effects[0]), 0); /* errors */
    CU_ASSERT_TRUE(insight->effects[0].before > 0.5);
    CU_ASSERT_TRUE(insight->effects[0].after < 0.1);
    insight_free(list);
    seen_end(&seen);
}

CU_TestInfo suite_insights[] = {
    TEST(test_every_rule_has_its_scenarios),
    TEST(test_every_rule_fires),
    TEST(test_every_rule_keeps_quiet),
    TEST(test_effects_are_those_of_a_run_with_the_change),
    TEST(test_a_latent_storm_is_shown_under_stress),
    CU_TEST_INFO_NULL,
};
