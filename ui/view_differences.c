/* view_differences.c - see the header. */
#include "ui/view_differences.h"

#include "core/arena.h"
#include "core/unit.h"
#include "report/csv.h"
#include "run/compare.h"
#include "scenario/scenario_diff.h"
#include "ui/panel_frame.h"
#include "ui/view_buttons.h"
#include "ui/view_paragraph.h"
#include "ui/view_table.h"
#include "ui/widgets.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

struct differences {
    struct arena *arena; /* of the comparison; NULL: none */
    struct comparison comparison;
    struct scenario_diff settings;
    const struct result *a, *b;
    uint64_t a_print, b_print;
    bool all; /* every resource, not the application alone */
};

struct differences *differences_new(void)
{
    struct differences *self = mem_resize(NULL, sizeof *self);
    *self = (struct differences){.arena = NULL};
    return self;
}

void differences_free(struct differences *self)
{
    if (self == NULL)
        return;
    arena_free(self->arena);
    mem_free(self);
}

/* False: there is nothing to compare yet. */
static bool update(struct differences *self, const struct view *view)
{
    const struct result *a = view->baseline != NULL ? record_result(view->baseline) : NULL;
    const struct result *b = record_result(view->run);
    if (a == NULL || b == NULL)
        return false;
    if (self->arena != NULL && self->a == a && self->b == b && self->a_print == a->fingerprint &&
        self->b_print == b->fingerprint)
        return true;
    arena_free(self->arena);
    self->arena = arena_new();
    self->a = a;
    self->b = b;
    self->a_print = a->fingerprint;
    self->b_print = b->fingerprint;
    struct compare_input input_a = compare_input_of(a), input_b = compare_input_of(b);
    compare_rows(&self->comparison, &input_a, &input_b, self->arena);
    scenario_diff(&self->settings, a->scenario, b->scenario, self->arena);
    return true;
}

bool differences_settings(struct differences *self, struct view *view, char *out, size_t size)
{
    size_t n = 0;
    out[0] = '\0';
    if (!update(self, view))
        return false;
    for (int i = 0; i < self->settings.count && n < size; i++) {
        const struct setting_change *change = &self->settings.changes[i];
        const char *what = change->what;
        if (strncmp(what, "param ", 6) == 0)
            what += 6;
        const char *gap = n > 0 ? " · " : "";
        if (change->sign == '~' && change->a[0] != '\0')
            n += (size_t)snprintf(out + n, size - n, "%s%s %s → %s", gap, what, change->a,
                                  change->b);
        else
            n += (size_t)snprintf(out + n, size - n, "%s%s%s", gap, what,
                                  change->sign == '+'   ? " in B only"
                                  : change->sign == '-' ? " in A only"
                                                        : " changed");
    }
    return true;
}

/* -- words ------------------------------------------------------------------------------------------------ */

static char *show(char buf[UNIT_TEXT_MAX], const char *unit, double value)
{
    if (isnan(value)) {
        (void)snprintf(buf, UNIT_TEXT_MAX, "–");
        return buf;
    }
    /* The writers of units know no sign. */
    char *at = buf;
    if (value < 0)
        at += snprintf(buf, UNIT_TEXT_MAX, "−");
    double size = fabs(value);
    char text[UNIT_TEXT_MAX];
    if (strcmp(unit, "ms") == 0)
        (void)unit_show_time(text, size * SIM_MS);
    else if (strcmp(unit, "s") == 0)
        (void)unit_show_time(text, size * SIM_SECOND);
    else if (strcmp(unit, "ratio") == 0)
        (void)unit_show_share(text, size);
    else if (strcmp(unit, "usd") == 0 && size >= 10000) {
        char whole[UNIT_TEXT_MAX]; /* cents would only take room */
        (void)snprintf(text, sizeof text, "$%.30s", unit_show_count(whole, size));
    } else if (strcmp(unit, "usd") == 0)
        (void)unit_show_money(text, size);
    else if (strcmp(unit, "count") == 0 && size >= 1000)
        (void)unit_show_count(text, size);
    else
        (void)unit_show_number(text, size);
    (void)snprintf(at, (size_t)(buf + UNIT_TEXT_MAX - at), "%s", text);
    return buf;
}

static bool is_same(const struct difference *row)
{
    return row->change == 0 && (row->low == 0 || isnan(row->low));
}

static void say_change(char buf[UNIT_TEXT_MAX], const struct difference *row)
{
    if (isnan(row->change))
        (void)snprintf(buf, UNIT_TEXT_MAX, "–");
    else if (is_same(row))
        (void)snprintf(buf, UNIT_TEXT_MAX, "0");
    else if (row->a > 0) {
        double share = fabs(row->change / row->a);
        bool fine = share < 0.0995 || (share > 0.98 && share < 1); /* "-99.9 %" is not all of it */
        (void)snprintf(buf, UNIT_TEXT_MAX, "%s%.*f %%", row->change < 0 ? "−" : "+", fine ? 1 : 0,
                       share * 100);
    } else
        (void)show(buf, row->unit, row->change);
}

