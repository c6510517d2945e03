/* sweep_svg.c - see the header. */
#include "report/sweep_svg.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/sweep_words.h"

#define WIDTH      760.0
#define LEFT       86.0
#define RIGHT      30.0
#define PANEL      240.0 /* height of a panel's plot */
#define PANEL_TOP  52.0  /* above it: its title, and the names of the lines */
#define PANEL_FOOT 44.0  /* below it: ticks and the name of the parameter */
#define HEAD       44.0
#define LINES_MAX  6
#define TICKS_MAX  11

struct place {
    double x;
    const struct sweep_point *point;
};

struct chart {
    const struct sweep_table *table;
    struct place *places; /* by x */
    size_t count;
    int param;        /* along x; -1: none has numbers, and the order of points is */
    double low, high; /* of x */
    struct sweep_answers answers;
    struct text *out;
};

struct panel {
    enum sweep_column column;
    double top, low, high; /* of y */
};

static void add_escaped(struct text *out, const char *text)
{
    for (; *text != '\0'; text++)
        switch (*text) {
        case '&':
            text_add(out, "&amp;");
            break;
        case '<':
            text_add(out, "&lt;");
            break;
        case '>':
            text_add(out, "&gt;");
            break;
        case '"':
            text_add(out, "&quot;");
            break;
        default:
            text_add_bytes(out, text, 1);
        }
}

static void add_text(const struct chart *chart, double x, double y, const char *style,
                     const char *text)
{
    text_addf(chart->out, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\">", x, y, style);
    add_escaped(chart->out, text);
    text_add(chart->out, "</text>\n");
}

/* -- what goes where ------------------------------------------------------------------------------------- */

static int choose_param(const struct sweep_table *table)
{
    for (int p = 0; p < table->grid.param_count; p++)
        if (table->grid.params[p].numeric && table->grid.params[p].count > 1)
            return p;
    return table->find.param; /* a search along one value has found others */
}

