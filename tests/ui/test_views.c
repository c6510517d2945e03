/* test_views.c - every panel and page, as drawn and as clicked.
 *
 * What is drawn stands in tests/golden/views; TEPID_UPDATE_GOLDENS=1 rewrites it, after looking at it.
 */
#include "tests/chart/golden.h"
#include "tests/suite.h"
#include "tests/ui/view_stage.h"
#include "ui/panel_frame.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* -- panels ------------------------------------------------------------------------------------------------- */

static void test_every_panel_draws_what_it_drew(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage.width = 330;
    stage.height = 190;
    stage.time.crosshair_s = 65;
    for (int i = 0; panels[i].id != NULL; i++) {
        char name[64];
        (void)stage_draw_panel(&stage, i, NULL);
        stage_check_sane(&stage, panels[i].id);
        (void)snprintf(name, sizeof name, "panel-%s.txt", panels[i].id);
        golden_check_in("views", name, stage.recorder.text.data);
        CU_ASSERT_TRUE(stage_says(&stage, panels[i].title));
    }
    stage_close(&stage);
}

/* The order of the list is that of the enum by which panels find their own title and memory. */
static void test_panels_stand_in_the_order_of_their_enum(void)
{
    CU_ASSERT_STRING_EQUAL(panels[PANEL_LATENCY].id, "latency");
    CU_ASSERT_STRING_EQUAL(panels[PANEL_MAP].id, "map");
    CU_ASSERT_STRING_EQUAL(panels[PANEL_QUEUE_AGE].id, "queue-age");
    CU_ASSERT_STRING_EQUAL(panels[PANEL_WRITES].id, "writes");
    CU_ASSERT_PTR_NULL(panels[PANEL_COUNT].id);
}

static struct view file_view(struct view_stage *stage)
{
    struct record *run = session_current(stage->session);
    return (struct view){.pass = PASS_BOTH,
                         .canvas = &stage->recorder.canvas,
                         .theme = &theme_light,
                         .session = stage->session,
                         .run = run,
                         .time = {0, record_info(run)->duration_s, 90, (double)NAN},
                         .show_p99 = true};
}

static int count_lines(const struct text *text)
{
    int lines = 0;
    for (size_t i = 0; i < text->length; i++)
        lines += text->data[i] == '\n';
    return lines;
}

/* A row for each sample of the window, and a head. */
static void test_csv_of_a_chart_has_its_samples(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    struct view view = file_view(&stage);
    static const enum panel_id charts[] = {PANEL_LATENCY, PANEL_CONCURRENCY, PANEL_QUEUE_DEPTH};
    for (size_t i = 0; i < COUNTOF(charts); i++) {
        struct text csv = {0};
        panels[charts[i]].csv(&view, &csv);
        CU_ASSERT_EQUAL(count_lines(&csv), 121);
        CU_ASSERT_EQUAL(strncmp(csv.data, "time_s,", 7), 0);
        text_free(&csv);
    }
    for (int i = 0; panels[i].id != NULL; i++) {
        struct text csv = {0};
        panels[i].csv(&view, &csv);
        CU_ASSERT_TRUE(count_lines(&csv) > 1);
        text_free(&csv);
    }
    stage_close(&stage);
}

/* A chart without a mouse or widgets, as a file wants it. */
static void test_panels_draw_without_widgets(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    struct view view = file_view(&stage);
    for (int i = 0; panels[i].id != NULL; i++)
        (void)panels[i].draw(&view, (struct rect){0, 0, 400, 240});
    CU_ASSERT_TRUE(stage_says(&stage, "SLO web p99"));
    stage_check_sane(&stage, "without widgets");
    stage_close(&stage);
}

