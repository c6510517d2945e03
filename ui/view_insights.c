/* view_insights.c - see the header. */
#include "ui/view_insights.h"

#include "core/arena.h"
#include "core/unit.h"
#include "report/csv.h"
#include "ui/insight_job.h"
#include "ui/panel_frame.h"
#include "ui/view_buttons.h"
#include "ui/view_paragraph.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define MESSAGE_LINES 4
#define TIP_COLUMNS   64

struct insights_page {
    struct insight_job *job;
    uint64_t fingerprint; /* of the run it looks at */
    bool all;             /* measure every finding */
    int seen;             /* version at the last call of busy */
};

void *insights_page_new(void)
{
    struct insights_page *page = mem_resize(NULL, sizeof *page);
    *page = (struct insights_page){.job = NULL};
    return page;
}

void insights_page_free(void *state)
{
    struct insights_page *page = state;
    if (page == NULL)
        return;
    insight_job_end(page->job);
    mem_free(page);
}

bool insights_page_busy(void *state, bool *news)
{
    struct insights_page *page = state;
    if (page->job == NULL)
        return false;
    const struct insight_view *found = insight_job_look(page->job);
    *news = *news || found->version != page->seen;
    page->seen = found->version;
    return !found->over;
}

/* Looks at the run on screen once it has landed, and again when it is another one. */
static void follow(struct insights_page *page, struct view *view)
{
    const struct result *result = record_result(view->run);
    if (result == NULL || session_state(view->session) != SESSION_IDLE ||
        session_current(view->session) != view->run)
        return;
    if (page->job != NULL && page->fingerprint == result->fingerprint)
        return;
    insight_job_end(page->job);
    page->job = insight_job_start(view->session, page->all);
    page->fingerprint = result->fingerprint;
}

/* -- words ---------------------------------------------------------------------------------------------- */

static char *show(char buf[UNIT_TEXT_MAX], const char *unit, double value)
{
    if (isnan(value))
        (void)snprintf(buf, UNIT_TEXT_MAX, "–");
    else if (strcmp(unit, "ms") == 0)
        (void)unit_show_time(buf, value * SIM_MS);
    else if (strcmp(unit, "s") == 0)
        (void)unit_show_time(buf, value * SIM_SECOND);
    else if (strcmp(unit, "ratio") == 0)
        (void)unit_show_share(buf, value);
    else if (strcmp(unit, "usd") == 0)
        (void)unit_show_money(buf, value);
    else if (strcmp(unit, "count") == 0)
        (void)unit_show_count(buf, value);
    else
        (void)unit_show_number(buf, value);
    return buf;
}

/* "latency p99" and "307ms → 190ms" */
static void say_effect(const struct insight_effect *effect, char name[120], char values[120])
{
    char before[UNIT_TEXT_MAX], after[UNIT_TEXT_MAX];
    bool whole = strcmp(effect->resource, "*") == 0;
    const char *metric =
        strcmp(effect->metric, "cost_month") == 0 ? "cost a month" : effect->metric;
    bool plain = strcmp(effect->stat, "mean") == 0 || strcmp(effect->stat, "sum") == 0;
    (void)snprintf(name, 120, "%.60s%s%s%s%s", whole ? "" : effect->resource, whole ? "" : " ",
                   metric, plain ? "" : " ", plain ? "" : effect->stat);
    (void)show(before, effect->unit, effect->before);
    (void)show(after, effect->unit, effect->after);
    if (strcmp(before, after) == 0)
        (void)snprintf(values, 120, "%s", after);
    else
        (void)snprintf(values, 120, "%s → %s", before, after);
}

static const char *state_words(const struct insight *item)
{
    switch (item->state) {
    case INSIGHT_MEASURED:
        return "measured by simulating it:";
    case INSIGHT_WAITING:
        return "being simulated …";
    case INSIGHT_NOT_RUN:
        break;
    }
    return item->why_not;
}

