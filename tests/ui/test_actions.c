/* test_actions.c - the table of actions: names and keys mean one thing each; the search that finds them. */
#include "ui/action.h"

#include <string.h>

#include "tests/suite.h"
#include "ui/event.h"
#include "ui/fuzzy.h"

static void test_names_and_keys_are_unique(void)
{
    for (const struct action *a = actions; a->id != NULL; a++)
        for (const struct action *b = a + 1; b->id != NULL; b++) {
            CU_ASSERT_STRING_NOT_EQUAL(a->id, b->id);
            CU_ASSERT_STRING_NOT_EQUAL(a->label, b->label);
            CU_ASSERT_FALSE(a->key != 0 && a->key == b->key && a->ctrl == b->ctrl);
        }
}

/* What the key sheet says is what the key does. */
static void test_keys_are_those_that_are_shown(void)
{
    for (const struct action *a = actions; a->id != NULL; a++) {
        CU_ASSERT_EQUAL(a->keys != NULL, a->key != 0);
        if (a->keys == NULL)
            continue;
        char shown[32];
        (void)key_show(shown, (struct key_stroke){.key = a->key, .ctrl = a->ctrl});
        CU_ASSERT_STRING_EQUAL(shown, a->keys);
    }
}

static void test_the_keys_that_were_promised_are_there(void)
{
    static const char *const keys[] = {
        "Space", ".", "1", "2", "3", "4", "5", "6", "W", "S",      "A",      "D",      "F",
        "P",     "B", "C", "G", "H", "T", "I", "L", "?", "Ctrl+K", "Ctrl+S", "Ctrl+E", "Esc"};
    for (size_t i = 0; i < COUNTOF(keys); i++) {
        bool found = false;
        for (const struct action *a = actions; a->id != NULL; a++)
            found = found || (a->keys != NULL && strcmp(a->keys, keys[i]) == 0);
        CU_ASSERT_TRUE(found);
    }
}

static void test_search_takes_letters_in_order_only(void)
{
    uint64_t hits;
    CU_ASSERT_TRUE(fuzzy_score("zin", "Zoom in", &hits) > 0);
    CU_ASSERT_EQUAL(hits, 1 << 0 | 1 << 5 | 1 << 6);
    CU_ASSERT_TRUE(fuzzy_score("niz", "Zoom in", NULL) < 0);
    CU_ASSERT_EQUAL(fuzzy_score("", "Zoom in", NULL), 0);
    CU_ASSERT_TRUE(fuzzy_score("zoom in and out", "Zoom in", NULL) < 0);
}

static void test_search_prefers_beginnings_of_words_and_runs(void)
{
    CU_ASSERT_TRUE(fuzzy_score("mem", "memory", NULL) > fuzzy_score("mem", "some member", NULL));
    CU_ASSERT_TRUE(fuzzy_score("lc", "label_concurrency", NULL) >
                   fuzzy_score("lc", "logistic", NULL));
    CU_ASSERT_TRUE(fuzzy_score("table", "Tables", NULL) > fuzzy_score("table", "tea label", NULL));
}

CU_TestInfo suite_actions[] = {
    TEST(test_names_and_keys_are_unique),
    TEST(test_keys_are_those_that_are_shown),
    TEST(test_the_keys_that_were_promised_are_there),
    TEST(test_search_takes_letters_in_order_only),
    TEST(test_search_prefers_beginnings_of_words_and_runs),
    CU_TEST_INFO_NULL,
};
