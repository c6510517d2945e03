/* start_page.c - see the header. */
#include "ui/start_page.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/arena.h"
#include "ui/action.h"
#include "ui/platform.h"

#define POINTS      48
#define PATIENCE_S  1.5 /* wall clock a story may take; what it has shown by then is its picture */
#define CARD_WIDTH  270.0
#define CARD_HEIGHT 132.0

struct picture {
    bool made, failed;
    double traffic[POINTS], latency[POINTS]; /* 0 .. 1; NAN: nothing */
};

struct start_page {
    struct arena *arena;
    struct shipped_list stories;
    struct picture *pictures;
    struct session *session; /* of the story being looked at */
    int at;                  /* its number */
    int64_t since_ns;
    char typed[64];
};

/* -- the list ------------------------------------------------------------------------------------------------ */

static struct start_page *page_of(struct app *app)
{
    if (app->start != NULL)
        return app->start;
    struct start_page *page = mem_resize(NULL, sizeof *page);
    *page = (struct start_page){.arena = arena_new()};
    struct study_setup setup = {.program = app->setup.session.study.program, .file = "hello"};
    struct err err = {0};
    struct study *study = study_open(&setup, &err); /* knows where the assets are */
    if (study != NULL)
        shipped_read(&page->stories, study_assets(study), page->arena);
    study_close(study);
    page->pictures = ARENA_ARRAY(page->arena, struct picture, page->stories.count + 1);
    app->start = page;
    return page;
}

void start_page_free(struct start_page *page)
{
    if (page == NULL)
        return;
    session_free(page->session);
    arena_free(page->arena);
    mem_free(page);
}

const struct shipped *start_page_story(struct app *app, int index)
{
    const struct start_page *page = page_of(app);
    return index >= 0 && (size_t)index < page->stories.count ? &page->stories.items[index] : NULL;
}

/* -- pictures ---------------------------------------------------------------------------------------------------- */

static void scale_points(double *points, bool log_scale)
{
    double low = INFINITY, high = -INFINITY;
    for (int i = 0; i < POINTS; i++) {
        points[i] = log_scale && points[i] > 0 ? log(points[i]) : points[i];
        if (!isnan(points[i])) {
            low = fmin(low, points[i]);
            high = fmax(high, points[i]);
        }
    }
    low =
        log_scale ? fmin(low, high - 0.7) : 0; /* what hardly moves is drawn as what hardly moves */
    for (int i = 0; i < POINTS; i++)
        points[i] = high > low ? (points[i] - low) / (high - low) : points[i] * 0;
}

static void take_picture(struct picture *picture, struct record *run)
{
    struct bin bins[POINTS];
    struct quantile_bin latency[POINTS];
    /* Of a run that takes longer than there was patience for, what there is of it. */
    double to_s = record_reached_s(run);
    record_bins(run, 0, RECORD_ARRIVALS, 0, to_s, POINTS, bins);
    record_quantiles(run, 0, to_s, POINTS, latency);
    for (int i = 0; i < POINTS; i++) {
        picture->traffic[i] = bins[i].n > 0 ? bins[i].sum / (double)bins[i].n : (double)NAN;
        picture->latency[i] = latency[i].n > 0 ? latency[i].value_ms[2] : (double)NAN;
    }
    scale_points(picture->traffic, false);
    scale_points(picture->latency, true);
    picture->made = true;
}

static void begin_next(struct app *app, struct start_page *page)
{
    while ((size_t)page->at < page->stories.count &&
           (page->pictures[page->at].made || page->pictures[page->at].failed))
        page->at++;
    if ((size_t)page->at >= page->stories.count)
        return;
    struct session_setup setup = {
        .study = {.program = app->setup.session.study.program,
                  .file = page->stories.items[page->at].path},
        .times = study_times_default,
    };
    struct err err = {0};
    page->session = session_new(&setup, &err);
    page->since_ns = platform_now_ns();
    if (page->session == NULL)
        page->pictures[page->at].failed = true;
}