static void say_interval(char *buf, size_t size, const struct difference *row)
{
    char low[UNIT_TEXT_MAX], high[UNIT_TEXT_MAX];
    if (isnan(row->change))
        (void)snprintf(buf, size, isnan(row->a) ? "only in B" : "only in A");
    else if (is_same(row))
        (void)snprintf(buf, size, "equal");
    else if (isnan(row->low) || row->basis == COMPARE_NOTHING)
        (void)snprintf(buf, size, "no interval");
    else if (!row->significant)
        (void)snprintf(buf, size, "no significant difference");
    else
        (void)snprintf(buf, size, "%s … %s", show(low, row->unit, row->low),
                       show(high, row->unit, row->high));
}

static void row_name(char *buf, size_t size, const struct difference *row)
{
    bool whole = strcmp(row->resource, "*") == 0;
    (void)snprintf(buf, size, "%s%s%s %s", whole ? "" : row->resource, whole ? "" : " ",
                   row->metric, row->stat);
}

/* What can be said of both runs at a glance, by how sure it is. */
struct headline {
    char sure[300];   /* "p99 −38 %, cost +12 %; no significant difference in p50; errors equal" */
    char unsure[300]; /* "Without an interval, so perhaps chance: p50 −3 %" */
};

static void add_word(char *out, size_t size, const char *before, const char *word)
{
    size_t n = strlen(out);
    (void)snprintf(out + n, size - n, "%s%s", n > 0 ? ", " : before, word);
}

static void say_all(const struct comparison *comparison, struct headline *out)
{
    static const struct {
        const char *metric, *stat, *name;
    } keys[] = {{"latency", "p50", "p50"},
                {"latency", "p99", "p99"},
                {"errors", "mean", "errors"},
                {"throttles", "mean", "throttles"},
                {"cost_month", "sum", "cost"}};
    char same[200] = "", equal[200] = "";
    *out = (struct headline){"", ""};
    for (size_t i = 0; i < COUNTOF(keys); i++) {
        const struct difference *row = compare_find(comparison, "*", keys[i].metric, keys[i].stat);
        char change[UNIT_TEXT_MAX], word[UNIT_TEXT_MAX + 20];
        if (row == NULL || isnan(row->change))
            continue;
        say_change(change, row);
        (void)snprintf(word, sizeof word, "%s %s", keys[i].name, change);
        if (row->significant)
            add_word(out->sure, sizeof out->sure, "", word);
        else if (is_same(row))
            add_word(equal, sizeof equal, "", keys[i].name);
        else if (isnan(row->low))
            add_word(out->unsure, sizeof out->unsure, "Without an interval, so perhaps chance: ",
                     word);
        else
            add_word(same, sizeof same, "", keys[i].name);
    }
    size_t n = strlen(out->sure);
    if (same[0] != '\0')
        (void)snprintf(out->sure + n, sizeof out->sure - n, "%so significant difference in %s",
                       n > 0 ? "; n" : "N", same);
    n = strlen(out->sure);
    if (equal[0] != '\0')
        (void)snprintf(out->sure + n, sizeof out->sure - n, "%s%s equal", n > 0 ? "; " : "", equal);
}

/* -- drawing -------------------------------------------------------------------------------------------------- */

static const struct table_column columns[] = {
    {"result", ALIGN_LEFT, 2.1},
    {"A", ALIGN_RIGHT, 1.1},
    {"B", ALIGN_RIGHT, 1.1},
    {"B − A", ALIGN_RIGHT, 0.95},
    {"95 % interval", ALIGN_RIGHT, 2.5},
};

/* Only what is sure stands out. Returns the height. */
static double draw_headline(const struct comparison *comparison, struct view *view,
                            struct rect where)
{
    struct headline headline = {"Both runs are the same, to the bit.", ""};
    double used = 0;
    if (!comparison->identical)
        say_all(comparison, &headline);
    if (headline.sure[0] != '\0')
        used += view_paragraph(view, where, TYPE_STRONG, view->theme->strong, headline.sure, 3,
                               true);
    where.y += used;
    where.h = fmax(where.h - used, 0);
    if (headline.unsure[0] != '\0')
        used += view_paragraph(view, where, TYPE_BODY, view->theme->text, headline.unsure, 3, true);
    return used;
}

