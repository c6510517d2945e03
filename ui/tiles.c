/* tiles.c - see the header. */
#include "ui/tiles.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/unit.h"
#include "ui/panel_data.h"

#define STRETCH_S     10.0  /* at least */
#define STRETCHES     360.0 /* of a run */
#define TAIL_REQUESTS 100.0 /* that a percentile should stand on, beyond it */

static const struct {
    const char *id, *label, *metric, *stat;
    enum metric_id slo_metric;
    double percentile; /* NAN: none */
} defs[TILE_COUNT] = {
    {"p50", "p50", "latency", "p50", METRIC_LATENCY, 50},
    {"p95", "p95", "latency", "p95", METRIC_LATENCY, 95},
    {"p99", "p99", "latency", "p99", METRIC_LATENCY, 99},
    {"concurrency", "Concurrency", "concurrency", "max", METRIC_CONCURRENCY, NAN},
    {"throttled", "Throttled", "throttles", "mean", METRIC_THROTTLES, NAN},
    {"cost", "Cost", "cost_month", "sum", METRIC_COST, NAN},
};

/* -- values ------------------------------------------------------------------------------------ */

static double row_value(const struct result *result, const char *metric, const char *stat)
{
    for (int i = 0; i < result->row_count; i++) {
        const struct result_row *row = &result->rows[i];
        if (strcmp(row->resource, "*") == 0 && strcmp(row->metric, metric) == 0 &&
            strcmp(row->stat, stat) == 0)
            return row->value;
    }
    return (double)NAN;
}

static double stretch(const struct record_info *info)
{
    double least = fmax(fmax(STRETCH_S, info->sample_s), info->duration_s / STRETCHES);
    return ceil(least / info->sample_s) * info->sample_s;
}

/* Over [from, to) of the record. */
static void values_over(struct record *run, double from_s, double to_s, double values[TILE_COUNT],
                        uint64_t *calls)
{
    struct quantile_bin latency = {.value_ms = {NAN, NAN, NAN}};
    struct bin busy = {.n = 0}, arrivals = {.n = 0}, throttles = {.n = 0}, cost = {.n = 0};
    record_quantiles(run, from_s, to_s, 1, &latency);
    record_bins(run, NODE_APPLICATION, RECORD_CONCURRENCY_MAX, from_s, to_s, 1, &busy);
    record_bins(run, NODE_APPLICATION, RECORD_ARRIVALS, from_s, to_s, 1, &arrivals);
    record_bins(run, NODE_APPLICATION, RECORD_THROTTLES, from_s, to_s, 1, &throttles);
    record_bins(run, NODE_APPLICATION, RECORD_COST_USD, from_s, to_s, 1, &cost);
    for (int i = 0; i < 3; i++)
        values[i] = latency.value_ms[i];
    values[TILE_CONCURRENCY] = busy.n > 0 ? busy.max : (double)NAN;
    values[TILE_THROTTLED] = arrivals.n > 0 && throttles.n > 0 && arrivals.sum > 0
                                 ? throttles.sum / arrivals.sum
                                 : (double)NAN;
    double sample_s = record_info(run)->sample_s;
    values[TILE_COST] =
        cost.n > 0 ? cost.sum / ((double)cost.n * sample_s) * 730 * 3600 : (double)NAN;
    *calls = latency.n;
}

/* -- how they are shown ---------------------------------------------------------------------------- */

/* "27.6ms" reads better as "27.6 ms" where it is large. */
static void set_apart(char *out, size_t size, const char *text)
{
    size_t digits = strspn(text, "0123456789. ");
    bool whole = text[digits] == '\0' || strpbrk(text + digits, "0123456789") != NULL;
    if (whole)
        (void)snprintf(out, size, "%s", text);
    else
        (void)snprintf(out, size, "%.*s %s", (int)digits, text, text + digits);
}

