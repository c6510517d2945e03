/* sweep_files.c - see the header. */
#include "report/sweep_files.h"

#include <math.h>
#include <string.h>

#include "report/folder.h"
#include "report/json_sweep.h"
#include "report/rows.h"
#include "report/sweep_svg.h"
#include "report/sweep_words.h"
#include "report/text_sweep.h"

const char *const sweep_file_names[] = {"sweep.csv", "points.csv", "sweep.svg",
                                        "report.md", "meta.json",  NULL};

/* -- tables ----------------------------------------------------------------------------------------------- */

static const char *const row_columns[] = {
    "cost_usd",   "cost_month_usd", "latency_p50_ms", "latency_p99_ms", "errors_ratio",
    "cold_ratio", "spill_ratio",    "slo_passed",     "seed",           "rep"};
static const char *const point_columns[] = {
    "origin",         "reps",       "requests",       "objective",         "objective_low",
    "objective_high", "cost_usd",   "cost_month_usd", "latency_p50_ms",    "latency_p99_ms",
    "errors_ratio",   "cold_ratio", "spill_ratio",    "utilisation_ratio", "slo_met",
    "slo_missed"};
static const char *const origin_names[] = {
    [SWEEP_GRID] = "grid", [SWEEP_REFINED] = "refined", [SWEEP_SEARCHED] = "searched"};

/* Columns of a table: some, the parameters, the rest. */
static const char **make_columns(struct arena *arena, const struct sweep_table *table,
                                 const char *first, const char *const *rest, size_t count)
{
    const char **columns =
        ARENA_ARRAY(arena, const char *, (size_t)table->grid.param_count + count + 2);
    size_t at = 0;
    if (first != NULL)
        columns[at++] = first;
    for (int p = 0; p < table->grid.param_count; p++)
        columns[at++] = table->grid.params[p].name;
    for (size_t i = 0; i < count; i++)
        columns[at++] = rest[i];
    return columns;
}

static void put_figures(struct rows *rows, const struct sweep_row *row)
{
    rows_number(rows, row->cost_usd);
    rows_number(rows, row->cost_month_usd);
    rows_number(rows, row->p50_ms);
    rows_number(rows, row->p99_ms);
    rows_number(rows, row->errors);
    rows_number(rows, row->cold);
    rows_number(rows, row->spill);
}

static void put_values(struct rows *rows, const struct sweep_table *table,
                       const struct sweep_point *point)
{
    for (int p = 0; p < table->grid.param_count; p++)
        rows_text(rows, point->values[p]);
}

void sweep_write_rows(const struct sweep_table *table, struct text *out)
{
    struct arena *arena = arena_new();
    struct rows rows;
    rows_begin_csv(&rows, make_columns(arena, table, NULL, row_columns, COUNTOF(row_columns)), out);
    for (size_t i = 0; i < table->point_count; i++) {
        const struct sweep_point *point = table->points[i];
        for (int r = 0; point->done && r < point->reps; r++) {
            put_values(&rows, table, point);
            put_figures(&rows, &point->rows[r]);
            rows_whole(&rows, point->rows[r].slo_passed);
            rows_whole(&rows, table->seed);
            rows_whole(&rows, (uint64_t)r);
        }
    }
    rows_end(&rows);
    arena_free(arena);
}

void sweep_write_points(const struct sweep_table *table, struct text *out)
{
    struct arena *arena = arena_new();
    struct rows rows;
    rows_begin_csv(&rows,
                   make_columns(arena, table, "point", point_columns, COUNTOF(point_columns)), out);
    for (size_t i = 0; i < table->point_count; i++) {
        const struct sweep_point *point = table->points[i];
        if (!point->done)
            continue;
        rows_whole(&rows, i);
        put_values(&rows, table, point);
        rows_text(&rows, origin_names[point->origin]);
        rows_whole(&rows, (uint64_t)point->reps);
        rows_whole(&rows, point->requests);
        rows_number(&rows, point->objective);
        rows_number(&rows, point->interval[0]);
        rows_number(&rows, point->interval[1]);
        put_figures(&rows, &point->all);
        rows_number(&rows, point->utilisation);
        rows_whole(&rows, (uint64_t)point->slos_met);
        rows_text(&rows, point->missed);
    }
    rows_end(&rows);
    arena_free(arena);
}

/* -- report.md ---------------------------------------------------------------------------------------------- */

static void add_cell(struct text *out, const char *text)
{
    text_add(out, " ");
    for (const char *at = text; *at != '\0'; at++)
        text_addf(out, "%s%c", *at == '|' ? "\\" : "", *at);
    text_add(out, " |");
}

