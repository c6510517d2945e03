/* test_layers.c - a frame made of layers looks as if all of it had been drawn anew. */
#include <string.h>

#include "tests/suite.h"
#include "ui/layers.h"

#define WIDTH  300
#define HEIGHT 200

static const struct rect first = {10, 10, 120, 80}, second = {150, 10, 120, 150};
static const struct colour back = COLOUR_INIT(0x101418);

struct scene {
    struct fonts *fonts;
    struct layers *layers;
    struct pixels window, shown;
    uint64_t keys[2];
    int stills; /* parts drawn in the last frame */
};

static void open_scene(struct scene *scene)
{
    struct err err = {0};
    *scene = (struct scene){.fonts = fonts_new(&err)};
    CU_ASSERT_PTR_NOT_NULL_FATAL(scene->fonts);
    scene->layers = layers_new(scene->fonts);
    scene->window = pixels_new(WIDTH, HEIGHT, 1);
    scene->shown = pixels_new(WIDTH, HEIGHT, 1);
}

static void close_scene(struct scene *scene)
{
    layers_free(scene->layers);
    fonts_free(scene->fonts);
    pixels_free(&scene->window);
    pixels_free(&scene->shown);
}

static void draw_still(struct canvas *canvas, struct rect where, uint64_t key)
{
    canvas_fill(canvas, rect_inset(where, -30), 6, COLOUR(0x304050)); /* held back by the part */
    canvas_fill(canvas, rect_inset(where, 10 + (double)key), 4, COLOUR(0x807060));
}

static void draw_moving(struct canvas *canvas, double x)
{
    canvas_line(canvas, x, 0, x, HEIGHT, (struct stroke){COLOUR(0xFFFFFF), 1, DASH_SOLID});
    canvas->ops->discs(canvas, &(struct point){x, 180}, 1, 5, COLOUR(0xFF0000));
}

/* A frame; what it says has changed is copied to what is shown. Returns how many pixels that is. */
static int frame(struct scene *scene, double x)
{
    struct layer_part parts[] = {{first, scene->keys[0]}, {second, scene->keys[1]}};
    struct pixel_rect changed[DAMAGE_PARTS_MAX];
    layers_begin(scene->layers, &scene->window, back, 1, parts, 2);
    scene->stills = 0;
    for (int i = 0; i < 2; i++)
        if (layers_stale(scene->layers, i)) {
            draw_still(layers_still(scene->layers, i), parts[i].where, parts[i].key);
            scene->stills++;
        }
    draw_moving(layers_moving(scene->layers), x);
    int count = layers_end(scene->layers, changed), area = 0;
    for (int i = 0; i < count; i++) {
        pixels_copy(&scene->shown, &scene->window, changed[i]);
        area += changed[i].w * changed[i].h;
    }
    return area;
}

/* What a frame without layers would be. */
static uint64_t plain(const struct scene *scene, double x)
{
    struct pixels pixels = pixels_new(WIDTH, HEIGHT, 1);
    struct raster *raster = raster_new(scene->fonts);
    const struct rect where[] = {first, second};
    pixels_fill(&pixels, (struct pixel_rect){0, 0, WIDTH, HEIGHT}, back);
    for (int i = 0; i < 2; i++) {
        struct pixel_rect part = pixels_touched(&pixels, where[i]);
        draw_still(raster_begin(raster, &pixels, &part, NULL, 1), where[i], scene->keys[i]);
    }
    draw_moving(raster_begin(raster, &pixels, NULL, NULL, 1), x);
    uint64_t sum = pixels_sum(&pixels);
    raster_free(raster);
    pixels_free(&pixels);
    return sum;
}

static void test_what_is_presented_is_what_a_plain_frame_shows(void)
{
    struct scene scene;
    struct test_rng rng = {11};
    open_scene(&scene);
    for (int i = 0; i < 60; i++) {
        double x = (double)test_rng_below(&rng, WIDTH * 2) / 2;
        if (i % 7 == 3)
            scene.keys[i % 2] = (uint64_t)test_rng_below(&rng, 20);
        (void)frame(&scene, x);
        CU_ASSERT_EQUAL(pixels_sum(&scene.window), plain(&scene, x));
        CU_ASSERT_EQUAL(pixels_sum(&scene.shown), plain(&scene, x));
    }
    close_scene(&scene);
}

static void test_only_what_changed_is_drawn_and_presented(void)
{
    struct scene scene;
    open_scene(&scene);
    CU_ASSERT_EQUAL(frame(&scene, 50), WIDTH * HEIGHT);
    CU_ASSERT_EQUAL(scene.stills, 2);
    CU_ASSERT_TRUE(frame(&scene, 50) <= 3 * DAMAGE_TILE_W * HEIGHT);
    CU_ASSERT_EQUAL(scene.stills, 0);
    scene.keys[1] = 3;
    CU_ASSERT_TRUE(frame(&scene, 50) < WIDTH * HEIGHT);
    CU_ASSERT_EQUAL(scene.stills, 1);
    layers_expose(scene.layers);
    CU_ASSERT_EQUAL(frame(&scene, 50), WIDTH * HEIGHT);
    CU_ASSERT_EQUAL(scene.stills, 0);
    layers_reset(scene.layers);
    (void)frame(&scene, 50);
    CU_ASSERT_EQUAL(scene.stills, 2);
    close_scene(&scene);
}

static void test_a_window_with_other_pixels_starts_over(void)
{
    struct scene scene;
    open_scene(&scene);
    (void)frame(&scene, 20);
    struct pixels old = scene.window;
    scene.window = pixels_new(WIDTH, HEIGHT, 1); /* as after a change of size and back */
    CU_ASSERT_EQUAL(frame(&scene, 20), WIDTH * HEIGHT);
    CU_ASSERT_EQUAL(scene.stills, 2);
    CU_ASSERT_EQUAL(pixels_sum(&scene.window), plain(&scene, 20));
    pixels_free(&old);
    close_scene(&scene);
}

static void test_damage_becomes_few_rectangles(void)
{
    struct damage damage = {0};
    struct pixel_rect parts[DAMAGE_PARTS_MAX];
    damage_reset(&damage, 1000, 600);
    CU_ASSERT_EQUAL(damage_parts(&damage, parts), 0);
    damage_mark(&damage, (struct pixel_rect){100, 0, 1, 600}); /* a crosshair */
    damage_mark(&damage, (struct pixel_rect){990, 590, 100, 100});
    CU_ASSERT_EQUAL(damage_parts(&damage, parts), 2);
    CU_ASSERT_TRUE(parts[0].x == 96 && parts[0].w == 32 && parts[0].y == 0 && parts[0].h == 600);
    CU_ASSERT_TRUE(parts[1].x == 992 - 32 && parts[1].x + parts[1].w == 1000);
    CU_ASSERT_EQUAL(parts[1].y + parts[1].h, 600);
    for (int y = 0; y < 600; y += 32)
        for (int x = 0; x < 1000; x += 64)
            damage_mark(&damage, (struct pixel_rect){x, y, 1, 1});
    CU_ASSERT_EQUAL(damage_parts(&damage, parts), 1); /* too many to list */
    CU_ASSERT_TRUE(parts[0].w == 1000 && parts[0].h == 600);
    damage_free(&damage);
}

CU_TestInfo suite_layers[] = {
    TEST(test_what_is_presented_is_what_a_plain_frame_shows),
    TEST(test_only_what_changed_is_drawn_and_presented),
    TEST(test_a_window_with_other_pixels_starts_over),
    TEST(test_damage_becomes_few_rectangles),
    CU_TEST_INFO_NULL,
};
