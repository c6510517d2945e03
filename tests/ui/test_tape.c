/* test_tape.c - a tape plays back what was drawn, and knows when two drawings are the same; the compositor paints no more than it has to. */
#include "ui/tape.h"

#include <math.h>
#include <string.h>

#include "chart/recorder.h"
#include "tests/suite.h"
#include "tests/ui/card.h"
#include "ui/compose.h"

static void draw(struct tape_canvas *canvas, struct tape *tape, double shift)
{
    tape_clear(tape);
    canvas->tape = tape;
    card_draw(&canvas->canvas, &theme_dark);
    canvas_line(&canvas->canvas, shift, 0, 10, 10, (struct stroke){theme_dark.p99, 1, DASH_SOLID});
}

/* Through a recorder: the calls themselves, in words. */
static void test_playing_a_tape_is_drawing(void)
{
    struct recorder direct, played;
    struct tape_canvas canvas;
    struct tape tape = {0};
    recorder_init(&direct, 1);
    recorder_init(&played, 1);
    card_draw(&direct.canvas, &theme_dark);
    canvas_line(&direct.canvas, 0, 0, 10, 10, (struct stroke){theme_dark.p99, 1, DASH_SOLID});
    tape_canvas_init(&canvas, &played.canvas);
    draw(&canvas, &tape, 0);
    CU_ASSERT_EQUAL(tape.clips, 0);
    tape_play(&tape, &played.canvas);
    /* Groups are for readers of files: a tape leaves them out. */
    struct text plain = {0};
    for (const char *at = direct.text.data; *at != '\0';) {
        size_t length = strcspn(at, "\n") + 1;
        const char *word = at + strspn(at, " ");
        if (strncmp(word, "group", 5) != 0 && strncmp(word, "end", 3) != 0)
            text_add_bytes(&plain, word, length - (size_t)(word - at));
        at += length;
    }
    struct text other = {0};
    for (const char *at = played.text.data; *at != '\0';) {
        size_t length = strcspn(at, "\n") + 1;
        const char *word = at + strspn(at, " ");
        text_add_bytes(&other, word, length - (size_t)(word - at));
        at += length;
    }
    CU_ASSERT_STRING_EQUAL(plain.data, other.data);
    text_free(&plain);
    text_free(&other);
    tape_free(&tape);
    recorder_free(&direct);
    recorder_free(&played);
}

static void test_equal_drawings_have_equal_digests(void)
{
    struct recorder measures;
    struct tape_canvas canvas;
    struct tape one = {0}, two = {0}, other = {0};
    recorder_init(&measures, 1);
    tape_canvas_init(&canvas, &measures.canvas);
    draw(&canvas, &one, 0);
    draw(&canvas, &two, 5); /* so that what lies between fields is not that of `one` */
    draw(&canvas, &two, 0);
    draw(&canvas, &other, 0.001);
    CU_ASSERT_EQUAL(tape_digest(&one), tape_digest(&two));
    CU_ASSERT_NOT_EQUAL(tape_digest(&one), tape_digest(&other));
    tape_free(&one);
    tape_free(&two);
    tape_free(&other);
    recorder_free(&measures);
}

/* -- the compositor -- */

/* Two halves; the right one has a picture behind it; `mark` moves in the left one, `key` is that of the picture. */
static int frame(struct compose *compose, struct pixels *pixels, double mark, uint64_t key,
                 bool menu, struct pixel_rect *parts)
{
    struct screen *screen = compose_begin(compose, pixels);
    struct rect left = {0, 0, 100, 100}, right = {100, 0, 100, 100};
    screen->canvas->text_scale = 1;
    screen->part(screen, SCREEN_SIDE, left);
    canvas_fill(screen->canvas, left, 0, theme_dark.bg);
    canvas_fill(screen->canvas, (struct rect){mark, 40, 10, 10}, 0, theme_dark.accent);
    screen->part(screen, SCREEN_PANELS, right);
    struct canvas *still = screen->still(screen, SCREEN_PANELS, key);
    if (still != NULL) {
        canvas_fill(still, right, 0, theme_dark.panel);
        canvas_fill(still, (struct rect){120, 20, 60, 60}, 0,
                    key == 1 ? theme_dark.p50 : theme_dark.p99);
        screen->still_end(screen, SCREEN_PANELS);
    }
    screen->part(screen, SCREEN_OVERLAY, (struct rect){0, 0, 200, 100});
    if (menu)
        canvas_fill(screen->canvas, (struct rect){90, 30, 20, 20}, 0, theme_dark.strong);
    return compose_end(compose, parts);
}

static void test_only_what_changed_is_painted(void)
{
    struct err err = {0};
    struct fonts *fonts = fonts_new(&err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fonts);
    struct compose *compose = compose_new(fonts);
    struct pixels pixels = pixels_new(200, 100, 1);
    struct pixel_rect parts[COMPOSE_PARTS];
    CU_ASSERT_TRUE(frame(compose, &pixels, 10, 1, false, parts) > 0);
    CU_ASSERT_EQUAL(frame(compose, &pixels, 10, 1, false, parts), 0);
    CU_ASSERT_EQUAL(frame(compose, &pixels, 20, 1, false, parts), 1);
    CU_ASSERT_TRUE(parts[0].x == 0 && parts[0].w == 100);
    CU_ASSERT_EQUAL(frame(compose, &pixels, 20, 2, false, parts), 1);
    CU_ASSERT_TRUE(parts[0].x == 100 && parts[0].w == 100);
    pixels_free(&pixels);
    compose_free(compose);
    fonts_free(fonts);
}

/* Whatever came before, the pixels are those of a window that was painted whole. */
static void test_pixels_do_not_depend_on_the_past(void)
{
    static const struct {
        double mark;
        uint64_t key;
        bool menu;
    } steps[] = {{10, 1, false}, {10, 1, true},  {30, 1, true}, {30, 2, true},
                 {30, 2, false}, {85, 1, false}, {85, 1, true}, {10, 1, false}};
    struct err err = {0};
    struct fonts *fonts = fonts_new(&err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fonts);
    struct compose *kept = compose_new(fonts);
    struct pixels pixels = pixels_new(200, 100, 1);
    struct pixel_rect parts[COMPOSE_PARTS];
    for (size_t i = 0; i < COUNTOF(steps); i++) {
        struct compose *fresh = compose_new(fonts);
        struct pixels whole = pixels_new(200, 100, 1);
        (void)frame(kept, &pixels, steps[i].mark, steps[i].key, steps[i].menu, parts);
        (void)frame(fresh, &whole, steps[i].mark, steps[i].key, steps[i].menu, parts);
        CU_ASSERT_EQUAL(pixels_sum(&pixels), pixels_sum(&whole));
        pixels_free(&whole);
        compose_free(fresh);
    }
    pixels_free(&pixels);
    compose_free(kept);
    fonts_free(fonts);
}

CU_TestInfo suite_tape[] = {
    TEST(test_playing_a_tape_is_drawing),
    TEST(test_equal_drawings_have_equal_digests),
    TEST(test_only_what_changed_is_painted),
    TEST(test_pixels_do_not_depend_on_the_past),
    CU_TEST_INFO_NULL,
};
