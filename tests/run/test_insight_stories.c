/* test_insight_stories.c - shipped scenarios, shortened, show the insight their story is about (SCENARIOS), and not the opposite. */
#include "tests/run/insight_lab.h"
#include "tests/suite.h"

static const struct story {
    const char *file, *variant;
    int warmup_s, duration_s; /* duration 0: as the file has it */
    const char *set;          /* or NULL */
    const char *rule, *resource;
    const char *change; /* begins so; NULL: the rule keeps quiet */
} stories[] = {
    /* 12: why are good messages dead letters? */
    {"sqs_reserved_trap", "cap on the function", 0, 0, NULL, "Q03", "jobs",
     "--set jobs.max_concurrency=5"},
    {"sqs_reserved_trap", "cap on the mapping", 0, 0, NULL, "Q03", "jobs", NULL},
    /* 20: reserve 50 for the API */
    {"noisy_neighbour", "shared", 60, 180, NULL, "L15", "api", "--set api.reserved=5"},
    {"noisy_neighbour", "reserve 50", 60, 180, NULL, "L15", "api", NULL},
    /* 21: route limit */
    {"ddos_quota", "no limit", 1, 3, NULL, "A01", "api", "--set 'api GET /search.limit="},
    {"ddos_quota", "route limit", 1, 3, NULL, "A01", "api", NULL},
    /* 22: one retry never recovers; a bounded queue does */
    {"retry_storm", "1 retry", 60, 180, NULL, "R02", "backend", "--set backend.queue="},
    {"retry_storm", "no retry", 60, 180, NULL, "R02", "backend", NULL},
    {"retry_storm", "3, queue of 50", 60, 180, NULL, "R02", "backend", NULL},
    /* 8: a pays while b works */
    {"double_billing", "sync", 1, 60, NULL, "L19", "a", ""},
    {"double_billing", "merged", 1, 60, NULL, "L19", "a", NULL},
    /* 17: flat traffic is cheaper provisioned, $821 against $339; a peak is not */
    {"dynamo_modes", "flat, on demand", 1, 60, NULL, "D04", "db",
     "--set db.mode=provisioned --set db.rcu=1 --set db.wcu=715"},
    {"dynamo_modes", "flat, provisioned", 1, 60, NULL, "D04", "db", NULL},
    /* 18: one key */
    {"hot_partition", "one key", 1, 20, NULL, "D02", "db", ""},
    {"hot_partition", "many keys", 1, 20, NULL, "D02", "db", NULL},
    /* 5: 15 units keep 99 % of the calls, 50 are too many, 7 too few */
    {"provisioned_sizing", "as printed", 3600, 21600, NULL, "L03", "work",
     "--set work.provisioned=15"},
    {"provisioned_sizing", "cheapest", 3600, 21600, NULL, "L04", "work",
     "--set work.provisioned=15"},
    {"provisioned_sizing", "99% on it", 3600, 21600, NULL, "L03", "work", NULL},
    {"provisioned_sizing", "99% on it", 3600, 21600, NULL, "L04", "work", NULL},
    /* 10: on a sale day labels pile up, and the carrier is the wall behind */
    {"shipping", "sale day", 60, 240, "warehouse.rate=80/s", "Q01", "to-label",
     "--set carrier.limit="},
    /* 11: a burst that is worked off is what the queue is for */
    {"queue_load_leveling", "queue", 10, 0, NULL, "Q01", "jobs", NULL},
};

static struct seen see_story(const struct story *story)
{
    struct study_load how = {.variant = story->variant, .times = study_times_default};
    if (story->duration_s > 0) {
        how.times.warmup = story->warmup_s * SIM_SECOND;
        how.times.duration = story->duration_s * SIM_SECOND;
    }
    return see_with(story->file, &story->set, story->set == NULL ? 0 : 1, &how);
}

static void check_story(const struct story *story, const struct insight_list *list)
{
    const struct insight *insight = of_rule(list, story->rule);
    bool right = story->change == NULL;
    if (insight != NULL) {
        const char *change = insight_change_text(insight, list->arena);
        right = story->change != NULL && strcmp(insight->resource, story->resource) == 0 &&
                strncmp(change, story->change, strlen(story->change)) == 0;
        if (!right)
            fprintf(stderr, "\n    %s, %s: %s says %s: %s\n", story->file, story->variant,
                    story->rule, insight->resource, change);
    } else if (!right || story->change != NULL) {
        right = false;
        fprintf(stderr, "\n    %s, %s: %s is silent\n", story->file, story->variant, story->rule);
    }
    CU_ASSERT_TRUE(right);
}

static void test_stories_show_their_insight(void)
{
    for (size_t i = 0; i < COUNTOF(stories); i++) {
        struct seen seen = see_story(&stories[i]);
        struct insight_options options = options_of(&seen, INSIGHT_DETECT);
        struct insight_list *list = find(&seen, &options);
        check_story(&stories[i], list);
        insight_free(list);
        seen_end(&seen);
    }
}

CU_TestInfo suite_insight_stories[] = {
    TEST(test_stories_show_their_insight),
    CU_TEST_INFO_NULL,
};
