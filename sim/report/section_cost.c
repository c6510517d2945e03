/* section_cost.c - what is used up: capacity with headroom to each limit, and money. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "report/heading.h"
#include "report/quantity.h"
#include "report/section.h"

#define COST_LINES_MAX 20
#define COST_LABEL     34 /* columns of a cost line's label */
#define LIMIT_COLUMN   10
#define TIGHT_HEADROOM 1.25 /* below this a limit is shown as a warning */

/* Counts are whole where they are; means keep three digits. */
static char *show_use(char buf[UNIT_TEXT_MAX], double value)
{
    return value == floor(value) ? unit_show_count(buf, value) : quantity_show_column(buf, value);
}

/* Below a line whose limits refused calls: which of them, and how many. */
static void put_refused(const struct section *section, const struct capacity_row *row)
{
    struct page *page = section->page;
    bool first = true;
    for (int i = 0; i < CAPACITY_LIMITS && row->refused_by[i] != NULL; i++) {
        char count[UNIT_TEXT_MAX], text[100];
        if (!(row->refused[i] > 0))
            continue;
        if (first)
            page_to(page, SECTION_MARGIN + 2);
        (void)snprintf(text, sizeof text, "%s%s by %s", first ? "refused " : ", ",
                       unit_show_count(count, row->refused[i]), row->refused_by[i]);
        page_put(page, PAGE_WARN, text);
        first = false;
    }
    if (!first)
        page_line(page);
}

static void put_capacity(const struct section *section, const struct capacity_row *row)
{
    struct page *page = section->page;
    char label[160], number[UNIT_TEXT_MAX];
    int column = SECTION_NUMBERS + 2;
    (void)snprintf(label, sizeof label, "%s %s", row->resource, row->what);
    page_to(page, SECTION_MARGIN);
    page_cell(page, PAGE_PLAIN, label, SECTION_NUMBERS - SECTION_MARGIN);
    page_until(page, PAGE_PLAIN, show_use(number, row->mean), column += LIMIT_COLUMN);
    page_until(page, PAGE_PLAIN, show_use(number, row->max), column += LIMIT_COLUMN);
    const char *limit = isfinite(row->limit) ? unit_show_count(number, row->limit) : "none";
    page_until(page, PAGE_PLAIN, limit, column += LIMIT_COLUMN);

    bool tight = isfinite(row->limit) && row->max * TIGHT_HEADROOM > row->limit;
    quantity_show_headroom(number, row->max, row->limit);
    page_until(page, tight ? PAGE_WARN : PAGE_PLAIN, number, column += LIMIT_COLUMN);
    if (row->limit_name != NULL && isfinite(row->limit) &&
        strcmp(row->limit_name, row->what) != 0 &&
        page_column(page) + 2 + (int)text_columns(row->limit_name) <= page->width) {
        page_to(page, page_column(page) + 2);
        page_put(page, PAGE_DIM, row->limit_name);
    }
    page_line(page);
    put_refused(section, row);
}

void section_capacity(const struct section *section)
{
    const struct result *result = section->result;
    int shown = 0;
    if (result->capacity_count == 0)
        return;
    static const char *const columns[] = {"mean", "max", "limit", "headroom"};
    section_heading(section, "CAPACITY");
    for (size_t i = 0; i < COUNTOF(columns); i++)
        page_until(section->page, PAGE_DIM, columns[i],
                   SECTION_NUMBERS + 2 + LIMIT_COLUMN * ((int)i + 1));
    page_line(section->page);
    for (int i = 0; i < result->capacity_count; i++) {
        /* The account's own row is no node, and always shown. */
        if (!section_shows(section, lookup_node(section->lookup, result->capacities[i].resource)))
            continue;
        put_capacity(section, &result->capacities[i]);
        shown++;
    }
    section_more(section, result->capacity_count - shown, "summary.csv");
    page_line(section->page);
}

/* Lines of the bill as the summary shows them: the tiers of one item together. */
struct item {
    const struct bill_line *line;
    double month_usd;
};

static bool same_item(const struct bill_line *a, const struct bill_line *b)
{
    return strcmp(a->resource, b->resource) == 0 && strcmp(a->service, b->service) == 0 &&
           strcmp(a->line_item, b->line_item) == 0;
}

