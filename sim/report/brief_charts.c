/* brief_charts.c - see brief_charts.h. */
#include "report/brief_charts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chart/plot_bars.h"
#include "chart/plot_lines.h"

/* Small enough that its type can be read on a phone, where it is shown at three quarters. */
#define WIDTH  448
#define HEIGHT 288

const char *const brief_chart_files[BRIEF_CHARTS] = {"report-latency.svg", "report-concurrency.svg",
                                                     "report-time.svg", "report-cost.svg"};

static struct colour category(int i)
{
    return i < THEME_CATEGORIES ? theme_auto.category[i] : theme_auto.other;
}

static int runs_shown(const struct brief *brief)
{
    return brief->count < BRIEF_RUNS_SHOW ? brief->count : BRIEF_RUNS_SHOW;
}

static void say_what_is_left_out(const struct brief *brief, struct text *caption)
{
    if (brief->count > BRIEF_RUNS_SHOW)
        text_addf(caption, " The first %d of %d runs.", BRIEF_RUNS_SHOW, brief->count);
}

/* -- latency --------------------------------------------------------------------------------------------- */

/* "web.latency.p99 < 300ms" judges the p99 of web; "latency.p99" that of "*". Quotes around a name go. */
static bool read_latency_slo(const struct brief *brief, const struct folder_slo *slo,
                             const char **resource, int *line)
{
    static const char *const stats[] = {"p50", "p95", "p99"};
    const char *word = strstr(slo->slo, "latency");
    if (word == NULL || strcmp(slo->unit, "ms") != 0 || (word != slo->slo && word[-1] != '.'))
        return false;
    *line = -1;
    for (int i = 0; i < 3; i++)
        if (strncmp(word, "latency.", 8) == 0 && strncmp(word + 8, stats[i], 3) == 0 &&
            (word[11] == ' ' || word[11] == '<'))
            *line = i;
    if (*line < 0)
        return false;
    if (word == slo->slo) {
        *resource = "*";
        return true;
    }
    size_t length = (size_t)(word - slo->slo) - 1, from = 0;
    if (length > 1 && slo->slo[0] == '"' && slo->slo[length - 1] == '"') {
        from = 1;
        length -= 2;
    }
    char *name = arena_copy(brief->arena, slo->slo + from, length + 1);
    name[length] = '\0';
    *resource = name;
    return true;
}

/* The resource whose latency is shown: the one that an SLO is about, else the application. */
static const char *choose_latency(const struct brief *brief, struct plot_limit *slo)
{
    const struct folder_in *in = &brief->runs[0].in;
    static const char *const labels[] = {"SLO p50", "SLO p95", "SLO p99"};
    for (int i = 0; i < in->slo_count; i++) {
        const char *resource;
        int line;
        struct brief_curve curve;
        if (!read_latency_slo(brief, &in->slos[i], &resource, &line) ||
            (brief->count > 1 && line != 2))
            continue;
        brief_read_curve(brief, 0, resource, "latency_p99_ms", BRIEF_MAX, &curve);
        if (isnan(curve.most))
            continue;
        *slo = (struct plot_limit){labels[line], in->slos[i].limit, DASH_DASHED};
        return resource;
    }
    return "*";
}

static int percentile_lines(const struct brief *brief, const char *resource,
                            struct brief_curve *curves, struct plot_line *lines)
{
    static const struct {
        const char *label, *column;
        double least;
    } kinds[] = {{"p50", "latency_p50_ms", 20},
                 {"p95", "latency_p95_ms", 100},
                 {"p99", "latency_p99_ms", 500}};
    const struct colour colours[] = {theme_auto.p50, theme_auto.p95, theme_auto.p99};
    brief_read_curve(brief, 0, resource, "completed", BRIEF_SUM, &curves[3]);
    for (int i = 0; i < 3; i++) {
        brief_read_curve(brief, 0, resource, kinds[i].column, BRIEF_MAX, &curves[i]);
        lines[i] = (struct plot_line){.label = kinds[i].label,
                                      .y = curves[i].y,
                                      .n = curves[3].y,
                                      .n_least = kinds[i].least,
                                      .colour = colours[i]};
    }
    return 3;
}

static int run_lines(const struct brief *brief, const char *resource, const char *column,
                     struct brief_curve *curves, struct plot_line *lines)
{
    int count = runs_shown(brief);
    for (int i = 0; i < count; i++) {
        brief_read_curve(brief, i, resource, column, BRIEF_MAX, &curves[i]);
        lines[i] = (struct plot_line){.label = brief->runs[i].title,
                                      .y = curves[i].y,
                                      .colour = category(i),
                                      .dash = (enum dash)(i % DASH_KINDS)};
    }
    return count;
}

