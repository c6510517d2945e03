/* panel_series.c - see the header. */
#include "ui/panel_series.h"

#include "ui/panel_chart.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define SERIES_MOST 8
#define NODES_MOST  4

struct series_limit {
    double value;
    struct colour colour;
    char label[48];
};

struct series_plan {
    enum panel_id panel;
    enum plot_unit unit;
    const char *subtitle;
    struct series_def defs[SERIES_MOST];
    int count;
    struct series_limit limits[SERIES_MOST];
    int limit_count;
    char names[SERIES_MOST][64], columns[SERIES_MOST][80];
    double tops[SERIES_MOST]; /* the most a series can reach; INFINITY: unknown */
    char of[SERIES_MOST]
           [PLOT_TEXT + 8]; /* " of 40": what follows the value at the end of the curve */
};

/* -- drawing ------------------------------------------------------------------------------------------ */

struct series_data {
    struct bins bins;
    double values[SERIES_MOST][BINS_MAX];
    double old[BINS_MAX]; /* of the first series: ghost or baseline */
};

static void read_data(struct view *view, const struct series_plan *plan, struct rect body,
                      struct series_data *data)
{
    data->bins = bins_over(&view->time, record_info(view->run)->sample_s, chart_bins(body));
    for (int i = 0; i < plan->count; i++)
        series_values(view->run, &plan->defs[i], &data->bins, data->values[i]);
}

/* A limit far above everything would press the curves to the ground; the subtitle names it instead. */
static bool is_near(double limit, double high)
{
    return isfinite(limit) && limit <= 4 * high;
}

static void label_ends(struct chart *chart, const struct series_plan *plan,
                       const struct series_data *data, double high)
{
    for (int i = 0; i < plan->count; i++) {
        char text[PLOT_TEXT];
        double last = chart_last(data->values[i], data->bins.count);
        chart_label(chart, last, plan->defs[i].colour, "%s %s%s", plan->defs[i].label,
                    plot_show(text, plan->unit, last), plan->of[i]);
    }
    for (int i = 0; i < plan->limit_count; i++)
        if (plan->limits[i].label[0] != '\0' && is_near(plan->limits[i].value, high))
            chart_label(chart, plan->limits[i].value, plan->limits[i].colour, "%s",
                        plan->limits[i].label);
}

/* The widest a label can become while the run goes on, so that the plot does not move. */
static double label_width(const struct view *view, const struct series_plan *plan, double high)
{
    char texts[2 * SERIES_MOST][96], value[PLOT_TEXT];
    const char *list[2 * SERIES_MOST + 1];
    int n = 0;
    for (int i = 0; i < plan->count; i++, n++)
        (void)snprintf(texts[n], sizeof texts[n], "%s %s%s", plan->defs[i].label,
                       plot_show(value, plan->unit, isfinite(plan->tops[i]) ? plan->tops[i] : high),
                       plan->of[i]);
    for (int i = 0; i < plan->limit_count; i++, n++)
        (void)snprintf(texts[n], sizeof texts[n], "%s", plan->limits[i].label);
    for (int i = 0; i < n; i++)
        list[i] = texts[i];
    list[n] = NULL;
    return chart_label_width(view, list);
}

/* What was before, faint below what is: the first series alone, which is the panel's subject. */
static void draw_old(struct chart *chart, const struct series_plan *plan, struct series_data *data,
                     struct record *record, struct stroke stroke)
{
    if (record == NULL || plan->count == 0)
        return;
    struct series_def def = plan->defs[0];
    const struct record_info *then = record_info(record), *now = record_info(chart->view->run);
    if (def.node >= then->node_count ||
        strcmp(then->nodes[def.node].name, now->nodes[def.node].name) != 0)
        return; /* a baseline may be another file */
    series_values(record, &def, &data->bins, data->old);
    chart_curve(chart, &data->bins, data->old, stroke);
}

