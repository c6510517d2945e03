/* gallery.c - see the header. */
#include "tests/chart/gallery.h"

#include <math.h>

#include "chart/plot_bars.h"
#include "chart/plot_difference.h"
#include "chart/plot_heat.h"
#include "chart/plot_lines.h"
#include "chart/plot_stack.h"
#include "chart/plot_sweep.h"
#include "core/detmath.h"
#include "tests/suite.h"

#define POINTS 60 /* ten minutes in bins of ten seconds */

struct curves {
    double x[POINTS], p50[POINTS], p95[POINTS], p99[POINTS], n[POINTS], was[POINTS];
    double used[POINTS], throttled[POINTS];
};

static double noise(struct test_rng *rng)
{
    return 0.85 + 0.3 * (double)test_rng_below(rng, 1000) / 1000;
}

/* Not libm's exp, whose last bits differ from machine to machine. */
static double bell(double x)
{
    return det_exp(-x * x);
}

/* Three bursts, the middle one the largest; few requests at the beginning, none for a while. */
static void make_curves(struct curves *c)
{
    struct test_rng rng = {.state = 11};
    for (int i = 0; i < POINTS; i++) {
        double burst = 0;
        for (int k = 0; k < 3; k++)
            burst += bell((i - 10 - 20 * k) / 1.8) * (k == 1 ? 1 : 0.6);
        c->x[i] = 10 * i + 5;
        c->p50[i] = (40 + 30 * burst) * noise(&rng);
        c->p95[i] = (120 + 300 * burst) * noise(&rng);
        c->p99[i] = (260 + 1700 * burst) * noise(&rng);
        c->n[i] = i < 8 ? 4000 : 20000;
        c->was[i] = c->p99[i] * 1.4;
        c->used[i] = (300 + 520 * burst) * noise(&rng);
        c->throttled[i] = burst > 0.3 ? 230 * burst : 0;
    }
    for (int i = 44; i < 47; i++)
        c->p50[i] = c->p95[i] = c->p99[i] = (double)NAN;
}

static struct plot_frame draw_latency(const struct plot *plot)
{
    const struct theme *theme = plot->theme;
    struct curves c;
    make_curves(&c);
    struct plot_line lines[] = {
        {.y = c.was, .colour = theme->p99, .ghost = true},
        {.label = "p50", .y = c.p50, .colour = theme->p50},
        {.label = "p95", .y = c.p95, .colour = theme->p95},
        {.label = "p99",
         .y = c.p99,
         .n = c.n,
         .n_least = plot_enough(0.99),
         .colour = theme->p99,
         .width = 2},
    };
    struct plot_event events[] = {{240, "deploy v42"}, {560, "throttle"}};
    struct plot_axis time = {PLOT_CLOCK, 0, 600, false};
    return plot_lines(plot, &(struct plot_lines){.x = c.x,
                                                 .count = POINTS,
                                                 .x_unit = PLOT_CLOCK,
                                                 .y_unit = PLOT_MS,
                                                 .y_log = true,
                                                 .lines = lines,
                                                 .line_count = 4,
                                                 .slo = {"SLO p99", 500, 3},
                                                 .events = events,
                                                 .event_count = 2,
                                                 .x_axis = &time});
}

static struct plot_frame draw_concurrency(const struct plot *plot)
{
    const struct theme *theme = plot->theme;
    struct curves c;
    make_curves(&c);
    struct plot_line lines[] = {
        {.label = "used", .y = c.used, .colour = theme->accent, .fill = true},
        {.label = "throttled",
         .y = c.throttled,
         .colour = theme->throttle,
         .fill = true,
         .dash = DASH_DASHED},
    };
    struct plot_limit limits[] = {{"reserved", 300, DASH_SOLID}, {"account", 10000, DASH_SOLID}};
    return plot_lines(plot, &(struct plot_lines){.x = c.x,
                                                 .count = POINTS,
                                                 .x_unit = PLOT_CLOCK,
                                                 .y_unit = PLOT_COUNT,
                                                 .lines = lines,
                                                 .line_count = 2,
                                                 .limits = limits,
                                                 .limit_count = 2});
}

static struct plot_frame draw_compare(const struct plot *plot)
{
    const struct theme *theme = plot->theme;
    struct curves c;
    make_curves(&c);
    struct plot_line lines[] = {
        {.label = "A", .y = c.was, .colour = theme->a},
        {.label = "B", .y = c.p99, .colour = theme->b, .dash = DASH_DASHED},
    };
    return plot_lines(plot, &(struct plot_lines){.x = c.x,
                                                 .count = POINTS,
                                                 .x_unit = PLOT_CLOCK,
                                                 .y_unit = PLOT_MS,
                                                 .y_log = false,
                                                 .lines = lines,
                                                 .line_count = 2,
                                                 .slo = {"SLO p99", 500, 1}});
}