static void show_figure(struct tile *tile, int which)
{
    char text[UNIT_TEXT_MAX];
    if (isnan(tile->number)) {
        (void)snprintf(tile->figure, sizeof tile->figure, "–");
        return;
    }
    switch (which) {
    case TILE_CONCURRENCY:
        (void)snprintf(tile->figure, sizeof tile->figure, "%s",
                       unit_show_count(text, tile->number));
        break;
    case TILE_THROTTLED:
        set_apart(tile->figure, sizeof tile->figure, unit_show_share(text, tile->number));
        break;
    case TILE_COST:
        (void)unit_show_money(text, tile->number);
        if (tile->number >= 1000) /* cents say nothing there, and take the room of the tile */
            text[strlen(text) - 3] = '\0';
        (void)snprintf(tile->figure, sizeof tile->figure, "%s/mo", text);
        break;
    default:
        set_apart(tile->figure, sizeof tile->figure, unit_show_time(text, tile->number * 1e6));
        break;
    }
}

static bool same_stat(const struct slo_def *slo, int which)
{
    if (isnan(defs[which].percentile))
        return true;
    return slo->stat.kind == STAT_PERCENTILE && slo->stat.percentile == defs[which].percentile;
}

static bool asks_for(const struct slo_def *slo, int which)
{
    if (which == TILE_THROTTLED &&
        slo->metric == METRIC_ERRORS) /* throttled calls are errors too */
        return false;
    bool cost =
        which == TILE_COST && (slo->metric == METRIC_COST || slo->metric == METRIC_COST_MONTH);
    return cost || (slo->metric == defs[which].slo_metric && same_stat(slo, which));
}

static void show_limit(char text[40], const struct slo_def *slo)
{
    static const char *const ops[] = {"<", "≤", ">", "≥"};
    char limit[UNIT_TEXT_MAX];
    switch (metric_table[slo->metric].dimension) {
    case DIM_TIME:
        (void)unit_show_time(limit, slo->limit);
        break;
    case DIM_RATIO:
        (void)unit_show_share(limit, slo->limit);
        break;
    case DIM_MONEY:
        (void)unit_show_money(limit, slo->limit);
        break;
    default:
        (void)unit_show_number(limit, slo->limit);
        break;
    }
    (void)snprintf(text, 40, "%s %.30s", ops[slo->op], limit);
}

/* The SLO that is missed, if any, else the first; what it asks for may be that of one resource, which then is named. */
static void show_slo(struct tile *tile, int which, struct record *run)
{
    const struct record_info *info = record_info(run);
    const struct result *result = record_result(run);
    const struct slo_def *found = NULL;
    bool missed = false;
    for (int i = 0; i < info->slo_count; i++) {
        if (!asks_for(&info->slos[i], which))
            continue;
        bool fails = result != NULL && i < result->slo_count && !result->slos[i].passed;
        if (found == NULL || (fails && !missed))
            found = &info->slos[i];
        missed = missed || fails;
    }
    if (found == NULL)
        return;
    char *limit = tile->limit;
    show_limit(limit, found);
    bool whole = strcmp(found->resource, "*") == 0;
    (void)snprintf(tile->slo, sizeof tile->slo, "%.20s%s%s", whole ? "" : found->resource,
                   whole ? "" : " ", limit); /* names are cut at 20 bytes */
    tile->state = result == NULL ? TILE_SLO_OPEN : missed ? TILE_SLO_MISSED : TILE_SLO_MET;
}

static void show_short(char text[24], uint64_t calls)
{
    if (calls < 10000)
        (void)snprintf(text, 24, "n = %u", (unsigned)calls);
    else if (calls < 10000000)
        (void)snprintf(text, 24, "n = %u k", (unsigned)(calls / 1000));
    else
        (void)snprintf(text, 24, "n = %u M", (unsigned)(calls / 1000000));
}