static void draw_still(struct view *view, const struct series_plan *plan, struct rect body)
{
    struct series_data data;
    read_data(view, plan, body, &data);
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < plan->count; i++)
        chart_extend(data.values[i], data.bins.count, &low, &high);
    bool any = high >= low;
    if (!any)
        high = (double)NAN;
    double top = high;
    for (int i = 0; i < plan->limit_count; i++)
        if (is_near(plan->limits[i].value, high))
            top = fmax(top, plan->limits[i].value);
    struct chart chart;
    struct chart_range range = {0, top, false, label_width(view, plan, high)};
    if (!chart_begin(&chart, view, plan->panel, body, plan->unit, &range))
        return;
    draw_old(&chart, plan, &data, view->ghost,
             (struct stroke){colour_fade(view->theme->muted, 0.6), 1.25, DASH_SOLID});
    draw_old(&chart, plan, &data, view->baseline,
             (struct stroke){colour_fade(view->theme->muted, 0.9), 1.25, DASH_DASHED});
    for (int i = 0; i < plan->count; i++) {
        const struct series_def *def = &plan->defs[i];
        if (def->fill)
            chart_area(&chart, &data.bins, data.values[i], NULL, colour_fade(def->colour, 0.18));
    }
    for (int i = plan->count - 1; i >= 0; i--)
        chart_curve(&chart, &data.bins, data.values[i],
                    (struct stroke){plan->defs[i].colour, 1.5, plan->defs[i].dash});
    for (int i = 0; i < plan->limit_count; i++)
        if (is_near(plan->limits[i].value, high))
            chart_limit(&chart, plan->limits[i].value, plan->limits[i].colour, DASH_SOLID);
    if (!any) {
        panel_empty(view, chart.plot, "nothing yet");
        return;
    }
    chart_events(&chart);
    label_ends(&chart, plan, &data, high);
    chart_labels_draw(&chart);
}

static void draw_moving(struct view *view, const struct series_plan *plan, struct rect body)
{
    struct chart chart;
    if (!chart_recall(&chart, view, plan->panel, body, plan->unit))
        return;
    chart_cursor(&chart);
    struct bins bins = bins_over(&view->time, record_info(view->run)->sample_s, chart_bins(body));
    if (!chart_crosshair(&chart, &bins, NULL))
        return;
    struct bins bin = bins_at(&bins, view->time.crosshair_s);
    for (int i = 0; i < plan->count; i++) {
        double value;
        series_values(view->run, &plan->defs[i], &bin, &value);
        chart_value(&chart, &bin, value, plan->defs[i].colour);
    }
    chart_values_draw(&chart);
}

static struct wish draw_plan(struct view *view, const struct series_plan *plan, struct rect where)
{
    struct rect body = panel_frame(view, plan->panel, where, plan->subtitle, 0);
    if (plan->count == 0) {
        panel_empty(view, body, "nothing of the kind in this run");
        return (struct wish){WISH_NOTHING};
    }
    if (view->table) {
        if (view_still(view))
            chart_table(view, body, plan->defs, plan->count, plan->unit);
        return (struct wish){WISH_NOTHING};
    }
    if (view_still(view))
        draw_still(view, plan, body);
    if (view_moving(view))
        draw_moving(view, plan, body);
    return (struct wish){WISH_NOTHING};
}

/* -- plans ------------------------------------------------------------------------------------------------- */

static void plan_add(struct series_plan *plan, struct series_def def, const char *label,
                     const char *column)
{
    if (plan->count == SERIES_MOST)
        return;
    int i = plan->count++;
    (void)snprintf(plan->names[i], sizeof plan->names[i], "%.60s", label);
    (void)snprintf(plan->columns[i], sizeof plan->columns[i], "%.78s", column);
    plan->defs[i] = def;
    plan->tops[i] = INFINITY;
}