static bool lie_over_each_other(const struct rect *a, const struct rect *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

/* Nine long names in a row on a small panel. */
static void test_names_of_the_map_do_not_lie_over_each_other(void)
{
    struct view_stage stage;
    stage_open(&stage,
               "local last\n"
               "for i = 9, 1, -1 do local next = last\n"
               "  last = fn('resize-pictures-' .. i) { handler = function(r) r:cpu '1ms'\n"
               "    if next then r:call(next) end end }\nend\n"
               "traffic 'users' { to = last, rate = '1/s' }\n"
               "simulate { duration = '1min' }\n",
               0);
    stage.width = 400;
    stage.height = 240;
    (void)stage_draw_panel(&stage, PANEL_MAP, NULL);
    struct rect names[16];
    int count = 0;
    for (const char *at = stage.recorder.text.data; (at = strstr(at, "\ntext ")) != NULL; at++) {
        double x, y;
        char words[64];
        if (sscanf(at, "\ntext %lf %lf middle small %*s \"%63[^\"]", &x, &y, words) != 3)
            continue;
        double wide = canvas_measure(&stage.recorder.canvas, TYPE_SMALL, words);
        CU_ASSERT_TRUE_FATAL(count < 16);
        names[count++] = (struct rect){x - wide / 2, y - 9, wide, 10};
    }
    CU_ASSERT_TRUE(count >= 5);
    for (int i = 0; i < count; i++)
        for (int k = 0; k < i; k++)
            CU_ASSERT_FALSE(lie_over_each_other(&names[i], &names[k]));
    stage_close(&stage);
}

static void test_tables_stand_in_for_charts(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage.table = true;
    (void)stage_draw_panel(&stage, PANEL_LATENCY, NULL);
    CU_ASSERT_TRUE(stage_says(&stage, "\"p95\""));
    CU_ASSERT_FALSE(stage_says(&stage, "polyline"));
    for (int i = 0; panels[i].id != NULL; i++) {
        (void)stage_draw_panel(&stage, i, NULL);
        stage_check_sane(&stage, panels[i].id);
        CU_ASSERT_FALSE(stage_says(&stage, "polyline"));
    }
    stage_close(&stage);
}

/* What a click on the heat map asks for holds the place that was clicked. */
static void test_heat_map_asks_for_the_cell_under_the_mouse(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    (void)stage_draw_panel(&stage, PANEL_HEAT, NULL);
    const struct panel_memory *memory = &stage.memory.panels[PANEL_HEAT];
    double at_s = 30.5, at_ms = 0;
    struct quantile_bin middle;
    record_quantiles(session_current(stage.session), 30, 31, 1, &middle);
    at_ms = middle.value_ms[0];
    double x =
        memory->plot.x + memory->plot.w * (at_s - memory->from_s) / (memory->to_s - memory->from_s);
    double y = memory->plot.y + memory->plot.h * (1 - log(at_ms / memory->y_low) /
                                                          log(memory->y_high / memory->y_low));
    struct wish wish = stage_click_at(&stage, PANEL_HEAT, x, y);
    CU_ASSERT_EQUAL(wish.what, WISH_TRACES);
    CU_ASSERT_TRUE(wish.from_s <= at_s && at_s < wish.to_s);
    CU_ASSERT_TRUE(wish.low_ms <= at_ms * 1.01 && at_ms * 0.99 < wish.high_ms);
    stage_close(&stage);
}

static void test_crosshair_tells_how_many_requests_a_percentile_rests_on(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage.time.crosshair_s = 30.2;
    (void)stage_draw_panel(&stage, PANEL_LATENCY, NULL);
    struct quantile_bin bin;
    record_quantiles(session_current(stage.session), 30, 31, 1, &bin);
    char words[64];
    (void)snprintf(words, sizeof words, "1s, n = %llu", (unsigned long long)bin.n);
    CU_ASSERT_TRUE(stage_says(&stage, words));
    stage_close(&stage);
}

/* A scale grows at once and keeps its height for three seconds of the wall clock. */
static void test_scales_shrink_late(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    struct view view = file_view(&stage);
    struct view_memory memory = {0};
    struct rect where = {0, 0, 400, 240};
    view.memory = &memory;
    view.wall_s = 1;
    view.time.to_s = 120;
    (void)panels[PANEL_QUEUE_DEPTH].draw(&view, where);
    double high = memory.panels[PANEL_QUEUE_DEPTH].y_high;
    view.time.to_s = 20; /* before anything waits */
    view.wall_s = 1.5;
    (void)panels[PANEL_QUEUE_DEPTH].draw(&view, where);
    CU_ASSERT_EQUAL(memory.panels[PANEL_QUEUE_DEPTH].y_high, high);
    CU_ASSERT_DOUBLE_EQUAL(memory.panels[PANEL_QUEUE_DEPTH].shrinks_at_s, 4.5, 1e-9);
    view.wall_s = 4.6;
    (void)panels[PANEL_QUEUE_DEPTH].draw(&view, where);
    CU_ASSERT_TRUE(memory.panels[PANEL_QUEUE_DEPTH].y_high < high);
    stage_close(&stage);
}

/* -- pages --------------------------------------------------------------------------------------------------- */

static void test_map_opens_a_sheet_and_pokes(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage_set_page(&stage, "map");
    (void)stage_draw(&stage, NULL);
    stage_check_sane(&stage, "map");
    golden_check_in("views", "page-map.txt", stage.recorder.text.data);
    CU_ASSERT_EQUAL(stage_count(&stage, "card."), 7);
    CU_ASSERT_FALSE(stage_has(&stage, "sheet.close"));
    (void)stage_click(&stage, "card.label");
    CU_ASSERT_TRUE(stage_has(&stage, "sheet.from.jobs"));
    CU_ASSERT_TRUE(stage_has(&stage, "sheet.to.carrier"));
    golden_check_in("views", "page-map-sheet.txt", stage.recorder.text.data);
    (void)stage_click(&stage, "sheet.to.carrier");
    CU_ASSERT_TRUE(stage_has(&stage, "sheet.from.label"));
    int before = record_info(session_current(stage.session))->event_count;
    (void)stage_click(&stage, "sheet.fail");
    stage_settle(&stage);
    CU_ASSERT_EQUAL(record_info(session_current(stage.session))->event_count, before + 1);
    (void)stage_draw(&stage, NULL);
    CU_ASSERT_TRUE(stage_has(&stage, "sheet.unpoke"));
    (void)stage_click(&stage, "sheet.close");
    CU_ASSERT_FALSE(stage_has(&stage, "sheet.close"));
    stage_close(&stage);
}

static void test_small_map_leads_to_the_card(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    (void)stage_draw_panel(&stage, PANEL_MAP, NULL);
    const struct ui_widget *ring = ui_find(stage.ui, "map.label");
    CU_ASSERT_PTR_NOT_NULL_FATAL(ring);
    struct wish wish = stage_click_at(&stage, PANEL_MAP, ring->rect.x + ring->rect.w / 2,
                                      ring->rect.y + ring->rect.h / 2);
    CU_ASSERT_EQUAL_FATAL(wish.what, WISH_NODE);
    const struct record_info *info = record_info(session_current(stage.session));
    CU_ASSERT_STRING_EQUAL(info->nodes[wish.node].name, "label");
    stage_set_page(&stage, "map");
    struct view view = file_view(&stage);
    stage.page->show(&view, stage.state, &wish);
    (void)stage_draw(&stage, NULL);
    CU_ASSERT_TRUE(stage_has(&stage, "sheet.from.jobs"));
    stage_close(&stage);
}

static void test_map_shows_widths_when_dots_would_be_a_blur(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage_set_page(&stage, "map");
    (void)stage_draw(&stage, NULL);
    CU_ASSERT_TRUE(stage_says(&stage, "1 dot = "));
    stage.speed = 1000;
    (void)stage_draw(&stage, NULL);
    CU_ASSERT_FALSE(stage_says(&stage, "1 dot = "));
    CU_ASSERT_TRUE(stage_says(&stage, "width: calls a second"));
    stage_close(&stage);
}

static void test_map_pans_and_zooms(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage_set_page(&stage, "map");
    (void)stage_draw(&stage, NULL);
    struct rect before = ui_find(stage.ui, "card.web")->rect;
    struct ui_input input = {.x = 300, .y = 560, .inside = true};
    (void)stage_draw(&stage, &input);
    input.down = input.pressed = true;
    (void)stage_draw(&stage, &input);
    input.pressed = false;
    input.x += 40;
    (void)stage_draw(&stage, &input);
    CU_ASSERT_DOUBLE_EQUAL(ui_find(stage.ui, "card.web")->rect.x, before.x + 40, 1e-6);
    input.down = false;
    input.released = true;
    (void)stage_draw(&stage, &input);
    input.released = false;
    input.wheel_y = 2;
    (void)stage_draw(&stage, &input);
    CU_ASSERT_TRUE(ui_find(stage.ui, "card.web")->rect.w > before.w * 1.2);
    input.wheel_y = 0;
    (void)stage_click(&stage, "map.fit");
    CU_ASSERT_DOUBLE_EQUAL(ui_find(stage.ui, "card.web")->rect.x, before.x, 1e-6);
    stage_close(&stage);
}

static void test_traces_list_the_slowest_and_name_causes(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 60);
    const struct trace_set *set = record_traces(session_current(stage.session));
    CU_ASSERT_PTR_NOT_NULL_FATAL(set);
    stage_set_page(&stage, "traces");
    (void)stage_draw(&stage, NULL);
    stage_check_sane(&stage, "traces");
    golden_check_in("views", "page-traces.txt", stage.recorder.text.data);
    int all = stage_count(&stage, "trace.");
    CU_ASSERT_TRUE(all > 5);
    (void)stage_click(&stage, "trace.3");
    (void)stage_click(&stage, "traces.failed");
    uint32_t failed = 0;
    for (uint32_t i = 0; i < set->request_count; i++)
        failed += set->requests[i].outcome != OUTCOME_OK;
    if (failed > 0)
        CU_ASSERT_TRUE(stage_says(&stage, "Root cause: "));
    stage_close(&stage);
}

