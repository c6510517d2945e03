/* view_traces.c - see the header: the list. The waterfall is view_waterfall.c. */
#include "ui/view_traces.h"

#include "core/arena.h"
#include "core/unit.h"
#include "report/csv.h"
#include "ui/panel_data.h"
#include "ui/panel_frame.h"
#include "ui/view_buttons.h"
#include "ui/view_table.h"
#include "ui/view_waterfall.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

struct traces_page {
    struct wish asked; /* WISH_NOTHING: all */
    int reason;        /* enum trace_reason, or -1: all */
    bool by_start;
    bool whole; /* of the waterfall */
    char filter[64];
    uint64_t
        chosen_id; /* request shown, by its source and number; the set may be replaced under it */
    int32_t chosen_source;
    double scroll;
    /* The list: indices of requests, in order. Made for the key. */
    uint32_t *list;
    uint32_t count;
    size_t capacity;
    uint64_t key;
};

void *traces_page_new(void)
{
    struct traces_page *page = mem_resize(NULL, sizeof *page);
    *page = (struct traces_page){.reason = -1, .chosen_source = -1};
    return page;
}

void traces_page_free(void *state)
{
    struct traces_page *page = state;
    if (page == NULL)
        return;
    mem_free(page->list);
    mem_free(page);
}

static sim_time to_ns(double amount, double unit)
{
    if (!isfinite(amount))
        return SIM_NEVER;
    return time_round(fmax(amount, 0) * unit);
}

void traces_page_ask(struct view *view, void *state, const struct wish *wish)
{
    struct traces_page *page = state;
    if (wish->what != WISH_TRACES)
        return;
    page->asked = *wish;
    page->reason = -1;
    page->filter[0] = '\0';
    page->key = 0;
    page->scroll = 0;
    session_trace(view->session, &(struct trace_ask){.requests = 200,
                                                     .from = to_ns(wish->from_s, SIM_SECOND),
                                                     .to = to_ns(wish->to_s, SIM_SECOND),
                                                     .latency_min = to_ns(wish->low_ms, SIM_MS),
                                                     .latency_max = to_ns(wish->high_ms, SIM_MS)});
}

/* -- the list -------------------------------------------------------------------------------------------- */

static const char *const reason_words[] = {
    [TRACE_SLOWEST] = "slowest", [TRACE_FAILED] = "failed", [TRACE_COLD] = "cold",
    [TRACE_RANDOM] = "random",   [TRACE_ASKED] = "asked",
};

static bool holds_word(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (; *text != '\0'; text++) {
        size_t i = 0;
        while (i < n && text[i] != '\0' && (text[i] | 32) == (word[i] | 32))
            i++;
        if (i == n)
            return true;
    }
    return n == 0;
}

/* The filter is one word that must stand in the name of the source or of any place the request went to, in its reason, or in
 * how it ended. */
static bool passes_filter(const struct traces_page *page, const struct record_info *info,
                          const struct trace_set *set, const struct trace_request *request)
{
    if (page->filter[0] == '\0')
        return true;
    if (holds_word(reason_words[request->reason], page->filter) ||
        holds_word(trace_outcome_word(request->outcome), page->filter) ||
        holds_word(trace_place_name(info, request->source), page->filter))
        return true;
    for (uint32_t i = 0; i < request->span_count; i++)
        if (holds_word(trace_place_name(info, set->spans[request->first_span + i].resource),
                       page->filter))
            return true;
    return false;
}

static bool is_listed(const struct traces_page *page, const struct record_info *info,
                      const struct trace_set *set, const struct trace_request *request)
{
    if (page->asked.what == WISH_TRACES) {
        double start_s = (double)request->start / SIM_SECOND;
        double latency_ms = (double)request->latency / SIM_MS;
        if (start_s < page->asked.from_s || start_s >= page->asked.to_s ||
            latency_ms < page->asked.low_ms || latency_ms >= page->asked.high_ms)
            return false;
    }
    if (page->reason == TRACE_FAILED && request->outcome != OUTCOME_OK)
        return passes_filter(page, info, set, request);
    if (page->reason == TRACE_COLD && request->cold)
        return passes_filter(page, info, set, request);
    if (page->reason >= 0 && (int)request->reason != page->reason)
        return false;
    return passes_filter(page, info, set, request);
}