/* The series just added has a limit of its own: a line, and "of 40" beside its value. */
static void plan_of(struct series_plan *plan, double limit)
{
    int i = plan->count - 1;
    if (i < 0 || !isfinite(limit) || plan->limit_count == SERIES_MOST)
        return;
    char text[PLOT_TEXT];
    plan->tops[i] = limit;
    (void)snprintf(plan->of[i], sizeof plan->of[i], " of %s", plot_show(text, plan->unit, limit));
    struct series_limit *line = &plan->limits[plan->limit_count++];
    line->value = limit;
    line->colour = colour_fade(plan->defs[i].colour, 0.7);
    line->label[0] = '\0';
}

/* Labels point into the plan itself, so only once it lies where it stays. */
static void plan_close(struct series_plan *plan)
{
    for (int i = 0; i < plan->count; i++) {
        plan->defs[i].label = plan->names[i];
        plan->defs[i].column = plan->columns[i];
    }
}

static void plan_limit(struct series_plan *plan, double value, struct colour colour,
                       const char *label)
{
    if (plan->limit_count == SERIES_MOST || !isfinite(value))
        return;
    char text[PLOT_TEXT];
    struct series_limit *limit = &plan->limits[plan->limit_count++];
    limit->value = value;
    limit->colour = colour;
    (void)snprintf(limit->label, sizeof limit->label, "%.28s %s", label,
                   plot_show(text, plan->unit, value));
}

static const enum dash dashes[] = {DASH_SOLID, DASH_DASHED, DASH_DOTTED, DASH_DASHED};

/* The largest nodes of a series, a curve each. */
static void plan_nodes(struct series_plan *plan, struct view *view, enum record_series series,
                       enum series_how how, const char *suffix)
{
    const struct record_info *info = record_info(view->run);
    int nodes[NODES_MOST], count = series_top_nodes(view, series, nodes, NODES_MOST);
    for (int i = 0; i < count; i++) {
        char column[80];
        (void)snprintf(column, sizeof column, "%.50s%s", info->nodes[nodes[i]].name, suffix);
        plan_add(plan,
                 (struct series_def){.node = nodes[i],
                                     .series = series,
                                     .how = how,
                                     .colour = view->theme->category[i],
                                     .dash = dashes[i],
                                     .fill = count == 1},
                 info->nodes[nodes[i]].name, column);
    }
}

/* Nodes with a limit of their own, those nearest to theirs first. */
static int top_limited(struct view *view, int nodes[NODES_MOST])
{
    const struct record_info *info = record_info(view->run);
    double share[NODES_MOST];
    int count = 0;
    for (int i = 0; i < info->node_count; i++) {
        int bounded = info->nodes[i].parent < 0 ? limited_node(view->run, i) : -1;
        struct bin all = {.n = 0};
        if (bounded >= 0)
            record_bins(view->run, bounded, RECORD_CONCURRENCY_MAX, view->time.from_s,
                        view->time.to_s, 1, &all);
        if (all.n == 0)
            continue;
        double used = all.max / info->nodes[i].limit;
        int at = count < NODES_MOST ? count++ : NODES_MOST;
        for (; at > 0 && share[at - 1] < used; at--)
            if (at < NODES_MOST) {
                share[at] = share[at - 1];
                nodes[at] = nodes[at - 1];
            }
        if (at < NODES_MOST) {
            share[at] = used;
            nodes[at] = i;
        }
    }
    return count;
}

/* In use, beside every limit that could stop it: the account's, and those of functions and services that have their own. */
static void plan_concurrency(struct series_plan *plan, struct view *view)
{
    const struct record_info *info = record_info(view->run);
    plan->panel = PANEL_CONCURRENCY;
    plan->unit = PLOT_COUNT;
    plan->subtitle = "in flight at once";
    plan_add(plan,
             (struct series_def){.node = NODE_APPLICATION,
                                 .series = RECORD_CONCURRENCY_MAX,
                                 .how = SERIES_MAX,
                                 .colour = view->theme->accent,
                                 .fill = true},
             "used", "concurrency_max");
    plan_limit(plan, info->account_concurrency, view->theme->text, "account");
    int nodes[NODES_MOST], count = top_limited(view, nodes);
    for (int i = 0; i < count && i + 1 < NODES_MOST; i++) {
        const struct record_node *node = &info->nodes[limited_node(view->run, nodes[i])];
        char column[80];
        (void)snprintf(column, sizeof column, "%.50s concurrency_max", node->name);
        plan_add(plan,
                 (struct series_def){.node = limited_node(view->run, nodes[i]),
                                     .series = RECORD_CONCURRENCY_MAX,
                                     .how = SERIES_MAX,
                                     .colour = view->theme->category[i + 1],
                                     .dash = dashes[i + 1]},
                 node->name, column);
        plan_of(plan, info->nodes[nodes[i]].limit);
    }
}

