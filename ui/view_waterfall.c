/* view_waterfall.c - see the header. */
#include "ui/view_waterfall.h"

#include "chart/plot.h"
#include "core/arena.h"
#include "core/unit.h"
#include "ui/panel_frame.h"
#include "ui/view_buttons.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

const char *trace_place_name(const struct record_info *info, int32_t resource)
{
    for (int i = 0; i < info->node_count; i++)
        if (info->nodes[i].resource == resource && info->nodes[i].parent < 0)
            return info->nodes[i].name;
    return "?";
}

const char *trace_outcome_word(enum outcome outcome)
{
    static const char *const words[] = {
        [OUTCOME_OK] = "ok",
        [OUTCOME_ERROR] = "error",
        [OUTCOME_THROTTLE] = "throttled",
        [OUTCOME_TIMEOUT] = "timeout",
    };
    return words[outcome];
}

enum health trace_outcome_health(enum outcome outcome)
{
    switch (outcome) {
    case OUTCOME_OK:
        return HEALTH_OK;
    case OUTCOME_THROTTLE:
        return HEALTH_THROTTLE;
    case OUTCOME_ERROR:
    case OUTCOME_TIMEOUT:
        break;
    }
    return HEALTH_FAULT;
}

/* -- the tree -------------------------------------------------------------------------------------- */

struct tree_row {
    uint32_t span; /* index from first_span */
    int depth;
};

/* Rows in the order of the tree, without recursion. A span whose parent is not among the request's is a root. The caller frees. */
static struct tree_row *tree_rows(const struct trace_span *spans, uint32_t count)
{
    struct tree_row *rows = mem_resize(NULL, sizeof *rows * (count + 1));
    /* For each span its last child, and the sibling before it: put on a stack from the last, children come off it by start. */
    uint32_t *last = mem_resize(NULL, sizeof *last * 4 * (count + 1));
    uint32_t *before = last + count + 1, *by_id = before + count + 1, *stack = by_id + count + 1;
    memset(last, 0xFF, sizeof *last * 3 * (count + 1));
    for (uint32_t i = 0; i < count; i++) {
        uint32_t parent = count; /* a root */
        if (spans[i].parent_id != 0 && spans[i].parent_id <= count &&
            by_id[spans[i].parent_id] != UINT32_MAX)
            parent = by_id[spans[i].parent_id];
        if (spans[i].span_id <= count)
            by_id[spans[i].span_id] = i;
        before[i] = last[parent];
        last[parent] = i;
    }
    uint32_t used = 0, row = 0;
    for (uint32_t child = last[count]; child != UINT32_MAX; child = before[child])
        stack[used++] = child;
    int depth[64] = {0}; /* how many of each level still wait on the stack */
    int level = 0;
    depth[0] = (int)used;
    while (used > 0) {
        while (level > 0 && depth[level] == 0)
            level--;
        uint32_t at = stack[--used];
        depth[level]--;
        rows[row++] = (struct tree_row){at, level};
        int children = 0;
        for (uint32_t child = last[at]; child != UINT32_MAX; child = before[child], children++)
            stack[used++] = child;
        if (children > 0) { /* beyond 63 levels, rows are no longer indented further */
            level = level < (int)COUNTOF(depth) - 1 ? level + 1 : level;
            depth[level] += children;
        }
    }
    mem_free(last);
    return rows;
}

/* -- drawing ------------------------------------------------------------------------------------------ */

struct waterfall {
    const struct trace_span *spans;
    const struct trace_request *request;
    struct rect names, bars, lines;
    sim_time from;
    double span_ns, row_height;
    bool long_after; /* work goes on long after the answer */
    bool cut;        /* and is not shown */
};

#define LONG_AFTER 3.0 /* latencies */

static double bar_x(const struct waterfall *w, double ns)
{
    return w->bars.x + w->bars.w * ns / w->span_ns;
}