static void test_compare_says_when_nothing_differs(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage_set_page(&stage, "compare");
    (void)stage_draw(&stage, NULL);
    CU_ASSERT_TRUE(stage_has(&stage, "compare.variant.0"));
    (void)stage_click(&stage, "compare.start");
    stage_settle(&stage);
    (void)stage_draw(&stage, NULL);
    CU_ASSERT_PTR_NOT_NULL(session_baseline(stage.session));
    CU_ASSERT_TRUE(stage_says(&stage, "the same, to the bit"));
    stage_close(&stage);
}

static void test_compare_shows_both_runs_and_their_difference(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage_set_page(&stage, "compare");
    (void)stage_draw(&stage, NULL);
    (void)stage_click(&stage, "compare.variant.0");
    stage_settle(&stage);
    (void)stage_draw(&stage, NULL);
    stage_check_sane(&stage, "compare");
    golden_check_in("views", "page-compare.txt", stage.recorder.text.data);
    CU_ASSERT_TRUE(stage_says(&stage, "rate 20/s → 5/s"));
    CU_ASSERT_TRUE(stage_says(&stage, "Difference"));
    (void)stage_click(&stage, "compare.clear");
    CU_ASSERT_PTR_NULL(session_baseline(stage.session));
    stage_close(&stage);
}

