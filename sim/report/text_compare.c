/* text_compare.c - see the header. */
#include "report/text_compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/quantity.h"
#include "report/section.h"

/* Columns on a page of 80; what is wider goes to the labels. */
enum {
    LABEL = SECTION_MARGIN,
    END_A = 33, /* where the columns of numbers end */
    END_B = 43,
    END_CHANGE = 53,
    VERDICT = 65,
    RESOURCE_ROWS = 10,
    STAGE_ROWS = 8,
    BILL_ROWS = 14,
};

struct compare_page {
    struct page page;
    const struct side *a, *b;
    const struct comparison *comparison;
    const struct text_compare_info *info;
    struct arena *arena;
    int wide; /* columns beyond 80 */
};

static void heading(struct compare_page *p, const char *text, int ends[3], const char *last)
{
    struct page *page = &p->page;
    char letter[2] = {p->info->a_letter, '\0'};
    page_to(page, 2);
    page_put(page, PAGE_STRONG, text);
    if (ends != NULL) {
        page_until(page, PAGE_DIM, letter, p->wide + ends[0]);
        letter[0] = p->info->b_letter;
        page_until(page, PAGE_DIM, letter, p->wide + ends[1]);
        if (ends[2] > 0)
            page_until(page, PAGE_DIM, "change", p->wide + ends[2]);
    }
    if (last != NULL) {
        page_to(page, p->wide + VERDICT);
        page_put(page, PAGE_DIM, last);
    }
    page_line(page);
}

#define NUMBERS ((int[3]){END_A, END_B, END_CHANGE})

static void put_label(struct compare_page *p, enum page_style style, const char *label, int columns)
{
    page_to(&p->page, LABEL);
    page_cell(&p->page, style, label, p->wide + columns - LABEL);
}

static void put_number(struct compare_page *p, enum page_style style, const char *number, int end)
{
    page_until(&p->page, style, number, p->wide + end);
}

/* -- who and how ----------------------------------------------------------------------------------------- */

static void put_side(struct compare_page *p, char letter, const struct side *side)
{
    char span[UNIT_TEXT_MAX], text[200];
    page_to(&p->page, 2);
    page_putf(&p->page, PAGE_STRONG, "%c", letter);
    page_to(&p->page, SECTION_MARGIN + 1);
    page_put(&p->page, PAGE_STRONG, side->title);
    (void)snprintf(text, sizeof text, "%s, seed %llu%s", unit_show_span(span, (sim_time)(side->duration_s * 1e9)),
                   (unsigned long long)side->figures.seed, side->partial ? ", PARTIAL" : "");
    page_right(&p->page, side->partial ? PAGE_BAD : PAGE_DIM, text);
    page_line(&p->page);
}

/* What the intervals rest on, in one line. */
static void put_basis(struct compare_page *p)
{
    const struct difference *row = compare_find(p->comparison, "*", "latency", "mean");
    enum compare_basis basis = row == NULL ? COMPARE_NOTHING : row->basis;
    struct page *page = &p->page;
    page_to(page, 2);
    switch (basis) {
    case COMPARE_REPLICATIONS:
        page_putf(page, PAGE_DIM,
                  "%d replications each under the same arrivals: paired differences%s", row->n,
                  p->info->chosen_reps ? " (--reps)" : "");
        break;
    case COMPARE_BATCHES:
        page_putf(page, PAGE_DIM, "paired differences of %d batches of one run each", row->n);
        break;
    case COMPARE_UNPAIRED:
        page_put(page, PAGE_DIM,
                 "figures read back from files are not paired: intervals are wider than need be");
        break;
    case COMPARE_NOTHING:
        page_put(page, PAGE_WARN,
                 "one replication of each: no intervals; --reps 10 tells a difference from chance");
        break;
    }
    page_line(page);
}