static void add_table(const struct sweep_table *table, struct text *out)
{
    char buf[UNIT_TEXT_MAX];
    struct sweep_answers answers;
    unsigned columns = sweep_columns(table);
    sweep_answers(table, &answers);
    text_add(out, "|");
    for (int p = 0; p < table->grid.param_count; p++)
        add_cell(out, table->grid.params[p].name);
    for (int c = 0; c < SWEEP_COLUMNS; c++)
        if ((columns >> c & 1) != 0)
            add_cell(out, c == SWEEP_CHANGE ? "vs first" : sweep_column_name(c));
    text_add(out, " SLOs | |\n|");
    for (int i = 0; i < table->grid.param_count + __builtin_popcount(columns); i++)
        text_add(out, "--:|");
    text_add(out, ":-:|---|\n");
    bool *shown = text_sweep_rows(table);
    for (size_t i = 0; i < table->point_count; i++) {
        const struct sweep_point *point = table->points[i];
        if (!shown[i])
            continue;
        text_add(out, "|");
        for (int p = 0; p < table->grid.param_count; p++)
            add_cell(out, point->values[p]);
        for (int c = 0; c < SWEEP_COLUMNS; c++)
            if ((columns >> c & 1) != 0)
                add_cell(out, sweep_cell(buf, table, point, c));
        text_addf(out, " %d/%d %s |", point->slos_met, table->slo_count,
                  sweep_point_passed(table, point) ? "✓" : "✗");
        add_cell(out, sweep_mark(table, &answers, point));
        text_add(out, "\n");
    }
    mem_free(shown);
}

void sweep_write_report(const struct sweep_table *table, struct text *out)
{
    char span[UNIT_TEXT_MAX];
    text_addf(out, "# %s%s%s\n\n", table->scenario, table->variant != NULL ? " / " : "",
              table->variant != NULL ? table->variant : "");
    if (table->question != NULL)
        text_addf(out, "%s\n\n", table->question);
    text_add(out, "**Answer:** ");
    sweep_answer(table, out);
    text_add(out, ".\n\n");
    struct text note = {0};
    sweep_note(table, &note);
    if (note.length > 0)
        text_addf(out, "**Note:** %s.\n\n", note.data);
    text_free(&note);
    text_add(out, "![the curves of the sweep](sweep.svg)\n\n");
    add_table(table, out);
    text_addf(out, "\n%d points of %s each, seed %llu, common random numbers; minimised: %s",
              sweep_table_done(table), unit_show_span(span, table->duration - table->warmup),
              (unsigned long long)table->seed, table->objective);
    text_add(out, table->slo_count > 0 ? "; SLOs: " : "");
    for (int i = 0; i < table->slo_count; i++)
        text_addf(out, "%s`%s`", i > 0 ? ", " : "", table->slos[i]);
    text_addf(out, ".\nPrices %s of %s.\n", table->prices == NULL ? "?" : table->prices,
              table->prices_date == NULL ? "?" : table->prices_date);
    if (table->command != NULL)
        text_addf(out, "\nReproduce with `%s` (tepid %s).\n", table->command,
                  table->version == NULL ? "?" : table->version);
}

/* -- the folder ------------------------------------------------------------------------------------------------ */

void sweep_folder_name(const struct sweep_table *table, const char *out, struct text *folder)
{
    text_add(folder, out != NULL ? out : "out/");
    if (out != NULL)
        return;
    folder_add_name(folder, table->scenario);
    if (table->variant != NULL) {
        text_add(folder, "-");
        folder_add_name(folder, table->variant);
    }
    text_add(folder, "-sweep");
    if (table->shards > 1)
        text_addf(folder, "-%dof%d", table->shard, table->shards);
}

bool sweep_files_write(const char *path, const struct sweep_table *table, struct err *err)
{
    static void (*const writers[])(const struct sweep_table *table, struct text *out) = {
        sweep_write_rows, sweep_write_points, sweep_write_svg, sweep_write_report,
        json_write_sweep};
    struct folder folder;
    struct text content = {0};
    bool ok = true;
    folder_begin(&folder, path);
    for (size_t i = 0; i < COUNTOF(writers) && ok; i++) {
        content.length = 0;
        writers[i](table, &content);
        ok = folder_add(&folder, sweep_file_names[i], &content, err);
    }
    text_free(&content);
    ok = ok && folder_commit(&folder, err);
    if (!ok)
        folder_abandon(&folder);
    return ok;
}