static void test_sweep_runs_and_opens_a_point(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage_set_page(&stage, "sweep");
    (void)stage_draw(&stage, NULL);
    (void)stage_click(&stage, "sweep.file");
    stage_settle(&stage);
    (void)stage_draw(&stage, NULL);
    stage_check_sane(&stage, "sweep");
    golden_check_in("views", "page-sweep.txt", stage.recorder.text.data);
    CU_ASSERT_EQUAL(stage_count(&stage, "sweep.point."), 3);
    CU_ASSERT_EQUAL(stage_count(&stage, "sweep.cost."), 3);
    struct wish wish = stage_click(&stage, "sweep.point.2");
    CU_ASSERT_EQUAL(wish.what, WISH_RUN_POINT);
    CU_ASSERT_EQUAL(wish.index, 2);
    stage_settle(&stage);
    const struct record_info *info = record_info(session_current(stage.session));
    CU_ASSERT_STRING_EQUAL(info->params[1].value, "8");
    stage_close(&stage);
}

static void test_sweep_of_a_chosen_parameter(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage_set_page(&stage, "sweep");
    (void)stage_draw(&stage, NULL);
    (void)stage_click(&stage, "sweep.param.rate");
    (void)stage_click(&stage, "sweep.run");
    stage_settle(&stage);
    (void)stage_draw(&stage, NULL);
    CU_ASSERT_TRUE(stage_says(&stage, "rate = 5/s"));
    CU_ASSERT_TRUE(stage_says(&stage, "rate = 80/s"));
    stage_close(&stage);
}

