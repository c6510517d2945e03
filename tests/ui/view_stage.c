/* view_stage.c - see the header. */
#include "tests/ui/view_stage.h"

#include "tests/suite.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define PATIENCE_S 60

const char stage_shop[] =
    "scenario 'shop' { question = 'What waits?' }\n"
    "local rate = param('rate', '20/s', { min = '1/s', max = '100/s' })\n"
    "local workers = param('workers', 4, { min = 1, max = 40 })\n"
    "local db = kv 'orders' { mode = 'provisioned', rcu = 40, wcu = 30 }\n"
    "local pay = external 'carrier' { latency = lognormal { p50 = '150ms', p99 = '900ms' }, "
    "errors = '2%' }\n"
    "local label = fn 'label' { memory = '1GB', timeout = '10s', handler = function(r) "
    "r:call(pay) r:cpu '20ms' end }\n"
    "local jobs = queue 'jobs' { consumer = label, batch = 1, max_concurrency = workers }\n"
    "local check = fn 'check' { memory = '512MB', handler = function(r) r:cpu '6ms' r:put(db) "
    "r:send(jobs) end }\n"
    "local web = http_api 'web' { ['POST /x'] = check }\n"
    "traffic 'users' { to = web 'POST /x', rate = rate }\n"
    "at '1min' { target = 'carrier', latency = 'x3', lasts = '20s' }\n"
    "variant 'calm' { rate = '5/s' }\n"
    "sweep { workers = { 2, 4, 8 }, objective = { minimise = 'cost', subject_to = "
    "'slo' } }\n"
    "slo { 'web.latency.p99 < 60ms' }\n"
    "simulate { duration = '2min', warmup = '10s', seed = 11 }\n";

void stage_open(struct view_stage *stage, const char *scenario, int64_t traces)
{
    *stage = (struct view_stage){.files = loaded_begin(), .width = 900, .height = 600, .speed = 1};
    char path[256];
    struct err err = {0};
    loaded_file(&stage->files, "s.lua", scenario, strlen(scenario));
    (void)snprintf(path, sizeof path, "%s/s.lua", stage->files.folder);
    struct session_setup setup = {.study = {.program = "build/tepid", .file = path},
                                  .times = study_times_default,
                                  .traces = traces};
    stage->session = session_new(&setup, &err);
    CU_ASSERT_PTR_NOT_NULL_FATAL(stage->session);
    /* Nothing is allocated while the load is tried in a child: a sanitizer's allocator does not survive a fork from another thread. */
    bool landed = session_wait(stage->session, PATIENCE_S);
    if (!landed && session_error(stage->session) != NULL)
        printf("\n%s\n", session_error(stage->session)->what);
    CU_ASSERT_TRUE_FATAL(landed);
    stage->ui = ui_new();
    stage->time.crosshair_s = (double)NAN;
    for (int i = 0;
         traces > 0 && i < 1000 && record_traces(session_current(stage->session)) == NULL; i++) {
        (void)session_poll(stage->session);
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
    }
    recorder_init(&stage->recorder, 1);
}

void stage_close(struct view_stage *stage)
{
    if (stage->page != NULL && stage->page->state_free != NULL)
        stage->page->state_free(stage->state);
    recorder_free(&stage->recorder);
    ui_free(stage->ui);
    session_free(stage->session);
    loaded_end(&stage->files);
}

void stage_set_page(struct view_stage *stage, const char *id)
{
    if (stage->page != NULL && stage->page->state_free != NULL)
        stage->page->state_free(stage->state);
    stage->page = pages;
    while (stage->page->id != NULL && strcmp(stage->page->id, id) != 0)
        stage->page++;
    CU_ASSERT_PTR_NOT_NULL_FATAL(stage->page->id);
    stage->state = stage->page->state_new != NULL ? stage->page->state_new() : NULL;
}

void stage_settle(struct view_stage *stage)
{
    CU_ASSERT_TRUE(session_wait(stage->session, PATIENCE_S));
    bool news = false;
    for (int i = 0; i < PATIENCE_S * 500 && stage->page != NULL && stage->page->busy != NULL &&
                    stage->page->busy(stage->state, &news);
         i++)
        (void)nanosleep(&(struct timespec){.tv_nsec = 2000000}, NULL);
}