static bool comes_before(const struct traces_page *page, const struct trace_set *set, uint32_t a,
                         uint32_t b)
{
    const struct trace_request *x = &set->requests[a], *y = &set->requests[b];
    if (!page->by_start && x->latency != y->latency)
        return x->latency > y->latency;
    if (x->start != y->start)
        return x->start < y->start;
    return a < b;
}

/* Bottom-up merge sort: stable, and free of a comparator's context. */
static void sort_list(const struct traces_page *page, const struct trace_set *set, uint32_t *list,
                      uint32_t count)
{
    uint32_t *spare = mem_resize(NULL, sizeof *spare * (count + 1));
    for (uint32_t width = 1; width < count; width *= 2) {
        for (uint32_t low = 0; low < count; low += 2 * width) {
            uint32_t middle = low + width < count ? low + width : count;
            uint32_t high = middle + width < count ? middle + width : count;
            uint32_t i = low, j = middle;
            for (uint32_t k = low; k < high; k++) {
                bool left = i < middle && (j >= high || !comes_before(page, set, list[j], list[i]));
                spare[k] = left ? list[i++] : list[j++];
            }
        }
        memcpy(list, spare, sizeof *list * count);
    }
    mem_free(spare);
}

static uint64_t mix(uint64_t key, uint64_t value)
{
    key = (key ^ value) * UINT64_C(0x9E3779B97F4A7C15);
    return key ^ key >> 29;
}

static uint64_t list_key(const struct traces_page *page, const struct view *view,
                         const struct trace_set *set)
{
    uint64_t key = mix(record_version(view->run), (uintptr_t)set);
    key = mix(key, (uint64_t)(page->reason + 1) * 2 + page->by_start);
    for (const char *c = page->filter; *c != '\0'; c++)
        key = mix(key, (uint64_t)*c);
    key = mix(key, page->asked.what == WISH_TRACES);
    return key | 1;
}

static void make_list(struct traces_page *page, struct view *view, const struct trace_set *set)
{
    uint64_t key = list_key(page, view, set);
    if (key == page->key)
        return;
    const struct record_info *info = record_info(view->run);
    page->key = key;
    page->count = 0;
    for (uint32_t i = 0; set != NULL && i < set->request_count; i++) {
        if (!is_listed(page, info, set, &set->requests[i]))
            continue;
        page->list = mem_grow(page->list, page->count, &page->capacity, sizeof *page->list);
        page->list[page->count++] = i;
    }
    if (page->count > 1)
        sort_list(page, set, page->list, page->count);
}

/* Where in the list the chosen request stands; the first if it is not there; -1: the list is empty. */
static int chosen_row(struct traces_page *page, const struct trace_set *set)
{
    for (uint32_t i = 0; i < page->count; i++) {
        const struct trace_request *request = &set->requests[page->list[i]];
        if (request->id == page->chosen_id && request->source == page->chosen_source)
            return (int)i;
    }
    return page->count > 0 ? 0 : -1;
}

static void choose(struct traces_page *page, const struct trace_set *set, int row)
{
    page->chosen_id = set->requests[page->list[row]].id;
    page->chosen_source = set->requests[page->list[row]].source;
}

/* -- toolbar ----------------------------------------------------------------------------------------------- */

static void add_reasons(struct traces_page *page, struct button_row *row)
{
    static const struct {
        const char *id, *label;
        int reason;
    } buttons[] = {
        {"traces.all", "All", -1},
        {"traces.slowest", "Slowest", TRACE_SLOWEST},
        {"traces.failed", "Failed", TRACE_FAILED},
        {"traces.cold", "Cold", TRACE_COLD},
        {"traces.random", "Random", TRACE_RANDOM},
    };
    for (size_t i = 0; i < COUNTOF(buttons); i++)
        if (buttons_add(row, buttons[i].id, buttons[i].label, page->reason == buttons[i].reason))
            page->reason = buttons[i].reason;
}

