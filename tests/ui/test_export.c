/* test_export.c - files are whole or not there; what the window remembers survives anything in its file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/arena.h"
#include "core/path.h"
#include "core/text.h"
#include "tests/suite.h"
#include "tests/ui/card.h"
#include "ui/export.h"
#include "ui/raster.h"
#include "ui/state_file.h"

static char folder[64];

static const char *in_folder(const char *name)
{
    static char path[160];
    if (folder[0] == '\0') {
        memcpy(folder, "/tmp/tepid-test-XXXXXX", 23);
        CU_ASSERT_PTR_NOT_NULL_FATAL(mkdtemp(folder));
    }
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void clean(void)
{
    static const char *const names[] = {"card.png", "card.svg", "card.pdf",
                                        "a.csv",    "ui.json",  "deep/er/ui.json"};
    for (size_t i = 0; i < COUNTOF(names); i++)
        (void)unlink(in_folder(names[i]));
    (void)rmdir(in_folder("deep/er"));
    (void)rmdir(in_folder("deep"));
    CU_ASSERT_EQUAL(rmdir(folder), 0); /* nothing was left behind */
    folder[0] = '\0';
}

static void draw(void *context, struct canvas *canvas, struct rect where)
{
    CU_ASSERT_EQUAL(where.w, CARD_WIDTH);
    card_draw(canvas, context);
}

static bool export_card(struct fonts *fonts, enum export_kind kind, const char *path)
{
    struct err err = {0};
    struct export_options options = {
        .width = CARD_WIDTH, .height = CARD_HEIGHT, .scale = 1, .text_scale = 1, .title = "card"};
    const struct theme *theme = &theme_dark;
    bool ok = export_drawing(kind, path, fonts, &options, draw, (void *)(uintptr_t)theme, &err);
    if (!ok)
        err_print(&err, "error", stdout, false);
    return ok;
}

static void expect_begin(const char *path, const char *begin, const char *within)
{
    struct text text = {0};
    struct err err = {0};
    CU_ASSERT_TRUE_FATAL(text_read_file(&text, path, 10 << 20, &err));
    CU_ASSERT_EQUAL(strncmp(text.data, begin, strlen(begin)), 0);
    CU_ASSERT_PTR_NOT_NULL(strstr(text.data, within));
    text_free(&text);
}

static void test_a_drawing_becomes_png_svg_and_pdf(void)
{
    struct err err = {0};
    struct fonts *fonts = fonts_new(&err);
    struct pixels read, drawn = pixels_new(CARD_WIDTH, CARD_HEIGHT, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(fonts);
    CU_ASSERT_TRUE(export_card(fonts, EXPORT_SVG, in_folder("card.svg")));
    expect_begin(in_folder("card.svg"), "<svg", "Where time goes");
    CU_ASSERT_TRUE(export_card(fonts, EXPORT_PDF, in_folder("card.pdf")));
    expect_begin(in_folder("card.pdf"), "%PDF-1.", "\n");
    CU_ASSERT_TRUE(export_card(fonts, EXPORT_PNG, in_folder("card.png")));
    expect_begin(in_folder("card.png"), "\x89PNG", "PNG");
    struct raster *raster = raster_new(fonts);
    card_draw(raster_begin(raster, &drawn, NULL, 1), &theme_dark);
    drawn.data[0] = 0x80000000U; /* a picture that is not opaque keeps its transparency */
    CU_ASSERT_TRUE(export_png(in_folder("card.png"), &drawn, &err));
    CU_ASSERT_TRUE_FATAL(export_read_png(in_folder("card.png"), &read));
    CU_ASSERT_EQUAL(pixels_sum(&read), pixels_sum(&drawn));
    raster_free(raster);
    pixels_free(&read);
    pixels_free(&drawn);
    fonts_free(fonts);
    clean();
}

static void test_kinds_are_known_by_their_names(void)
{
    enum export_kind kind = EXPORT_PNG;
    struct err err = {0};
    CU_ASSERT_TRUE(export_kind_of("a.svg", &kind, &err) && kind == EXPORT_SVG);
    CU_ASSERT_TRUE(export_kind_of("b/c.pdf", &kind, &err) && kind == EXPORT_PDF);
    CU_ASSERT_FALSE(export_kind_of("shot.gif", &kind, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "shot.gif"));
    CU_ASSERT_EQUAL(err.kind, ERR_USER);
}

static void test_a_file_that_cannot_be_written_is_said(void)
{
    struct err err = {0};
    CU_ASSERT_FALSE(export_bytes(in_folder("no/such/a.csv"), "x", 1, &err));
    CU_ASSERT_EQUAL(err.kind, ERR_FILE);
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "no/such/a.csv"));
    err = (struct err){0};
    CU_ASSERT_TRUE(export_bytes(in_folder("a.csv"), "a,b\n", 4, &err));
    CU_ASSERT_TRUE(export_bytes(in_folder("a.csv"), "c\n", 2, &err)); /* replaces it */
    expect_begin(in_folder("a.csv"), "c\n", "c");
    clean();
}

