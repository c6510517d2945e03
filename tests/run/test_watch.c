/* test_watch.c - saves in a folder of its own, as editors do them. Waits are for what must come; that nothing else comes is held
 * against a save that does. */
#include <stdatomic.h>
#include <string.h>
#include <time.h>

#include "run/watch.h"
#include "tests/scenario/load_text.h"
#include "tests/suite.h"

struct fixture {
    struct loaded files;
    char paths[2][128];
    struct watch *watch;
    _Atomic int news;
};

static void on_change(void *context)
{
    atomic_fetch_add(&((struct fixture *)context)->news, 1);
}

static void open_fixture(struct fixture *fixture)
{
    struct err err = {0};
    *fixture = (struct fixture){.files = loaded_begin()};
    static const char *const names[] = {"a.lua", "b.csv"};
    const char *paths[2];
    for (int i = 0; i < 2; i++) {
        loaded_file(&fixture->files, names[i], "1", 1);
        (void)snprintf(fixture->paths[i], sizeof fixture->paths[i], "%.60s/%.20s",
                       fixture->files.folder, names[i]);
        paths[i] = fixture->paths[i];
    }
    fixture->watch = watch_new(on_change, fixture, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fixture->watch);
    watch_files(fixture->watch, paths, 2, 1e18);
}

static void close_fixture(struct fixture *fixture)
{
    watch_free(fixture->watch);
    loaded_end(&fixture->files);
}

/* By a new file and a rename. */
static void save(struct fixture *fixture, int which, const char *text)
{
    char from[160];
    loaded_file(&fixture->files, "saving.tmp", text, strlen(text));
    (void)snprintf(from, sizeof from, "%s/saving.tmp", fixture->files.folder);
    CU_ASSERT_EQUAL_FATAL(rename(from, fixture->paths[which]), 0);
}

static bool wait_for(struct fixture *fixture, int news)
{
    const struct timespec a_while = {0, 2000000};
    for (int i = 0; i < 5000 && atomic_load(&fixture->news) < news; i++)
        (void)nanosleep(&a_while, NULL);
    return atomic_load(&fixture->news) == news;
}

static void test_every_save_by_renaming_is_news_once(void)
{
    struct fixture fixture;
    open_fixture(&fixture);
    for (int i = 1; i <= 3; i++) {
        save(&fixture, i % 2, i == 1 ? "12" : i == 2 ? "123" : "1234");
        CU_ASSERT_TRUE(wait_for(&fixture, i));
    }
    close_fixture(&fixture);
}

static double now_ms(void)
{
    struct timespec now;
    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Three saves within the time of one, and another file beside it: one piece of news; then one more, so that no other was on its way. A machine
 * that was too busy to save quickly has shown nothing: again. */
static void test_a_flurry_of_saves_is_one(void)
{
    bool quick = false;
    for (int attempt = 0; attempt < 20 && !quick; attempt++) {
        struct fixture fixture;
        open_fixture(&fixture);
        double began = now_ms();
        save(&fixture, 0, "22");
        loaded_file(&fixture.files, "other.lua", "1", 1);
        save(&fixture, 0, "333");
        save(&fixture, 1, "44");
        quick = now_ms() - began < WATCH_SETTLE_MS / 2;
        if (quick) {
            CU_ASSERT_TRUE(wait_for(&fixture, 1));
            loaded_file(&fixture.files, "other.lua", "12345", 5);
            save(&fixture, 1, "55555");
            CU_ASSERT_TRUE(wait_for(&fixture, 2));
        }
        close_fixture(&fixture);
    }
    CU_ASSERT_TRUE(quick);
}

/* What was saved while the files were being exchanged is not missed. */
static void test_a_change_of_files_misses_no_save(void)
{
    struct fixture fixture;
    open_fixture(&fixture);
    const char *first[] = {fixture.paths[0]}, *second[] = {fixture.paths[1]};
    save(&fixture, 0, "77");
    watch_files(fixture.watch, first, 1, 1e18);
    CU_ASSERT_TRUE(wait_for(&fixture, 1));
    watch_files(fixture.watch, second, 1, 0);
    CU_ASSERT_TRUE(wait_for(&fixture, 2));
    close_fixture(&fixture);
}

CU_TestInfo suite_watch[] = {
    TEST(test_every_save_by_renaming_is_news_once),
    TEST(test_a_flurry_of_saves_is_one),
    TEST(test_a_change_of_files_misses_no_save),
    CU_TEST_INFO_NULL,
};