static double most_of(const struct brief_curve *curves, int count)
{
    double most = NAN;
    for (int i = 0; i < count; i++)
        most = isnan(most) ? curves[i].most : fmax(most, curves[i].most);
    return most;
}

static const char *node_word(const char *resource)
{
    return strcmp(resource, "*") == 0 ? "all requests" : resource;
}

#define EVENTS_MOST 8

/* Faults of the first run; those of a variant may be others, so only where it stands alone. */
static int fill_events(const struct brief *brief, struct plot_event *events)
{
    const struct folder_meta *meta = &brief->runs[0].in.meta;
    int count = 0;
    for (int i = 0; i < meta->event_count && i < EVENTS_MOST && brief->count == 1; i++) {
        struct text label = {0};
        text_addf(&label, "%s: %s", meta->events_at[i].resource, meta->events_at[i].text);
        events[count++] =
            (struct plot_event){meta->events_at[i].time_s, arena_strdup(brief->arena, label.data)};
        text_free(&label);
    }
    return count;
}

static void draw_latency(const struct brief *brief, const struct plot *plot, struct text *caption)
{
    struct brief_curve curves[BRIEF_RUNS_SHOW];
    struct plot_line lines[BRIEF_RUNS_SHOW];
    double x[BRIEF_COLUMNS];
    struct plot_lines what = {
        .x = x, .count = BRIEF_COLUMNS, .x_unit = PLOT_CLOCK, .y_unit = PLOT_MS, .lines = lines};
    struct plot_event events[EVENTS_MOST];
    struct plot_limit slo = {0};
    what.events = events;
    what.event_count = fill_events(brief, events);
    const char *resource = choose_latency(brief, &slo);
    bool several = brief->count > 1;
    brief_times(brief, x);
    what.line_count = several ? run_lines(brief, resource, "latency_p99_ms", curves, lines)
                              : percentile_lines(brief, resource, curves, lines);
    double most = most_of(curves, what.line_count);
    char at[PLOT_TEXT], width[UNIT_TEXT_MAX];
    struct plot box = *plot;
    box.where = plot_box(plot, several ? "p99 latency" : "Latency", node_word(resource));
    if (isnan(most)) {
        plot_empty(&box, "no request was answered");
    } else {
        /* As a limit, not as an SLO of the chart: how much of the time it was missed cannot be told from the highest samples. Far above, it
         * would flatten the curves. */
        what.limits = &slo;
        what.limit_count = slo.label != NULL && slo.value <= 3 * most;
        /* Far above the median the tail would flatten it. */
        what.y_log = !several && most > 50 * curves[0].most && curves[0].most > 0;
        (void)plot_lines(&box, &what);
    }
    text_addf(caption, "%s of %s over simulated time, the highest sample of every %s; at most %s.",
              several ? "The 99th percentile" : "Percentiles", node_word(resource),
              unit_show_time(width, brief_column_s(brief) * 1e9), plot_say(at, PLOT_MS, most));
    if (!several)
        text_add(caption, " Grey where too few answers stand behind a percentile.");
    say_what_is_left_out(brief, caption);
}

/* -- concurrency -------------------------------------------------------------------------------------------- */

#define CURVES_MOST 5

struct busy_curve {
    const char *resource;
    struct brief_curve curve;
};

static int by_most(const void *a, const void *b)
{
    const struct busy_curve *x = a, *y = b;
    if (x->curve.most != y->curve.most)
        return x->curve.most > y->curve.most ? -1 : 1;
    return strcmp(x->resource, y->resource);
}

/* The resources with the highest concurrency; gateways and sources only pass on what others do. */
static int busiest(const struct brief *brief, struct busy_curve *all)
{
    const struct brief_run *run = &brief->runs[0];
    int count = 0;
    for (int i = 0; i < run->in.row_count && count < 64; i++) {
        const struct result_row *row = &run->in.rows[i];
        if (strcmp(row->metric, "concurrency") != 0 || strcmp(row->stat, "max") != 0 ||
            strcmp(row->resource, "*") == 0 ||
            brief_row(run, row->resource, "stage_overhead", "mean") != NULL)
            continue;
        all[count].resource = row->resource;
        brief_read_curve(brief, 0, row->resource, "concurrency_max", BRIEF_MAX, &all[count].curve);
        count += !isnan(all[count].curve.most);
    }
    qsort(all, (size_t)count, sizeof(*all), by_most);
    return count;
}