static void plan_traffic(struct series_plan *plan, struct view *view)
{
    plan->panel = PANEL_TRAFFIC;
    plan->unit = PLOT_RATE;
    plan->subtitle = "requests a second";
    struct series_def def = {.node = NODE_APPLICATION, .how = SERIES_RATE};
    def.series = RECORD_ARRIVALS;
    def.colour = view->theme->accent;
    def.fill = true;
    plan_add(plan, def, "sent", "arrivals_per_s");
    def.series = RECORD_GOODPUT;
    def.colour = view->theme->ok;
    def.dash = DASH_DASHED;
    def.fill = false;
    plan_add(plan, def, "answered well", "goodput_per_s");
}

static void plan_failures(struct series_plan *plan, struct view *view)
{
    const struct record_info *info = record_info(view->run);
    plan->panel = PANEL_FAILURES;
    plan->unit = PLOT_RATE;
    plan->subtitle = "a second";
    static const struct {
        enum record_series series;
        const char *label, *column;
        enum dash dash;
    } kinds[] = {
        {RECORD_ERRORS, "errors", "errors_per_s", DASH_SOLID},
        {RECORD_TIMEOUTS, "timeouts", "timeouts_per_s", DASH_DOTTED},
        {RECORD_THROTTLES, "throttled", "throttles_per_s", DASH_DASHED},
    };
    const struct colour colours[] = {view->theme->fault, view->theme->p95, view->theme->throttle};
    for (size_t i = 0; i < COUNTOF(kinds); i++)
        if (i == 0 || series_any(view->run, NODE_APPLICATION, kinds[i].series))
            plan_add(plan,
                     (struct series_def){.node = NODE_APPLICATION,
                                         .series = kinds[i].series,
                                         .how = SERIES_RATE,
                                         .colour = colours[i],
                                         .dash = kinds[i].dash,
                                         .fill = i == 0},
                     kinds[i].label, kinds[i].column);
    /* Inside, calls are refused that a retry or a queue hides from the client. */
    int nodes[3], count = series_top_nodes(view, RECORD_THROTTLES, nodes, COUNTOF(nodes));
    for (int i = 0; i < count; i++) {
        char label[64], column[80];
        (void)snprintf(label, sizeof label, "%.40s refused", info->nodes[nodes[i]].name);
        (void)snprintf(column, sizeof column, "%.50s throttles_per_s", info->nodes[nodes[i]].name);
        plan_add(plan,
                 (struct series_def){.node = nodes[i],
                                     .series = RECORD_THROTTLES,
                                     .how = SERIES_RATE,
                                     .colour = view->theme->category[i],
                                     .dash = DASH_DASHED},
                 label, column);
    }
}

static void plan_cold(struct series_plan *plan, struct view *view)
{
    plan->panel = PANEL_COLD;
    plan->unit = PLOT_RATE;
    plan->subtitle = "a second, by function";
    plan_nodes(plan, view, RECORD_COLD_STARTS, SERIES_RATE, " cold_starts_per_s");
}

static void plan_instances(struct series_plan *plan, struct view *view)
{
    plan->panel = PANEL_INSTANCES;
    plan->unit = PLOT_COUNT;
    plan->subtitle = "alive, busy or warm, by function";
    plan_nodes(plan, view, RECORD_INSTANCES_WARM, SERIES_MAX, " instances_warm");
}