static struct plot_frame draw_stages(const struct plot *plot)
{
    const struct theme *theme = plot->theme;
    struct curves c;
    double down[POINTS], run[POINTS], init[POINTS];
    make_curves(&c);
    for (int i = 0; i < POINTS; i++) {
        down[i] = 20 + c.used[i] / 40;
        run[i] = isnan(c.p50[i]) ? (double)NAN : 44;
        init[i] = c.throttled[i] / 12 + 3;
        c.throttled[i] = c.throttled[i] / 4 + 5;
    }
    struct plot_layer layers[] = {{"down", down, theme->category[0]},
                                  {"run", run, theme->category[2]},
                                  {"init", init, theme->category[3]},
                                  {"queue", c.throttled, theme->category[1]}};
    return plot_stack(plot, &(struct plot_stack){.x = c.x,
                                                 .count = POINTS,
                                                 .x_unit = PLOT_CLOCK,
                                                 .y_unit = PLOT_MS,
                                                 .layers = layers,
                                                 .layer_count = 4});
}

static struct plot_frame draw_cost(const struct plot *plot)
{
    static const double values[] = {415.08, 235.91, 151.6, 98.74, 63.06, 24.88, 12.1,
                                    3.3,    0.9,    0.7,   0.44,  0.2,   0.1,   0.05};
    static const char *const names[] = {"Lambda duration",
                                        "DynamoDB on-demand writes of orders",
                                        "API Gateway",
                                        "NAT + egress",
                                        "Logs",
                                        "Provisioned",
                                        "SQS",
                                        "SNS",
                                        "EventBridge",
                                        "S3",
                                        "Step Functions",
                                        "KMS",
                                        "Secrets",
                                        "Route 53"};
    struct plot_bar bars[COUNTOF(values)];
    for (size_t i = 0; i < COUNTOF(values); i++)
        bars[i] =
            (struct plot_bar){.label = names[i], .parts = &values[i], .was = i == 1 ? 300 : 0};
    return plot_bars(plot,
                     &(struct plot_bars){.bars = bars, .count = COUNTOF(values), .unit = PLOT_USD});
}

static struct plot_frame draw_parts(const struct plot *plot)
{
    const struct theme *theme = plot->theme;
    static const double values[3][4] = {{28, 44, 4, 6}, {28, 38, 0, 2}, {30, 40, 41, 0}};
    struct plot_part parts[] = {{"down", theme->category[0]},
                                {"run", theme->category[2]},
                                {"init", theme->category[3]},
                                {"queue", theme->category[1]}};
    struct plot_bar bars[] = {{.label = "1024 MB, on demand", .parts = values[0], .text = "82 ms"},
                              {.label = "1769 MB, 40 provisioned", .parts = values[1]},
                              {.label = "512 MB", .parts = values[2]}};
    return plot_bars(
        plot, &(struct plot_bars){
                  .bars = bars, .count = 3, .unit = PLOT_MS, .parts = parts, .part_count = 4});
}

#define HEAT_COLUMNS 60
#define HEAT_ROWS    24

static struct plot_frame draw_heat(const struct plot *plot)
{
    static double counts[HEAT_COLUMNS * HEAT_ROWS];
    struct test_rng rng = {.state = 7};
    for (int row = 0; row < HEAT_ROWS; row++)
        for (int column = 0; column < HEAT_COLUMNS; column++) {
            double burst = bell((column - 30) / 2.0);
            double warm = (row - 6 - 3 * burst) / 2.0, cold = (row - 15) / 2.5;
            double mean = 4000 * bell(warm) + 60 * bell(cold);
            counts[row * HEAT_COLUMNS + column] = floor(mean * noise(&rng));
        }
    return plot_heat(plot, &(struct plot_heat){.counts = counts,
                                               .columns = HEAT_COLUMNS,
                                               .rows = HEAT_ROWS,
                                               .x = {PLOT_CLOCK, 0, 86400, false},
                                               .y = {PLOT_MS, 10, 10000, true}});
}

static const double memory[] = {128, 256, 512, 1024, 1769, 3008, 10240};
#define MEMORIES COUNTOF(memory)