static int gather_items(const struct bill *bill, struct item *items)
{
    int count = 0;
    for (int i = 0; i < bill->count; i++) {
        /* Tiers of an item stand next to each other. */
        if (count > 0 && same_item(items[count - 1].line, &bill->lines[i]))
            items[count - 1].month_usd += bill->lines[i].cost_month_usd;
        else
            items[count++] = (struct item){&bill->lines[i], bill->lines[i].cost_month_usd};
    }
    return count;
}

/* Dearest first, equal ones in the order of the bill. */
static int compare_items(const void *left, const void *right)
{
    const struct item *a = left, *b = right;
    if (a->month_usd != b->month_usd)
        return a->month_usd > b->month_usd ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static void sort_items(struct item *items, int count)
{
    qsort(items, (size_t)count, sizeof *items, compare_items);
}

static void put_money(const struct section *section, const char *label, enum page_style style,
                      double month_usd)
{
    char money[UNIT_TEXT_MAX];
    page_to(section->page, SECTION_MARGIN);
    page_cell(section->page, style, label, COST_LABEL);
    page_until(section->page, style, unit_show_money(money, month_usd),
               SECTION_MARGIN + COST_LABEL + 12);
}

static void put_item(const struct section *section, const struct item *item, double total_usd)
{
    struct page *page = section->page;
    char label[200], percent[UNIT_TEXT_MAX];
    double share = total_usd > 0 ? item->month_usd / total_usd : 0;
    (void)snprintf(label, sizeof label, "%s  %s %s", item->line->resource, item->line->service,
                   item->line->line_item);
    put_money(section, label, PAGE_PLAIN, item->month_usd);
    int column = SECTION_MARGIN + COST_LABEL + 12;
    (void)snprintf(percent, sizeof percent, share > 0 && share < 0.005 ? "<1%%" : "%.0f%%",
                   100 * share);
    page_until(page, PAGE_DIM, percent, column + 6);
    page_to(page, column + 8);
    page_bar(page, share, page->width - column - 8 < 30 ? page->width - column - 8 : 30);
    page_line(page);
}

static void put_total(const struct section *section)
{
    struct page *page = section->page;
    const struct result *result = section->result;
    int all = lookup_node(section->lookup, "*");
    double requests = lookup_value(section->lookup, all, "requests", "sum");
    double half =
        section_half_width(section, lookup_row(section->lookup, all, "cost_month", "sum"));
    char money[UNIT_TEXT_MAX], text[100];
    put_money(section, "total", PAGE_STRONG, result->bill.cost_month_usd);
    if (isfinite(half)) {
        (void)snprintf(text, sizeof text, "  ±%s", unit_show_money(money, half));
        page_put(page, PAGE_DIM, text);
    }
    if (requests > 0) {
        unit_show_money(money, result->bill.cost_usd / requests * 1e6);
        (void)snprintf(text, sizeof text, "%s per million requests", money);
        if (page_column(page) + 2 + (int)text_columns(text) > page->width) {
            page_line(page);
            page_to(page, SECTION_MARGIN);
        } else {
            page_to(page, page_column(page) + 2);
        }
        page_put(page, PAGE_DIM, text);
    }
    page_line(page);
}

/* What the month is extrapolated from. */
static void put_cost_heading(const struct section *section)
{
    const struct result *result = section->result;
    char span[UNIT_TEXT_MAX];
    sim_time measured = result->reached - result->warmup;
    quantity_show_span(span, measured > 0 ? measured : 0);
    section_heading(section, "COST per month");
    page_putf(section->page, PAGE_DIM, " (730 h, from %s %s)", span,
              result->warmup > 0 ? "measured" : "simulated");
    heading_extent(section->page, result);
    page_line(section->page);
}

void section_cost(const struct section *section)
{
    const struct bill *bill = &section->result->bill;
    if (bill->count == 0)
        return;
    struct arena *arena = arena_new();
    struct item *items = ARENA_ARRAY(arena, struct item, bill->count);
    int count = gather_items(bill, items);
    sort_items(items, count);
    int shown = count < COST_LINES_MAX ? count : COST_LINES_MAX;

    put_cost_heading(section);
    for (int i = 0; i < shown; i++)
        put_item(section, &items[i], bill->cost_month_usd);
    section_more(section, count - shown, "cost.csv");
    put_total(section);
    page_line(section->page);
    arena_free(arena);
}