/* Seconds up to two minutes, then as on a clock. */
static void draw_scale(struct view *view, const struct waterfall *w, double bottom)
{
    double room = 70 * view->canvas->text_scale, span_s = w->span_ns / SIM_SECOND;
    struct plot_axis axis = {span_s > 120 ? PLOT_CLOCK : PLOT_SECOND, 0, span_s, false};
    struct plot_ticks ticks;
    double most = fmin(fmax(w->bars.w / room, 1), 10);
    double baseline = w->bars.y - 2 * SPACE;
    plot_ticks(&ticks, &axis, (int)most);
    for (int i = 0; i < ticks.count; i++) {
        double x = floor(bar_x(w, ticks.at[i] * SIM_SECOND)) + 0.5;
        canvas_line(view->canvas, x, w->bars.y - SPACE, x, bottom,
                    (struct stroke){view->theme->grid, 1, DASH_SOLID});
        enum align align = i == 0 ? ALIGN_LEFT : ALIGN_MIDDLE;
        if (x + 24 * view->canvas->text_scale > w->bars.x + w->bars.w)
            align = ALIGN_RIGHT;
        canvas_text(view->canvas, x, baseline, align, TYPE_SMALL, view->theme->muted,
                    ticks.text[i]);
    }
}

/* When the client had its answer; what runs on after it, runs for nobody. */
static void draw_answered(struct view *view, const struct waterfall *w, double bottom)
{
    if ((double)w->request->latency >= w->span_ns * 0.995)
        return;
    double x = floor(bar_x(w, (double)w->request->latency)) + 0.5;
    canvas_line(view->canvas, x, w->bars.y - SPACE, x, bottom,
                (struct stroke){view->theme->muted, 1, DASH_DASHED});
}

static struct colour span_colour(const struct view *view, const struct trace_span *span)
{
    switch (span->outcome) {
    case OUTCOME_OK:
        break;
    case OUTCOME_THROTTLE:
        return view->theme->throttle;
    case OUTCOME_ERROR:
    case OUTCOME_TIMEOUT:
        return view->theme->fault;
    }
    return view->theme->accent;
}

static void draw_bar(struct view *view, const struct waterfall *w, const struct trace_span *span,
                     struct rect row)
{
    struct colour colour = span_colour(view, span);
    double start = (double)(span->start - w->from), scale = view->canvas->text_scale;
    double x0 = bar_x(w, start), x1 = bar_x(w, start + (double)span->duration);
    double xw = bar_x(w, start + (double)span->wait);
    char text[UNIT_TEXT_MAX], after[UNIT_TEXT_MAX + 16];
    double baseline = row.y + row.h / 2 + type_size(TYPE_SMALL) * scale * 0.36;
    double edge = w->bars.x + w->bars.w;
    if (x0 >= edge) { /* not shown: it began later */
        (void)snprintf(after, sizeof after, "after %s →", unit_show_time(text, start));
        canvas_text(view->canvas, edge, baseline, ALIGN_RIGHT, TYPE_SMALL, view->theme->muted,
                    after);
        return;
    }
    x1 = fmin(x1, edge);
    xw = fmin(xw, edge);
    struct rect bar = {x0, row.y + row.h * 0.25, fmax(x1 - x0, 2), row.h * 0.5};
    canvas_fill(view->canvas, bar, 2, colour_fade(colour, 0.35));
    if (x1 - xw > 0.5 || span->wait == 0)
        canvas_fill(view->canvas, (struct rect){xw, bar.y, fmax(x1 - xw, 2), bar.h}, 2, colour);
    if (span->cold)
        view->canvas->ops->ring(view->canvas, (struct point){x0, row.y + row.h / 2}, 4 * scale,
                                (struct stroke){view->theme->strong, 1.5, DASH_SOLID});
    (void)unit_show_time(text, (double)span->duration);
    double wide = canvas_measure(view->canvas, TYPE_SMALL, text) + 2 * SPACE;
    if (bar.x + bar.w + wide <= w->bars.x + w->bars.w)
        canvas_text(view->canvas, bar.x + bar.w + 1.5 * SPACE, baseline, ALIGN_LEFT, TYPE_SMALL,
                    view->theme->muted, text);
    else if (bar.x - w->bars.x >= wide + 4 * scale)
        canvas_text(view->canvas, bar.x - 1.5 * SPACE - (span->cold ? 4 * scale : 0), baseline,
                    ALIGN_RIGHT, TYPE_SMALL, view->theme->muted, text);
}

static bool is_cause(const struct waterfall *w, uint32_t index)
{
    return w->request->cause_span >= 0 && (uint32_t)w->request->cause_span == index;
}