/* "; misses 2 SLOs that A meets". */
static void add_slo_verdict(struct compare_page *p, struct text *verdict)
{
    int count, worse = 0, better = 0;
    const struct slo_pair *pairs = side_slos(p->a, p->b, &count, p->arena);
    for (int i = 0; i < count; i++) {
        if (pairs[i].a == NULL || pairs[i].b == NULL)
            continue;
        worse += pairs[i].a->passed && !pairs[i].b->passed;
        better += !pairs[i].a->passed && pairs[i].b->passed;
    }
    if (better > 0)
        text_addf(verdict, "; meets %d SLO%s that %c misses", better, better == 1 ? "" : "s",
                  p->info->a_letter);
    if (worse > 0)
        text_addf(verdict, "; misses %d SLO%s that %c meets", worse, worse == 1 ? "" : "s",
                  p->info->a_letter);
}

static void put_verdict(struct compare_page *p)
{
    struct text verdict = {0};
    char lead[] = {p->info->b_letter, ':', '\0'};
    compare_verdict(p->comparison, &verdict);
    page_to(&p->page, 2);
    page_put(&p->page, PAGE_STRONG, lead);
    page_to(&p->page, SECTION_MARGIN + 1);
    add_slo_verdict(p, &verdict);
    page_wrap(&p->page, PAGE_STRONG, verdict.data, SECTION_MARGIN + 1);
    page_line(&p->page);
    text_free(&verdict);
}

/* -- settings -------------------------------------------------------------------------------------------- */

static void put_setting(struct page *page, const struct setting_change *change)
{
    struct text line = {0};
    char sign[] = {change->sign, '\0'};
    page_to(page, LABEL);
    page_put(page,
             change->sign == '+'   ? PAGE_GOOD
             : change->sign == '-' ? PAGE_BAD
                                   : PAGE_WARN,
             sign);
    page_to(page, LABEL + 2);
    text_addf(&line, "%s ", change->what);
    text_addf(&line, "%s%s%s", change->a, change->sign == '~' ? " → " : "", change->b);
    page_wrap(page, PAGE_PLAIN, line.data, LABEL + 6);
    page_line(page);
    text_free(&line);
}

static void put_settings(struct compare_page *p)
{
    struct scenario_diff diff;
    int signs[3] = {0};
    side_differences(&diff, p->a, p->b, p->arena);
    heading(p, "SETTINGS", NULL, NULL);
    for (int i = 0; i < diff.count; i++) {
        put_setting(&p->page, &diff.changes[i]);
        signs[diff.changes[i].sign == '~' ? 0 : diff.changes[i].sign == '+' ? 1 : 2]++;
    }
    page_to(&p->page, LABEL);
    if (diff.count == 0)
        page_put(&p->page, PAGE_DIM, "no setting differs");
    else
        page_putf(&p->page, PAGE_DIM, "%d changed, %d only in %c, %d only in %c", signs[0], signs[1],
                  p->info->b_letter, signs[2], p->info->a_letter);
    page_line(&p->page);
    page_line(&p->page);
}

/* -- figures --------------------------------------------------------------------------------------------- */

static bool is_the_same(const struct difference *row)
{
    return row->change == 0 && (isnan(row->low) || (row->low == 0 && row->high == 0));
}

/* The half width of the interval, in the unit of the change. */
static void put_half_width(struct compare_page *p, const struct difference *row)
{
    char half[COMPARE_TEXT_MAX];
    double width = (row->high - row->low) / 2;
    if (isnan(row->low) || is_the_same(row))
        return;
    compare_show_change(half, width, row->unit);
    page_to(&p->page, p->wide + END_CHANGE + 1);
    page_putf(&p->page, PAGE_DIM, "± %s", half[0] == '+' ? half + 1 : half);
}

/* What to make of it: by how much, or that there is nothing to make of it. */
static void put_meaning(struct compare_page *p, const struct difference *row)
{
    char text[COMPARE_TEXT_MAX] = "";
    page_to(&p->page, p->wide + VERDICT);
    if (is_the_same(row))
        page_put(&p->page, PAGE_DIM, "the same");
    else if (!isnan(row->low) && !row->significant)
        page_put(&p->page, PAGE_DIM, "not significant");
    else if (row->a > 0 && row->b > 1000 * row->a)
        page_put(&p->page, PAGE_STRONG, "over 1000x");
    else if (row->a > 0)
        page_put(&p->page, PAGE_STRONG, quantity_show_change(text, row->a, row->b));
}

