/* view_compare.c - see the header: the page and its charts. The table is view_differences.c. */
#include "ui/view_compare.h"

#include "core/arena.h"
#include "core/unit.h"
#include "ui/panel_chart.h"
#include "ui/view_buttons.h"
#include "ui/view_differences.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *id, *label;
    int percentile; /* of the latency, or -1: the series */
    enum record_series series;
    enum series_how how;
    double factor;
    enum plot_unit unit;
} metrics[] = {
    {"compare.p50", "p50", 0, RECORD_SERIES, SERIES_MAX, 1, PLOT_MS},
    {"compare.p95", "p95", 1, RECORD_SERIES, SERIES_MAX, 1, PLOT_MS},
    {"compare.p99", "p99", 2, RECORD_SERIES, SERIES_MAX, 1, PLOT_MS},
    {"compare.concurrency", "Concurrency", -1, RECORD_CONCURRENCY_MAX, SERIES_MAX, 1, PLOT_COUNT},
    {"compare.errors", "Errors/s", -1, RECORD_ERRORS, SERIES_RATE, 1, PLOT_RATE},
    {"compare.cost", "$ an hour", -1, RECORD_COST_USD, SERIES_RATE, 3600, PLOT_USD},
};
#define METRIC_P99 2

struct compare_page {
    int metric; /* index into metrics */
    struct panel_memory curves, strip;
    struct differences *differences;
};

void *compare_page_new(void)
{
    struct compare_page *page = mem_resize(NULL, sizeof *page);
    *page = (struct compare_page){.metric = METRIC_P99, .differences = differences_new()};
    return page;
}

void compare_page_free(void *state)
{
    struct compare_page *page = state;
    if (page == NULL)
        return;
    differences_free(page->differences);
    mem_free(page);
}

/* -- curves ---------------------------------------------------------------------------------------------- */

static void metric_values(struct record *record, int metric, const struct bins *bins,
                          double *values)
{
    if (metrics[metric].percentile < 0) {
        struct series_def def = {
            .node = NODE_APPLICATION, .series = metrics[metric].series, .how = metrics[metric].how};
        series_values(record, &def, bins, values);
        for (int i = 0; i < bins->count; i++)
            values[i] *= metrics[metric].factor;
        return;
    }
    struct quantile_bin cells[BINS_MAX];
    record_quantiles(record, bins->from_s, bins_to_s(bins), bins->count, cells);
    for (int i = 0; i < bins->count; i++)
        values[i] = cells[i].n > 0 ? cells[i].value_ms[metrics[metric].percentile] : (double)NAN;
}

struct pair {
    struct bins bins;
    double a[BINS_MAX], b[BINS_MAX], change[BINS_MAX];
};

static void read_pair(const struct compare_page *page, struct view *view, const struct bins *bins,
                      struct pair *pair)
{
    pair->bins = *bins;
    metric_values(view->baseline, page->metric, bins, pair->a);
    metric_values(view->run, page->metric, bins, pair->b);
    for (int i = 0; i < bins->count; i++)
        pair->change[i] = pair->b[i] - pair->a[i];
}

static struct bins crosshair_bin(const struct view *view, const struct bins *bins)
{
    return bins_at(bins, isnan(view->time.crosshair_s) ? bins->from_s : view->time.crosshair_s);
}

static void draw_curves(struct compare_page *page, struct view *view, struct rect where,
                        const struct pair *pair)
{
    const struct theme *theme = view->theme;
    struct rect body = view_box(view, where, metrics[page->metric].label,
                                "A solid: baseline · B dashed: this run");
    struct chart_range range = {INFINITY, -INFINITY, false, 0};
    chart_extend(pair->a, pair->bins.count, &range.low, &range.high);
    chart_extend(pair->b, pair->bins.count, &range.low, &range.high);
    bool any = range.high >= range.low;
    if (!any)
        range.low = range.high = (double)NAN;
    range.log = view->log_scale && metrics[page->metric].unit == PLOT_MS;
    range.labels = chart_label_width(view, (const char *const[]){"A 10.55 min", NULL});
    struct chart chart;
    enum plot_unit unit = metrics[page->metric].unit;
    if (!chart_begin_in(&chart, view, &page->curves, body, unit, &range))
        return;
    if (!any) {
        view_empty(view, chart.plot, "neither run has values here");
        return;
    }
    chart_curve(&chart, &pair->bins, pair->a, (struct stroke){theme->a, 1.5, DASH_SOLID});
    chart_curve(&chart, &pair->bins, pair->b, (struct stroke){theme->b, 1.75, DASH_DASHED});
    char text[PLOT_TEXT];
    double a = chart_last(pair->a, pair->bins.count), b = chart_last(pair->b, pair->bins.count);
    chart_label(&chart, a, theme->a, "A %s", plot_show(text, unit, a));
    chart_label(&chart, b, theme->b, "B %s", plot_show(text, unit, b));
    chart_labels_draw(&chart);
    chart.label_count = 0;
    chart_cursor(&chart);
    if (!chart_crosshair(&chart, &pair->bins, NULL))
        return;
    struct pair *at = mem_resize(NULL, sizeof *at);
    struct bins bin = crosshair_bin(view, &pair->bins);
    read_pair(page, view, &bin, at);
    chart_value(&chart, &bin, at->a[0], theme->a);
    chart_value(&chart, &bin, at->b[0], theme->b);
    chart_values_draw(&chart);
    mem_free(at);
}

