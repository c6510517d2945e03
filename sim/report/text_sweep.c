/* text_sweep.c - see the header. */
#include "report/text_sweep.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "report/heading.h"
#include "report/quantity.h"
#include "report/section.h"
#include "report/sweep_files.h"
#include "report/sweep_words.h"

#define COLUMN_MIN 9  /* columns of numbers */
#define PARAM_MAX  22 /* columns of a parameter */

/* Of one replication. */
static double requests_of(const struct sweep_point *point)
{
    return (double)point->requests / (point->reps > 1 ? point->reps : 1);
}

static double largest_requests(const struct sweep_table *table)
{
    double largest = 0;
    for (size_t i = 0; i < table->point_count; i++)
        largest = fmax(largest, requests_of(table->points[i]));
    return floor(largest);
}

/* But for a twentieth: what closed clients send depends a little on everything. */
static bool is_same_requests(const struct sweep_table *table)
{
    double largest = largest_requests(table);
    for (size_t i = 0; i < table->point_count; i++)
        if (table->points[i]->done && requests_of(table->points[i]) < 0.95 * largest)
            return false;
    return true;
}

static void add_count(struct text *out, double count)
{
    char buf[UNIT_TEXT_MAX];
    if (count >= 1e6)
        text_addf(out, "%.1f M", count / 1e6);
    else
        text_add(out, unit_show_count(buf, count));
}

static void put_head(struct page *page, const struct sweep_table *table,
                     const struct text_sweep_info *info)
{
    char span[UNIT_TEXT_MAX];
    struct text text = {0};
    page_put(page, PAGE_STRONG, table->scenario);
    if (table->variant != NULL)
        page_putf(page, PAGE_PLAIN, " / %s", table->variant);
    int done = sweep_table_done(table);
    text_addf(&text, "%d point%s x %s", done, done == 1 ? "" : "s",
              unit_show_span(span, table->duration - table->warmup));
    if (table->reps > 1 && table->precision <= 0)
        text_addf(&text, " x %d reps", table->reps);
    if (table->shards > 1)
        text_addf(&text, ", shard %d of %d", table->shard, table->shards);
    if (info->ranks > 1)
        text_addf(&text, ", %d ranks", info->ranks);
    else if (info->jobs > 0)
        text_addf(&text, ", %d job%s", info->jobs, info->jobs == 1 ? "" : "s");
    text_add(&text, ", ");
    /* Points differ where the load is what is varied. */
    text_add(&text, is_same_requests(table) ? "" : "up to ");
    add_count(&text, largest_requests(table));
    text_add(&text, " requests each");
    page_to(page, page_column(page) + 2);
    page_put(page, PAGE_PLAIN, text.data);
    text_free(&text);
    if (info->wall_s > 0) {
        char wall[UNIT_TEXT_MAX];
        (void)snprintf(wall, sizeof wall, info->wall_s < 9.95 ? "%.1f s" : "%.0f s", info->wall_s);
        page_right(page, PAGE_DIM, wall);
    }
    page_line(page);
}

static void put_terms(struct page *page, const struct sweep_table *table)
{
    struct text text = {0};
    for (int i = 0; i < table->slo_count; i++)
        text_addf(&text, "%s%s", i > 0 ? ", " : "", table->slos[i]);
    page_to(page, 2);
    page_put(page, PAGE_DIM, "slo: ");
    page_wrap(page, PAGE_PLAIN, table->slo_count > 0 ? text.data : "none", 7);
    if (strcmp(table->objective, "cost") != 0) {
        page_line(page);
        page_to(page, 2);
        page_putf(page, PAGE_DIM, "minimise: ");
        page_put(page, PAGE_PLAIN, table->objective);
    }
    page_line(page);
    page_line(page);
    text_free(&text);
}

/* -- the table ------------------------------------------------------------------------------------------- */

struct layout {
    unsigned columns;
    int param[SWEEP_PARAMS_MAX], number[SWEEP_COLUMNS];
    char change[40]; /* "vs 0", "vs first" */
};

/* What SLOs and marks take behind the columns. */
static int right_columns(const struct sweep_table *table)
{
    struct sweep_answers answers;
    char slos[40];
    int mark = 0;
    sweep_answers(table, &answers);
    for (size_t i = 0; i < table->point_count; i++) {
        int columns = (int)text_columns(sweep_mark(table, &answers, table->points[i]));
        mark = columns > mark ? columns : mark;
    }
    (void)snprintf(slos, sizeof slos, "   %d/%d ", table->slo_count, table->slo_count);
    int slo = table->slo_count == 0 ? 0 : table->slo_count == 1 ? 4 : (int)strlen(slos) + 1;
    return slo + 3 + mark;
}