static void draw_row(struct view *view, const struct waterfall *w, const struct tree_row *tree,
                     struct rect row)
{
    const struct trace_span *span = &w->spans[tree->span];
    const struct theme *theme = view->theme;
    double scale = view->canvas->text_scale, mark = 8 * scale;
    double indent = fmin(tree->depth * 3 * SPACE, w->names.w * 0.5);
    double middle = row.y + row.h / 2, baseline = middle + type_size(TYPE_BODY) * scale * 0.36;
    if (is_cause(w, tree->span))
        canvas_fill(view->canvas, row, 3, colour_fade(theme->fault, 0.16));
    double x = w->names.x + indent;
    canvas_health(view->canvas, x + mark / 2, middle, mark, trace_outcome_health(span->outcome));
    x += mark + 1.5 * SPACE;
    char cut[256];
    const char *name = trace_place_name(record_info(view->run), span->resource);
    double room = w->names.x + w->names.w - x;
    double taken = canvas_fit(view->canvas, TYPE_BODY, name, room, cut);
    canvas_text(view->canvas, x, baseline, ALIGN_LEFT, TYPE_BODY,
                tree->depth == 0 ? theme->strong : theme->text, cut);
    room -= taken + 1.5 * SPACE;
    if (room > 16 * scale && span->op != NULL) {
        (void)canvas_fit(view->canvas, TYPE_SMALL, span->op, room, cut);
        canvas_text(view->canvas, x + taken + 1.5 * SPACE, baseline, ALIGN_LEFT, TYPE_SMALL,
                    theme->muted, cut);
    }
    draw_bar(view, w, span, row);
    if (span->line > 0)
        canvas_textf(view->canvas, w->lines.x + w->lines.w, baseline, ALIGN_RIGHT, TYPE_SMALL,
                     theme->muted, "line %d", (int)span->line);
}

static void row_tip(struct view *view, const struct waterfall *w, uint32_t index)
{
    const struct trace_span *span = &w->spans[index];
    char start[UNIT_TEXT_MAX], took[UNIT_TEXT_MAX], wait[UNIT_TEXT_MAX], tip[400];
    size_t n = (size_t)snprintf(tip, sizeof tip, "%s  %s\nafter %s, took %s",
                                trace_place_name(record_info(view->run), span->resource),
                                span->op ? span->op : "",
                                unit_show_time(start, (double)(span->start - w->from)),
                                unit_show_time(took, (double)span->duration));
    if (span->wait > 0)
        n += (size_t)snprintf(tip + n, sizeof tip - n, "\nwaited for capacity: %s%s",
                              unit_show_time(wait, (double)span->wait),
                              span->cold ? " (cold start)" : "");
    if (span->instance != UINT32_MAX)
        n += (size_t)snprintf(tip + n, sizeof tip - n, "\ninstance %u", span->instance);
    if (span->outcome != OUTCOME_OK)
        n += (size_t)snprintf(tip + n, sizeof tip - n, "\n%s%s", trace_outcome_word(span->outcome),
                              is_cause(w, index) ? ": the root cause" : "");
    if (span->line > 0)
        (void)snprintf(tip + n, sizeof tip - n, "\nline %d of the scenario", (int)span->line);
    ui_tooltip(view->ui, tip);
}

/* "Root cause: shop, timeout at 5s, waiting for carrier (line 41)" */
static double draw_cause(struct view *view, const struct waterfall *w, struct rect body)
{
    if (w->request->outcome == OUTCOME_OK || w->request->cause_span < 0 ||
        (uint32_t)w->request->cause_span >= w->request->span_count)
        return 0;
    const struct trace_span *span = &w->spans[w->request->cause_span];
    char took[UNIT_TEXT_MAX], text[256], cut[256], line[32] = "";
    if (span->line > 0)
        (void)snprintf(line, sizeof line, " (line %d)", (int)span->line);
    /* A timeout is an instant: when it came says more than that it took no time. */
    bool instant = span->duration == 0;
    bool fault = w->request->cause == TRACE_CAUSE_FAULT;
    const char *blamed =
        w->request->blame_span < 0
            ? NULL
            : trace_place_name(record_info(view->run), w->spans[w->request->blame_span].resource);
    (void)snprintf(text, sizeof text, "Root cause: %s, %s %s%s%s%s%s",
                   trace_place_name(record_info(view->run), span->resource),
                   fault ? "fault" : trace_outcome_word(span->outcome), instant ? "at " : "after ",
                   unit_show_time(took, (double)(instant ? span->start - w->from : span->duration)),
                   blamed == NULL ? "" : ", waiting for ", blamed == NULL ? "" : blamed, line);
    double h = view_line_height(view, TYPE_STRONG) + SPACE, scale = view->canvas->text_scale;
    double mark = 8 * scale, middle = body.y + h / 2 - SPACE / 2;
    canvas_health(view->canvas, body.x + mark / 2, middle, mark,
                  trace_outcome_health(span->outcome));
    (void)canvas_fit(view->canvas, TYPE_STRONG, text, body.w - mark - 2 * SPACE, cut);
    canvas_text(view->canvas, body.x + mark + 1.5 * SPACE,
                middle + type_size(TYPE_STRONG) * scale * 0.36, ALIGN_LEFT, TYPE_STRONG,
                view->theme->strong, cut);
    return h;
}

