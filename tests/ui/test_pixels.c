/* test_pixels.c - the test card, pixel for pixel as it was.
 *
 * tests/golden/pixels holds sums of pictures. Shapes depend on nothing but our own code ("any"); letters on the font files and on FreeType
 * and HarfBuzz: they are compared where the digest of these is one of the file, and skipped, saying so, elsewhere.
 * TEPID_UPDATE_GOLDENS=1 replaces the lines for this machine, after looking at the card; the difference is part of the change.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "tests/suite.h"
#include "tests/ui/card.h"
#include "ui/raster.h"

#define GOLDENS "tests/golden/pixels"

typedef void card_function(struct canvas *canvas, const struct theme *theme);

static uint64_t sum_of(struct fonts *fonts, card_function *draw, const struct theme *theme,
                       double scale)
{
    struct pixels pixels = pixels_new((int)(CARD_WIDTH * scale), (int)(CARD_HEIGHT * scale), scale);
    struct raster *raster = raster_new(fonts);
    draw(raster_begin(raster, &pixels, NULL, 1), theme);
    uint64_t sum = pixels_sum(&pixels);
    raster_free(raster);
    pixels_free(&pixels);
    return sum;
}

/* A line a picture: key, name, sum. */
static void add_lines(struct text *out, struct fonts *fonts, const char *key, const char *name,
                      card_function *draw)
{
    const struct theme *themes[] = {&theme_dark, &theme_light};
    for (int t = 0; t < 2; t++)
        for (int scale = 1; scale <= 2; scale++)
            text_addf(out, "%s %s-%s-%dx %016" PRIx64 "\n", key, name, themes[t]->name, scale,
                      sum_of(fonts, draw, themes[t], scale));
}

/* The lines of the file with (or without) this key. */
static void pick(struct text *out, const char *file, const char *key, bool with)
{
    size_t length = strlen(key);
    for (const char *line = file; *line != '\0';) {
        const char *end = strchr(line, '\n');
        end = end != NULL ? end + 1 : line + strlen(line);
        if ((strncmp(line, key, length) == 0 && line[length] == ' ') == with)
            text_add_bytes(out, line, (size_t)(end - line));
        line = end;
    }
}

static void update(const char *file, const char *key, const char *lines)
{
    struct text all = {0};
    pick(&all, file, key, false);
    text_add(&all, lines);
    FILE *out = fopen(GOLDENS, "w");
    CU_ASSERT_PTR_NOT_NULL_FATAL(out);
    CU_ASSERT_EQUAL(fwrite(all.data, 1, all.length, out), all.length);
    CU_ASSERT_EQUAL(fclose(out), 0);
    text_free(&all);
}

static void compare(const char *key, const char *lines)
{
    struct text file = {0}, known = {0};
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(text_read_file(&file, GOLDENS, 1 << 20, &err));
    text_add(&known, "");
    pick(&known, file.data, key, true);
    if (getenv("TEPID_UPDATE_GOLDENS") != NULL)
        update(file.data, key, lines);
    else if (known.length == 0)
        printf("\n    skipped: no pixels are known for the fonts and libraries here (%s)\n", key);
    else if (strcmp(known.data, lines) != 0) {
        printf("\n%s:\n%sis now:\n%s", GOLDENS, known.data, lines);
        CU_FAIL("pixels differ; TEPID_UPDATE_GOLDENS=1 if that is meant");
    }
    text_free(&file);
    text_free(&known);
}

static void test_shapes_are_the_same_everywhere(void)
{
    struct err err = {0};
    struct fonts *fonts = fonts_new(&err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fonts);
    struct text lines = {0};
    add_lines(&lines, fonts, "any", "shapes", card_draw_shapes);
    compare("any", lines.data);
    text_free(&lines);
    fonts_free(fonts);
}

static void test_letters_are_the_same_with_the_same_fonts(void)
{
    struct err err = {0};
    struct fonts *fonts = fonts_new(&err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fonts);
    struct text lines = {0};
    char key[32];
    (void)snprintf(key, sizeof key, "%016" PRIx64, fonts_digest(fonts));
    add_lines(&lines, fonts, key, "card", card_draw);
    compare(key, lines.data);
    text_free(&lines);
    fonts_free(fonts);
}

CU_TestInfo suite_pixels[] = {
    TEST(test_shapes_are_the_same_everywhere),
    TEST(test_letters_are_the_same_with_the_same_fonts),
    CU_TEST_INFO_NULL,
};