/* The cell of the heat map the list is restricted to; a click lifts that. */
static void add_cell(struct traces_page *page, struct button_row *row)
{
    if (page->asked.what != WISH_TRACES)
        return;
    char from[32], to[32], low[UNIT_TEXT_MAX], high[UNIT_TEXT_MAX], label[160];
    double span = page->asked.to_s - page->asked.from_s;
    bool open = !isfinite(page->asked.high_ms);
    (void)snprintf(
        label, sizeof label, "%s – %s, %s%s%s  ×", show_clock(from, page->asked.from_s, span),
        show_clock(to, page->asked.to_s, span), unit_show_time(low, page->asked.low_ms * SIM_MS),
        open ? " and more" : " – ", open ? "" : unit_show_time(high, page->asked.high_ms * SIM_MS));
    buttons_gap(row);
    if (buttons_add(row, "traces.cell", label, true))
        page->asked.what = WISH_NOTHING;
}

/* Returns what is left below it. */
static struct rect draw_toolbar(struct traces_page *page, struct view *view, struct rect where)
{
    struct button_row row = buttons_begin(view, where);
    add_reasons(page, &row);
    buttons_gap(&row);
    if (buttons_add(&row, "traces.by_latency", "By latency", !page->by_start))
        page->by_start = false;
    if (buttons_add(&row, "traces.by_start", "By start", page->by_start))
        page->by_start = true;
    add_cell(page, &row);
    buttons_gap(&row);
    (void)buttons_field(&row, "traces.filter", "filter: a name, timeout, cold …",
                        250 * view->canvas->text_scale, page->filter, sizeof page->filter);
    return buttons_end(&row);
}

/* -- rows ---------------------------------------------------------------------------------------------------- */

static void draw_row(struct view *view, const struct table *table, int row,
                     const struct trace_set *set, uint32_t index)
{
    const struct record_info *info = record_info(view->run);
    const struct trace_request *request = &set->requests[index];
    const struct theme *theme = view->theme;
    char text[96], buf[UNIT_TEXT_MAX], clock[32];
    struct rect first = table_cell_rect(table, row, 0);
    double middle = first.y + first.h / 2, mark = 8 * view->canvas->text_scale;
    canvas_health(view->canvas, first.x + SPACE + mark / 2, middle, mark,
                  trace_outcome_health(request->outcome));
    if (request->cold)
        view->canvas->ops->ring(view->canvas, (struct point){first.x + SPACE + mark / 2, middle},
                                mark * 0.85, (struct stroke){theme->accent, 1.25, DASH_SOLID});
    (void)snprintf(text, sizeof text, "%s",
                   show_clock(clock, (double)request->start / SIM_SECOND, 0.001));
    table_cell(view, table, row, 1, TYPE_BODY, theme->text, text);
    table_cell(view, table, row, 2, TYPE_STRONG, theme->strong,
               unit_show_time(buf, (double)request->latency));
    table_cell(view, table, row, 3, TYPE_BODY, theme->muted, reason_words[request->reason]);
    (void)snprintf(text, sizeof text, "%s #%llu", trace_place_name(info, request->source),
                   (unsigned long long)request->id);
    table_cell(view, table, row, 4, TYPE_BODY, theme->text, text);
}

static const struct table_column columns[] = {
    {"", ALIGN_LEFT, 0.4},    {"start", ALIGN_RIGHT, 1.5},  {"latency", ALIGN_RIGHT, 1.1},
    {"why", ALIGN_LEFT, 1.1}, {"request", ALIGN_LEFT, 2.6},
};

/* Keys move the choice while the list is what the keyboard is about: nothing else has taken them. */
static void move_choice(struct traces_page *page, struct view *view, const struct trace_set *set,
                        int rows)
{
    int row = chosen_row(page, set), to = row;
    const struct ui_input *input = ui_input_of(view->ui);
    switch (input->key) {
    case UI_KEY_DOWN:
        to = row + 1;
        break;
    case UI_KEY_UP:
        to = row - 1;
        break;
    case UI_KEY_PAGE_DOWN:
        to = row + rows;
        break;
    case UI_KEY_PAGE_UP:
        to = row - rows;
        break;
    default:
        return;
    }
    ui_take_key(view->ui);
    int last = (int)page->count - 1;
    to = to < 0 ? 0 : to > last ? last : to;
    choose(page, set, to);
    if (to < page->scroll)
        page->scroll = to;
    if (to >= page->scroll + rows)
        page->scroll = to - rows + 1;
}