static struct waterfall lay_out(struct view *view, struct rect body, const struct trace_set *set,
                                const struct trace_request *request, bool whole)
{
    double scale = view->canvas->text_scale;
    struct waterfall w = {.spans = set->spans + request->first_span, .request = request};
    w.from = request->start;
    sim_time until = request->start + request->latency;
    for (uint32_t i = 0; i < request->span_count; i++) {
        sim_time end = w.spans[i].start + w.spans[i].duration;
        w.from = w.spans[i].start < w.from ? w.spans[i].start : w.from;
        until = end > until ? end : until;
    }
    w.span_ns = fmax((double)(until - w.from), 1);
    double answered = fmax((double)(request->start - w.from + request->latency) * 1.12, 1);
    w.long_after = request->latency > 0 && w.span_ns > LONG_AFTER * answered;
    w.cut = w.long_after && !whole;
    if (w.cut)
        w.span_ns = answered;
    w.row_height = fmax(view_line_height(view, TYPE_BODY) + SPACE, 20);
    double names = fmin(210 * scale, body.w * 0.36), lines = fmin(52 * scale, body.w * 0.14);
    double head = view_line_height(view, TYPE_SMALL) + 3 * SPACE;
    w.names = (struct rect){body.x, body.y + head, names - 2 * SPACE, fmax(body.h - head, 0)};
    w.lines = (struct rect){body.x + body.w - lines, w.names.y, lines - 2 * SPACE, w.names.h};
    w.bars = (struct rect){body.x + names, w.names.y, fmax(body.w - names - lines, 1), w.names.h};
    return w;
}

static void draw_rows(struct view *view, const struct waterfall *w, struct rect body)
{
    struct rect part = {body.x, w->bars.y, body.w, w->bars.h};
    double content = w->row_height * w->request->span_count;
    struct tree_row *rows = tree_rows(w->spans, w->request->span_count);
    double bottom = fmin(part.y + part.h, part.y + content);
    draw_scale(view, w, bottom);
    draw_answered(view, w, bottom);
    double y = part.y - ui_scroll_begin(view->ui, "waterfall", part, content);
    for (uint32_t i = 0; i < w->request->span_count; i++) {
        struct rect row = {part.x, y + i * w->row_height, part.w, w->row_height};
        if (row.y + row.h < part.y || row.y > part.y + part.h)
            continue;
        if (ui_hovered(view->ui, row))
            row_tip(view, w, rows[i].span);
        draw_row(view, w, &rows[i], row);
    }
    ui_scroll_end(view->ui);
    mem_free(rows);
}

static struct rect draw_choice(struct view *view, struct rect body, bool *whole)
{
    struct button_row row = buttons_begin(view, body);
    if (buttons_add(&row, "waterfall.answer", "Until the answer", !*whole))
        *whole = false;
    if (buttons_add(&row, "waterfall.whole", "All it set off", *whole))
        *whole = true;
    return buttons_end(&row);
}

void waterfall_draw(struct view *view, struct rect where, const struct trace_set *set,
                    const struct trace_request *request, bool *whole)
{
    char title[160], subtitle[128], took[UNIT_TEXT_MAX];
    (void)snprintf(title, sizeof title, "%s #%llu",
                   trace_place_name(record_info(view->run), request->source),
                   (unsigned long long)request->id);
    (void)snprintf(subtitle, sizeof subtitle, "%s in %s%s · %u spans · light: waiting for capacity",
                   trace_outcome_word(request->outcome),
                   unit_show_time(took, (double)request->latency),
                   request->cold ? ", with a cold start" : "", request->span_count);
    struct rect body = view_box(view, where, title, subtitle);
    if (request->span_count == 0) {
        view_empty(view, body, "no spans were kept");
        return;
    }
    struct waterfall w = lay_out(view, body, set, request, *whole);
    double used = draw_cause(view, &w, body);
    body.y += used;
    body.h = fmax(body.h - used, 0);
    if (w.long_after)
        body = draw_choice(view, body, whole);
    w = lay_out(view, body, set, request, *whole);
    draw_rows(view, &w, body);
}