/* Above the line B is more than A, below it less; coloured by whose value is the larger. */
static void draw_strip(struct compare_page *page, struct view *view, struct rect where,
                       const struct pair *pair)
{
    const struct theme *theme = view->theme;
    struct rect body = view_box(view, where, "Difference", "B less A, same window");
    struct chart_range range = {INFINITY, -INFINITY, false, 0};
    chart_extend(pair->change, pair->bins.count, &range.low, &range.high);
    bool any = range.high >= range.low;
    range.low = any ? fmin(range.low, 0) : (double)NAN;
    range.high = any ? fmax(range.high, 0) : (double)NAN;
    range.labels = chart_label_width(view, (const char *const[]){"A 10.55 min", NULL});
    struct chart chart;
    enum plot_unit unit = metrics[page->metric].unit;
    if (!chart_begin_in(&chart, view, &page->strip, body, unit, &range) || !any)
        return;
    double *more = mem_resize(NULL, sizeof *more * BINS_MAX * 2), *less = more + BINS_MAX;
    for (int i = 0; i < pair->bins.count; i++) {
        more[i] = isnan(pair->change[i]) ? pair->change[i] : fmax(pair->change[i], 0);
        less[i] = isnan(pair->change[i]) ? pair->change[i] : fmin(pair->change[i], 0);
    }
    chart_area(&chart, &pair->bins, more, NULL, colour_fade(theme->b, 0.5));
    chart_area(&chart, &pair->bins, less, NULL, colour_fade(theme->a, 0.5));
    mem_free(more);
    chart_curve(&chart, &pair->bins, pair->change, (struct stroke){theme->text, 1, DASH_SOLID});
    chart_limit(&chart, 0, theme->muted, DASH_SOLID);
    chart_cursor(&chart);
    if (!chart_crosshair(&chart, &pair->bins, NULL))
        return;
    struct pair *at = mem_resize(NULL, sizeof *at);
    struct bins bin = crosshair_bin(view, &pair->bins);
    read_pair(page, view, &bin, at);
    chart_value(&chart, &bin, at->change[0], theme->strong);
    chart_values_draw(&chart);
    mem_free(at);
}

/* -- what is set differently ----------------------------------------------------------------------------------- */

static bool differs(const char *a, const char *b)
{
    return (a == NULL) != (b == NULL) || (a != NULL && strcmp(a, b) != 0);
}

/* "label_concurrency 40 → 80 · seed 7 → 8"; "" where nothing but the file itself differs. */
static void say_settings(const struct view *view, char *out, size_t size)
{
    const struct record_info *a = record_info(view->baseline), *b = record_info(view->run);
    size_t n = 0;
    out[0] = '\0';
    if (differs(a->scenario, b->scenario))
        n += (size_t)snprintf(out + n, size - n, "%s → %s", a->scenario, b->scenario);
    if (n < size && differs(a->variant, b->variant))
        n += (size_t)snprintf(out + n, size - n, "%svariant %s → %s", n > 0 ? " · " : "",
                              a->variant ? a->variant : "none", b->variant ? b->variant : "none");
    for (int i = 0; i < b->param_count && n < size; i++)
        for (int j = 0; j < a->param_count; j++)
            if (!differs(a->params[j].name, b->params[i].name) &&
                differs(a->params[j].value, b->params[i].value)) {
                n += (size_t)snprintf(out + n, size - n, "%s%s %s → %s", n > 0 ? " · " : "",
                                      b->params[i].name, a->params[j].value, b->params[i].value);
                break;
            }
    if (n < size && a->seed != b->seed)
        (void)snprintf(out + n, size - n, "%sseed %llu → %llu", n > 0 ? " · " : "",
                       (unsigned long long)a->seed, (unsigned long long)b->seed);
}

/* -- page ---------------------------------------------------------------------------------------------------------- */

