/* sweep_svg.c - see the header. */
#include "report/sweep_svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "chart/plot_sweep.h"
#include "chart/svg.h"
#include "report/sweep_words.h"

#define WIDTH      760.0
#define PANEL      300.0
#define HEAD       44.0
#define CURVES_MAX 8

struct place {
    double x;
    const struct sweep_point *point;
};

struct chart {
    const struct sweep_table *table;
    struct place *places; /* by x */
    int count;
    int param; /* along x; -1: none has numbers, and the order of points is */
    const struct sweep_point *curves[CURVES_MAX]; /* the first point of each */
    int curve_count;
    struct sweep_answers answers;
    struct canvas *canvas;
};

/* -- what goes where ------------------------------------------------------------------------------------- */

static int choose_param(const struct sweep_table *table)
{
    for (int p = 0; p < table->grid.param_count; p++)
        if (table->grid.params[p].numeric && table->grid.params[p].count > 1)
            return p;
    return table->find.param; /* a search along one value has found others */
}

/* All but x is the same. */
static bool same_curve(const struct chart *chart, const struct sweep_point *a,
                       const struct sweep_point *b)
{
    for (int p = 0; p < chart->table->grid.param_count; p++)
        if (chart->param >= 0 && p != chart->param && strcmp(a->values[p], b->values[p]) != 0)
            return false;
    return true;
}

static double x_of(const struct chart *chart, const struct sweep_point *point)
{
    return chart->param < 0 ? point->index : point->counts[chart->param];
}

static int by_x(const void *a, const void *b)
{
    const struct place *p = a, *q = b;
    if (p->x != q->x)
        return p->x < q->x ? -1 : 1;
    return (p->point->index > q->point->index) - (p->point->index < q->point->index);
}

/* Curves stand in the order of the points they begin with. */
static void gather(struct chart *chart)
{
    const struct sweep_table *table = chart->table;
    chart->places = mem_resize(NULL, sizeof *chart->places * (table->point_count + 1));
    for (size_t i = 0; i < table->point_count; i++) {
        const struct sweep_point *point = table->points[i];
        bool known = !point->done || chart->curve_count == CURVES_MAX;
        if (point->done)
            chart->places[chart->count++] = (struct place){x_of(chart, point), point};
        for (int c = 0; c < chart->curve_count && !known; c++)
            known = same_curve(chart, point, chart->curves[c]);
        if (!known)
            chart->curves[chart->curve_count++] = point;
    }
    qsort(chart->places, (size_t)chart->count, sizeof *chart->places, by_x);
}

/* -- a figure over the parameter --------------------------------------------------------------------------- */

static double value_of(const struct sweep_point *point, enum sweep_column column)
{
    switch (column) {
    case SWEEP_SPILL:
        return point->all.spill;
    case SWEEP_P99:
        return point->all.p99_ms;
    case SWEEP_MONTH:
        return point->all.cost_month_usd;
    case SWEEP_COST:
        return point->all.cost_usd;
    default:
        return point->objective;
    }
}

static enum plot_unit unit_of(const struct sweep_table *table, enum sweep_column column)
{
    const char *unit = table->objective_unit;
    if (column == SWEEP_SPILL)
        return PLOT_SHARE;
    if (column == SWEEP_P99)
        return PLOT_MS;
    if (column != SWEEP_OBJECTIVE || strcmp(unit, "usd") == 0)
        return PLOT_USD;
    return strcmp(unit, "ms") == 0      ? PLOT_MS
           : strcmp(unit, "ratio") == 0 ? PLOT_SHARE
           : strcmp(unit, "per_s") == 0 ? PLOT_RATE
                                        : PLOT_NUMBER;
}

/* "units=7: $157.54", as the reader of the file sees it under the mouse. */
static const char *name_point(const struct chart *chart, struct arena *arena,
                              const struct sweep_point *point, enum plot_unit unit, double value)
{
    struct text text = {0};
    char buf[PLOT_TEXT];
    for (int p = 0; p < chart->table->grid.param_count; p++)
        text_addf(&text, "%s%s=%s", p > 0 ? ", " : "", chart->table->grid.params[p].name,
                  point->values[p]);
    text_addf(&text, ": %s", plot_say(buf, unit, value));
    const char *name = arena_strdup(arena, text.data);
    text_free(&text);
    return name;
}

/* "arch=arm64": what a curve does not share with the others. */
static const char *name_curve(const struct chart *chart, struct arena *arena,
                              const struct sweep_point *first)
{
    struct text text = {0};
    for (int p = 0; p < chart->table->grid.param_count; p++)
        if (p != chart->param)
            text_addf(&text, "%s%s=%s", text.length > 0 ? ", " : "",
                      chart->table->grid.params[p].name, first->values[p]);
    const char *name = text.length == 0 || chart->param < 0 ? NULL : arena_strdup(arena, text.data);
    text_free(&text);
    return name;
}

static const char *mark_of(const struct chart *chart, const struct sweep_point *point)
{
    const struct sweep_answers *answers = &chart->answers;
    const struct sweep_find *find = &chart->table->find;
    if (find->param >= 0) { /* what was asked is the edge, not the price */
        bool answer = find->found && point->index == find->passes;
        return !answer ? NULL : find->largest ? "largest, meets the SLOs" : "smallest, meets the SLOs";
    }
    if (point->index == answers->best)
        return answers->best == answers->cheapest ? "cheapest, meets the SLOs" : "best with SLO";
    return point->index == answers->cheapest ? "cheapest" : NULL;
}