/* Limits that are near: one ten times as high would flatten the curves, and is said in words instead. */
static int near_limits(const struct brief *brief, const struct busy_curve *shown, int count,
                       double most, struct plot_limit *limits, struct text *caption)
{
    const struct folder_meta *meta = &brief->runs[0].in.meta;
    int drawn = 0;
    for (int i = 0; i < meta->limit_count; i++) {
        const struct folder_limit *limit = &meta->limits[i];
        bool wanted = false;
        for (int j = 0; j < count; j++)
            wanted = wanted || strcmp(shown[j].resource, limit->resource) == 0;
        if (!wanted || strcmp(limit->what, "concurrency") != 0)
            continue;
        char number[UNIT_TEXT_MAX];
        text_addf(caption, " Limit of %s: %s (%s).", limit->resource,
                  unit_show_count(number, limit->limit), limit->of);
        if (limit->limit <= 3 * most && drawn < CURVES_MOST)
            limits[drawn++] = (struct plot_limit){.label = "limit", .value = limit->limit};
    }
    return drawn;
}

static void draw_concurrency(const struct brief *brief, const struct plot *plot,
                             struct text *caption)
{
    struct busy_curve *all = mem_resize(NULL, 64 * sizeof(*all));
    struct brief_curve curves[BRIEF_RUNS_SHOW];
    struct plot_line lines[BRIEF_RUNS_SHOW];
    struct plot_limit limits[CURVES_MOST];
    double x[BRIEF_COLUMNS], most;
    int count = busiest(brief, all);
    count = count < CURVES_MOST ? count : CURVES_MOST;
    struct plot_lines what = {.x = x,
                              .count = BRIEF_COLUMNS,
                              .x_unit = PLOT_CLOCK,
                              .y_unit = PLOT_COUNT,
                              .lines = lines,
                              .limits = limits};
    struct plot_event events[EVENTS_MOST];
    what.events = events;
    what.event_count = fill_events(brief, events);
    brief_times(brief, x);
    bool several = brief->count > 1 && count > 0;
    if (several) {
        count = 1; /* one resource, all runs */
        what.line_count = run_lines(brief, all[0].resource, "concurrency_max", curves, lines);
        most = most_of(curves, what.line_count);
        text_addf(caption, "Calls in service at once at %s", all[0].resource);
    } else {
        for (int i = 0; i < count; i++)
            lines[i] = (struct plot_line){.label = all[i].resource,
                                          .y = all[i].curve.y,
                                          .colour = category(i),
                                          .dash = (enum dash)(i % DASH_KINDS)};
        what.line_count = count;
        most = count > 0 ? all[0].curve.most : NAN;
        text_add(caption, "Calls in service at once, by resource");
    }
    char at[PLOT_TEXT], width[UNIT_TEXT_MAX];
    text_addf(caption, ": the highest of every %s; at most %s.",
              unit_show_time(width, brief_column_s(brief) * 1e9), plot_say(at, PLOT_COUNT, most));
    what.limit_count = near_limits(brief, all, count, most, limits, caption);
    struct plot box = *plot;
    box.where = plot_box(plot, "Concurrency", several ? all[0].resource : "calls in service");
    if (what.line_count == 0 || isnan(most))
        plot_empty(&box, "nothing here serves calls");
    else
        (void)plot_lines(&box, &what);
    say_what_is_left_out(brief, caption);
    mem_free(all);
}

/* -- bars with parts -------------------------------------------------------------------------------------------- */

#define SWATCH 9.0

/* Names all parts below the bars: above the first bar, as on a dashboard, small ones would have no room. */
static void draw_names(const struct plot *box, const struct plot_part *parts, int count, bool draw,
                       double *height)
{
    double line = plot_line_height(box->canvas, TYPE_SMALL) + SPACE, x = 0, y = 0;
    for (int i = 0; i < count; i++) {
        char label[256];
        double width = SWATCH + SPACE +
                       canvas_fit(box->canvas, TYPE_SMALL, parts[i].label,
                                  box->where.w - SWATCH - SPACE, label);
        if (x > 0 && x + width > box->where.w) {
            x = 0;
            y += line;
        }
        double left = box->where.x + x, top = box->where.y + box->where.h - *height + y;
        if (draw) {
            canvas_fill(box->canvas, (struct rect){left, top + (line - SWATCH) / 2, SWATCH, SWATCH},
                        2, parts[i].colour);
            canvas_text(box->canvas, left + SWATCH + SPACE,
                        plot_baseline(box->canvas, TYPE_SMALL, top + line / 2), ALIGN_LEFT,
                        TYPE_SMALL, theme_auto.text, label);
        }
        x += width + 3 * SPACE;
    }
    *height = y + line;
}