/* Critical a square, a warning a triangle, a mere fact a ring. */
static void draw_severity(struct view *view, enum insight_severity severity, double x, double y,
                          double size)
{
    if (severity == INSIGHT_INFO)
        view->canvas->ops->ring(view->canvas, (struct point){x, y}, size * 0.4,
                                (struct stroke){view->theme->accent, 2, DASH_SOLID});
    else
        canvas_health(view->canvas, x, y, size,
                      severity == INSIGHT_CRITICAL ? HEALTH_FAULT : HEALTH_CLIENT_ERROR);
}

static bool can_try(const struct insight *item)
{
    for (int i = 0; i < item->change_count; i++)
        if (item->changes[i].kind != CHANGE_PARAM && item->changes[i].kind != CHANGE_SETTING)
            return false;
    return item->change_count > 0;
}

static void try_it(struct view *view, const struct insight *item)
{
    session_set_baseline(view->session);
    view->baseline = session_baseline(view->session); /* the one before may be freed */
    for (int i = 0; i < item->change_count; i++) {
        const struct change *change = &item->changes[i];
        struct err err = {.kind = ERR_NONE};
        if (change->kind == CHANGE_PARAM)
            (void)session_set_param(view->session, change->name, change->value, &err);
        else
            session_set_override(view->session, change->resource, change->name, change->value);
    }
}

/* -- a card ----------------------------------------------------------------------------------------------- */

struct card {
    const struct insight *item;
    const char *change;
    int number;
    double effects; /* width of the right part */
};

/* Message, advice and change at the left. Returns the height it takes. */
static double draw_reasons(struct view *view, const struct card *card, struct rect where, bool draw)
{
    const struct insight *item = card->item;
    const struct theme *theme = view->theme;
    double y = where.y;
    struct rect line = where;
    line.y = y;
    y += view_paragraph(view, line, TYPE_BODY, theme->text, item->message, MESSAGE_LINES, draw);
    line.y = y + SPACE;
    if (card->change[0] != '\0')
        y += SPACE + view_paragraph(view, line, TYPE_MONO, theme->strong, card->change, 2, draw);
    line.y = y + SPACE;
    if (item->advice != NULL)
        y += SPACE +
             view_paragraph(view, line, TYPE_BODY, theme->muted, item->advice, MESSAGE_LINES, draw);
    return y - where.y;
}

/* What did not move, or may have moved by chance, stands back. */
static void draw_effect(struct view *view, const struct insight_effect *effect, struct rect line)
{
    char name[120], values[120], cut[256];
    say_effect(effect, name, values);
    bool moved = effect->before != effect->after &&
                 (effect->significant || !effect->has_interval) && strstr(values, "→") != NULL;
    double baseline = line.y + view_line_height(view, TYPE_BODY) * 0.74;
    double wide = canvas_measure(view->canvas, TYPE_BODY, values);
    (void)canvas_fit(view->canvas, TYPE_BODY, name, line.w - wide - 3 * SPACE, cut);
    canvas_text(view->canvas, line.x, baseline, ALIGN_LEFT, TYPE_BODY, view->theme->muted, cut);
    canvas_text(view->canvas, line.x + line.w, baseline, ALIGN_RIGHT, TYPE_BODY,
                moved ? view->theme->strong : view->theme->muted, values);
}

