/* test_graph.c - layouts against what can be seen: cards apart, edges from left to right, none under a card, crossings counted one by one. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart/graph.h"
#include "chart/recorder.h"
#include "chart/svg.h"
#include "tests/suite.h"

#define CARD_W 128.0
#define CARD_H 44.0
#define GAP_X  48.0
#define GAP_Y  16.0

static struct graph graph_of(int nodes, const struct graph_edge *edges, int count)
{
    return (struct graph){nodes, edges, count, CARD_W, CARD_H, GAP_X, GAP_Y};
}

/* A map as services make it: every node but the first is called by one or two before it, mostly near ones. */
static int make_map(struct test_rng *rng, int nodes, struct graph_edge *edges)
{
    int count = 0;
    for (int v = 1; v < nodes; v++) {
        int calls = 1 + (test_rng_below(rng, 10) < 4) + (test_rng_below(rng, 10) < 2);
        for (int i = 0; i < calls; i++) {
            int back = 1 + (int)test_rng_below(rng, v < nodes / 8 + 4 ? v : nodes / 8 + 4);
            edges[count++] = (struct graph_edge){v - back < 0 ? 0 : v - back, v};
        }
    }
    return count;
}

static bool cards_overlap(struct rect a, struct rect b)
{
    return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

static void check_cards(const struct graph *graph, const struct graph_layout *layout)
{
    for (int i = 0; i < graph->node_count; i++) {
        struct rect a = layout->cards[i];
        CU_ASSERT_TRUE(a.x >= 0 && a.y >= 0 && a.x + a.w <= layout->width &&
                       a.y + a.h <= layout->height);
        CU_ASSERT_TRUE(a.w == CARD_W && a.h == CARD_H && a.y == floor(a.y));
        for (int k = 0; k < i; k++) {
            struct rect b = layout->cards[k];
            bool apart = a.x != b.x || fabs(a.y - b.y) >= CARD_H + GAP_Y - 1;
            CU_ASSERT_TRUE(apart && !cards_overlap(a, b));
        }
    }
}

/* Ends at the sides of its cards, x never turns, and no point of it is inside a card. */
static void check_paths(const struct graph *graph, const struct graph_layout *layout)
{
    for (int e = 0; e < graph->edge_count; e++) {
        const struct graph_path *path = &layout->paths[e];
        int from = graph->edges[e].from, to = graph->edges[e].to;
        if (from == to)
            continue;
        double sign = path->backward ? -1 : 1;
        struct rect a = layout->cards[path->backward ? to : from],
                    b = layout->cards[path->backward ? from : to];
        struct point first = graph_path_at(path, path->backward ? 1 : 0),
                     last = graph_path_at(path, path->backward ? 0 : 1);
        CU_ASSERT_TRUE(first.x == a.x + a.w && first.y == a.y + a.h / 2);
        CU_ASSERT_TRUE(last.x == b.x && last.y == b.y + b.h / 2);
        CU_ASSERT_TRUE(sign * (layout->layers[to] - layout->layers[from]) > 0);
        struct point was = graph_path_at(path, 0);
        int turns = 0, under = 0;
        for (int i = 1; i <= 24 * path->curves; i++) {
            struct point at = graph_path_at(path, (double)i / (24 * path->curves));
            turns += sign * (at.x - was.x) < -1e-9;
            was = at;
            for (int v = 0; v < graph->node_count; v++)
                under += rect_holds(rect_inset(layout->cards[v], 0.01), at.x, at.y);
        }
        CU_ASSERT_TRUE(turns == 0 && under == 0);
    }
}

/* Pairs of curves between the same two layers whose ends are in opposite order. */
static int count_crossings(const struct graph *graph, const struct graph_layout *layout)
{
    struct piece {
        double x, left, right;
    } *pieces = calloc(100000, sizeof *pieces);
    int count = 0, crossings = 0;
    for (int e = 0; e < graph->edge_count; e++)
        for (int c = 0; graph->edges[e].from != graph->edges[e].to && c < layout->paths[e].curves;
             c += 2) {
            const struct point *p = layout->paths[e].points + 3 * c;
            bool back = layout->paths[e].backward;
            pieces[count++] = (struct piece){back ? p[3].x : p[0].x, back ? p[3].y : p[0].y,
                                             back ? p[0].y : p[3].y};
        }
    for (int i = 0; i < count; i++)
        for (int k = 0; k < i; k++)
            crossings +=
                pieces[i].x == pieces[k].x &&
                (pieces[i].left - pieces[k].left) * (pieces[i].right - pieces[k].right) < 0;
    free(pieces);
    return crossings;
}

static void test_maps_of_all_sizes_are_laid_out_clean(void)
{
    static const int sizes[] = {1, 2, 5, 20, 60, 200};
    static struct graph_edge edges[3 * 200];
    struct test_rng rng = {.state = 21};
    for (size_t i = 0; i < COUNTOF(sizes); i++) {
        int count = make_map(&rng, sizes[i], edges);
        struct graph graph = graph_of(sizes[i], edges, count);
        struct arena *arena = arena_new();
        struct graph_layout layout = graph_lay_out(arena, &graph);
        check_cards(&graph, &layout);
        check_paths(&graph, &layout);
        CU_ASSERT_EQUAL(count_crossings(&graph, &layout), layout.crossings);
        CU_ASSERT_TRUE(layout.crossings <= layout.crossings_before);
        CU_ASSERT_TRUE(sizes[i] < 60 || layout.crossings < layout.crossings_before / 2);
        for (int e = 0; e < count; e++)
            CU_ASSERT_FALSE(layout.paths[e].backward);
        arena_free(arena);
    }
}

/* Any edges at all, with cycles, loops and doubles. */
static void test_any_graph_is_laid_out_clean(void)
{
    struct test_rng rng = {.state = 4};
    for (int round = 0; round < 60; round++) {
        struct graph_edge edges[40];
        int nodes = 1 + (int)test_rng_below(&rng, 14), count = (int)test_rng_below(&rng, 40);
        for (int e = 0; e < count; e++)
            edges[e] = (struct graph_edge){(int)test_rng_below(&rng, nodes),
                                           (int)test_rng_below(&rng, nodes)};
        struct graph graph = graph_of(nodes, edges, count);
        struct arena *arena = arena_new();
        struct graph_layout layout = graph_lay_out(arena, &graph);
        check_cards(&graph, &layout);
        check_paths(&graph, &layout);
        CU_ASSERT_TRUE(layout.crossings <= layout.crossings_before);
        for (int e = 0; e < count; e++)
            CU_ASSERT_EQUAL(
                layout.paths[e].curves,
                edges[e].from == edges[e].to
                    ? 3
                    : 2 * abs(layout.layers[edges[e].to] - layout.layers[edges[e].from]) - 1);
        arena_free(arena);
    }
}

/* Two sources to two targets crosswise: by number they cross, and need not. */
static void test_what_need_not_cross_does_not(void)
{
    struct graph_edge crossed[] = {{0, 3}, {1, 2}};
    struct graph_edge tree[] = {{0, 6}, {0, 5}, {0, 4}, {4, 3}, {5, 2}, {6, 1}};
    struct arena *arena = arena_new();
    struct graph graph = graph_of(4, crossed, 2);
    struct graph_layout layout = graph_lay_out(arena, &graph);
    CU_ASSERT_EQUAL(layout.crossings_before, 1);
    CU_ASSERT_EQUAL(layout.crossings, 0);
    graph = graph_of(7, tree, 6);
    layout = graph_lay_out(arena, &graph);
    CU_ASSERT_EQUAL(layout.crossings_before, 3);
    CU_ASSERT_EQUAL(layout.crossings, 0);
    CU_ASSERT_EQUAL(layout.layer_count, 3);
    arena_free(arena);
}

static void test_a_chain_is_a_straight_line(void)
{
    struct graph_edge chain[] = {{0, 1}, {1, 2}, {2, 3}};
    struct graph graph = graph_of(4, chain, 3);
    struct arena *arena = arena_new();
    struct graph_layout layout = graph_lay_out(arena, &graph);
    for (int v = 0; v < 4; v++) {
        CU_ASSERT_EQUAL(layout.layers[v], v);
        CU_ASSERT_EQUAL(layout.cards[v].y, 0);
        CU_ASSERT_EQUAL(layout.cards[v].x, v * (CARD_W + GAP_X));
    }
    CU_ASSERT_EQUAL(layout.height, CARD_H);
    arena_free(arena);
}

static void test_a_parent_stands_in_the_middle_of_its_children(void)
{
    struct graph_edge fan[] = {{0, 1}, {0, 2}, {0, 3}, {0, 4}, {0, 5}};
    struct graph graph = graph_of(6, fan, 5);
    struct arena *arena = arena_new();
    struct graph_layout layout = graph_lay_out(arena, &graph);
    CU_ASSERT_DOUBLE_EQUAL(layout.cards[0].y, layout.cards[3].y, 1);
    arena_free(arena);
}

/* The call back is turned, the way in is not. */
static void test_cycles_are_broken_where_they_close(void)
{
    struct graph_edge cycle[] = {{3, 1}, {1, 2}, {2, 0}, {0, 1}};
    struct graph graph = graph_of(4, cycle, 4);
    struct arena *arena = arena_new();
    struct graph_layout layout = graph_lay_out(arena, &graph);
    CU_ASSERT_TRUE(layout.paths[3].backward);
    CU_ASSERT_FALSE(layout.paths[0].backward || layout.paths[1].backward ||
                    layout.paths[2].backward);
    CU_ASSERT_TRUE(layout.layers[3] == 0 && layout.layers[1] == 1 && layout.layers[2] == 2 &&
                   layout.layers[0] == 3);
    arena_free(arena);
}

/* A worker's own store stands beside it, not at the far left or right. */
static void test_nodes_stand_near_what_they_belong_to(void)
{
    struct graph_edge edges[] = {{0, 1}, {1, 2}, {2, 3}, {4, 3}, {0, 5}};
    struct graph graph = graph_of(6, edges, 5);
    struct arena *arena = arena_new();
    struct graph_layout layout = graph_lay_out(arena, &graph);
    CU_ASSERT_EQUAL(layout.layers[4], 2);
    CU_ASSERT_EQUAL(layout.layers[5], 1);
    arena_free(arena);
}

static void test_no_nodes_and_no_edges_are_a_graph(void)
{
    struct arena *arena = arena_new();
    struct graph graph = graph_of(0, NULL, 0);
    struct graph_layout layout = graph_lay_out(arena, &graph);
    CU_ASSERT_TRUE(layout.width == 0 && layout.height == 0 && layout.layer_count == 0);
    graph = graph_of(3, NULL, 0);
    layout = graph_lay_out(arena, &graph);
    check_cards(&graph, &layout);
    arena_free(arena);
}

static void draw(struct canvas *canvas, const struct graph *graph,
                 const struct graph_layout *layout)
{
    const struct theme *theme = &theme_dark;
    canvas_fill(canvas, (struct rect){-20, -20, layout->width + 40, layout->height + 40}, 0,
                theme->bg);
    for (int e = 0; e < graph->edge_count; e++)
        for (int c = 0; c < layout->paths[e].curves; c++)
            canvas->ops->curve(
                canvas, layout->paths[e].points + 3 * c,
                (struct stroke){layout->paths[e].backward ? theme->fault : theme->other, 1.5,
                                DASH_SOLID});
    for (int v = 0; v < graph->node_count; v++) {
        canvas_fill(canvas, layout->cards[v], 6, theme->panel);
        canvas_frame(canvas, layout->cards[v], 6, (struct stroke){theme->border, 1, DASH_SOLID});
        canvas_textf(canvas, layout->cards[v].x + 12, layout->cards[v].y + 26, ALIGN_LEFT,
                     TYPE_STRONG, theme->strong, "node %d", v);
    }
}

/* Bit by bit: everything that is drawn, twice. And to look at: TEPID_PICTURES=DIR. */
static void test_the_same_graph_has_the_same_layout(void)
{
    static struct graph_edge edges[3 * 40];
    struct test_rng rng = {.state = 8};
    int count = make_map(&rng, 40, edges);
    edges[count++] = (struct graph_edge){39, 3};
    edges[count++] = (struct graph_edge){7, 7};
    struct graph graph = graph_of(40, edges, count);
    struct text drawn[2] = {{0}, {0}};
    for (int i = 0; i < 2; i++) {
        struct arena *arena = arena_new();
        struct graph_layout layout = graph_lay_out(arena, &graph);
        struct svg svg;
        svg_begin(&svg, &drawn[i],
                  &(struct svg_options){.width = layout.width, .height = layout.height});
        draw(&svg.canvas, &graph, &layout);
        svg_end(&svg);
        arena_free(arena);
    }
    CU_ASSERT_STRING_EQUAL(drawn[0].data, drawn[1].data);
    if (getenv("TEPID_PICTURES") != NULL) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/graph.svg", getenv("TEPID_PICTURES"));
        FILE *file = fopen(path, "wb");
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        (void)fputs(drawn[0].data, file);
        CU_ASSERT_EQUAL(fclose(file), 0);
    }
    text_free(&drawn[0]);
    text_free(&drawn[1]);
}

