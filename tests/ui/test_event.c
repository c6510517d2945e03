/* test_event.c - names of keys, how events gather into frames, and the window of plain memory. */
#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "tests/suite.h"
#include "ui/platform.h"

static struct event key(const char *name)
{
    struct event event = {.kind = EVENT_KEY};
    CU_ASSERT_TRUE(key_parse(name, &event.stroke));
    return event;
}

static struct event mouse(enum event_kind kind, double x, double y)
{
    return (struct event){.kind = kind, .x = x, .y = y, .button = BUTTON_LEFT, .clicks = 1};
}

static bool add(struct frame_input *frame, struct event event)
{
    return frame_input_add(frame, &event);
}

static void test_keys_have_names(void)
{
    struct key_stroke stroke;
    char buf[32];
    CU_ASSERT_TRUE(key_parse("ctrl+k", &stroke));
    CU_ASSERT_TRUE(stroke.key == 'k' && stroke.ctrl && !stroke.shift && !stroke.alt);
    CU_ASSERT_STRING_EQUAL(key_show(buf, stroke), "Ctrl+K");
    CU_ASSERT_TRUE(key_parse("Alt+Shift+Left", &stroke));
    CU_ASSERT_TRUE(stroke.key == UI_KEY_LEFT && stroke.alt && stroke.shift && !stroke.ctrl);
    CU_ASSERT_STRING_EQUAL(key_show(buf, stroke), "Shift+Alt+Left");
    CU_ASSERT_TRUE(key_parse("?", &stroke) && stroke.key == '?');
    CU_ASSERT_TRUE(key_parse("ctrl++", &stroke) && stroke.key == '+' && stroke.ctrl);
    CU_ASSERT_TRUE(key_parse("space", &stroke) && stroke.key == ' ');
    CU_ASSERT_FALSE(key_parse("", &stroke));
    CU_ASSERT_FALSE(key_parse("ctrl+", &stroke));
    CU_ASSERT_FALSE(key_parse("hyper+k", &stroke));
}

static void test_moves_merge_and_notches_add_up(void)
{
    struct frame_input frame;
    frame_input_init(&frame);
    CU_ASSERT_TRUE(add(&frame, mouse(EVENT_MOVE, 1, 2)));
    CU_ASSERT_TRUE(add(&frame, mouse(EVENT_MOVE, 3, 4)));
    struct event wheel = mouse(EVENT_WHEEL, 3, 4);
    wheel.wheel_y = 1;
    CU_ASSERT_TRUE(add(&frame, wheel) && add(&frame, wheel));
    CU_ASSERT_TRUE(frame.input.x == 3 && frame.input.y == 4 && frame.input.inside);
    CU_ASSERT_EQUAL(frame.input.wheel_y, 2);
    CU_ASSERT_FALSE(add(&frame, mouse(EVENT_MOVE, 9, 9))); /* it would zoom elsewhere */
}

static void test_a_click_lands_where_it_was_made(void)
{
    struct frame_input frame;
    frame_input_init(&frame);
    CU_ASSERT_TRUE(add(&frame, mouse(EVENT_DOWN, 5, 5)));
    CU_ASSERT_FALSE(add(&frame, mouse(EVENT_MOVE, 50, 5)));
    CU_ASSERT_FALSE(add(&frame, mouse(EVENT_UP, 5, 5)));
    CU_ASSERT_TRUE(frame.input.pressed && frame.input.down && !frame.input.released);
    CU_ASSERT_EQUAL(frame.input.x, 5);
    frame_input_next(&frame);
    CU_ASSERT_TRUE(!frame.input.pressed && frame.input.down);
    CU_ASSERT_TRUE(add(&frame, mouse(EVENT_UP, 5, 5)));
    CU_ASSERT_TRUE(frame.input.released && !frame.input.down);
}

static void test_a_frame_has_one_key_and_its_text(void)
{
    struct frame_input frame;
    frame_input_init(&frame);
    CU_ASSERT_TRUE(add(&frame, key("shift+p")));
    CU_ASSERT_TRUE(add(&frame, (struct event){.kind = EVENT_TEXT, .text = "P"}));
    CU_ASSERT_FALSE(add(&frame, key("9")));
    CU_ASSERT_EQUAL(frame.input.key, 'p');
    CU_ASSERT_TRUE(frame.input.shift);
    CU_ASSERT_STRING_EQUAL(frame.input.text, "P");
    frame_input_next(&frame);
    CU_ASSERT_EQUAL(frame.input.key, 0);
    CU_ASSERT_EQUAL(frame.input.text[0], '\0');
    CU_ASSERT_TRUE(add(&frame, key("9")));
}

static void test_a_drag_goes_on_outside(void)
{
    struct frame_input frame;
    frame_input_init(&frame);
    (void)add(&frame, mouse(EVENT_DOWN, 5, 5));
    frame_input_next(&frame);
    CU_ASSERT_TRUE(add(&frame, (struct event){.kind = EVENT_LEAVE}));
    CU_ASSERT_TRUE(frame.input.inside && frame.input.down);
    (void)add(&frame, mouse(EVENT_UP, -4, 5));
    frame_input_next(&frame);
    CU_ASSERT_TRUE(add(&frame, (struct event){.kind = EVENT_LEAVE}));
    CU_ASSERT_FALSE(frame.input.inside);
}