static int columns_used(const struct layout *layout, int params, int least)
{
    int used = 0;
    for (int p = 0; p < params; p++)
        used += layout->param[p];
    for (int c = 0; c < SWEEP_COLUMNS; c++)
        if ((layout->columns >> c & 1) != 0)
            used += layout->number[c] < least ? least : layout->number[c];
    return used;
}

/* The widest line of all columns has to fit; first goes the room between them, then those that say least. */
static void fit(struct layout *layout, const struct sweep_table *table, bool no_errors, int width)
{
    int params = table->grid.param_count, room = width - right_columns(table);
    const enum sweep_column least[] = {no_errors ? SWEEP_ERRORS : SWEEP_P50,
                                       SWEEP_P50,
                                       SWEEP_UTIL,
                                       SWEEP_COLD,
                                       SWEEP_ERRORS,
                                       SWEEP_SPILL};
    for (size_t i = 0; i < COUNTOF(least) && columns_used(layout, params, 0) > room; i++)
        layout->columns &= ~(1u << least[i]);
    if (columns_used(layout, params, COLUMN_MIN) > room)
        return;
    for (int c = 0; c < SWEEP_COLUMNS; c++)
        if (layout->number[c] < COLUMN_MIN)
            layout->number[c] = COLUMN_MIN;
}

static bool no_errors(const struct sweep_table *table)
{
    for (size_t i = 0; i < table->point_count; i++)
        if (table->points[i]->done && table->points[i]->all.errors > 0)
            return false;
    return true;
}

static struct layout lay_out(const struct sweep_table *table, const bool *shown, int width)
{
    struct layout layout = {.columns = sweep_columns(table)};
    char buf[UNIT_TEXT_MAX];
    if (table->grid.param_count == 1 && table->point_count > 0)
        (void)snprintf(layout.change, sizeof layout.change, "vs %.12s",
                       table->points[0]->values[0]);
    else
        (void)snprintf(layout.change, sizeof layout.change, "vs first");
    for (int p = 0; p < table->grid.param_count; p++) {
        int widest = (int)text_columns(table->grid.params[p].name);
        for (size_t i = 0; i < table->point_count; i++)
            if (shown[i] && (int)text_columns(table->points[i]->values[p]) > widest)
                widest = (int)text_columns(table->points[i]->values[p]);
        layout.param[p] = (widest > PARAM_MAX ? PARAM_MAX : widest) + 2;
    }
    for (int c = 0; c < SWEEP_COLUMNS; c++) {
        const char *name = c == SWEEP_CHANGE ? layout.change : sweep_column_name(c);
        int widest = (int)text_columns(name);
        for (size_t i = 0; i < table->point_count; i++)
            if (shown[i]) {
                int columns = (int)text_columns(sweep_cell(buf, table, table->points[i], c));
                widest = columns > widest ? columns : widest;
            }
        layout.number[c] = widest + 2;
    }
    fit(&layout, table, no_errors(table), width);
    return layout;
}

static void put_heading(struct page *page, const struct sweep_table *table,
                        const struct layout *layout)
{
    int column = 0;
    for (int p = 0; p < table->grid.param_count; p++)
        page_until(page, PAGE_DIM, table->grid.params[p].name, column += layout->param[p]);
    for (int c = 0; c < SWEEP_COLUMNS; c++)
        if ((layout->columns >> c & 1) != 0)
            page_until(page, PAGE_DIM, c == SWEEP_CHANGE ? layout->change : sweep_column_name(c),
                       column += layout->number[c]);
    if (table->slo_count > 0) {
        page_to(page, column + 3);
        page_put(page, PAGE_DIM, "slo");
    }
    page_line(page);
}

static void put_slos(struct page *page, const struct sweep_table *table,
                     const struct sweep_point *point)
{
    bool passed = sweep_point_passed(table, point);
    if (table->slo_count == 0)
        return;
    page_to(page, page_column(page) + 3);
    if (table->slo_count > 1)
        page_putf(page, passed ? PAGE_GOOD : PAGE_BAD, "%d/%d ", point->slos_met, table->slo_count);
    page_put(page, passed ? PAGE_GOOD : PAGE_BAD, passed ? "✓" : "✗");
}

