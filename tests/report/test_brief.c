/* test_brief.c - report pages: well-formed, alone, small, escaped, with the figures of the files, and the same bytes each time. */
#include "report/brief.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "report/brief_charts.h"
#include "report/brief_html.h"
#include "report/brief_markdown.h"
#include "report/csv.h"
#include "report/files.h"
#include "run/run.h"
#include "tests/model/stage.h"
#include "tests/suite.h"

/* Names and words that are markup in HTML, in Markdown, or in both. */
static const char hostile[] =
    "scenario 'a<b>&\\'c' { question = '<script>alert(1)</script> & what | about *it*?' }\n"
    "local rate = param('ra_te', '40/s')\n"
    "local mood = param('mood', '\"><img src=x onerror=y> `z` | q')\n"
    "variant '<i>slow</i> & \\'q\\'' { ra_te = '20/s' }\n"
    "variant 'fa|st' { ra_te = '90/s', mood = 'fine' }\n"
    "local db = kv '<db>&co' {}\n"
    "local f = F('f|x_y|', { handler = function(r) r:cpu(exponential '9ms') r:put(db) end })\n"
    "local web = http_api 'web' { ['GET /a'] = f }\n"
    "traffic 'users' { to = web 'GET /a', rate = rate }\n"
    "slo { 'web.latency.p99 < 1ms', 'errors < 1%', 'cost < $9000/month' }\n"
    "simulate { duration = '2min', warmup = '20s', seed = 7 }";

struct pages {
    char folder[64];
    char paths[3][96];
    struct brief brief;
    struct text html, markdown;
};

static void write_run(const struct play *stage, const char *variant, const char *path)
{
    struct run_options options = {
        .jobs = 1,
        .limits = {.max_wall = SIM_NEVER, .max_events = UINT64_MAX, .max_memory = INT64_MAX}};
    struct run_item item = {stage->scenario, variant};
    struct result *result = NULL;
    struct err err = {0};
    struct report_info info = {.version = "9.9"};
    char command[128];
    (void)snprintf(command, sizeof command, "mkdir -p '%s'", path);
    if (system(command) != 0)
        abort();
    CU_ASSERT_TRUE_FATAL(run_all(&item, 1, &options, &result, &err));
    CU_ASSERT_TRUE_FATAL(files_write_run(path, result, &info, &err));
    result_free(result);
}

/* One run, or the same twice under two names of variants. */
static struct pages make(int runs)
{
    struct pages pages = {.folder = "/tmp/tepid-brief-XXXXXX"};
    static const char *const variants[] = {"<i>slow</i> & 'q'", "fa|st"};
    const char *folders[3];
    struct err err = {0};
    struct play stage = stage_load(hostile);
    if (mkdtemp(pages.folder) == NULL)
        abort();
    for (int i = 0; i < runs; i++) {
        struct text path = {0};
        text_addf(&path, "%s/%d", pages.folder, i);
        memcpy(pages.paths[i], path.data, path.length + 1);
        text_free(&path);
        write_run(&stage, runs > 1 ? variants[i] : NULL, pages.paths[i]);
        folders[i] = pages.paths[i];
    }
    stage_end(&stage);
    CU_ASSERT_TRUE_FATAL(brief_read(&pages.brief, folders, runs, &err));
    brief_write_html(&pages.brief, "9.9", &pages.html);
    brief_write_markdown(&pages.brief, "9.9", &pages.markdown);
    return pages;
}

static void end(struct pages *pages)
{
    char command[128];
    brief_free(&pages->brief);
    text_free(&pages->html);
    text_free(&pages->markdown);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", pages->folder);
    if (system(command) != 0)
        abort();
}

static int count_of(const char *text, const char *what)
{
    int count = 0;
    for (const char *at = strstr(text, what); at != NULL; at = strstr(at + 1, what))
        count++;
    return count;
}

/* Every element that is opened is closed, in order; void elements and the doctype aside. Returns the deepest nesting, or -1. */
static int check_nesting(const char *html)
{
    static const char *const alone[] = {"meta", "br", "!DOCTYPE"};
    char open[64][24];
    int depth = 0, deepest = 0;
    for (const char *at = strchr(html, '<'); at != NULL; at = strchr(at, '<')) {
        bool closes = at[1] == '/';
        const char *name = at + 1 + closes, *stop = strchr(at, '>');
        size_t length = strcspn(name, " \t\n/>");
        if (stop == NULL || length == 0 || length >= sizeof open[0])
            return -1;
        bool is_alone = stop[-1] == '/';
        for (size_t i = 0; i < COUNTOF(alone); i++)
            is_alone =
                is_alone || (strlen(alone[i]) == length && strncmp(name, alone[i], length) == 0);
        if (closes) {
            if (depth == 0 || strncmp(open[depth - 1], name, length) != 0 ||
                open[depth - 1][length] != '\0')
                return -1;
            depth--;
        } else if (!is_alone) {
            if (depth == 64)
                return -1;
            memcpy(open[depth], name, length);
            open[depth++][length] = '\0';
        }
        deepest = depth > deepest ? depth : deepest;
        at = stop;
    }
    return depth == 0 ? deepest : -1;
}