void tiles_make(struct record *run, const struct player *player, struct tile tiles[TILE_COUNT],
                double *span_s)
{
    const struct record_info *info = record_info(run);
    const struct result *result = record_result(run);
    double values[TILE_COUNT];
    uint64_t calls = 0;
    bool end = player_at_end(player) ||
               (player->running && player->time.cursor_s >= record_reached_s(run));
    double at = player->time.cursor_s, from = fmax(at - stretch(info), 0);
    *span_s = end ? 0 : at - from;
    if (end && result != NULL) {
        for (int i = 0; i < TILE_COUNT; i++)
            values[i] = row_value(result, defs[i].metric, defs[i].stat);
        calls = result_count(result, NODE_APPLICATION, METRIC_LATENCY);
    } else if (end) {
        struct record_totals totals;
        record_totals(run, &totals);
        values_over(run, info->warmup_s, fmax(record_reached_s(run), info->warmup_s), values,
                    &calls);
        values[TILE_COST] = totals.cost_month_usd;
    } else {
        values_over(run, from, at, values, &calls);
    }
    for (int i = 0; i < TILE_COUNT; i++) {
        struct tile *tile = &tiles[i];
        *tile = (struct tile){.id = defs[i].id, .label = defs[i].label, .number = values[i]};
        show_figure(tile, i);
        if (end)
            show_slo(tile, i, run);
        char n[UNIT_TEXT_MAX];
        if (!isnan(defs[i].percentile)) {
            (void)snprintf(tile->basis, sizeof tile->basis, "n = %s",
                           unit_show_count(n, (double)calls));
            show_short(tile->short_basis, calls);
            tile->weak = (double)calls < TAIL_REQUESTS / (1 - defs[i].percentile / 100);
        } else if (i == TILE_CONCURRENCY) {
            (void)snprintf(tile->basis, sizeof tile->basis, "most of %s",
                           unit_show_count(n, info->account_concurrency));
        } else if (i == TILE_THROTTLED) {
            (void)snprintf(tile->basis, sizeof tile->basis, "of requests");
        } else {
            (void)snprintf(tile->basis, sizeof tile->basis, end ? "at this load" : "at this rate");
        }
    }
}

/* -- drawing ------------------------------------------------------------------------------------------ */

double tiles_height(const struct app *app)
{
    return ceil(app_line(app, TYPE_SMALL) + app_line(app, TYPE_FIGURE) + 25 * app->k);
}

static struct colour figure_colour(const struct app *app, const struct tile *tile, int which)
{
    if (isnan(tile->number) || tile->weak)
        return app->theme->muted;
    return which == TILE_P99 ? app->theme->p99 : app->theme->strong;
}

/* At the end of the row: a shape that says how the SLO stands, and what it asks for as far as there is room. */
static void draw_slo(struct app *app, struct rect row, const struct tile *tile, double taken)
{
    static const enum health shape[] = {
        [TILE_SLO_MET] = HEALTH_OK, [TILE_SLO_MISSED] = HEALTH_FAULT};
    struct canvas *canvas = app->screen->canvas;
    double room = row.w - taken - 14 * app->k, width = 0;
    const char *words[] = {tile->slo, tile->limit};
    for (int i = 0; i < 2 && width == 0; i++) {
        double needs = canvas_measure(canvas, TYPE_SMALL, words[i]);
        if (needs > room)
            continue;
        struct colour colour =
            tile->state == TILE_SLO_MISSED ? app->theme->fault : app->theme->muted;
        app_text(app, (struct rect){row.x + row.w - needs, row.y, needs + 1, row.h}, ALIGN_LEFT,
                 TYPE_SMALL, colour, words[i]);
        width = needs + 8 * app->k;
    }
    double x = row.x + row.w - width - 4 * app->k, y = row.y + row.h / 2;
    if (tile->state == TILE_SLO_OPEN)
        canvas->ops->ring(canvas, (struct point){x, y}, 3.5 * app->k,
                          (struct stroke){app->theme->muted, 1.5, DASH_SOLID});
    else
        canvas_health(canvas, x, y, 8 * app->k, shape[tile->state]);
}

/* What the figure stands on, in short where there is not much room. */
static void draw_basis(struct app *app, struct rect row, const struct tile *tile, double taken)
{
    const char *words[] = {tile->basis, tile->short_basis};
    for (int i = 0; i < 2; i++) {
        if (taken + canvas_measure(app->screen->canvas, TYPE_SMALL, words[i]) > row.w)
            continue;
        app_text(app, row, ALIGN_RIGHT, TYPE_SMALL, app->theme->muted, words[i]);
        return;
    }
}