static double draw_effects(struct view *view, const struct card *card, struct rect where, bool draw)
{
    const struct insight *item = card->item;
    const struct theme *theme = view->theme;
    double y = where.y;
    struct rect line = where;
    const char *state = state_words(item);
    if (state != NULL && (item->change_count > 0 || item->state != INSIGHT_NOT_RUN))
        y += view_paragraph(view, line, TYPE_SMALL, theme->muted, state, 3, draw);
    for (int i = 0; i < item->effect_count && item->state == INSIGHT_MEASURED; i++) {
        line.y = y;
        if (draw)
            draw_effect(view, &item->effects[i], line);
        y += view_line_height(view, TYPE_BODY);
    }
    if (item->slos_known && item->slos_before != item->slos_after) {
        char text[64];
        (void)snprintf(text, sizeof text, "SLOs met  %d → %d", item->slos_before, item->slos_after);
        line.y = y;
        y += view_paragraph(view, line, TYPE_BODY,
                            item->slos_after > item->slos_before ? theme->ok : theme->fault, text,
                            1, draw);
    }
    if (!can_try(item))
        return y - where.y;
    double h = fmax(HIT_TARGET, view_line_height(view, TYPE_BODY) + 2 * SPACE);
    y += 2 * SPACE;
    if (draw) {
        char id[40];
        (void)snprintf(id, sizeof id, "insight.%d.try", card->number);
        struct rect button = {where.x, y, 76 * view->canvas->text_scale, h};
        if (ui_button(view->ui, id, "Try it", button, UI_PLAIN))
            try_it(view, item);
        ui_hint(view->ui, button,
                "this run becomes the baseline, the change is put into the session");
    }
    return y + h - where.y;
}

/* Tooltips break where they are told to. */
static void tell_why(struct view *view, const char *why)
{
    char tip[500];
    size_t n = 0, since = 0;
    for (; why[n] != '\0' && n + 1 < sizeof tip; n++, since++) {
        bool breaks = why[n] == ' ' && since >= TIP_COLUMNS;
        tip[n] = breaks ? '\n' : why[n];
        since = breaks ? 0 : since;
    }
    tip[n] = '\0';
    ui_tooltip(view->ui, tip);
}

/* Returns the height of the card; draws it where `draw`. */
static double draw_card(struct view *view, const struct card *card, struct rect where, bool draw)
{
    const struct insight *item = card->item;
    const struct theme *theme = view->theme;
    double scale = view->canvas->text_scale, head = view_line_height(view, TYPE_STRONG);
    double mark = 10 * scale, inner = where.w - 2 * PANEL_PADDING;
    struct rect left = {where.x + PANEL_PADDING + mark + 2 * SPACE,
                        where.y + PANEL_PADDING + head + SPACE,
                        inner - mark - 2 * SPACE - card->effects - 2 * PANEL_GAP, 0};
    struct rect right = {where.x + where.w - PANEL_PADDING - card->effects, where.y + PANEL_PADDING,
                         card->effects, 0};
    double tall = fmax(draw_reasons(view, card, left, false) + head + SPACE,
                       draw_effects(view, card, right, false)) +
                  2 * PANEL_PADDING;
    if (!draw)
        return tall;
    where.h = tall;
    canvas_fill(view->canvas, where, PANEL_RADIUS, theme->panel);
    canvas_frame(view->canvas, where, PANEL_RADIUS, (struct stroke){theme->border, 1, DASH_SOLID});
    double middle = where.y + PANEL_PADDING + head / 2;
    draw_severity(view, item->severity, where.x + PANEL_PADDING + mark / 2, middle, mark);
    char title[200], cut[256], id[40];
    bool whole = strcmp(item->resource, "*") == 0;
    (void)snprintf(title, sizeof title, "%s%s%s", whole ? "" : item->resource, whole ? "" : ": ",
                   item->rule->title);
    double baseline = middle + type_size(TYPE_STRONG) * scale * 0.36;
    double wide = canvas_fit(view->canvas, TYPE_STRONG, title, left.w - 120 * scale, cut);
    canvas_text(view->canvas, left.x, baseline, ALIGN_LEFT, TYPE_STRONG, theme->strong, cut);
    canvas_textf(view->canvas, left.x + wide + 2 * SPACE, baseline, ALIGN_LEFT, TYPE_SMALL,
                 theme->muted, "%s · %s", insight_severities[item->severity], item->rule->id);
    /* Before its button, which lies above it. */
    (void)snprintf(id, sizeof id, "insight.%d", card->number);
    (void)ui_register(view->ui, UI_CARD, id, title, where, item->rule->id, item->saving_usd_month);
    (void)draw_reasons(view, card, left, true);
    (void)draw_effects(view, card, right, true);
    if (ui_hovered(view->ui, (struct rect){left.x, where.y, left.w, head + PANEL_PADDING}))
        tell_why(view, item->rule->why);
    return tall;
}

