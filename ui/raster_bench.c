/* raster_bench.c - see the header. Pictures are those of a panel: 600 points over 360 x 200 pixels. */
#include "ui/raster_bench.h"

#include <math.h>

#include "chart/theme.h"
#include "ui/paper.h"
#include "ui/platform.h"
#include "ui/raster.h"

#define WIDTH   420
#define HEIGHT  240
#define POINTS  600
#define DOTS    400
#define COLUMNS 120
#define ROWS    60
#define LETTERS 40 /* of `words` */

struct scene {
    struct point line[POINTS], dots[DOTS];
    double x[POINTS], tops[POINTS], bottoms[POINTS];
    struct colour cells[COLUMNS * ROWS];
};

/* The same every time: a series that looks like latency. */
static void make_scene(struct scene *scene)
{
    uint32_t state = 1;
    for (int i = 0; i < POINTS; i++) {
        state = state * 1664525U + 1013904223U;
        double noise = (double)(state >> 8) / (1 << 24) - 0.5, away = (i - 240) / 40.0;
        double y = 120 - 70 / (1 + away * away) + 18 * noise;
        scene->x[i] = 20 + i * 0.6;
        scene->line[i] = (struct point){scene->x[i], y};
        scene->tops[i] = y;
        scene->bottoms[i] = 210;
    }
    for (int i = 0; i < DOTS; i++)
        scene->dots[i] = (struct point){20 + i % 40 * 9.3, 20 + i / 40 * 19.7};
    for (int i = 0; i < COLUMNS * ROWS; i++)
        scene->cells[i] = theme_heat(&theme_dark, i * 7919 % 400, 400);
}

typedef void draw_function(struct canvas *canvas, const struct scene *scene);

static void draw_line(struct canvas *canvas, const struct scene *scene)
{
    canvas->ops->polyline(canvas, scene->line, POINTS,
                          (struct stroke){theme_dark.p99, 1.5, DASH_SOLID});
}

static void draw_dashed(struct canvas *canvas, const struct scene *scene)
{
    canvas->ops->polyline(canvas, scene->line, POINTS,
                          (struct stroke){theme_dark.p95, 1.5, DASH_DASHED});
}

static void draw_area(struct canvas *canvas, const struct scene *scene)
{
    canvas->ops->area(canvas, scene->x, scene->tops, scene->bottoms, POINTS,
                      colour_fade(theme_dark.accent, 0.3));
}

static void draw_cells(struct canvas *canvas, const struct scene *scene)
{
    canvas->ops->cells(canvas, (struct rect){20, 20, 360, 180}, COLUMNS, ROWS, scene->cells);
}

static void draw_dots(struct canvas *canvas, const struct scene *scene)
{
    canvas->ops->discs(canvas, scene->dots, DOTS, 3, theme_dark.accent);
}

static void draw_words(struct canvas *canvas, const struct scene *scene)
{
    (void)scene;
    canvas_text(canvas, 20, 100, ALIGN_LEFT, TYPE_BODY, theme_dark.text,
                "p99 of 10 s, n = 12 431, over SLO 3.2 %!");
}

static void draw_boxes(struct canvas *canvas, const struct scene *scene)
{
    (void)scene;
    for (int i = 0; i < 10; i++)
        canvas_fill(canvas, (struct rect){20 + 4 * i, 20 + 4 * i, 300, 140}, 6, theme_dark.panel);
}

static void draw_grid(struct canvas *canvas, const struct scene *scene)
{
    (void)scene;
    for (int i = 0; i < 40; i++)
        canvas_line(canvas, 20, 20.5 + 5 * i, 380, 20.5 + 5 * i,
                    (struct stroke){theme_dark.grid, 1, DASH_SOLID});
}

static const struct {
    const char *what, *unit;
    int count;
    draw_function *draw;
} rows[RASTER_FIGURES] = {
    {"line of 600 points", "segment", POINTS - 1, draw_line},
    {"dashed line", "segment", POINTS - 1, draw_dashed},
    {"area, translucent", "point", POINTS, draw_area},
    {"heat map 120 x 60", "cell", COLUMNS *ROWS, draw_cells},
    {"dots of radius 3", "dot", DOTS, draw_dots},
    {"text", "letter", LETTERS, draw_words},
    {"round boxes 300 x 140", "box", 10, draw_boxes},
    {"grid lines", "line", 40, draw_grid},
};

/* The least of as many calls as fit: what disturbs only adds. */
static double least_ns(struct canvas *canvas, const struct scene *scene, draw_function *draw,
                       double seconds)
{
    double least = INFINITY;
    int64_t until_ns = platform_now_ns() + (int64_t)(seconds * 1e9);
    draw(canvas, scene); /* fills the stores of glyphs */
    do {
        int64_t begin_ns = platform_cpu_ns();
        draw(canvas, scene);
        double took = (double)(platform_cpu_ns() - begin_ns);
        least = took < least ? took : least;
    } while (platform_now_ns() < until_ns);
    return least;
}

void raster_measure(struct fonts *fonts, double seconds,
                    struct raster_figure figures[RASTER_FIGURES])
{
    struct scene scene;
    struct err ignored = {0}; /* Cairo's figures are for comparison only */
    struct pixels pixels = pixels_new(WIDTH, HEIGHT, 1);
    struct raster *raster = raster_new(fonts);
    struct canvas *own = raster_begin(raster, &pixels, NULL, 1);
    struct paper *paper = paper_on_pixels(&pixels, fonts);
    make_scene(&scene);
    pixels_fill(&pixels, (struct pixel_rect){0, 0, WIDTH, HEIGHT}, theme_dark.bg);
    for (int i = 0; i < RASTER_FIGURES; i++) {
        double each = seconds / RASTER_FIGURES / 2;
        figures[i] = (struct raster_figure){
            .what = rows[i].what,
            .unit = rows[i].unit,
            .count = rows[i].count,
            .own_ns = least_ns(own, &scene, rows[i].draw, each) / rows[i].count,
            .cairo_ns = least_ns(paper_canvas(paper), &scene, rows[i].draw, each) / rows[i].count,
        };
    }
    (void)paper_finish(paper, &ignored);
    raster_free(raster);
    pixels_free(&pixels);
}

void raster_bench(struct fonts *fonts, double seconds, struct text *out)
{
    struct raster_figure figures[RASTER_FIGURES];
    char about[200];
    raster_measure(fonts, seconds, figures);
    text_addf(out, "  drawing, the least of many calls (%s)\n",
              fonts_describe(fonts, about, sizeof about));
    text_addf(out, "  %-32s %8s %8s %8s\n", "CPU ns", "own", "cairo", "ratio");
    for (int i = 0; i < RASTER_FIGURES; i++) {
        char name[64];
        (void)snprintf(name, sizeof name, "%s, a %s", figures[i].what, figures[i].unit);
        text_addf(out, "  %-32s %8.0f %8.0f %8.1f\n", name, figures[i].own_ns, figures[i].cairo_ns,
                  figures[i].cairo_ns / figures[i].own_ns);
    }
}