static void draw_parts(const struct plot *box, const struct plot_bars *what)
{
    struct plot_part nameless[PLOT_PARTS];
    struct plot_bars bars = *what;
    struct plot above = *box;
    double height = 0;
    for (int i = 0; i < what->part_count; i++)
        nameless[i] = (struct plot_part){"", what->parts[i].colour};
    bars.parts = nameless;
    draw_names(box, what->parts, what->part_count, false, &height);
    draw_names(box, what->parts, what->part_count, true, &height);
    above.where.h -= height + SPACE;
    (void)plot_bars(&above, &bars);
}

/* -- where time goes ------------------------------------------------------------------------------------------ */

static const struct {
    const char *label, *metric;
} stages[] = {{"queue", "stage_queue"},
              {"init", "stage_init"},
              {"run", "stage_run"},
              {"wait", "stage_wait"},
              {"downstream", "stage_downstream"},
              {"back-off", "stage_backoff"},
              {"overhead", "stage_overhead"}};

static void fill_stages(const struct brief_run *run, const char *resource, double *parts)
{
    for (size_t i = 0; i < COUNTOF(stages); i++) {
        const struct result_row *row = brief_row(run, resource, stages[i].metric, "mean");
        parts[i] = row == NULL ? 0 : row->value;
    }
}

#define BARS_MOST 6

/* Stages that nobody spends time in need no name. Moves the others together; returns how many are left. */
static int drop_empty_stages(double parts[BARS_MOST][COUNTOF(stages)], int bars,
                             struct plot_part names[COUNTOF(stages)])
{
    int kept = 0;
    for (size_t stage = 0; stage < COUNTOF(stages); stage++) {
        double most = 0;
        for (int i = 0; i < bars; i++)
            most = fmax(most, parts[i][stage]);
        if (!(most > 0))
            continue;
        for (int i = 0; i < bars; i++)
            parts[i][kept] = parts[i][stage];
        names[kept++] = (struct plot_part){stages[stage].label, category((int)stage)};
    }
    return kept;
}

/* Sources say what the application says, routes what their gateway does. */
static bool repeats(const struct brief_run *run, const char *resource)
{
    const struct folder_table *table = &run->series;
    int who = folder_column(table, "resource"), kind = folder_column(table, "kind");
    for (int row = 0; row < table->row_count; row++) {
        if (strcmp(folder_cell(table, row, who), resource) != 0)
            continue;
        const char *what = folder_cell(table, row, kind);
        return strcmp(what, "traffic") == 0 || strcmp(what, "route") == 0 ||
               strcmp(what, "mark") == 0;
    }
    return false;
}

/* All requests and the busiest resources. */
static int fill_resources(const struct brief *brief, const char **resources)
{
    int found, count = 0;
    const char **all = brief_resources(&brief->runs[0], 64, &found);
    for (int i = 0; i < found && count < BARS_MOST; i++)
        if (strcmp(all[i], "*") == 0 || !repeats(&brief->runs[0], all[i]))
            resources[count++] = all[i];
    mem_free((void *)all);
    return count;
}

static void draw_time(const struct brief *brief, const struct plot *plot, struct text *caption)
{
    struct plot_bar bars[BARS_MOST];
    double parts[BARS_MOST][COUNTOF(stages)];
    struct plot_part names[COUNTOF(stages)];
    bool several = brief->count > 1;
    const char *resources[BARS_MOST];
    int count = several ? runs_shown(brief) : fill_resources(brief, resources);
    for (int i = 0; i < count; i++) {
        const struct brief_run *run = &brief->runs[several ? i : 0];
        fill_stages(run, several ? "*" : resources[i], parts[i]);
        bars[i] = (struct plot_bar){.label = several ? run->title : node_word(resources[i]),
                                    .parts = parts[i]};
    }
    struct plot box = *plot;
    box.where = plot_box(plot, "Where time goes", "mean of a request, ms");
    struct plot_bars what = {.bars = bars,
                             .count = count,
                             .unit = PLOT_MS,
                             .parts = names,
                             .part_count = drop_empty_stages(parts, count, names)};
    if (count == 0)
        plot_empty(&box, "no request was answered");
    else
        draw_parts(&box, &what);
    text_add(caption, several ? "Mean latency of all requests by stage, for each run."
                              : "Mean latency by stage: all requests, then the busiest resources.");
    say_what_is_left_out(brief, caption);
}

/* -- cost ------------------------------------------------------------------------------------------------------ */

#define COST_PARTS 5 /* lines of their own; the others are one */