static struct platform *open_headless(double scale)
{
    struct err err = {0};
    struct platform *platform = platform_open(
        &(struct platform_options){.headless = true, .width = 1000, .height = 700, .scale = scale},
        &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(platform);
    return platform;
}

static void test_a_script_drives_the_headless_window(void)
{
    struct platform *platform = open_headless(2);
    struct event event;
    CU_ASSERT_EQUAL(platform_pixels(platform)->width, 2000);
    CU_ASSERT_EQUAL(platform_pixels(platform)->height, 1400);
    CU_ASSERT_FALSE(platform_next(platform, 0, &event));
    struct event a = key("a"), b = key("b");
    platform_send(platform, &a);
    platform_send(platform, &b);
    CU_ASSERT_TRUE(platform_next(platform, PLATFORM_WAIT_LONG, &event) && event.stroke.key == 'a');
    CU_ASSERT_TRUE(platform_next(platform, PLATFORM_WAIT_LONG, &event) && event.stroke.key == 'b');
    platform_resize(platform, 10, 800); /* not below the minimum */
    CU_ASSERT_TRUE(platform_next(platform, 0, &event) && event.kind == EVENT_RESIZE);
    CU_ASSERT_EQUAL(platform_pixels(platform)->width, 2 * PLATFORM_MIN_WIDTH);
    CU_ASSERT_EQUAL(platform_pixels(platform)->height, 1600);
    platform_close(platform);
}

static void *wake_twice(void *platform)
{
    platform_wake(platform);
    platform_wake(platform);
    return NULL;
}

static void test_another_thread_wakes_it_once(void)
{
    struct platform *platform = open_headless(1);
    struct event event;
    pthread_t thread;
    CU_ASSERT_EQUAL_FATAL(pthread_create(&thread, NULL, wake_twice, platform), 0);
    CU_ASSERT_TRUE(platform_next(platform, PLATFORM_WAIT_LONG, &event));
    CU_ASSERT_EQUAL(event.kind, EVENT_WAKE);
    CU_ASSERT_EQUAL(pthread_join(thread, NULL), 0);
    while (
        platform_next(platform, 0, &event)) /* the second, if it came after the first was taken */
        CU_ASSERT_EQUAL(event.kind, EVENT_WAKE);
    int64_t before_ns = platform_now_ns();
    CU_ASSERT_FALSE(platform_next(platform, 2, &event));
    CU_ASSERT_TRUE(platform_now_ns() - before_ns >= 2000000);
    platform_close(platform);
}

static void test_what_is_copied_can_be_pasted(void)
{
    struct platform *platform = open_headless(1);
    struct ui_clipboard clipboard = platform_clipboard(platform);
    CU_ASSERT_PTR_NULL(clipboard.get(clipboard.context));
    clipboard.set(clipboard.context, "512MB");
    char *text = clipboard.get(clipboard.context);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_STRING_EQUAL(text, "512MB");
    clipboard.put_back(clipboard.context, text);
    platform_close(platform);
}

/* SDL with a display that nobody sees: windows of both kinds open, present, change their size, wake and close. */
static void test_a_window_of_sdl_opens_presents_and_resizes(void)
{
    CU_ASSERT_EQUAL(setenv("SDL_VIDEODRIVER", "dummy", 1), 0);
    for (int texture = 0; texture < 2; texture++) {
        struct err err = {0};
        struct event event = {.kind = EVENT_EXPOSE};
        struct platform *platform = platform_open(
            &(struct platform_options){
                .title = "test", .width = 1000, .height = 640, .scale = 1, .texture = texture},
            &err);
        CU_ASSERT_PTR_NOT_NULL_FATAL(platform);
        CU_ASSERT_STRING_EQUAL(platform_driver(platform), "dummy");
        CU_ASSERT_EQUAL(platform_uses_texture(platform), texture);
        struct pixels *pixels = platform_pixels(platform);
        CU_ASSERT_TRUE_FATAL(pixels->width == 1000 && pixels->height == 640);
        pixels->data[639 * pixels->stride + 999] = 0xFFFFFFFFU;
        platform_present(platform, &(struct pixel_rect){900, 600, 500, 500}, 1);
        platform_wake(platform);
        platform_wake(platform);
        int woken = 0;
        while (platform_next(platform, 0, &event))
            woken += event.kind == EVENT_WAKE;
        CU_ASSERT_EQUAL(woken, 1);
        platform_resize(platform, 1100, 10);
        while (event.kind != EVENT_RESIZE && platform_next(platform, 1000, &event))
            continue;
        CU_ASSERT_EQUAL_FATAL(event.kind, EVENT_RESIZE);
        pixels = platform_pixels(platform);
        CU_ASSERT_TRUE(pixels->width == 1100 && pixels->height == PLATFORM_MIN_HEIGHT);
        pixels->data[599 * pixels->stride + 1099] = 0;
        platform_present(platform, &(struct pixel_rect){0, 0, 5000, 5000}, 1);
        platform_close(platform);
    }
    CU_ASSERT_EQUAL(unsetenv("SDL_VIDEODRIVER"), 0);
}

static void test_without_a_display_it_says_so(void)
{
    struct err err = {0};
    CU_ASSERT_EQUAL(unsetenv("DISPLAY") | unsetenv("WAYLAND_DISPLAY"), 0);
    CU_ASSERT_PTR_NULL(platform_open(&(struct platform_options){.title = "test"}, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "there is no display"));
}

CU_TestInfo suite_event[] = {
    TEST(test_keys_have_names),
    TEST(test_moves_merge_and_notches_add_up),
    TEST(test_a_click_lands_where_it_was_made),
    TEST(test_a_frame_has_one_key_and_its_text),
    TEST(test_a_drag_goes_on_outside),
    TEST(test_a_script_drives_the_headless_window),
    TEST(test_another_thread_wakes_it_once),
    TEST(test_what_is_copied_can_be_pasted),
    TEST(test_a_window_of_sdl_opens_presents_and_resizes),
    TEST(test_without_a_display_it_says_so),
    CU_TEST_INFO_NULL,
};