/* A thousand nodes: no card on another, however many there are. */
static void test_a_thousand_nodes_keep_apart(void)
{
    static struct graph_edge edges[3 * 1000];
    struct test_rng rng = {.state = 13};
    int count = make_map(&rng, 1000, edges), seen = 0;
    struct graph graph = graph_of(1000, edges, count);
    struct arena *arena = arena_new();
    struct graph_layout layout = graph_lay_out(arena, &graph);
    for (int i = 0; i < 1000; i++)
        for (int k = 0; k < i; k++)
            seen += cards_overlap(layout.cards[i], layout.cards[k]);
    CU_ASSERT_EQUAL(seen, 0);
    CU_ASSERT_TRUE(layout.crossings < layout.crossings_before / 2);
    arena_free(arena);
}

CU_TestInfo suite_graph[] = {
    TEST(test_maps_of_all_sizes_are_laid_out_clean),
    TEST(test_any_graph_is_laid_out_clean),
    TEST(test_what_need_not_cross_does_not),
    TEST(test_a_chain_is_a_straight_line),
    TEST(test_a_parent_stands_in_the_middle_of_its_children),
    TEST(test_cycles_are_broken_where_they_close),
    TEST(test_nodes_stand_near_what_they_belong_to),
    TEST(test_no_nodes_and_no_edges_are_a_graph),
    TEST(test_the_same_graph_has_the_same_layout),
    TEST(test_a_thousand_nodes_keep_apart),
    CU_TEST_INFO_NULL,
};