static void put_point(struct page *page, const struct sweep_table *table,
                      const struct layout *layout, const struct sweep_answers *answers,
                      const struct sweep_point *point)
{
    char buf[UNIT_TEXT_MAX];
    int column = 0;
    const char *mark = sweep_mark(table, answers, point);
    enum page_style style = mark[0] != '\0' ? PAGE_STRONG : PAGE_PLAIN;
    for (int p = 0; p < table->grid.param_count; p++)
        page_until(page, style, point->values[p], column += layout->param[p]);
    for (int c = 0; c < SWEEP_COLUMNS; c++)
        if ((layout->columns >> c & 1) != 0)
            page_until(page, style, sweep_cell(buf, table, point, c), column += layout->number[c]);
    put_slos(page, table, point);
    if (mark[0] != '\0') {
        page_to(page, page_column(page) + 3);
        page_put(page, PAGE_STRONG, mark);
    } else if (point->origin != SWEEP_GRID && table->find.param < 0) {
        page_to(page, page_column(page) + 3);
        page_put(page, PAGE_DIM, "refined");
    }
    page_line(page);
}

/* In the order of their values where there is one, else of their numbers. */
static const struct sweep_point **row_order(const struct sweep_table *table, size_t *count)
{
    const struct sweep_point **points = sweep_table_ordered(table, count);
    if (*count > 0 && table->grid.params[0].numeric && (table->refined || table->find.param >= 0))
        return points;
    *count = 0;
    for (size_t i = 0; i < table->point_count; i++)
        if (table->points[i]->done)
            points[(*count)++] = table->points[i];
    return points;
}

static void mark_row(bool *shown, int index)
{
    if (index >= 0)
        shown[index] = true;
}

bool *text_sweep_rows(const struct sweep_table *table)
{
    size_t count;
    const struct sweep_point **points = row_order(table, &count);
    bool *shown = mem_resize(NULL, table->point_count + 1);
    memset(shown, 0, table->point_count + 1);
    size_t step = count / SWEEP_ROWS_SHOWN + 1;
    for (size_t i = 0; i < count; i += step)
        shown[points[i]->index] = true;
    if (count > 0)
        shown[points[count - 1]->index] = true;
    struct sweep_answers answers;
    sweep_answers(table, &answers);
    mark_row(shown, answers.cheapest);
    mark_row(shown, answers.best);
    mark_row(shown, answers.break_even);
    mark_row(shown, table->find.passes);
    mark_row(shown, table->find.fails);
    mem_free(points);
    return shown;
}

static void put_table(struct page *page, const struct sweep_table *table)
{
    struct sweep_answers answers;
    size_t count, left = 0;
    sweep_answers(table, &answers);
    bool *shown = text_sweep_rows(table);
    const struct sweep_point **points = row_order(table, &count);
    struct layout layout = lay_out(table, shown, page->width);
    put_heading(page, table, &layout);
    for (size_t i = 0; i < count; i++) {
        if (shown[points[i]->index])
            put_point(page, table, &layout, &answers, points[i]);
        else
            left++;
    }
    if (left > 0) {
        page_to(page, 2);
        page_putf(page, PAGE_DIM, "%zu more in sweep.csv", left);
        page_line(page);
    }
    mem_free(points);
    mem_free(shown);
}

static void put_sentence(struct page *page, const char *label, struct text *text)
{
    if (text->length > 0) {
        page_to(page, 2);
        page_put(page, PAGE_STRONG, label);
        page_to(page, page_column(page) + 1);
        text_add(text, ".");
        page_wrap(page, PAGE_PLAIN, text->data, SECTION_MARGIN);
        page_line(page);
    }
    text_free(text);
}

void text_write_sweep(const struct sweep_table *table, const struct text_sweep_info *info,
                      const struct text_options *options, struct text *out)
{
    struct page page;
    struct text answer = {0}, note = {0};
    page_begin(&page, out, options->width, options->colour);
    put_head(&page, table, info);
    if (info->scenario != NULL)
        heading_day_part(&page, info->scenario, table->warmup, table->duration);
    put_terms(&page, table);
    put_table(&page, table);
    sweep_answer(table, &answer);
    sweep_note(table, &note);
    put_sentence(&page, "answer:", &answer);
    put_sentence(&page, "note:", &note);
    if (table->end != RUN_COMPLETE) {
        page_to(&page, 2);
        page_putf(&page, PAGE_BAD, "PARTIAL: %d of %zu points; --resume goes on from here",
                  sweep_table_done(table), table->point_count);
        page_line(&page);
    }
    heading_folder(&page, options->folder, sweep_file_names);
}
