/* variant_slos.c - see the header. */
#include "report/variant_slos.h"

#include <stdio.h>
#include <string.h>

#include "report/quantity.h"
#include "report/section.h"

#define COLUMN_MIN 14
#define COLUMN_MAX 20

struct grid {
    struct page *page;
    struct result *const *results;
    int count;
    const char **texts; /* of the SLOs, in the order in which the variants name them */
    int text_count;
    int label, column; /* widths */
};

static const struct slo_result *find_slo(const struct result *result, const char *text)
{
    for (int i = 0; i < result->slo_count; i++)
        if (strcmp(result->slos[i].slo->text, text) == 0)
            return &result->slos[i];
    return NULL;
}

/* Limits may follow a parameter, so that variants differ in their SLOs: every text is a row. */
static void gather_texts(struct grid *grid, struct arena *arena)
{
    int room = 0;
    for (int v = 0; v < grid->count; v++)
        room += grid->results[v]->slo_count;
    grid->texts = ARENA_ARRAY(arena, const char *, room);
    for (int v = 0; v < grid->count; v++)
        for (int i = 0; i < grid->results[v]->slo_count; i++) {
            const char *text = grid->results[v]->slos[i].slo->text;
            int at = 0;
            while (at < grid->text_count && strcmp(grid->texts[at], text) != 0)
                at++;
            if (at == grid->text_count)
                grid->texts[grid->text_count++] = text;
        }
}

static const char *name_of(const struct result *result)
{
    return result->variant == NULL ? "(as it is)" : result->variant;
}

static int within(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

static void choose_widths(struct grid *grid)
{
    int longest_text = 0, longest_name = 0;
    for (int i = 0; i < grid->text_count; i++)
        longest_text = within((int)text_columns(grid->texts[i]), longest_text, INT32_MAX);
    for (int v = 0; v < grid->count; v++)
        longest_name =
            within((int)text_columns(name_of(grid->results[v])), longest_name, INT32_MAX);
    grid->column = within(longest_name + 2, COLUMN_MIN, COLUMN_MAX);
    grid->label = within(longest_text, 8, grid->page->width / 2);
}

static void put_cell(const struct grid *grid, const struct slo_result *slo, int end)
{
    char value[UNIT_TEXT_MAX], text[UNIT_TEXT_MAX + 8];
    if (slo == NULL) {
        page_until(grid->page, PAGE_DIM, "–  ", end);
        return;
    }
    if (slo->has_data)
        quantity_show(value, slo->actual, metric_table[slo->slo->metric].dimension);
    else
        (void)snprintf(value, sizeof value, "no data");
    (void)snprintf(text, sizeof text, "%s %s", value, slo->passed ? "✓" : "✗");
    page_until(grid->page, slo->passed ? PAGE_GOOD : PAGE_BAD, text, end);
}

/* A long name loses its end, as in the table above. */
static void put_name(const struct grid *grid, const char *name, int end)
{
    int columns = within((int)text_columns(name), 0, grid->column - 2);
    page_to(grid->page, end - columns);
    page_cell(grid->page, PAGE_DIM, name, columns);
}

/* Variants from `first` to before `last`. */
static void put_block(const struct grid *grid, int first, int last)
{
    struct page *page = grid->page;
    int start = SECTION_MARGIN + grid->label;
    page_to(page, 2);
    page_put(page, PAGE_STRONG, "SLO");
    for (int v = first; v < last; v++)
        put_name(grid, name_of(grid->results[v]), start + (v - first + 1) * grid->column);
    page_line(page);
    for (int i = 0; i < grid->text_count; i++) {
        page_to(page, SECTION_MARGIN);
        page_cell(page, PAGE_PLAIN, grid->texts[i], grid->label);
        for (int v = first; v < last; v++)
            put_cell(grid, find_slo(grid->results[v], grid->texts[i]),
                     start + (v - first + 1) * grid->column);
        page_line(page);
    }
    page_line(page);
}

void variant_slos_put(struct page *page, struct result *const *results, int count)
{
    struct grid grid = {.page = page, .results = results, .count = count};
    struct arena *arena = arena_new();
    gather_texts(&grid, arena);
    choose_widths(&grid);
    int at_once = (page->width - SECTION_MARGIN - grid.label) / grid.column;
    for (int first = 0; first < count && grid.text_count > 0; first += at_once)
        put_block(&grid, first, first + at_once < count ? first + at_once : count);
    arena_free(arena);
}