/* All but x is the same. */
static bool same_line(const struct chart *chart, const struct sweep_point *a,
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

static void gather(struct chart *chart)
{
    const struct sweep_table *table = chart->table;
    chart->places = mem_resize(NULL, sizeof *chart->places * (table->point_count + 1));
    for (size_t i = 0; i < table->point_count; i++)
        if (table->points[i]->done)
            chart->places[chart->count++] =
                (struct place){x_of(chart, table->points[i]), table->points[i]};
    qsort(chart->places, chart->count, sizeof *chart->places, by_x);
    chart->low = chart->count > 0 ? chart->places[0].x : 0;
    chart->high = chart->count > 0 ? chart->places[chart->count - 1].x : 1;
    if (!(chart->high > chart->low))
        chart->high = chart->low + 1;
}

static double value_of(const struct sweep_table *table, const struct sweep_point *point,
                       enum sweep_column column)
{
    switch (column) {
    case SWEEP_SPILL:
        return 100 * point->all.spill;
    case SWEEP_P99:
        return point->all.p99_ms;
    case SWEEP_MONTH:
        return point->all.cost_month_usd;
    case SWEEP_COST:
        return point->all.cost_usd;
    default:
        return strcmp(table->objective_unit, "ratio") == 0 ? 100 * point->objective
                                                           : point->objective;
    }
}

static double place_x(const struct chart *chart, double x)
{
    return LEFT + (WIDTH - LEFT - RIGHT) * (x - chart->low) / (chart->high - chart->low);
}

static double place_y(const struct panel *panel, double y)
{
    return panel->top + PANEL * (panel->high - y) / (panel->high - panel->low);
}

static double tick_step(double span)
{
    double power = pow(10, floor(log10(span / 5)));
    double digit = span / 5 / power;
    return power * (digit > 5 ? 10 : digit > 2 ? 5 : digit > 1 ? 2 : 1);
}

/* The range of the values, rounded out to ticks. False if there are none. */
static bool scale(const struct chart *chart, struct panel *panel)
{
    panel->low = INFINITY;
    panel->high = -INFINITY;
    for (size_t i = 0; i < chart->count; i++) {
        double value = value_of(chart->table, chart->places[i].point, panel->column);
        if (isnan(value))
            continue;
        panel->low = fmin(panel->low, value);
        panel->high = fmax(panel->high, value);
    }
    if (!(panel->high >= panel->low))
        return false;
    if (panel->high == panel->low) {
        double around = panel->high == 0 ? 1 : fabs(panel->high) / 2;
        panel->low -= panel->low == 0 ? 0 : around;
        panel->high += around;
    }
    double step = tick_step(panel->high - panel->low);
    panel->low = step * floor(panel->low / step + 1e-9);
    panel->high = step * ceil(panel->high / step - 1e-9);
    return true;
}

/* -- drawing ------------------------------------------------------------------------------------------------ */

static void draw_grid(const struct chart *chart, const struct panel *panel)
{
    double step = tick_step(panel->high - panel->low);
    for (double y = panel->low; y <= panel->high + step / 2; y += step) {
        char label[UNIT_TEXT_MAX];
        double at = place_y(panel, y);
        text_addf(chart->out,
                  "<line x1=\"%.1f\" y1=\"%.1f\" x2=\"%.1f\" y2=\"%.1f\" class=\"grid\"/>\n", LEFT,
                  at, WIDTH - RIGHT, at);
        (void)snprintf(label, sizeof label, "%.6g",
                       sweep_value_round(fabs(y) < step / 1e6 ? 0 : y));
        add_text(chart, LEFT - 8, at + 4, "small end", label);
    }
}

/* The values along x, thinned where there are many. */
static void draw_values(const struct chart *chart, const struct panel *panel)
{
    double apart = (chart->high - chart->low) / TICKS_MAX * 0.999, last = -INFINITY;
    for (size_t i = 0; i < chart->count && chart->param >= 0; i++) {
        const struct place *place = &chart->places[i];
        if (place->x < last + apart)
            continue;
        add_text(chart, place_x(chart, place->x), panel->top + PANEL + 18, "small mid",
                 place->point->values[chart->param]);
        last = place->x;
    }
    add_text(chart, (LEFT + WIDTH - RIGHT) / 2, panel->top + PANEL + 36, "mid",
             chart->param < 0 ? "point" : chart->table->grid.params[chart->param].name);
}

static void draw_dot(const struct chart *chart, const struct panel *panel,
                     const struct sweep_point *point, int line)
{
    double value = value_of(chart->table, point, panel->column);
    if (isnan(value))
        return;
    bool passed = sweep_point_passed(chart->table, point);
    text_addf(chart->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"%s\" class=\"%s%d\"><title>",
              place_x(chart, x_of(chart, point)), place_y(panel, value),
              chart->count > 200 ? "2" : "4", passed ? "dot" : "ring", line);
    struct text name = {0};
    char cell[UNIT_TEXT_MAX];
    sweep_point_name(chart->table, point, &name);
    text_addf(&name, ": %s", sweep_cell(cell, chart->table, point, panel->column));
    add_escaped(chart->out, name.data);
    text_free(&name);
    text_add(chart->out, "</title></circle>\n");
}

/* One line: the points that share all but x. */
static void draw_line(const struct chart *chart, const struct panel *panel,
                      const struct sweep_point *first, int line)
{
    text_addf(chart->out, "<polyline class=\"line%d\" points=\"", line);
    for (size_t i = 0; i < chart->count; i++) {
        const struct place *place = &chart->places[i];
        double value = value_of(chart->table, place->point, panel->column);
        if (!isnan(value) && same_line(chart, place->point, first))
            text_addf(chart->out, "%.1f,%.1f ", place_x(chart, place->x), place_y(panel, value));
    }
    text_add(chart->out, "\"/>\n");
    for (size_t i = 0; i < chart->count; i++)
        if (same_line(chart, chart->places[i].point, first))
            draw_dot(chart, panel, chart->places[i].point, line);
}

static void name_line(const struct chart *chart, const struct panel *panel,
                      const struct sweep_point *first, int line)
{
    struct text name = {0};
    for (int p = 0; p < chart->table->grid.param_count; p++)
        if (p != chart->param)
            text_addf(&name, "%s%s=%s", name.length > 0 ? ", " : "",
                      chart->table->grid.params[p].name, first->values[p]);
    if (name.length > 0) {
        double y = panel->top - 8, x = LEFT + (line - 1) * (WIDTH - LEFT - RIGHT) / LINES_MAX;
        text_addf(chart->out, "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" class=\"dot%d\"/>\n", x + 4,
                  y - 4, line);
        add_text(chart, x + 12, y, "small", name.data);
    }
    text_free(&name);
}

/* In the order of the points they begin with. */
static void draw_lines(const struct chart *chart, const struct panel *panel)
{
    const struct sweep_point *drawn[LINES_MAX];
    int lines = 0;
    for (size_t i = 0; i < chart->table->point_count && lines < LINES_MAX; i++) {
        const struct sweep_point *point = chart->table->points[i];
        bool known = !point->done;
        for (int line = 0; line < lines && !known; line++)
            known = same_line(chart, point, drawn[line]);
        if (known)
            continue;
        drawn[lines++] = point;
        draw_line(chart, panel, point, lines);
        if (chart->param >= 0)
            name_line(chart, panel, point, lines);
    }
}

static void draw_mark(const struct chart *chart, const struct panel *panel, int index)
{
    const char *mark =
        index < 0 ? "" : sweep_mark(chart->table, &chart->answers, chart->table->points[index]);
    if (mark[0] == '\0')
        return;
    const struct sweep_point *point = chart->table->points[index];
    double value = value_of(chart->table, point, panel->column);
    if (isnan(value))
        return;
    double x = place_x(chart, x_of(chart, point)), y = place_y(panel, value);
    bool left = x > WIDTH * 0.75;
    /* What costs is a bowl, what it buys falls: on this side of either there is room. */
    bool below = panel->column != SWEEP_SPILL && panel->column != SWEEP_P99;
    add_text(chart, x + (left ? -8 : 8), below ? y + 20 : y - 10, left ? "strong end" : "strong",
             mark + strlen("← "));
}

static bool draw_panel(const struct chart *chart, enum sweep_column column, const char *title,
                       double top)
{
    struct panel panel = {.column = column, .top = top + PANEL_TOP};
    if (!scale(chart, &panel))
        return false;
    add_text(chart, 12, top + PANEL_TOP - 28, "strong", title);
    draw_grid(chart, &panel);
    draw_values(chart, &panel);
    draw_lines(chart, &panel);
    draw_mark(chart, &panel, chart->answers.cheapest);
    if (chart->answers.best != chart->answers.cheapest)
        draw_mark(chart, &panel, chart->answers.best);
    return true;
}

static void add_style(struct text *out)
{
    static const char *const light[] = {"#0072b2", "#d55e00", "#009e73",
                                        "#b35a8a", "#8a6d00", "#56b4e9"};
    text_add(out, "<style>\n"
                  "svg{background:#fff;font:12px Inter,system-ui,sans-serif}\n"
                  "text{fill:#1c2733}.small{font-size:11px}.strong{font-weight:600}\n"
                  ".title{font-size:17px;font-weight:600}.mid{text-anchor:middle}"
                  ".end{text-anchor:end}\n"
                  ".grid{stroke:#d8dee6;stroke-width:1}\n");
    for (int i = 0; i < LINES_MAX; i++)
        text_addf(out,
                  ".line%d{fill:none;stroke:%s;stroke-width:2}.dot%d{fill:%s;stroke:%s;"
                  "stroke-width:2}.ring%d{fill:#fff;stroke:%s;stroke-width:2}\n",
                  i + 1, light[i], i + 1, light[i], light[i], i + 1, light[i]);
    text_add(out, "@media(prefers-color-scheme:dark){svg{background:#12161c}text{fill:#dde5ee}"
                  ".grid{stroke:#2a323d}");
    for (int i = 0; i < LINES_MAX; i++)
        text_addf(out, ".ring%d{fill:#12161c}", i + 1);
    text_add(out, "}\n</style>\n");
}

static const char *objective_title(const struct sweep_table *table, unsigned columns,
                                   enum sweep_column *column)
{
    *column = SWEEP_OBJECTIVE;
    if ((columns & 1u << SWEEP_OBJECTIVE) != 0)
        return table->objective;
    *column = (columns & 1u << SWEEP_MONTH) != 0 ? SWEEP_MONTH : SWEEP_COST;
    return *column == SWEEP_MONTH ? "USD a month" : "USD";
}

void sweep_write_svg(const struct sweep_table *table, struct text *out)
{
    struct chart chart = {.table = table, .param = choose_param(table), .out = out};
    unsigned columns = sweep_columns(table);
    enum sweep_column column, second = SWEEP_COLUMNS;
    const char *title = objective_title(table, columns, &column);
    if ((columns & 1u << SWEEP_SPILL) != 0)
        second = SWEEP_SPILL;
    else if ((columns & 1u << SWEEP_P99) != 0)
        second = SWEEP_P99;
    double each = PANEL_TOP + PANEL + PANEL_FOOT;
    double height = HEAD + each * (second == SWEEP_COLUMNS ? 1 : 2);
    sweep_answers(table, &chart.answers);
    gather(&chart);
    text_addf(out,
              "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %.0f %.0f\" width=\"%.0f\" "
              "height=\"%.0f\" role=\"img\">\n<title>",
              WIDTH, height, WIDTH, height);
    add_escaped(out, table->question == NULL ? table->scenario : table->question);
    text_add(out, "</title>\n");
    add_style(out);
    add_text(&chart, 12, 28, "title", table->scenario);
    if (table->slo_count > 0)
        add_text(&chart, WIDTH - RIGHT, 28, "small end", "● meets the SLOs   ○ does not");
    (void)draw_panel(&chart, column, title, HEAD);
    if (second != SWEEP_COLUMNS)
        (void)draw_panel(&chart, second, second == SWEEP_SPILL ? "spill %" : "p99 ms", HEAD + each);
    text_add(out, "</svg>\n");
    mem_free(chart.places);
}