static void draw_cost_by_line(const struct brief *brief, const struct plot *plot,
                              const struct brief_cost *costs, int count)
{
    struct plot_bar *bars = ARENA_ARRAY(brief->arena, struct plot_bar, count + 1);
    char(*text)[UNIT_TEXT_MAX] = arena_alloc(brief->arena, (size_t)(count + 1) * sizeof(*text));
    for (int i = 0; i < count; i++) {
        struct text label = {0};
        text_addf(&label, "%s %s", costs[i].resource, costs[i].line_item);
        bars[i] = (struct plot_bar){.label = arena_strdup(brief->arena, label.data),
                                    .parts = costs[i].month_usd,
                                    .text = unit_show_money(text[i], costs[i].month_usd[0])};
        text_free(&label);
    }
    (void)plot_bars(plot, &(struct plot_bars){.bars = bars, .count = count, .unit = PLOT_USD});
}

static void draw_cost_by_run(const struct brief *brief, const struct plot *plot,
                             const struct brief_cost *costs, int count)
{
    struct plot_bar bars[BRIEF_RUNS_SHOW];
    double parts[BRIEF_RUNS_SHOW][COST_PARTS + 1] = {{0}};
    char text[BRIEF_RUNS_SHOW][UNIT_TEXT_MAX];
    struct plot_part names[COST_PARTS + 1];
    int runs = runs_shown(brief), part_count = count < COST_PARTS ? count : COST_PARTS;
    for (int k = 0; k < part_count; k++) {
        struct text label = {0};
        text_addf(&label, "%s %s", costs[k].resource, costs[k].line_item);
        names[k] = (struct plot_part){arena_strdup(brief->arena, label.data), category(k)};
        text_free(&label);
    }
    if (count > part_count)
        names[part_count++] = (struct plot_part){"other", theme_auto.other};
    for (int i = 0; i < runs; i++) {
        for (int k = 0; k < count; k++)
            parts[i][k < COST_PARTS ? k : COST_PARTS] += costs[k].month_usd[i];
        bars[i] =
            (struct plot_bar){.label = brief->runs[i].title,
                              .parts = parts[i],
                              .text = unit_show_money(text[i], brief_cost_month(&brief->runs[i]))};
    }
    draw_parts(plot, &(struct plot_bars){.bars = bars,
                                         .count = runs,
                                         .unit = PLOT_USD,
                                         .parts = names,
                                         .part_count = part_count});
}

static void draw_cost(const struct brief *brief, const struct plot *plot, struct text *caption)
{
    int count;
    const struct brief_cost *costs = brief_costs(brief, &count);
    char total[UNIT_TEXT_MAX];
    struct plot box = *plot;
    box.where = plot_box(plot, "Cost", "USD a month of this traffic");
    if (count == 0 || !(costs[0].most_usd > 0))
        plot_empty(&box, "nothing here costs anything");
    else if (brief->count > 1)
        draw_cost_by_run(brief, &box, costs, count);
    else
        draw_cost_by_line(brief, &box, costs, count);
    if (brief->count > 1)
        text_add(caption, "What a month (730 h) of this traffic costs, for each run.");
    else
        text_addf(caption,
                  "What a month (730 h) of this traffic costs, by line of the bill: %s in all.",
                  unit_show_money(total, brief_cost_month(&brief->runs[0])));
    say_what_is_left_out(brief, caption);
}

/* -- all of them -------------------------------------------------------------------------------------------------- */

void brief_draw(const struct brief *brief, enum brief_chart chart, enum svg_use use,
                struct text *out, struct text *caption)
{
    static void (*const draw[BRIEF_CHARTS])(const struct brief *, const struct plot *,
                                            struct text *) = {
        [BRIEF_LATENCY] = draw_latency,
        [BRIEF_CONCURRENCY] = draw_concurrency,
        [BRIEF_TIME] = draw_time,
        [BRIEF_COST] = draw_cost,
    };
    /* The title stands before the drawing, and says what the caption says; so it is drawn twice, once for the words. */
    struct svg svg;
    struct text nowhere = {0};
    struct svg_options options = {.use = use, .width = WIDTH, .height = HEIGHT};
    struct plot plot = {&svg.canvas, &theme_auto, {0, 0, WIDTH, HEIGHT}};
    svg_begin(&svg, &nowhere, &options);
    draw[chart](brief, &plot, caption);
    svg_end(&svg);
    text_free(&nowhere);
    struct text again = {0};
    options.title = caption->data;
    svg_begin(&svg, out, &options);
    draw[chart](brief, &plot, &again);
    svg_end(&svg);
    text_free(&again);
}
