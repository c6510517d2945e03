/* test_player.c - the clock of the window: speeds, the end, what is shown. */
#include "ui/player.h"

#include <math.h>

#include "tests/suite.h"

static struct player hour(void)
{
    struct player player;
    player_reset(&player, 3600, 1);
    return player;
}

static void test_max_stands_where_the_simulation_is(void)
{
    struct player player = hour();
    CU_ASSERT_TRUE(player_tick(&player, 0.016, 1200));
    CU_ASSERT_EQUAL(player.time.cursor_s, 1200);
    CU_ASSERT_FALSE(player_tick(&player, 0.016, 1200));
    CU_ASSERT_TRUE(player_tick(&player, 0.016, 3600));
    CU_ASSERT_TRUE(player_at_end(&player));
}

static void test_a_speed_gains_so_many_seconds_but_not_more_than_there_are(void)
{
    struct player player = hour();
    player_set_speed(&player, 2);
    CU_ASSERT_TRUE(player_tick(&player, 0.5, 3600));
    CU_ASSERT_EQUAL(player.time.cursor_s, 50);
    CU_ASSERT_TRUE(player_tick(&player, 10, 70));
    CU_ASSERT_EQUAL(player.time.cursor_s, 70);
    CU_ASSERT_FALSE(player_moves(&player, 70));
    CU_ASSERT_EQUAL(player_pace(&player, 3600), 100);
    CU_ASSERT_EQUAL(player_pace(&player, 70), 0);
}

static void test_a_clock_does_not_go_back_when_its_run_is_replaced(void)
{
    struct player player = hour();
    (void)player_tick(&player, 0.016, 3600);
    player_change_run(&player, 3600, 1);
    CU_ASSERT_FALSE(player_tick(&player, 0.016, 5));
    CU_ASSERT_EQUAL(player.time.cursor_s, 3600);
}

static void test_run_at_the_end_begins_again_at_a_speed_one_can_watch(void)
{
    struct player player = hour();
    (void)player_tick(&player, 0.016, 3600);
    player_toggle(&player);
    CU_ASSERT_EQUAL(player.time.cursor_s, 0);
    CU_ASSERT_TRUE(player.running);
    CU_ASSERT_TRUE(isfinite(player_speeds[player.speed].factor));
    player_toggle(&player);
    CU_ASSERT_FALSE(player.running);
}

static void test_zooming_keeps_what_lies_under_the_mouse(void)
{
    struct player player = hour();
    player_zoom(&player, 900, 0.5);
    CU_ASSERT_DOUBLE_EQUAL(player.time.from_s, 450, 1e-9);
    CU_ASSERT_DOUBLE_EQUAL(player.time.to_s, 2250, 1e-9);
    for (int i = 0; i < 100; i++)
        player_zoom(&player, 900, 0.5);
    CU_ASSERT_DOUBLE_EQUAL(player.time.to_s - player.time.from_s, 8, 1e-6);
    CU_ASSERT_TRUE(player.time.from_s <= 900 && player.time.to_s >= 900);
    for (int i = 0; i < 100; i++)
        player_zoom(&player, 900, 2);
    CU_ASSERT_TRUE(player_is_fit(&player));
}

static void test_the_window_stays_within_the_run(void)
{
    struct player player = hour();
    player_show(&player, 3000, 2000); /* in any order */
    CU_ASSERT_EQUAL(player.time.from_s, 2000);
    player_pan(&player, 1e6);
    CU_ASSERT_EQUAL(player.time.to_s, 3600);
    CU_ASSERT_EQUAL(player.time.from_s, 2600);
    player_pan(&player, -1e6);
    CU_ASSERT_EQUAL(player.time.from_s, 0);
    player_scrub(&player, -5);
    CU_ASSERT_EQUAL(player.time.cursor_s, 0);
}

static void test_the_window_follows_the_clock(void)
{
    struct player player = hour();
    player_show(&player, 0, 600);
    player_set_speed(&player, 4);
    for (int i = 0; i < 200; i++) {
        (void)player_tick(&player, 0.016, 3600);
        CU_ASSERT_TRUE_FATAL(player.time.cursor_s <= player.time.to_s + 1e-9);
        CU_ASSERT_DOUBLE_EQUAL_FATAL(player.time.to_s - player.time.from_s, 600, 1e-6);
    }
}

static void test_a_step_is_a_sample(void)
{
    struct player player = hour();
    player_scrub(&player, 10.4);
    player_step(&player, 1);
    CU_ASSERT_EQUAL(player.time.cursor_s, 11);
    player_step(&player, -1);
    CU_ASSERT_EQUAL(player.time.cursor_s, 10);
}

CU_TestInfo suite_player[] = {
    TEST(test_max_stands_where_the_simulation_is),
    TEST(test_a_speed_gains_so_many_seconds_but_not_more_than_there_are),
    TEST(test_a_clock_does_not_go_back_when_its_run_is_replaced),
    TEST(test_run_at_the_end_begins_again_at_a_speed_one_can_watch),
    TEST(test_zooming_keeps_what_lies_under_the_mouse),
    TEST(test_the_window_stays_within_the_run),
    TEST(test_the_window_follows_the_clock),
    TEST(test_a_step_is_a_sample),
    CU_TEST_INFO_NULL,
};