static void put_row(struct compare_page *p, const char *label, const struct difference *row)
{
    char number[COMPARE_TEXT_MAX];
    put_label(p, PAGE_PLAIN, label, END_A - 9);
    put_number(p, PAGE_PLAIN, compare_show(number, row->a, row->unit), END_A);
    put_number(p, PAGE_PLAIN, compare_show(number, row->b, row->unit), END_B);
    compare_show_change(number, row->change, row->unit);
    put_number(p, row->significant ? PAGE_STRONG : PAGE_PLAIN, number, END_CHANGE);
    put_half_width(p, row);
    put_meaning(p, row);
    page_line(&p->page);
}

/* What is always shown, of all requests; rows that no side has are left out. */
static const struct {
    const char *metric, *stat, *label;
    bool if_any; /* only where a side has more than 0 */
} all_rows[] = {
    {"latency", "mean", "latency mean", false}, {"latency", "p50", "p50", false},
    {"latency", "p95", "p95", false},           {"latency", "p99", "p99", false},
    {"latency", "p99.9", "p99.9", false},       {"errors", "mean", "errors", false},
    {"throttles", "mean", "throttled", true},   {"timeouts", "mean", "timed out", true},
    {"cold", "mean", "cold starts", false},     {"spill", "mean", "spill", true},
    {"cost_month", "sum", "cost per month", false},
};

/* How long it takes until a mark: what all requests do not say where the work goes on after the answer. */
static void put_marks(struct compare_page *p)
{
    for (int i = 0; i < p->comparison->count; i++) {
        const struct difference *row = &p->comparison->rows[i];
        struct text label = {0};
        if (!compare_is_mark(row) ||
            (strcmp(row->stat, "p50") != 0 && strcmp(row->stat, "p99") != 0))
            continue;
        text_addf(&label, "%s %s", row->stat, row->resource);
        put_row(p, label.data, row);
        text_free(&label);
    }
}

static void put_all(struct compare_page *p)
{
    heading(p, "ALL REQUESTS", NUMBERS, NULL);
    for (size_t i = 0; i < COUNTOF(all_rows); i++) {
        const struct difference *row =
            compare_find(p->comparison, "*", all_rows[i].metric, all_rows[i].stat);
        if (row == NULL || (all_rows[i].if_any && !(row->a > 0) && !(row->b > 0)))
            continue;
        put_row(p, all_rows[i].label, row);
    }
    put_marks(p);
    page_line(&p->page);
}

/* -- the resources that changed most --------------------------------------------------------------------- */

/* Latency at two points and what can go wrong; stages have their own section, money too. */
static bool is_telling(const struct difference *row)
{
    static const char *const metrics[] = {"latency",     "errors", "throttles",    "cold",
                                          "spill",       "depth",  "age",          "utilisation",
                                          "concurrency", "expired", "dead_letters", "dropped"};
    static const char *const stats[] = {"mean", "p99", "max", "sum"};
    bool metric = false, stat = false;
    if (strcmp(row->resource, "*") == 0)
        return false;
    for (size_t i = 0; i < COUNTOF(metrics); i++)
        metric = metric || strcmp(metrics[i], row->metric) == 0;
    for (size_t i = 0; i < COUNTOF(stats); i++)
        stat = stat || strcmp(stats[i], row->stat) == 0;
    return metric && stat;
}

/* Routes repeat what their gateway says, and traffic what all requests say; marks stand with all requests. */
static bool is_resource(const struct compare_page *p, const char *name)
{
    const struct scenario *scenario = p->a->scenario != NULL ? p->a->scenario : p->b->scenario;
    if (strcmp(name, "*") == 0 || strchr(name, ' ') != NULL)
        return false;
    int resource = scenario == NULL ? -1 : scenario_find(scenario, name);
    return resource < 0 || strcmp(scenario->resources[resource].class->kind, "traffic") != 0;
}

#define LEAST_CONTRAST 0.0005 /* real, but it would read as 0% */

