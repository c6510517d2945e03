/* test_map.c - maps too tall for a page, and what to sweep a parameter over. */
#include "tests/suite.h"
#include "ui/map_fold.h"
#include "ui/sweep_axes.h"

#include <math.h>
#include <string.h>

/* One node that calls all the others: a layer as tall as can be. */
#define FAN 120

static struct graph_layout lay_out_fan(struct arena *arena, struct graph *graph)
{
    struct graph_edge *edges = ARENA_ARRAY(arena, struct graph_edge, FAN);
    for (int i = 0; i < FAN; i++)
        edges[i] = (struct graph_edge){0, i + 1};
    *graph = (struct graph){.node_count = FAN + 1,
                            .edges = edges,
                            .edge_count = FAN,
                            .card_w = 116,
                            .card_h = 22,
                            .gap_x = 40,
                            .gap_y = 6};
    return graph_lay_out(arena, graph);
}

static bool overlap(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static void test_folded_cards_are_apart_and_within(void)
{
    struct arena *arena = arena_new();
    struct graph graph;
    struct graph_layout layout = lay_out_fan(arena, &graph);
    map_fold(arena, &graph, &layout, 1200, 800);
    int wrong = 0;
    for (int i = 0; i <= FAN; i++) {
        struct rect card = layout.cards[i];
        wrong += card.x < 0 || card.y < 0 || card.x + card.w > layout.width + 1e-9 ||
                 card.y + card.h > layout.height + 1e-9;
        for (int k = 0; k < i; k++)
            wrong += overlap(card, layout.cards[k]);
    }
    CU_ASSERT_EQUAL(wrong, 0);
    arena_free(arena);
}

static void test_folding_shows_more_of_a_tall_layer(void)
{
    struct arena *arena = arena_new();
    struct graph graph;
    struct graph_layout layout = lay_out_fan(arena, &graph);
    double before = fmin(1200 / layout.width, 800 / layout.height);
    map_fold(arena, &graph, &layout, 1200, 800);
    CU_ASSERT_TRUE(fmin(1200 / layout.width, 800 / layout.height) > 2 * before);
    arena_free(arena);
}

/* Edges still begin at their callers and end at what they call. */
static void test_folded_edges_join_their_cards(void)
{
    struct arena *arena = arena_new();
    struct graph graph;
    struct graph_layout layout = lay_out_fan(arena, &graph);
    map_fold(arena, &graph, &layout, 1200, 800);
    for (int i = 0; i < FAN; i++) {
        struct rect from = layout.cards[0], to = layout.cards[i + 1];
        struct point begin = graph_path_at(&layout.paths[i], 0);
        struct point end = graph_path_at(&layout.paths[i], 1);
        CU_ASSERT_DOUBLE_EQUAL(begin.x, from.x + from.w, 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(begin.y, from.y + from.h / 2, 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(end.x, to.x, 1e-9);
        CU_ASSERT_DOUBLE_EQUAL(end.y, to.y + to.h / 2, 1e-9);
    }
    arena_free(arena);
}

static void test_what_fits_is_not_folded(void)
{
    struct arena *arena = arena_new();
    static const struct graph_edge edges[] = {{0, 1}, {1, 2}, {1, 3}};
    struct graph graph = {4, edges, 3, 116, 22, 40, 6};
    struct graph_layout layout = graph_lay_out(arena, &graph);
    const struct rect *cards = layout.cards;
    map_fold(arena, &graph, &layout, 1200, 800);
    CU_ASSERT_PTR_EQUAL(layout.cards, cards);
    arena_free(arena);
}

/* -- axes ------------------------------------------------------------------------------------------------------ */

static void check_axis(const struct record_param *param, const char *wanted)
{
    struct text out = {0};
    bool any = sweep_axis_of(param, &out);
    CU_ASSERT_EQUAL(any, wanted != NULL);
    if (any && wanted != NULL)
        CU_ASSERT_STRING_EQUAL(out.data, wanted);
    text_free(&out);
}

static void test_axes_stand_around_the_value_in_its_own_unit(void)
{
    struct record_param rate = {
        .name = "rate", .value = "20/s", .number = 20, .min = NAN, .max = NAN};
    check_axis(&rate, "rate=5/s,10/s,20/s,30/s,40/s,80/s");
    struct record_param price = {
        .name = "cap", .value = "$8/h", .number = 8, .min = NAN, .max = NAN};
    check_axis(&price, "cap=$2/h,$4/h,$8/h,$12/h,$16/h,$32/h");
}

/* Bounds are in base units, the value as it was written. */
static void test_axes_keep_within_bounds(void)
{
    double mb = 1024 * 1024;
    struct record_param memory = {
        .name = "memory", .value = "512MB", .number = 512 * mb, .min = 256 * mb, .max = 1024 * mb};
    check_axis(&memory, "memory=256MB,512MB,768MB,1024MB");
    struct record_param none = {.name = "n", .value = "0", .number = 0, .min = 0, .max = 6};
    check_axis(&none, "n=0,1,2,5");
}

static void test_axes_of_words_are_their_choices(void)
{
    static const char *const choices[] = {"x86_64", "arm64"};
    struct record_param arch = {.name = "arch",
                                .value = "arm64",
                                .number = NAN,
                                .min = NAN,
                                .max = NAN,
                                .one_of = choices,
                                .one_of_count = 2};
    check_axis(&arch, "arch=x86_64,arm64");
    struct record_param word = {
        .name = "mode", .value = "fast", .number = NAN, .min = NAN, .max = NAN};
    check_axis(&word, NULL);
}

CU_TestInfo suite_map[] = {
    TEST(test_folded_cards_are_apart_and_within),
    TEST(test_folding_shows_more_of_a_tall_layer),
    TEST(test_folded_edges_join_their_cards),
    TEST(test_what_fits_is_not_folded),
    TEST(test_axes_stand_around_the_value_in_its_own_unit),
    TEST(test_axes_keep_within_bounds),
    TEST(test_axes_of_words_are_their_choices),
    CU_TEST_INFO_NULL,
};
