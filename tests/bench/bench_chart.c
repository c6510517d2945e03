/* bench_chart.c - layouts of maps, and charts written as SVG. */
#include "tests/bench/bench.h"

#include <math.h>
#include <stdio.h>

#include "chart/graph.h"
#include "chart/plot_heat.h"
#include "chart/plot_lines.h"
#include "chart/svg.h"

#define ROUNDS 7

static unsigned below(uint64_t *state, unsigned bound)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(*state >> 33) % bound;
}

/* Every node but the first is called by one to three of those before it, mostly near ones. */
static int make_map(int nodes, struct graph_edge *edges)
{
    uint64_t state = 5;
    int count = 0;
    for (int v = 1; v < nodes; v++)
        for (unsigned calls = 1 + below(&state, 3); calls > 0; calls--) {
            int reach = nodes / 8 + 4 < v ? nodes / 8 + 4 : v;
            edges[count++] = (struct graph_edge){v - 1 - (int)below(&state, (unsigned)reach), v};
        }
    return count;
}

static void lay_out(int nodes)
{
    static struct graph_edge edges[3 * 1000];
    struct graph graph = {nodes, edges, make_map(nodes, edges), 128, 44, 48, 16};
    struct graph_layout layout = {0};
    double best = 1e9;
    for (int round = 0; round < ROUNDS; round++) {
        struct arena *arena = arena_new();
        double start = bench_now();
        layout = graph_lay_out(arena, &graph);
        best = fmin(best, bench_now() - start);
        arena_free(arena);
    }
    printf("layout of %4d nodes, %4d edges   %7.2f ms, %d layers, crossings %d -> %d\n", nodes,
           graph.edge_count, best * 1e3, layout.layer_count, layout.crossings_before,
           layout.crossings);
}

/* -- charts ---------------------------------------------------------------------------------------------- */

#define POINTS  600
#define COLUMNS 200
#define ROWS    48

static void draw_lines(const struct plot *plot)
{
    static double x[POINTS], y[3][POINTS];
    struct plot_line lines[3];
    static const char *const names[] = {"p50", "p95", "p99"};
    uint64_t state = 3;
    for (int k = 0; k < 3; k++) {
        for (int i = 0; i < POINTS; i++) {
            x[i] = i;
            y[k][i] = (k + 1) * (40 + below(&state, 100));
        }
        lines[k] =
            (struct plot_line){.label = names[k], .y = y[k], .colour = plot->theme->category[k]};
    }
    (void)plot_lines(plot, &(struct plot_lines){.x = x,
                                                .count = POINTS,
                                                .x_unit = PLOT_CLOCK,
                                                .y_unit = PLOT_MS,
                                                .y_log = true,
                                                .lines = lines,
                                                .line_count = 3,
                                                .slo = {"SLO p99", 300, 2}});
}

static void draw_heat(const struct plot *plot)
{
    static double counts[COLUMNS * ROWS];
    uint64_t state = 7;
    for (int row = 0; row < ROWS; row++)
        for (int column = 0; column < COLUMNS; column++) {
            double warm = (row - 10) / 4.0, cold = (row - 30) / 6.0;
            double mean = 4000 * exp(-warm * warm) + 60 * exp(-cold * cold);
            counts[row * COLUMNS + column] = floor(mean * (600 + below(&state, 800)) / 1000);
        }
    (void)plot_heat(plot, &(struct plot_heat){.counts = counts,
                                              .columns = COLUMNS,
                                              .rows = ROWS,
                                              .x = {PLOT_CLOCK, 0, 600, false},
                                              .y = {PLOT_MS, 10, 10000, true}});
}

static void write_svg(const char *name, void (*draw)(const struct plot *))
{
    double best = 1e9;
    size_t length = 0;
    for (int round = 0; round < ROUNDS; round++) {
        struct text out = {0};
        struct svg svg;
        double start = bench_now();
        svg_begin(&svg, &out, &(struct svg_options){.width = 640, .height = 320});
        draw(&(struct plot){&svg.canvas, &theme_auto, {0, 0, 640, 320}});
        svg_end(&svg);
        best = fmin(best, bench_now() - start);
        length = out.length;
        text_free(&out);
    }
    printf("%-33s  %7.2f ms, %zu bytes\n", name, best * 1e3, length);
}

void bench_chart(void)
{
    lay_out(20);
    lay_out(200);
    lay_out(1000);
    write_svg("3 lines of 600 points as SVG", draw_lines);
    write_svg("heat map of 200 x 48 as SVG", draw_heat);
}