static void draw_list(struct traces_page *page, struct view *view, struct rect where,
                      const struct trace_set *set)
{
    struct table table = table_make(view, where, columns, COUNTOF(columns));
    int rows = table_rows(&table);
    table_head(view, &table);
    move_choice(page, view, set, rows);
    if (ui_hovered(view->ui, where))
        page->scroll -= ui_input_of(view->ui)->wheel_y * 3;
    page->scroll = fmax(fmin(page->scroll, (double)page->count - rows), 0);
    int first = (int)page->scroll, chosen = chosen_row(page, set);
    for (int row = 0; row < rows && first + row < (int)page->count; row++) {
        int at = first + row;
        struct rect line = table_row(&table, row);
        char id[40], label[40];
        const struct trace_request *request = &set->requests[page->list[at]];
        (void)snprintf(id, sizeof id, "trace.%d", at);
        (void)snprintf(label, sizeof label, "request %llu", (unsigned long long)request->id);
        if (at == chosen)
            canvas_fill(view->canvas, line, 3, colour_fade(view->theme->accent, 0.16));
        if (ui_press(view->ui, UI_ITEM, id, label, line))
            choose(page, set, at);
        draw_row(view, &table, row, set, page->list[at]);
    }
}

static const char *why_empty(const struct traces_page *page, const struct view *view,
                             const struct trace_set *set)
{
    if (page->asked.what == WISH_TRACES && session_state(view->session) != SESSION_IDLE)
        return "tracing the requests behind this cell …";
    if (set == NULL)
        return record_result(view->run) ? "no request was traced"
                                        : "traces come when the run is over";
    return set->request_count == 0 ? "no request was traced" : "no traced request is like that";
}

struct wish traces_page_draw(struct view *view, void *state, struct rect where)
{
    struct traces_page *page = state;
    struct wish wish = {WISH_NOTHING};
    if (!view_moving(view))
        return wish;
    const struct trace_set *set = record_traces(view->run);
    struct rect rest = draw_toolbar(page, view, where);
    make_list(page, view, set);
    char subtitle[96], shown[UNIT_TEXT_MAX], all[UNIT_TEXT_MAX];
    (void)snprintf(subtitle, sizeof subtitle, "%s of %s traced",
                   unit_show_count(shown, page->count),
                   unit_show_count(all, set ? set->request_count : 0));
    struct rect left = {rest.x, rest.y, floor(fmax(rest.w * 0.36, fmin(rest.w * 0.5, 380))),
                        rest.h};
    struct rect right = {left.x + left.w + PANEL_GAP, rest.y, rest.w - left.w - PANEL_GAP, rest.h};
    struct rect body = view_box(view, left, "Requests", subtitle);
    if (page->count == 0) {
        view_empty(view, body, why_empty(page, view, set));
        (void)view_box(view, right, "Waterfall", NULL);
        return wish;
    }
    draw_list(page, view, body, set);
    const struct trace_request *request = &set->requests[page->list[chosen_row(page, set)]];
    waterfall_draw(view, right, set, request, &page->whole);
    return wish;
}

void traces_page_csv(struct view *view, void *state, struct text *out)
{
    struct traces_page *page = state;
    const struct trace_set *set = record_traces(view->run);
    const struct record_info *info = record_info(view->run);
    make_list(page, view, set);
    text_add(out, "source,request,start_s,latency_ms,why,outcome,cold,spans\n");
    for (uint32_t i = 0; i < page->count; i++) {
        const struct trace_request *request = &set->requests[page->list[i]];
        csv_add_text(out, trace_place_name(info, request->source));
        text_addf(out, ",%llu,", (unsigned long long)request->id);
        csv_add_number(out, (double)request->start / SIM_SECOND);
        text_add(out, ",");
        csv_add_number(out, (double)request->latency / SIM_MS);
        text_addf(out, ",%s,%s,%s,%u\n", reason_words[request->reason],
                  trace_outcome_word(request->outcome), request->cold ? "true" : "false",
                  request->span_count);
    }
}