static struct plot_curve curve_of(const struct chart *chart, struct arena *arena,
                                  const struct sweep_point *first, enum sweep_column column)
{
    const struct sweep_table *table = chart->table;
    struct plot_point *points = ARENA_ARRAY(arena, struct plot_point, chart->count + 1);
    bool interval = column == SWEEP_OBJECTIVE;
    int count = 0;
    for (int i = 0; i < chart->count; i++) {
        const struct sweep_point *point = chart->places[i].point;
        if (!same_curve(chart, point, first))
            continue;
        double value = value_of(point, column);
        points[count++] = (struct plot_point){
            .x = chart->places[i].x,
            .y = value,
            .low = interval ? point->interval[0] : (double)NAN,
            .high = interval ? point->interval[1] : (double)NAN,
            .passed = sweep_point_passed(table, point),
            .name = name_point(chart, arena, point, unit_of(table, column), value),
            .mark = mark_of(chart, point),
        };
    }
    return (struct plot_curve){name_curve(chart, arena, first), points, count};
}

/* Values over more than a decade and a half read better apart. */
static bool wide(const struct chart *chart)
{
    double low = chart->count > 0 ? chart->places[0].x : 0;
    return low > 0 && chart->places[chart->count - 1].x >= 16 * low;
}

static void draw_figure(const struct chart *chart, enum sweep_column column, const char *title,
                        double top)
{
    const struct sweep_table *table = chart->table;
    struct arena *arena = arena_new();
    struct plot_curve curves[CURVES_MAX];
    char label[128];
    const struct sweep_param *param = chart->param < 0 ? NULL : &table->grid.params[chart->param];
    bool judged = table->slo_count > 0;
    (void)snprintf(label, sizeof label, "%s%s%s", param == NULL ? "point" : param->name,
                   param != NULL && param->unit != NULL && param->unit[0] != '\0' ? ", " : "",
                   param != NULL && param->unit != NULL ? param->unit : "");
    for (int c = 0; c < chart->curve_count; c++)
        curves[c] = curve_of(chart, arena, chart->curves[c], column);
    struct plot plot = {chart->canvas, &theme_auto, {PANEL_GAP, top, WIDTH - 2 * PANEL_GAP, PANEL}};
    struct plot_sweep what = {.curves = curves,
                              .curve_count = chart->curve_count,
                              .joined = chart->param >= 0,
                              .judged = judged,
                              .x_unit = PLOT_NUMBER,
                              .y_unit = unit_of(table, column),
                              .x_log = wide(chart),
                              .x_label = label};
    plot.where = plot_box(&plot, title, judged ? "full: meets the SLOs · ring: does not" : NULL);
    if (chart->count == 0)
        plot_empty(&plot, "no point is done yet");
    else
        (void)plot_sweep(&plot, &what);
    arena_free(arena);
}

/* -- the file ------------------------------------------------------------------------------------------------ */

static const char *objective_title(const struct sweep_table *table, unsigned columns,
                                   enum sweep_column *column)
{
    *column = SWEEP_OBJECTIVE;
    if ((columns & 1u << SWEEP_OBJECTIVE) != 0)
        return table->objective;
    *column = (columns & 1u << SWEEP_MONTH) != 0 ? SWEEP_MONTH : SWEEP_COST;
    return *column == SWEEP_MONTH ? "USD a month" : "USD";
}

/* What the money buys. */
static enum sweep_column second_figure(unsigned columns)
{
    if ((columns & 1u << SWEEP_SPILL) != 0)
        return SWEEP_SPILL;
    return (columns & 1u << SWEEP_P99) != 0 ? SWEEP_P99 : SWEEP_COLUMNS;
}

void sweep_write_svg(const struct sweep_table *table, struct text *out)
{
    struct chart chart = {.table = table, .param = choose_param(table)};
    unsigned columns = sweep_columns(table);
    enum sweep_column first, second = second_figure(columns);
    const char *title = objective_title(table, columns, &first);
    int figures = second == SWEEP_COLUMNS ? 1 : 2;
    struct svg svg;
    struct svg_options options = {
        .use = SVG_FILE,
        .width = WIDTH,
        .height = HEAD + figures * (PANEL + PANEL_GAP),
        .title = table->question == NULL ? table->scenario : table->question,
    };
    sweep_answers(table, &chart.answers);
    gather(&chart);
    svg_begin(&svg, out, &options);
    chart.canvas = &svg.canvas;
    canvas_fill(chart.canvas, (struct rect){0, 0, options.width, options.height}, 0, theme_auto.bg);
    canvas_text(chart.canvas, PANEL_GAP, 28, ALIGN_LEFT, TYPE_TITLE, theme_auto.strong,
                table->scenario);
    draw_figure(&chart, first, title, HEAD);
    if (figures > 1)
        draw_figure(&chart, second, second == SWEEP_SPILL ? "spill" : "latency p99, ms",
                    HEAD + PANEL + PANEL_GAP);
    svg_end(&svg);
    mem_free(chart.places);
}