/* Large where that fits; "/mo" goes first. */
static double draw_figure(struct app *app, struct rect row, const struct tile *tile, int which)
{
    struct canvas *canvas = app->screen->canvas;
    char shown[48];
    (void)snprintf(shown, sizeof shown, "%s", tile->figure);
    enum type_style style = TYPE_FIGURE;
    if (canvas_measure(canvas, style, shown) > row.w) {
        char *per = strstr(shown, "/mo");
        if (per != NULL)
            *per = '\0';
        if (canvas_measure(canvas, style, shown) > row.w)
            style = TYPE_TITLE;
    }
    app_text(app, row, ALIGN_LEFT, style, figure_colour(app, tile, which), shown);
    return canvas_measure(canvas, style, shown);
}

/* Within the run a figure says of what: "p99 · last 4 min", "Cost at this rate". */
static void say_label(char name[64], const struct tile *tile, int which, double span_s)
{
    char span[UNIT_TEXT_MAX];
    if (span_s > 0 && which == TILE_COST)
        (void)snprintf(name, 64, "%s %s", tile->label, tile->basis);
    else if (span_s > 0)
        (void)snprintf(name, 64, "%s · last %s", tile->label,
                       unit_show_span(span, (sim_time)(span_s * 1e9)));
    else
        (void)snprintf(name, 64, "%s", tile->label);
}

static void draw_tile(struct app *app, struct rect box, const struct tile *tile, int which,
                      double span_s)
{
    static const char *const states[] = {"no SLO asks for it", "SLO: not decided yet", "SLO met",
                                         "SLO missed"};
    struct canvas *canvas = app->screen->canvas;
    char id[32], name[64], hint[256], span[UNIT_TEXT_MAX];
    app_part(app, SCREEN_TILES + (enum screen_slot)which, box);
    canvas_fill(canvas, box, 0, app->theme->bg);
    canvas_fill(canvas, box, PANEL_RADIUS, app->theme->panel);
    canvas_frame(canvas, box, PANEL_RADIUS,
                 (struct stroke){tile->state == TILE_SLO_MISSED
                                     ? colour_fade(app->theme->fault, 0.7)
                                     : app->theme->border,
                                 1, DASH_SOLID});
    double pad = 12 * app->k, small = app_line(app, TYPE_SMALL), big = app_line(app, TYPE_FIGURE);
    struct rect row = {box.x + pad, box.y + 9 * app->k, box.w - 2 * pad, small};
    say_label(name, tile, which, span_s);
    app_text(app, row, ALIGN_LEFT, TYPE_SMALL, app->theme->muted, name);
    double label = canvas_measure(canvas, TYPE_SMALL, name) + 8 * app->k;
    bool slo = tile->state != TILE_NO_SLO;
    if (slo)
        draw_slo(app, row, tile, label);
    else if (span_s == 0)
        draw_basis(app, row, tile, label);
    row.y += small + 4 * app->k;
    row.h = big;
    double taken = draw_figure(app, row, tile, which) + 8 * app->k;
    /* On the base line of the figure. */
    struct rect foot = {row.x, row.y + 4 * app->k, row.w, row.h};
    if (slo || span_s > 0)
        draw_basis(app, foot, tile, taken);
    (void)snprintf(id, sizeof id, "tile.%s", tile->id);
    (void)ui_register(app->ui, UI_TILE, id, tile->label, box, tile->figure, tile->number);
    if (span_s > 0)
        (void)snprintf(hint, sizeof hint,
                       "%s of the last %s before the clock\n%s\n"
                       "SLOs are about the whole run: see them with the clock at its end",
                       tile->label, unit_show_span(span, (sim_time)(span_s * 1e9)), tile->basis);
    else
        (void)snprintf(hint, sizeof hint, "%s of the measured interval\n%s\n%s%s%s", tile->label,
                       tile->basis, states[tile->state], tile->slo[0] ? ": " : "", tile->slo);
    ui_hint(app->ui, box, hint);
}

void tiles_draw(struct app *app, struct rect where)
{
    struct tile tiles[TILE_COUNT];
    double span_s, gap = PANEL_GAP;
    tiles_make(app_run(app), &app->player, tiles, &span_s);
    double width = (where.w - (TILE_COUNT - 1) * gap) / TILE_COUNT;
    for (int i = 0; i < TILE_COUNT; i++) {
        struct rect box = {round(where.x + i * (width + gap)), where.y, 0, where.h};
        box.w = round(where.x + i * (width + gap) + width) - box.x;
        draw_tile(app, box, &tiles[i], i, span_s);
    }
}