static struct plot_frame draw_sweep(const struct plot *plot)
{
    static const double cost[] = {31, 17.2, 12.4, 13.1, 16.8, 24.5, 78};
    struct plot_point points[MEMORIES];
    for (size_t i = 0; i < MEMORIES; i++)
        points[i] =
            (struct plot_point){.x = memory[i] * 1048576,
                                .y = cost[i],
                                .low = cost[i] * 0.93,
                                .high = cost[i] * 1.07,
                                .passed = i >= 3,
                                .name = i == 3 ? "memory = 1024 MB: $13.10" : "another <point>",
                                .mark = i == 3 ? "cheapest that meets the SLOs" : NULL};
    struct plot_curve curve = {.points = points, .count = MEMORIES};
    return plot_sweep(plot, &(struct plot_sweep){.curves = &curve,
                                                 .curve_count = 1,
                                                 .joined = true,
                                                 .judged = true,
                                                 .x_unit = PLOT_BYTE,
                                                 .y_unit = PLOT_USD,
                                                 .x_log = true,
                                                 .x_label = "memory"});
}

static struct plot_frame draw_sweep_many(const struct plot *plot)
{
    static const char *const names[] = {"arm, 10 provisioned", "arm, none", "x86, 10 provisioned",
                                        "x86, none"};
    static struct plot_point points[4][MEMORIES];
    struct plot_curve curves[4];
    for (int c = 0; c < 4; c++) {
        for (size_t i = 0; i < MEMORIES; i++)
            points[c][i] =
                (struct plot_point){.x = memory[i] * 1048576,
                                    .y = (90 + 250e3 / memory[i]) * (1 + 0.04 * c) + (c % 2) * 20,
                                    .low = (double)NAN,
                                    .high = (double)NAN,
                                    .mark = c == 0 && i == 4 ? "best" : NULL};
        for (size_t i = 0; i < MEMORIES; i++)
            points[c][i].passed = points[c][i].y <= 300;
        curves[c] = (struct plot_curve){names[c], points[c], MEMORIES};
    }
    points[2][3].y = (double)NAN;
    return plot_sweep(plot, &(struct plot_sweep){.curves = curves,
                                                 .curve_count = 4,
                                                 .joined = true,
                                                 .judged = true,
                                                 .x_unit = PLOT_BYTE,
                                                 .y_unit = PLOT_MS,
                                                 .x_log = true,
                                                 .x_label = "memory",
                                                 .limit_label = "SLO p99",
                                                 .limit = 300});
}

static struct plot_frame draw_difference_of(const struct plot *plot, double shift)
{
    struct curves c;
    double middle[POINTS], low[POINTS], high[POINTS];
    make_curves(&c);
    for (int i = 0; i < POINTS; i++) {
        middle[i] = c.p50[i] - 40 + shift * (i > 20 && i < 50);
        low[i] = middle[i] - 32;
        high[i] = middle[i] + 28;
    }
    return plot_difference(plot, &(struct plot_difference){.x = c.x,
                                                           .difference = middle,
                                                           .low = low,
                                                           .high = high,
                                                           .count = POINTS,
                                                           .x_unit = PLOT_CLOCK,
                                                           .y_unit = PLOT_MS,
                                                           .label = "B \u2212 A"});
}

static struct plot_frame draw_difference(const struct plot *plot)
{
    return draw_difference_of(plot, -60);
}

static struct plot_frame draw_no_difference(const struct plot *plot)
{
    return draw_difference_of(plot, 0);
}

const struct exhibit gallery[] = {
    {"latency", "Latency", "ms, log scale \u00b7 end to end", draw_latency},
    {"concurrency", "Concurrency", "executions in flight", draw_concurrency},
    {"compare", "Compare", "p99, ms", draw_compare},
    {"stages", "Where time goes", "mean ms per request", draw_stages},
    {"cost", "Cost", "$ per month at this load", draw_cost},
    {"parts", "Where time goes", "mean ms per request", draw_parts},
    {"heat", "Latency heat map", "requests per cell", draw_heat},
    {"sweep", "Cost", "$ a month", draw_sweep},
    {"sweep-many", "Latency", "p99, ms", draw_sweep_many},
    {"difference", "Difference", "p50, ms \u00b7 95 % interval", draw_difference},
    {"no-difference", "Difference", "p50, ms \u00b7 95 % interval", draw_no_difference},
    {NULL, NULL, NULL, NULL},
};

struct plot_frame gallery_draw(const struct exhibit *exhibit, struct canvas *canvas,
                               const struct theme *theme, struct rect where)
{
    struct plot plot = {canvas, theme, where};
    canvas->ops->begin_group(canvas, exhibit->title);
    plot.where = plot_box(&plot, exhibit->title, exhibit->subtitle);
    struct plot_frame frame = exhibit->draw(&plot);
    canvas->ops->end_group(canvas);
    return frame;
}