static void test_insights_are_found_and_tried(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 0);
    stage.height = 2000; /* all cards are seen, and can be clicked */
    stage_set_page(&stage, "insights");
    (void)stage_draw(&stage, NULL);
    stage_settle(&stage);
    (void)stage_draw(&stage, NULL);
    stage_check_sane(&stage, "insights");
    golden_check_in("views", "page-insights.txt", stage.recorder.text.data);
    CU_ASSERT_TRUE(stage_has(&stage, "insight.0"));
    int with_change = -1;
    for (int i = 0; i < 8 && with_change < 0; i++) {
        char id[40];
        (void)snprintf(id, sizeof id, "insight.%d.try", i);
        with_change = stage_has(&stage, id) ? i : -1;
    }
    char id[40];
    (void)snprintf(id, sizeof id, "insight.%d.try", with_change);
    (void)stage_click(&stage, id);
    CU_ASSERT_TRUE(with_change >= 0);
    CU_ASSERT_PTR_NOT_NULL(session_baseline(stage.session));
    stage_settle(&stage);
    CU_ASSERT_TRUE(strstr(session_log(stage.session), "baseline") != NULL);
    stage_close(&stage);
}

/* -- edges ------------------------------------------------------------------------------------------------------ */

static void draw_everything(struct view_stage *stage, const char *what)
{
    stage->time.crosshair_s = record_info(session_current(stage->session))->duration_s / 3;
    for (int i = 0; panels[i].id != NULL; i++) {
        stage->table = false;
        (void)stage_draw_panel(stage, i, NULL);
        stage_check_sane(stage, what);
        stage->table = true;
        (void)stage_draw_panel(stage, i, NULL);
        stage_check_sane(stage, what);
        stage->table = false;
    }
    for (const struct page *page = pages; page->id != NULL; page++) {
        stage_set_page(stage, page->id);
        (void)stage_draw(stage, NULL);
        (void)stage_draw(stage, &(struct ui_input){.x = 300, .y = 200, .inside = true});
        stage_check_sane(stage, what);
    }
}

static void test_no_traffic(void)
{
    struct view_stage stage;
    stage_open(&stage,
               "scenario 'idle' {}\n"
               "local f = fn 'f' { handler = function(r) r:cpu '1ms' end }\n"
               "simulate { duration = '1min' }\n",
               0);
    draw_everything(&stage, "no traffic");
    (void)stage_draw_panel(&stage, PANEL_LATENCY, NULL);
    CU_ASSERT_TRUE(stage_says(&stage, "no request was answered here"));
    stage_close(&stage);
}

static void test_one_resource(void)
{
    struct view_stage stage;
    stage_open(&stage,
               "scenario 'one' {}\n"
               "local f = fn 'f' { handler = function(r) r:cpu '1ms' end }\n"
               "traffic 'u' { to = f, rate = '5/s' }\n"
               "simulate { duration = '1min' }\n",
               20);
    draw_everything(&stage, "one resource");
    stage_close(&stage);
}