static void test_the_window_remembers(void)
{
    struct ui_state state, read;
    struct err err = {0};
    ui_state_init(&state);
    CU_ASSERT_EQUAL(state.text_scale, 1);
    for (char name[] = "/a.lua"; name[1] <= 'm'; name[1]++)
        ui_state_add_recent(&state, name);
    ui_state_add_recent(&state, "/f.lua"); /* again: to the front, once */
    ui_state_add_recent(&state, state.recent[1]);
    state.width = 1200, state.height = 800;
    state.text_scale = 1.25;
    state.reduced_motion = true;
    memcpy(state.theme, "light", sizeof "light");
    CU_ASSERT_TRUE(ui_state_write(&state, in_folder("deep/er/ui.json"), &err));
    ui_state_read(&read, in_folder("deep/er/ui.json"));
    CU_ASSERT_TRUE(read.width == 1200 && read.height == 800 && read.reduced_motion);
    CU_ASSERT_EQUAL(read.text_scale, 1.25);
    CU_ASSERT_STRING_EQUAL(read.theme, "light");
    CU_ASSERT_STRING_EQUAL(read.recent[0], "/m.lua");
    CU_ASSERT_STRING_EQUAL(read.recent[1], "/f.lua");
    CU_ASSERT_STRING_EQUAL(read.recent[2], "/l.lua");
    CU_ASSERT_STRING_EQUAL(read.recent[STATE_RECENT_MAX - 1], "/d.lua");
    clean();
}

static void expect_defaults(const char *content)
{
    struct ui_state read;
    struct err err = {0};
    CU_ASSERT_TRUE(export_bytes(in_folder("ui.json"), content, strlen(content), &err));
    memset(&read, 0x55, sizeof read);
    ui_state_read(&read, in_folder("ui.json"));
    CU_ASSERT_TRUE(read.width == 0 && read.height == 0 && !read.reduced_motion);
    CU_ASSERT_EQUAL(read.text_scale, 1);
    CU_ASSERT_STRING_EQUAL(read.theme, "dark");
    CU_ASSERT_EQUAL(read.recent[0][0], '\0');
}

static void test_a_broken_file_costs_only_comfort(void)
{
    struct ui_state read;
    expect_defaults("");
    expect_defaults("{\"width\": 12");
    expect_defaults("[1,2]");
    expect_defaults("{\"width\":-3,\"height\":1e99,\"theme\":7,\"text_scale\":99,"
                    "\"reduced_motion\":\"yes\",\"recent\":{\"a\":1}}");
    expect_defaults("{\"recent\":[1,null,\"\",[]],\"theme\":\"mauve\"}");
    struct err err = {0};
    const char *mixed = "{\"width\":1000,\"height\":\"big\",\"theme\":\"light\"}";
    CU_ASSERT_TRUE(export_bytes(in_folder("ui.json"), mixed, strlen(mixed), &err));
    ui_state_read(&read, in_folder("ui.json"));
    CU_ASSERT_TRUE(read.width == 1000 && read.height == 0);
    CU_ASSERT_STRING_EQUAL(read.theme, "light");
    clean();
}

static void test_the_file_lies_where_the_desktop_says(void)
{
    char home[512];
    (void)snprintf(home, sizeof home, "%s", getenv("HOME") != NULL ? getenv("HOME") : "");
    CU_ASSERT_EQUAL(setenv("XDG_STATE_HOME", "/tmp/state", 1), 0);
    char *path = ui_state_path();
    CU_ASSERT_STRING_EQUAL(path, "/tmp/state/tepid/ui.json");
    mem_free(path);
    CU_ASSERT_EQUAL(setenv("XDG_STATE_HOME", "relative", 1), 0); /* to be ignored, says XDG */
    CU_ASSERT_EQUAL(setenv("HOME", "/home/me", 1), 0);
    path = ui_state_path();
    CU_ASSERT_STRING_EQUAL(path, "/home/me/.local/state/tepid/ui.json");
    mem_free(path);
    CU_ASSERT_EQUAL(unsetenv("XDG_STATE_HOME"), 0);
    CU_ASSERT_EQUAL(setenv("HOME", home, 1), 0);
}

CU_TestInfo suite_export[] = {
    TEST(test_a_drawing_becomes_png_svg_and_pdf),
    TEST(test_kinds_are_known_by_their_names),
    TEST(test_a_file_that_cannot_be_written_is_said),
    TEST(test_the_window_remembers),
    TEST(test_a_broken_file_costs_only_comfort),
    TEST(test_the_file_lies_where_the_desktop_says),
    CU_TEST_INFO_NULL,
};