/* How far apart, from 0 to 1 whatever the unit. */
static double contrast(const struct difference *row)
{
    double most = fmax(fabs(row->a), fabs(row->b));
    return most > 0 ? fabs(row->change) / most : 0;
}

static int by_contrast(const void *left, const void *right)
{
    const struct difference *x = *(const struct difference *const *)left;
    const struct difference *y = *(const struct difference *const *)right;
    double a = contrast(x), b = contrast(y);
    if (a != b)
        return a < b ? 1 : -1;
    return x < y ? -1 : x > y;
}

/* "hello p99", "hello concurrency", "jobs age max": as short as it can be without doubt. */
static void add_figure_name(const struct difference *row, struct text *out)
{
    bool is_latency = strcmp(row->metric, "latency") == 0;
    bool plain = strcmp(row->stat, "mean") == 0 || strcmp(row->stat, "sum") == 0;
    text_addf(out, "%s%s%s", row->resource, is_latency ? "" : " ", is_latency ? "" : row->metric);
    if (is_latency || !plain)
        text_addf(out, " %s", row->stat);
}

static void put_resources(struct compare_page *p)
{
    const struct comparison *comparison = p->comparison;
    const struct difference **rows =
        ARENA_ARRAY(p->arena, const struct difference *, comparison->count + 1);
    int count = 0;
    for (int i = 0; i < comparison->count; i++)
        if (comparison->rows[i].significant && is_telling(&comparison->rows[i]) &&
            contrast(&comparison->rows[i]) >= LEAST_CONTRAST &&
            is_resource(p, comparison->rows[i].resource))
            rows[count++] = &comparison->rows[i];
    if (count == 0)
        return;
    qsort(rows, (size_t)count, sizeof(*rows), by_contrast);
    heading(p, "RESOURCES", NUMBERS, NULL);
    for (int i = 0; i < count && i < RESOURCE_ROWS; i++) {
        struct text label = {0};
        add_figure_name(rows[i], &label);
        put_row(p, label.data, rows[i]);
        text_free(&label);
    }
    if (count > RESOURCE_ROWS) {
        page_to(&p->page, LABEL);
        page_putf(&p->page, PAGE_DIM, "and %d more: --json or --out has all",
                  count - RESOURCE_ROWS);
        page_line(&p->page);
    }
    page_line(&p->page);
}

/* -- where the difference comes from --------------------------------------------------------------------- */

struct stage_change {
    const char *resource, *stage;
    const struct difference *mean, *tail; /* tail: p99 */
};

/* Time that a resource spends by itself: what it waits for downstream belongs to whom it waits for. Services without stages of their own
 * (databases, external systems) are all downstream. */
static bool is_own_stage(const struct comparison *comparison, const struct difference *row)
{
    return strcmp(row->metric, "stage_downstream") != 0 ||
           (compare_find(comparison, row->resource, "stage_run", "mean") == NULL &&
            compare_find(comparison, row->resource, "stage_overhead", "mean") == NULL);
}

static double tail_change(const struct stage_change *change)
{
    return change->tail == NULL || isnan(change->tail->change) ? 0 : fabs(change->tail->change);
}

static int by_tail(const void *left, const void *right)
{
    const struct stage_change *x = left, *y = right;
    double a = tail_change(x), b = tail_change(y);
    if (a == b) {
        a = fabs(x->mean->change);
        b = fabs(y->mean->change);
    }
    if (a != b)
        return a < b ? 1 : -1;
    return x->mean < y->mean ? -1 : x->mean > y->mean;
}

/* Below the resolution of a histogram (1 %) a changed p99 is no change. */
static bool is_visible(const struct difference *row)
{
    return row != NULL && fabs(row->change) > 0.01 && contrast(row) > 0.01;
}

static int find_stages(const struct compare_page *p, struct stage_change *changes)
{
    const struct comparison *comparison = p->comparison;
    int count = 0;
    for (int i = 0; i < comparison->count; i++) {
        const struct difference *row = &comparison->rows[i];
        if (strncmp(row->metric, "stage_", 6) != 0 || strcmp(row->stat, "mean") != 0 ||
            !is_resource(p, row->resource) || !is_own_stage(comparison, row))
            continue;
        const struct difference *tail =
            compare_find(comparison, row->resource, row->metric, "p99");
        if (is_visible(row) || is_visible(tail))
            changes[count++] = (struct stage_change){row->resource, row->metric + 6, row, tail};
    }
    return count;
}