static struct view make_view(struct view_stage *stage)
{
    struct record *run = session_current(stage->session);
    CU_ASSERT_PTR_NOT_NULL_FATAL(run);
    struct view view = {.pass = PASS_BOTH,
                        .memory = &stage->memory,
                        .canvas = &stage->recorder.canvas,
                        .theme = &theme_dark,
                        .ui = stage->ui,
                        .session = stage->session,
                        .run = run,
                        .ghost = session_ghost(stage->session),
                        .baseline = session_baseline(stage->session),
                        .time = stage->time,
                        .log_scale = true,
                        .show_p50 = true,
                        .show_p95 = true,
                        .show_p99 = true,
                        .table = stage->table,
                        .speed = stage->speed};
    if (!(view.time.to_s > 0))
        view.time.to_s = record_info(run)->duration_s;
    if (!(view.time.cursor_s > 0))
        view.time.cursor_s = view.time.to_s * 0.75;
    return view;
}

static struct wish draw(struct view_stage *stage, int panel, const struct ui_input *input)
{
    static const struct ui_input nothing;
    recorder_free(&stage->recorder);
    recorder_init(&stage->recorder, 1);
    (void)session_poll(stage->session);
    struct view view = make_view(stage);
    struct rect where = {0, 0, stage->width, stage->height};
    ui_begin(stage->ui, view.canvas, view.theme, input != NULL ? input : &nothing);
    if (panel < 0) /* as the window draws pages */
        view.pass = stage->page->still_key != NULL ? PASS_BOTH : PASS_MOVING;
    struct wish wish = panel >= 0 ? panels[panel].draw(&view, where)
                                  : stage->page->draw(&view, stage->state, where);
    ui_end(stage->ui);
    return wish;
}

struct wish stage_draw(struct view_stage *stage, const struct ui_input *input)
{
    return draw(stage, -1, input);
}

struct wish stage_draw_panel(struct view_stage *stage, int panel, const struct ui_input *input)
{
    return draw(stage, panel, input);
}

struct wish stage_click_at(struct view_stage *stage, int panel, double x, double y)
{
    struct ui_input input = {.x = x, .y = y, .inside = true};
    (void)draw(stage, panel, &input);
    input.down = input.pressed = true;
    input.clicks = 1;
    struct wish wish = draw(stage, panel, &input);
    input.down = input.pressed = false;
    input.released = true;
    struct wish after = draw(stage, panel, &input);
    input.released = false;
    struct wish last = draw(stage, panel, &input);
    return wish.what != WISH_NOTHING ? wish : after.what != WISH_NOTHING ? after : last;
}

struct wish stage_click(struct view_stage *stage, const char *id)
{
    const struct ui_widget *widget = ui_find(stage->ui, id);
    CU_ASSERT_PTR_NOT_NULL(widget);
    if (widget == NULL) {
        printf("\nno widget '%s'\n", id);
        return (struct wish){WISH_NOTHING};
    }
    return stage_click_at(stage, -1, widget->rect.x + widget->rect.w / 2,
                          widget->rect.y + widget->rect.h / 2);
}

bool stage_has(const struct view_stage *stage, const char *id)
{
    return ui_find(stage->ui, id) != NULL;
}

bool stage_says(const struct view_stage *stage, const char *words)
{
    return stage->recorder.text.data != NULL && strstr(stage->recorder.text.data, words) != NULL;
}

int stage_count(const struct view_stage *stage, const char *id_begins)
{
    int count = 0;
    for (int i = 0; i < ui_widget_count(stage->ui); i++)
        count += strncmp(ui_widget_at(stage->ui, i)->id, id_begins, strlen(id_begins)) == 0;
    return count;
}

void stage_check_sane(const struct view_stage *stage, const char *what)
{
    int wrong = 0, clips = 0;
    for (const char *line = stage->recorder.text.data; line != NULL && *line != '\0';) {
        size_t n = strcspn(line, "\n");
        char copy[160];
        (void)snprintf(copy, sizeof copy, "%.*s", (int)(n < 150 ? n : 150), line);
        const char *at = copy + strspn(copy, " ");
        double x = 0, y = 0;
        bool text = sscanf(at, "text %lf %lf", &x, &y) == 2;
        clips += strncmp(at, "clip", 4) == 0;
        clips -= strncmp(at, "unclip", 6) == 0;
        bool bad = (strstr(copy, "nan") != NULL || strstr(copy, "inf") != NULL) && !text;
        bad = bad || (text && clips == 0 &&
                      (x < -1 || y < -1 || x > stage->width + 1 || y > stage->height + 24));
        if (bad && wrong++ < 3)
            printf("\n%s: %s\n", what, copy);
        line += n + (line[n] == '\n');
    }
    CU_ASSERT_EQUAL(wrong, 0);
    CU_ASSERT_EQUAL(stage->recorder.clips, 0);
}