static void check_alone(const char *html)
{
    static const char *const loads[] = {
        "http:",   "https:",  "//",    "src=",    "href=", "url(",
        "@import", "<script", "<link", "<iframe", "<img",  "onerror=y>"};
    for (size_t i = 0; i < COUNTOF(loads); i++)
        CU_ASSERT_PTR_NULL(strstr(html, loads[i]));
}

static void test_pages_are_well_formed_and_stand_alone(void)
{
    for (int runs = 1; runs <= 2; runs++) {
        struct pages pages = make(runs);
        CU_ASSERT_TRUE(check_nesting(pages.html.data) > 5);
        CU_ASSERT_EQUAL(strlen(pages.html.data), pages.html.length);
        CU_ASSERT_TRUE(text_is_utf8(pages.html.data, pages.html.length));
        CU_ASSERT_TRUE(pages.html.length < 400 * 1024);
        end(&pages);
    }
}

static void test_no_page_loads_anything(void)
{
    struct pages pages = make(2);
    /* What a parameter says may look like a link, once it is escaped: only markup loads. */
    char *found;
    while ((found = strstr(pages.html.data, "&lt;img src=x onerror=y&gt;")) != NULL)
        memset(found, ' ', strlen("&lt;img src=x onerror=y&gt;"));
    check_alone(pages.html.data);
    end(&pages);
}

static void test_names_are_only_text(void)
{
    struct pages pages = make(2);
    const char *html = pages.html.data, *markdown = pages.markdown.data;
    CU_ASSERT_PTR_NULL(strstr(html, "<b>"));
    CU_ASSERT_PTR_NULL(strstr(html, "<i>"));
    CU_ASSERT_PTR_NULL(strstr(html, "<db>"));
    CU_ASSERT_PTR_NOT_NULL(strstr(html, "&lt;script&gt;alert(1)&lt;/script&gt;"));
    CU_ASSERT_PTR_NOT_NULL(strstr(html, "&lt;i&gt;slow&lt;/i&gt; &amp;"));
    CU_ASSERT_PTR_NOT_NULL(strstr(markdown, "fa\\|st"));
    CU_ASSERT_PTR_NOT_NULL(strstr(markdown, "f\\|x\\_y\\|"));
    CU_ASSERT_PTR_NULL(strstr(markdown, "<script"));
    CU_ASSERT_PTR_NULL(strstr(markdown, "<db>"));
    end(&pages);
}

/* The figure of the files stands on the page with all its digits. */
static void check_figure(const struct pages *pages, int run, const char *resource,
                         const char *metric, const char *stat)
{
    const struct result_row *row = brief_row(&pages->brief.runs[run], resource, metric, stat);
    struct text data = {0};
    CU_ASSERT_PTR_NOT_NULL_FATAL(row);
    text_add(&data, "<data value=\"");
    csv_add_exact(&data, row->value);
    text_add(&data, "\">");
    CU_ASSERT_PTR_NOT_NULL(strstr(pages->html.data, data.data));
    text_free(&data);
}

static void test_figures_are_those_of_the_files(void)
{
    static const char *const stats[] = {"p50", "p90", "p95", "p99", "p99.9", "max"};
    static const char *const resources[] = {"*", "web", "users", "f|x_y|", "<db>&co", "web GET /a"};
    struct pages pages = make(2);
    for (int run = 0; run < 2; run++) {
        for (size_t r = 0; r < COUNTOF(resources); r++)
            for (size_t i = 0; i < COUNTOF(stats); i++)
                check_figure(&pages, run, resources[r], "latency", stats[i]);
        check_figure(&pages, run, "*", "requests", "sum");
        check_figure(&pages, run, "*", "errors", "mean");
        check_figure(&pages, run, "*", "cost_month", "sum");
        check_figure(&pages, run, "*", "cold", "mean");
    }
    int count;
    const struct brief_cost *costs = brief_costs(&pages.brief, &count);
    double sum = 0;
    for (int i = 0; i < count; i++)
        sum += costs[i].month_usd[0];
    CU_ASSERT_TRUE(count >= 3);
    CU_ASSERT_DOUBLE_EQUAL(sum, brief_cost_month(&pages.brief.runs[0]), 1e-9 * sum);
    end(&pages);
}