static void put_stage(struct compare_page *p, const struct stage_change *change)
{
    char number[COMPARE_TEXT_MAX];
    struct text label = {0};
    text_addf(&label, "%s %s", change->resource, change->stage);
    put_label(p, PAGE_PLAIN, label.data, END_A - 9);
    if (change->tail != NULL) {
        put_number(p, PAGE_PLAIN, compare_show(number, change->tail->a, "ms"), END_A);
        put_number(p, PAGE_PLAIN, compare_show(number, change->tail->b, "ms"), END_B);
        put_number(p, PAGE_STRONG, compare_show_change(number, change->tail->change, "ms"),
                   END_CHANGE);
    }
    page_to(&p->page, p->wide + VERDICT);
    page_put(&p->page, PAGE_PLAIN, compare_show_change(number, change->mean->change, "ms"));
    page_line(&p->page);
    text_free(&label);
}

/* Stages of all requests: their means add up to the mean latency, so this part is exact. */
static void put_mean_split(struct compare_page *p)
{
    static const char *const names[] = {"queue",      "init",    "run",     "wait",
                                        "downstream", "backoff", "overhead"};
    const struct difference *whole = compare_find(p->comparison, "*", "latency", "mean");
    struct text line = {0};
    char number[COMPARE_TEXT_MAX];
    if (whole == NULL || !is_visible(whole))
        return;
    text_addf(&line, "mean latency %s =", compare_show_change(number, whole->change, "ms"));
    for (size_t i = 0; i < COUNTOF(names); i++) {
        char metric[32];
        (void)snprintf(metric, sizeof metric, "stage_%s", names[i]);
        const struct difference *row = compare_find(p->comparison, "*", metric, "mean");
        if (row != NULL && fabs(row->change) >= fabs(whole->change) / 200)
            text_addf(&line, " %s %s", names[i], compare_show_change(number, row->change, "ms"));
    }
    page_to(&p->page, LABEL);
    page_wrap(&p->page, PAGE_PLAIN, line.data, LABEL + 2);
    page_line(&p->page);
    text_free(&line);
}

static void put_stages(struct compare_page *p)
{
    struct stage_change *changes =
        ARENA_ARRAY(p->arena, struct stage_change, p->comparison->count + 1);
    int count = find_stages(p, changes);
    if (count == 0)
        return;
    qsort(changes, (size_t)count, sizeof(*changes), by_tail);
    heading(p, "WHERE FROM  p99", NUMBERS, "in the mean");
    for (int i = 0; i < count && i < STAGE_ROWS; i++)
        put_stage(p, &changes[i]);
    put_mean_split(p);
    page_line(&p->page);
}

/* -- money ----------------------------------------------------------------------------------------------- */

static int by_money(const void *left, const void *right)
{
    const struct bill_pair *x = left, *y = right;
    double a = fabs(x->b_month_usd - x->a_month_usd), b = fabs(y->b_month_usd - y->a_month_usd);
    if (a == b) {
        a = x->a_month_usd + x->b_month_usd;
        b = y->a_month_usd + y->b_month_usd;
    }
    return a != b ? (a < b ? 1 : -1) : x < y ? -1 : x > y;
}

static void put_money(struct compare_page *p, enum page_style style, const char *label, double a,
                      double b)
{
    char number[COMPARE_TEXT_MAX];
    put_label(p, style, label, END_A - 11);
    put_number(p, style, unit_show_money(number, a), END_A);
    put_number(p, style, unit_show_money(number, b), END_B);
    put_number(p, style, compare_show_change(number, b - a, "usd"), END_CHANGE + 1);
    page_to(&p->page, p->wide + VERDICT);
    page_put(&p->page, PAGE_DIM, a > 0 && b > 0 ? quantity_show_change(number, a, b) : "");
    page_line(&p->page);
}