static void test_a_month(void)
{
    struct view_stage stage;
    stage_open(
        &stage,
        "scenario 'month' {}\n"
        "local f = fn 'f' { handler = function(r) r:cpu '1ms' end }\n"
        "traffic 'u' { to = f, rate = diurnal { mean = '10/h', peak = 2, peak_at = '15h' } }\n"
        "simulate { duration = '31d' }\n",
        20);
    draw_everything(&stage, "a month");
    (void)stage_draw_panel(&stage, PANEL_TRAFFIC, NULL);
    CU_ASSERT_TRUE(stage_says(&stage, "\"7d\"") || stage_says(&stage, "\"10d\"") ||
                   stage_says(&stage, "\"5d\""));
    stage_close(&stage);
}

static void test_two_hundred_resources(void)
{
    struct text lua = {0};
    struct view_stage stage;
    text_add(&lua, "scenario 'many' {}\nlocal S = {}\n");
    for (int i = 199; i >= 0; i--) {
        text_addf(&lua, "S[%d] = fn 's%d' { handler = function(r) r:cpu '1ms' ", i, i);
        for (int k = 1; k <= 3 && 3 * i + k < 200; k++)
            text_addf(&lua, "r:maybe(0.3, function(b) b:call(S[%d]) end) ", 3 * i + k);
        text_add(&lua, "end }\n");
    }
    text_add(&lua, "traffic 'u' { to = S[0], rate = '20/s' }\nsimulate { duration = '20s' }\n");
    stage_open(&stage, lua.data, 0);
    stage.width = 1200;
    stage.height = 800;
    draw_everything(&stage, "two hundred");
    stage_set_page(&stage, "map");
    (void)stage_draw(&stage, NULL);
    CU_ASSERT_EQUAL(stage_count(&stage, "card."), 201);
    CU_ASSERT_TRUE(stage_says(&stage, "\"s199\"")); /* names are still drawn */
    stage_close(&stage);
    text_free(&lua);
}

static void test_narrow_and_tiny_windows(void)
{
    struct view_stage stage;
    stage_open(&stage, stage_shop, 20);
    stage.width = 700;
    stage.height = 420;
    draw_everything(&stage, "narrow");
    stage.width = 60;
    stage.height = 40;
    for (int i = 0; panels[i].id != NULL; i++)
        (void)stage_draw_panel(&stage, i, NULL);
    CU_ASSERT_EQUAL(stage.recorder.clips, 0);
    stage_close(&stage);
}

CU_TestInfo suite_views[] = {
    TEST(test_panels_stand_in_the_order_of_their_enum),
    TEST(test_every_panel_draws_what_it_drew),
    TEST(test_csv_of_a_chart_has_its_samples),
    TEST(test_panels_draw_without_widgets),
    TEST(test_names_of_the_map_do_not_lie_over_each_other),
    TEST(test_tables_stand_in_for_charts),
    TEST(test_heat_map_asks_for_the_cell_under_the_mouse),
    TEST(test_crosshair_tells_how_many_requests_a_percentile_rests_on),
    TEST(test_scales_shrink_late),
    TEST(test_map_opens_a_sheet_and_pokes),
    TEST(test_small_map_leads_to_the_card),
    TEST(test_map_shows_widths_when_dots_would_be_a_blur),
    TEST(test_map_pans_and_zooms),
    TEST(test_traces_list_the_slowest_and_name_causes),
    TEST(test_compare_says_when_nothing_differs),
    TEST(test_compare_shows_both_runs_and_their_difference),
    TEST(test_sweep_runs_and_opens_a_point),
    TEST(test_sweep_of_a_chosen_parameter),
    TEST(test_insights_are_found_and_tried),
    TEST(test_no_traffic),
    TEST(test_one_resource),
    TEST(test_a_month),
    TEST(test_two_hundred_resources),
    TEST(test_narrow_and_tiny_windows),
    CU_TEST_INFO_NULL,
};