bool start_page_poll(struct app *app)
{
    struct start_page *page = page_of(app);
    if (page->session == NULL) {
        begin_next(app, page);
        return false;
    }
    (void)session_poll(page->session);
    struct record *run = session_current(page->session);
    bool landed = run != NULL && record_result(run) != NULL;
    bool failed = session_error(page->session) != NULL;
    if (!landed && !failed && (double)(platform_now_ns() - page->since_ns) < PATIENCE_S * 1e9)
        return false;
    if (run != NULL)
        take_picture(&page->pictures[page->at], run);
    else
        page->pictures[page->at].failed = true;
    session_free(page->session);
    page->session = NULL;
    return true;
}

bool start_page_busy(struct app *app)
{
    const struct start_page *page = page_of(app);
    return page->session != NULL || (size_t)page->at < page->stories.count;
}

static void draw_picture(struct app *app, const struct picture *picture, struct rect where)
{
    struct canvas *canvas = app->screen->canvas;
    double x[POINTS], tops[POINTS], bottoms[POINTS];
    struct point line[POINTS];
    if (!picture->made) {
        canvas_fill(canvas, (struct rect){where.x, where.y + where.h - 1, where.w, 1}, 0,
                    app->theme->grid);
        return;
    }
    for (int i = 0; i < POINTS; i++) {
        x[i] = where.x + (double)i / (POINTS - 1) * where.w;
        bottoms[i] = where.y + where.h;
        tops[i] = bottoms[i] - picture->traffic[i] * where.h * 0.9;
        line[i] = (struct point){x[i], bottoms[i] - (0.08 + 0.88 * picture->latency[i]) * where.h};
    }
    canvas->ops->area(canvas, x, tops, bottoms, POINTS, colour_fade(app->theme->muted, 0.22));
    canvas->ops->polyline(canvas, line, POINTS, (struct stroke){app->theme->p99, 1.5, DASH_SOLID});
}

/* -- drawing ------------------------------------------------------------------------------------------------------- */

/* At most two lines, broken at a space. */
static void draw_words(struct app *app, struct rect where, const char *text)
{
    struct canvas *canvas = app->screen->canvas;
    char line[256];
    double height = app_line(app, TYPE_SMALL);
    size_t taken = 0, length = strlen(text);
    for (size_t at = 0; at <= length && at < sizeof line - 1; at++) {
        if (text[at] != ' ' && text[at] != '\0')
            continue;
        (void)snprintf(line, sizeof line, "%.*s", (int)at, text);
        if (canvas_measure(canvas, TYPE_SMALL, line) > where.w)
            break;
        taken = at;
    }
    (void)snprintf(line, sizeof line, "%.*s", (int)taken, text);
    app_text(app, (struct rect){where.x, where.y, where.w, height}, ALIGN_LEFT, TYPE_SMALL,
             app->theme->muted, line);
    if (taken < length)
        app_text(app, (struct rect){where.x, where.y + height, where.w, height}, ALIGN_LEFT,
                 TYPE_SMALL, app->theme->muted, text + taken + 1);
}

static void draw_card(struct app *app, struct start_page *page, int index, struct rect box,
                      bool seen)
{
    struct canvas *canvas = app->screen->canvas;
    const struct shipped *story = &page->stories.items[index];
    char id[128];
    (void)snprintf(id, sizeof id, "story.%s", story->name);
    bool pressed = ui_press(app->ui, UI_CARD, id, story->name, box);
    if (pressed)
        (void)snprintf(app->opens, sizeof app->opens, "%s", story->path);
    if (!seen) /* but in the order of focus */
        return;
    bool over = ui_hovered(app->ui, box);
    canvas_fill(canvas, box, PANEL_RADIUS, app->theme->panel);
    canvas_frame(canvas, box, PANEL_RADIUS,
                 (struct stroke){over ? app->theme->accent : app->theme->border, 1, DASH_SOLID});
    double pad = 12 * app->k, line = app_line(app, TYPE_STRONG);
    struct rect row = {box.x + pad, box.y + 9 * app->k, box.w - 2 * pad, line};
    app_text(app, row, ALIGN_LEFT, TYPE_STRONG, app->theme->strong, story->name);
    row.y += line + 2;
    if (story->question != NULL)
        draw_words(app, row, story->question);
    double top = row.y + 2 * app_line(app, TYPE_SMALL) + 6 * app->k;
    draw_picture(
        app, &page->pictures[index],
        (struct rect){box.x + pad, top, box.w - 2 * pad, box.y + box.h - top - 8 * app->k});
}