static void put_bills(struct compare_page *p)
{
    int count, same = 0;
    double a = 0, b = 0, same_usd = 0;
    struct bill_pair *pairs = side_bills(p->a, p->b, &count, p->arena);
    if (count == 0)
        return;
    for (int i = 0; i < count; i++) {
        a += pairs[i].a_month_usd;
        b += pairs[i].b_month_usd;
    }
    qsort(pairs, (size_t)count, sizeof(*pairs), by_money);
    heading(p, "COST per month", NUMBERS, NULL);
    for (int i = 0; i < count; i++) {
        struct text label = {0};
        if (i >= BILL_ROWS || fabs(pairs[i].b_month_usd - pairs[i].a_month_usd) < 0.005) {
            same++;
            same_usd += pairs[i].b_month_usd;
            continue;
        }
        text_addf(&label, "%s %s", pairs[i].resource, pairs[i].line_item);
        put_money(p, PAGE_PLAIN, label.data, pairs[i].a_month_usd, pairs[i].b_month_usd);
        text_free(&label);
    }
    if (same > 0) {
        char number[COMPARE_TEXT_MAX];
        page_to(&p->page, LABEL);
        page_putf(&p->page, PAGE_DIM, "%d line%s that %s, %s", same, same == 1 ? "" : "s",
                  same == 1 ? "stays as it is" : "stay as they are",
                  unit_show_money(number, same_usd));
        page_line(&p->page);
    }
    put_money(p, PAGE_STRONG, "total", a, b);
    page_line(&p->page);
}

/* -- SLOs ------------------------------------------------------------------------------------------------ */

/* SLOs are long and have no change, so they stand further to the right. */
enum { SLO_END_A = END_CHANGE, SLO_END_B = VERDICT };

static void put_slo_side(struct compare_page *p, const struct folder_slo *slo, int end)
{
    char number[COMPARE_TEXT_MAX], text[COMPARE_TEXT_MAX + 8];
    if (slo == NULL) {
        put_number(p, PAGE_DIM, "–", end);
        return;
    }
    compare_show(number, slo->actual, slo->unit);
    (void)snprintf(text, sizeof text, "%s %s", number, slo->passed ? "✓" : "✗");
    put_number(p, slo->passed ? PAGE_GOOD : PAGE_BAD, text, end);
}

static void put_slos(struct compare_page *p)
{
    int count;
    struct page *page = &p->page;
    struct slo_pair *pairs = side_slos(p->a, p->b, &count, p->arena);
    if (count == 0)
        return;
    heading(p, "SLO", ((int[3]){SLO_END_A, SLO_END_B, 0}), NULL);
    for (int i = 0; i < count; i++) {
        const struct folder_slo *a = pairs[i].a, *b = pairs[i].b;
        put_label(p, PAGE_PLAIN, (a != NULL ? a : b)->slo, SLO_END_A - 13);
        put_slo_side(p, a, SLO_END_A);
        put_slo_side(p, b, SLO_END_B);
        page_to(page, p->wide + SLO_END_B + 2);
        if (a != NULL && b != NULL && a->passed != b->passed)
            page_putf(page, b->passed ? PAGE_GOOD : PAGE_BAD, "%s by %c",
                      b->passed ? "met" : "missed", p->info->b_letter);
        page_line(page);
    }
    page_line(page);
}

void text_write_comparison(const struct side *a, const struct side *b,
                           const struct comparison *comparison,
                           const struct text_compare_info *info,
                           const struct text_options *options, struct text *out)
{
    struct compare_page p = {
        .a = a, .b = b, .comparison = comparison, .info = info, .arena = arena_new()};
    page_begin(&p.page, out, options->width, options->colour);
    p.wide = p.page.width - PAGE_WIDTH_MIN;
    put_side(&p, info->a_letter, a);
    put_side(&p, info->b_letter, b);
    put_basis(&p);
    put_verdict(&p);
    page_line(&p.page);
    put_settings(&p);
    if (!comparison->identical) {
        put_slos(&p);
        put_all(&p);
        put_resources(&p);
        put_stages(&p);
        put_bills(&p);
    }
    arena_free(p.arena);
}