static struct rect draw_toolbar(struct compare_page *page, struct view *view, struct rect where)
{
    struct button_row row = buttons_begin(view, where);
    for (int i = 0; i < (int)COUNTOF(metrics); i++)
        if (buttons_add(&row, metrics[i].id, metrics[i].label, page->metric == i)) {
            page->metric = i;
            page->curves = page->strip = (struct panel_memory){.shrinks_at_s = (double)NAN};
        }
    buttons_gap(&row);
    if (buttons_add(&row, "compare.rebase", "Make B the baseline", false))
        session_set_baseline(view->session);
    if (buttons_add(&row, "compare.clear", "No baseline", false))
        session_clear_baseline(view->session);
    view->baseline = session_baseline(view->session); /* a button may have freed the other */
    return buttons_end(&row);
}

/* Without a baseline: what to press. */
static void draw_start(struct view *view, struct rect where)
{
    struct rect body = view_box(view, where, "Compare", "two runs with the same random numbers");
    const struct record_info *info = record_info(view->run);
    double line = view_line_height(view, TYPE_BODY);
    static const char *const words[] = {
        "Make this run the baseline (A), then move a slider, choose a variant or edit the file:",
        "what runs then is B, and both are shown over each other, with the difference below",
        "and, for every result, whether it is one or could be chance.",
    };
    for (size_t i = 0; i < COUNTOF(words); i++) {
        char cut[256];
        (void)canvas_fit(view->canvas, TYPE_BODY, words[i], body.w, cut);
        canvas_text(view->canvas, body.x, body.y + (double)(i + 1) * line, ALIGN_LEFT, TYPE_BODY,
                    view->theme->text, cut);
    }
    double used = (double)(COUNTOF(words) + 1) * line;
    struct button_row row =
        buttons_begin(view, (struct rect){body.x, body.y + used, body.w, fmax(body.h - used, 0)});
    if (buttons_add(&row, "compare.start", "Make this run the baseline", false))
        session_set_baseline(view->session);
    for (int i = 0; i < info->variant_count; i++) {
        char id[96], label[96];
        if (info->variant != NULL && strcmp(info->variants[i], info->variant) == 0)
            continue;
        (void)snprintf(id, sizeof id, "compare.variant.%d", i);
        (void)snprintf(label, sizeof label, "Compare with “%.60s”", info->variants[i]);
        if (buttons_add(&row, id, label, false)) {
            session_set_baseline(view->session);
            session_set_variant(view->session, info->variants[i]);
        }
    }
}

static double draw_settings(struct compare_page *page, struct view *view, struct rect where)
{
    char settings[400], text[440], cut[256];
    if (!differences_settings(page->differences, view, settings, sizeof settings))
        say_settings(view, settings, sizeof settings); /* what is known before the end */
    (void)snprintf(text, sizeof text, "A → B:  %s",
                   settings[0] != '\0' ? settings : "no setting differs");
    double line = view_line_height(view, TYPE_BODY);
    (void)canvas_fit(view->canvas, TYPE_BODY, text, where.w, cut);
    canvas_text(view->canvas, where.x, where.y + line * 0.75, ALIGN_LEFT, TYPE_BODY,
                view->theme->text, cut);
    return line + 2 * SPACE;
}

struct wish compare_page_draw(struct view *view, void *state, struct rect where)
{
    struct compare_page *page = state;
    struct wish wish = {WISH_NOTHING};
    if (!view_moving(view))
        return wish;
    if (view->baseline == NULL) {
        draw_start(view, where);
        return wish;
    }
    struct rect rest = draw_toolbar(page, view, where);
    if (view->baseline == NULL)
        return wish;
    double used = draw_settings(page, view, rest);
    rest.y += used;
    rest.h = fmax(rest.h - used, 0);
    bool narrow = rest.w < 860 * view->canvas->text_scale;
    struct rect left = {rest.x, rest.y, narrow ? rest.w : floor(rest.w * 0.5),
                        narrow ? floor(rest.h * 0.55) : rest.h};
    struct rect right = narrow ? (struct rect){rest.x, left.y + left.h + PANEL_GAP, rest.w,
                                               rest.h - left.h - PANEL_GAP}
                               : (struct rect){left.x + left.w + PANEL_GAP, rest.y,
                                               rest.w - left.w - PANEL_GAP, rest.h};
    double strip = floor((left.h - PANEL_GAP) * 0.32);
    struct pair *pair = mem_resize(NULL, sizeof *pair);
    struct bins bins = bins_over(&view->time, record_info(view->run)->sample_s, chart_bins(left));
    read_pair(page, view, &bins, pair);
    draw_curves(page, view, (struct rect){left.x, left.y, left.w, left.h - strip - PANEL_GAP},
                pair);
    draw_strip(page, view, (struct rect){left.x, left.y + left.h - strip, left.w, strip}, pair);
    mem_free(pair);
    differences_draw(page->differences, view, right);
    return wish;
}

void compare_page_csv(struct view *view, void *state, struct text *out)
{
    struct compare_page *page = state;
    differences_csv(page->differences, view, out);
}