/* Where a name is too long the front is cut: the statistic at its end tells rows apart. */
static void fit_name(struct view *view, double room, const struct difference *row, char *out,
                     size_t size)
{
    char name[200], stat[40], cut[256];
    row_name(name, sizeof name, row);
    (void)snprintf(stat, sizeof stat, " %.30s", row->stat);
    if (canvas_measure(view->canvas, TYPE_BODY, name) > room)
        name[strlen(name) - strlen(row->stat) - 1] = '\0';
    else
        stat[0] = '\0';
    if (stat[0] != '\0')
        room -= canvas_measure(view->canvas, TYPE_BODY, stat);
    (void)canvas_fit(view->canvas, TYPE_BODY, name, fmax(room, 0), cut);
    (void)snprintf(out, size, "%s%s", cut, stat);
}

static void draw_row(struct view *view, const struct table *table, int at,
                     const struct difference *row)
{
    char text[320], buf[UNIT_TEXT_MAX];
    const struct theme *theme = view->theme;
    struct colour ink = row->significant ? theme->strong : theme->muted;
    fit_name(view, table_cell_rect(table, at, 0).w - 2 * SPACE, row, text, sizeof text);
    table_cell(view, table, at, 0, TYPE_BODY, theme->text, text);
    table_cell(view, table, at, 1, TYPE_BODY, theme->a, show(buf, row->unit, row->a));
    table_cell(view, table, at, 2, TYPE_BODY, theme->b, show(buf, row->unit, row->b));
    say_change(buf, row);
    table_cell(view, table, at, 3, row->significant ? TYPE_STRONG : TYPE_BODY, ink, buf);
    say_interval(text, sizeof text, row);
    table_cell(view, table, at, 4, TYPE_SMALL, ink, text);
}

static bool is_listed(const struct differences *self, const struct difference *row)
{
    if (row->a == 0 && row->b == 0)
        return false; /* no use on either side */
    return self->all || strcmp(row->resource, "*") == 0;
}

static const char *basis_words(const struct comparison *comparison)
{
    for (int i = 0; i < comparison->count; i++)
        switch (comparison->rows[i].basis) {
        case COMPARE_REPLICATIONS:
            return "paired by replication";
        case COMPARE_BATCHES:
            return "paired by batches of one run";
        case COMPARE_UNPAIRED:
            return "not paired: other seed or length";
        case COMPARE_NOTHING:
            break;
        }
    return "no intervals from one run of a load that changes";
}

void differences_draw(struct differences *self, struct view *view, struct rect where)
{
    bool ready = update(self, view);
    struct rect body =
        view_box(view, where, "Differences", ready ? basis_words(&self->comparison) : NULL);
    if (!ready) {
        view_empty(view, body, "differences are told when both runs are over");
        return;
    }
    double used = draw_headline(&self->comparison, view, body);
    body.y += used + SPACE;
    body.h = fmax(body.h - used - SPACE, 0);
    struct button_row row = buttons_begin(view, body);
    if (buttons_add(&row, "compare.app", "Application", !self->all))
        self->all = false;
    if (buttons_add(&row, "compare.all", "Every resource", self->all))
        self->all = true;
    body = buttons_end(&row);
    body.w -= 3 * SPACE; /* of the scroll bar */
    struct table table = table_make(view, body, columns, COUNTOF(columns));
    table_head(view, &table);
    int count = 0;
    for (int i = 0; i < self->comparison.count; i++)
        count += is_listed(self, &self->comparison.rows[i]);
    struct rect part = {body.x, body.y + table.row_height, body.w + 3 * SPACE,
                        fmax(body.h - table.row_height, 0)};
    double offset = ui_scroll_begin(view->ui, "compare.rows", part, count * table.row_height);
    struct table moved = table;
    moved.where.y -= offset;
    for (int i = 0, at = 0; i < self->comparison.count; i++) {
        if (!is_listed(self, &self->comparison.rows[i]))
            continue;
        struct rect place = table_row(&moved, at);
        if (place.y + place.h > part.y && place.y < part.y + part.h)
            draw_row(view, &moved, at, &self->comparison.rows[i]);
        at++;
    }
    ui_scroll_end(view->ui);
}

void differences_csv(struct differences *self, struct view *view, struct text *out)
{
    text_add(out, "resource,metric,stat,unit,a,b,change,ci_low,ci_high,significant\n");
    if (!update(self, view))
        return;
    for (int i = 0; i < self->comparison.count; i++) {
        const struct difference *row = &self->comparison.rows[i];
        const double numbers[] = {row->a, row->b, row->change, row->low, row->high};
        csv_add_text(out, row->resource);
        text_addf(out, ",%s,%s,%s", row->metric, row->stat, row->unit);
        for (size_t k = 0; k < COUNTOF(numbers); k++) {
            text_add(out, ",");
            csv_add_number(out, numbers[k]);
        }
        text_addf(out, ",%s\n", row->significant ? "true" : "false");
    }
}