static void plan_queue_depth(struct series_plan *plan, struct view *view)
{
    plan->panel = PANEL_QUEUE_DEPTH;
    plan->unit = PLOT_COUNT;
    plan->subtitle = "messages waiting";
    plan_nodes(plan, view, RECORD_QUEUE_DEPTH, SERIES_MAX, " queue_depth");
}

static void plan_queue_age(struct series_plan *plan, struct view *view)
{
    plan->panel = PANEL_QUEUE_AGE;
    plan->unit = PLOT_SECOND;
    plan->subtitle = "of the oldest message";
    plan_nodes(plan, view, RECORD_QUEUE_AGE_S, SERIES_MAX, " queue_age_s");
}

static void plan_capacity(struct series_plan *plan, struct view *view, bool writes)
{
    const struct record_info *info = record_info(view->run);
    plan->panel = writes ? PANEL_WRITES : PANEL_READS;
    plan->unit = PLOT_RATE;
    plan->subtitle = writes ? "write units a second" : "read units a second";
    plan_nodes(plan, view, writes ? RECORD_WCU : RECORD_RCU, SERIES_MAX,
               writes ? " consumed_wcu" : " consumed_rcu");
    for (int i = 0; i < plan->count; i++) {
        const struct record_node *node = &info->nodes[plan->defs[i].node];
        char label[64];
        (void)snprintf(label, sizeof label, "%.40s has", node->name);
        plan_limit(plan, writes ? node->capacity_wcu : node->capacity_rcu,
                   colour_fade(plan->defs[i].colour, 0.7), label);
    }
}

static void plan_reads(struct series_plan *plan, struct view *view)
{
    plan_capacity(plan, view, false);
}

static void plan_writes(struct series_plan *plan, struct view *view)
{
    plan_capacity(plan, view, true);
}

static void plan_csv(struct view *view, const struct series_plan *plan, struct text *out)
{
    series_csv(view, plan->defs, plan->count, out);
}

/* -- as struct panel wants them --------------------------------------------------------------------------- */

#define SERIES_PANEL(name)                                                                         \
    struct wish panel_##name##_draw(struct view *view, struct rect where)                          \
    {                                                                                              \
        struct series_plan plan = {.count = 0};                                                    \
        plan_##name(&plan, view);                                                                  \
        plan_close(&plan);                                                                         \
        return draw_plan(view, &plan, where);                                                      \
    }                                                                                              \
    void panel_##name##_csv(struct view *view, struct text *out)                                   \
    {                                                                                              \
        struct series_plan plan = {.count = 0};                                                    \
        plan_##name(&plan, view);                                                                  \
        plan_close(&plan);                                                                         \
        plan_csv(view, &plan, out);                                                                \
    }

SERIES_PANEL(concurrency)
SERIES_PANEL(traffic)
SERIES_PANEL(failures)
SERIES_PANEL(cold)
SERIES_PANEL(instances)
SERIES_PANEL(queue_depth)
SERIES_PANEL(queue_age)
SERIES_PANEL(reads)
SERIES_PANEL(writes)

/* Whether the scenario has such a thing is asked of its kinds, not of what a run saw, so that panels do not come and go. */
static bool has_kind(const struct record *record, const char *const *kinds)
{
    const struct record_info *info = record_info(record);
    for (int i = 0; i < info->node_count; i++)
        for (const char *const *kind = kinds; *kind != NULL; kind++)
            if (strcmp(info->nodes[i].kind, *kind) == 0)
                return true;
    return false;
}

bool panel_failures_applies(const struct record *record)
{
    return record_info(record)->node_count > 1;
}

bool panel_cold_applies(const struct record *record)
{
    return has_kind(record, (const char *const[]){"fn", NULL});
}

bool panel_queue_applies(const struct record *record)
{
    return has_kind(record, (const char *const[]){"queue", "stream", NULL});
}

bool panel_capacity_applies(const struct record *record)
{
    return has_kind(record, (const char *const[]){"kv", NULL});
}