/* -- page -------------------------------------------------------------------------------------------------------- */

static void say_state(const struct insight_view *found, char *out, size_t size)
{
    if (found->err.kind != ERR_NONE)
        (void)snprintf(out, size, "%s", found->err.what);
    else if (!found->found)
        (void)snprintf(out, size, "looking at the run …");
    else if (!found->over)
        (void)snprintf(out, size, "%d findings · simulating their changes: %d of %d", found->count,
                       found->measured, found->total);
    else
        (void)snprintf(out, size, "%d finding%s, the most important first", found->count,
                       found->count == 1 ? "" : "s");
}

static struct rect draw_toolbar(struct insights_page *page, struct view *view, struct rect where,
                                const struct insight_view *found)
{
    struct button_row row = buttons_begin(view, where);
    char text[600];
    say_state(found, text, sizeof text);
    buttons_say(&row, found->err.kind != ERR_NONE ? view->theme->fault : view->theme->text, text);
    if (found->over && found->unmeasured > 0 &&
        buttons_add(&row, "insights.all", "Measure all of them", false)) {
        page->all = true;
        page->fingerprint = 0;
        insight_job_end(page->job);
        page->job = NULL;
    }
    return buttons_end(&row);
}

static void draw_cards(struct view *view, const struct insight_view *found, struct rect where)
{
    double effects = fmin(310 * view->canvas->text_scale, where.w * 0.4), content = 0;
    struct rect place = {where.x, where.y, where.w - 3 * SPACE, 0};
    for (int i = 0; i < found->count; i++) {
        struct card card = {&found->items[i], found->changes[i], i, effects};
        content += draw_card(view, &card, place, false) + PANEL_GAP;
    }
    place.y -= ui_scroll_begin(view->ui, "insights", where, content);
    for (int i = 0; i < found->count; i++) {
        struct card card = {&found->items[i], found->changes[i], i, effects};
        double tall = draw_card(view, &card, place, false);
        bool visible = place.y + tall > where.y && place.y < where.y + where.h;
        if (visible)
            (void)draw_card(view, &card, place, true);
        place.y += tall + PANEL_GAP;
    }
    ui_scroll_end(view->ui);
}

struct wish insights_page_draw(struct view *view, void *state, struct rect where)
{
    struct insights_page *page = state;
    struct wish wish = {WISH_NOTHING};
    if (!view_moving(view))
        return wish;
    follow(page, view);
    if (page->job == NULL) {
        struct rect body = view_box(view, where, "Insights", NULL);
        view_empty(view, body, "the run is looked at when it is over");
        return wish;
    }
    struct rect rest = draw_toolbar(page, view, where, insight_job_look(page->job));
    if (page->job == NULL)
        return wish;
    const struct insight_view *found = insight_job_look(page->job);
    if (found->count == 0) {
        struct rect body = view_box(view, rest, "Insights", NULL);
        view_empty(view, body,
                   !found->found ? "looking at the run …" : "nothing stands out in this run");
        return wish;
    }
    draw_cards(view, found, rest);
    return wish;
}

void insights_page_csv(struct view *view, void *state, struct text *out)
{
    (void)view;
    struct insights_page *page = state;
    text_add(out, "rule,severity,resource,message,change,saving_usd_month\n");
    if (page->job == NULL)
        return;
    const struct insight_view *found = insight_job_look(page->job);
    for (int i = 0; i < found->count; i++) {
        const struct insight *item = &found->items[i];
        text_addf(out, "%s,%s,", item->rule->id, insight_severities[item->severity]);
        csv_add_text(out, item->resource);
        text_add(out, ",");
        csv_add_text(out, item->message);
        text_add(out, ",");
        csv_add_text(out, found->changes[i]);
        text_add(out, ",");
        csv_add_number(out, item->saving_usd_month);
        text_add(out, "\n");
    }
}