static bool wanted(const struct start_page *page, const struct shipped *story)
{
    if (page->typed[0] == '\0')
        return true;
    char low[64], name[512];
    size_t i;
    for (i = 0; page->typed[i] != '\0'; i++)
        low[i] = (char)(page->typed[i] >= 'A' && page->typed[i] <= 'Z' ? page->typed[i] + 32
                                                                       : page->typed[i]);
    low[i] = '\0';
    (void)snprintf(name, sizeof name, "%s %s", story->name, story->question ? story->question : "");
    for (i = 0; name[i] != '\0'; i++)
        name[i] = (char)(name[i] >= 'A' && name[i] <= 'Z' ? name[i] + 32 : name[i]);
    return strstr(name, low) != NULL;
}

/* What was open lately, as a row of buttons. */
static double draw_recent(struct app *app, double x, double y, double width)
{
    double height = 28 * app->k, from = x;
    if (app->recent[0][0] == '\0')
        return y;
    app_text(app, (struct rect){x, y, width, app_line(app, TYPE_STRONG)}, ALIGN_LEFT, TYPE_STRONG,
             app->theme->strong, "Lately");
    y += app_line(app, TYPE_STRONG) + 8 * app->k;
    for (int i = 0; i < STATE_RECENT_MAX && app->recent[i][0] != '\0'; i++) {
        const char *slash = strrchr(app->recent[i], '/');
        const char *name = slash != NULL ? slash + 1 : app->recent[i];
        double needs = canvas_measure(app->screen->canvas, TYPE_BODY, name) + 24;
        char id[32];
        if (x + needs > from + width)
            break;
        (void)snprintf(id, sizeof id, "recent.%d", i);
        struct rect rect = {x, y, needs, height};
        if (ui_button(app->ui, id, name, rect, UI_PLAIN))
            (void)snprintf(app->opens, sizeof app->opens, "%s", app->recent[i]);
        ui_hint(app->ui, rect, app->recent[i]);
        x += needs + 8;
    }
    return y + height + 22 * app->k;
}

void start_page_draw(struct app *app, struct rect where)
{
    struct start_page *page = page_of(app);
    double k = app->k, pad = 24 * k, gap = 12;
    canvas_fill(app->screen->canvas, where, 0, app->theme->bg);
    double scrolled = ui_scroll_begin(app->ui, "start.scroll", where, app->start_height);
    double x = where.x + pad, width = where.w - 2 * pad, y = where.y + 22 * k - scrolled;
    double top = y, title = app_line(app, TYPE_TITLE);
    app_text(app, (struct rect){x, y, width, title}, ALIGN_LEFT, TYPE_TITLE, app->theme->strong,
             "A wind tunnel for serverless designs");
    y += title + 4 * k;
    app_text(app, (struct rect){x, y, width, app_line(app, TYPE_BODY)}, ALIGN_LEFT, TYPE_BODY,
             app->theme->muted, "Choose a story, or drop a scenario (.lua) on this window.");
    y += app_line(app, TYPE_BODY) + 20 * k;
    y = draw_recent(app, x, y, width);
    struct rect field = {x + width - 240 * k, y - 6 * k, 240 * k, 28 * k};
    app_text(app, (struct rect){x, y, width, app_line(app, TYPE_STRONG)}, ALIGN_LEFT, TYPE_STRONG,
             app->theme->strong, "Stories");
    (void)ui_field(app->ui, "start.find", "Find a story", field, page->typed, sizeof page->typed);
    y += app_line(app, TYPE_STRONG) + 12 * k;
    int columns = (int)fmax(1, (width + gap) / (CARD_WIDTH * k + gap)), shown = 0;
    double card = (width - (columns - 1) * gap) / columns, height = CARD_HEIGHT * k;
    for (size_t i = 0; i < page->stories.count; i++) {
        if (!wanted(page, &page->stories.items[i]))
            continue;
        struct rect box = {x + shown % columns * (card + gap), y + shown / columns * (height + gap),
                           card, height};
        draw_card(app, page, (int)i, box,
                  rect_holds(where, box.x, box.y) || rect_holds(where, box.x, box.y + box.h));
        shown++;
    }
    app->start_height = y + (shown + columns - 1) / columns * (height + gap) - top + 2 * pad;
    ui_scroll_end(app->ui);
}