static void test_the_page_has_all_its_parts(void)
{
    static const char *const parts[] = {"Assumptions",         "Side by side", "Charts",
                                        "Cost a month",        "SLOs",         "Insights",
                                        "Latency by resource", "Reproduce"};
    struct pages pages = make(2);
    const char *html = pages.html.data, *at = html;
    for (size_t i = 0; i < COUNTOF(parts); i++) {
        char heading[64];
        (void)snprintf(heading, sizeof heading, ">%s</h2>", parts[i]);
        at = strstr(at, heading); /* in this order */
        CU_ASSERT_PTR_NOT_NULL_FATAL(at);
    }
    CU_ASSERT_EQUAL(count_of(html, "<h1>"), 1);
    CU_ASSERT_TRUE(count_of(html, "<svg") >= BRIEF_CHARTS); /* clips are nested ones */
    CU_ASSERT_EQUAL(count_of(html, "role=\"img\""), BRIEF_CHARTS);
    CU_ASSERT_TRUE(count_of(html, "<title>") > BRIEF_CHARTS); /* of the page and of each drawing */
    CU_ASSERT_EQUAL(count_of(html, "<th>"), 0);               /* each has a scope */
    CU_ASSERT_TRUE(count_of(html, "<th scope=\"row\"") > 20 &&
                   count_of(html, "<th scope=\"col\"") > 10);
    CU_ASSERT_PTR_NOT_NULL(strstr(html, "prefers-color-scheme"));
    CU_ASSERT_PTR_NOT_NULL(strstr(html, "@media print"));
    CU_ASSERT_PTR_NOT_NULL(strstr(html, "2026-")); /* date of the price list */
    CU_ASSERT_EQUAL(count_of(html, "✗ missed"), 2);
    CU_ASSERT_EQUAL(count_of(html, "✓ met"), 4);
    for (int chart = 0; chart < BRIEF_CHARTS; chart++)
        CU_ASSERT_PTR_NOT_NULL(strstr(pages.markdown.data, brief_chart_files[chart]));
    end(&pages);
}

/* A shell takes the line apart into what was meant. */
static void test_the_command_is_one_that_a_shell_takes(void)
{
    struct pages pages = make(2);
    struct text command = {0};
    brief_add_command(&pages.brief, 0, &command);
    CU_ASSERT_PTR_NOT_NULL(strstr(command.data, "--variant '<i>slow</i> & '\\''q'\\'''"));
    CU_ASSERT_PTR_NOT_NULL(
        strstr(command.data, "-p ra_te=40/s -p 'mood=\"><img src=x onerror=y> `z` | q'"));
    CU_ASSERT_PTR_NOT_NULL(strstr(command.data, "--seed 7 --duration 120s --warmup 20s"));
    text_free(&command);
    end(&pages);
}

static void test_the_same_folders_give_the_same_bytes(void)
{
    struct pages pages = make(1);
    struct text html = {0}, caption = {0}, one = {0}, two = {0};
    brief_write_html(&pages.brief, "9.9", &html);
    CU_ASSERT_STRING_EQUAL(html.data, pages.html.data);
    brief_draw(&pages.brief, BRIEF_LATENCY, SVG_FILE, &one, &caption);
    caption.length = 0;
    brief_draw(&pages.brief, BRIEF_LATENCY, SVG_FILE, &two, &caption);
    CU_ASSERT_STRING_EQUAL(one.data, two.data);
    text_free(&html);
    text_free(&caption);
    text_free(&one);
    text_free(&two);
    end(&pages);
}

/* The largest value of a column stays the largest of its curve, whatever the widths. */
static void test_curves_keep_their_extremes(void)
{
    struct pages pages = make(1);
    const struct folder_table *table = &pages.brief.runs[0].series;
    struct brief_curve curve;
    double most = 0, sum = 0, total = 0;
    for (int row = 0; row < table->row_count; row++)
        if (strcmp(folder_cell(table, row, folder_column(table, "resource")), "web") == 0) {
            most = fmax(most, folder_number(table, row, folder_column(table, "latency_p99_ms")));
            total += folder_number(table, row, folder_column(table, "completed"));
        }
    brief_read_curve(&pages.brief, 0, "web", "latency_p99_ms", BRIEF_MAX, &curve);
    double high = 0;
    for (int i = 0; i < BRIEF_COLUMNS; i++)
        high = isnan(curve.y[i]) ? high : fmax(high, curve.y[i]);
    CU_ASSERT_TRUE(most > 0);
    CU_ASSERT_EQUAL(high, most);
    CU_ASSERT_EQUAL(curve.most, most);
    brief_read_curve(&pages.brief, 0, "web", "completed", BRIEF_SUM, &curve);
    for (int i = 0; i < BRIEF_COLUMNS; i++)
        sum += isnan(curve.y[i]) ? 0 : curve.y[i];
    CU_ASSERT_TRUE(
        sum >=
        total); /* samples of 1 s are wider than 160 columns of 2 minutes: some columns repeat one */
    end(&pages);
}

static void test_what_is_no_folder_is_refused(void)
{
    struct brief brief;
    struct err err = {0};
    const char *folders[] = {"/tmp"};
    CU_ASSERT_FALSE(brief_read(&brief, folders, 1, &err));
    CU_ASSERT_PTR_NOT_NULL(strstr(err.what, "/tmp"));
    brief_free(&brief);
}

CU_TestInfo suite_brief[] = {
    TEST(test_pages_are_well_formed_and_stand_alone),
    TEST(test_no_page_loads_anything),
    TEST(test_names_are_only_text),
    TEST(test_figures_are_those_of_the_files),
    TEST(test_the_page_has_all_its_parts),
    TEST(test_the_command_is_one_that_a_shell_takes),
    TEST(test_the_same_folders_give_the_same_bytes),
    TEST(test_curves_keep_their_extremes),
    TEST(test_what_is_no_folder_is_refused),
    CU_TEST_INFO_NULL,
};
