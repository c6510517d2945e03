/* sweep_in.c - reads the folder of a sweep back; see sweep_files.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/csv_in.h"
#include "core/path.h"
#include "report/folder_in.h"
#include "report/json_sweep.h"
#include "report/sweep_files.h"

#define META_MAX (64u << 20)

/* points.csv behind the parameters, in its order. */
enum {
    ORIGIN,
    REPS,
    REQUESTS,
    OBJECTIVE,
    LOW,
    HIGH,
    FIGURES,
    UTILISATION = FIGURES + 7,
    MET,
    MISSED
};
/* sweep.csv behind the parameters. */
enum { ROW_PASSED = 7, ROW_SEED, ROW_REP, ROW_COLUMNS };

static const char *const damaged = "damaged, or not of this version of tepid";

static void file_path(const char *folder, const char *file, struct text *out)
{
    text_addf(out, "%s/%s", folder, file);
}

bool sweep_files_are_there(const char *folder)
{
    struct text path = {0};
    file_path(folder, "meta.json", &path);
    bool there = path_kind(path.data) == PATH_FILE;
    path.length = 0;
    file_path(folder, "points.csv", &path);
    there = there && path_kind(path.data) == PATH_FILE;
    text_free(&path);
    return there;
}

static bool read_meta(const char *folder, struct sweep_table *table, struct err *err)
{
    struct text path = {0}, content = {0};
    file_path(folder, "meta.json", &path);
    bool ok = text_read_file(&content, path.data, META_MAX, err) &&
              json_read_sweep(content.data, path.data, table, err);
    text_free(&path);
    text_free(&content);
    return ok;
}

static struct sweep_row read_figures(const struct folder_table *csv, int row, int column)
{
    return (struct sweep_row){
        .cost_usd = folder_number(csv, row, column),
        .cost_month_usd = folder_number(csv, row, column + 1),
        .p50_ms = folder_number(csv, row, column + 2),
        .p99_ms = folder_number(csv, row, column + 3),
        .errors = folder_number(csv, row, column + 4),
        .cold = folder_number(csv, row, column + 5),
        .spill = folder_number(csv, row, column + 6),
    };
}

static bool refuse(const char *folder, const char *file, int row, struct err *err)
{
    err_set(err, "%s/%s, row %d: %s", folder, file, row + 1, damaged);
    return err_help(err, "run the sweep again, without --resume");
}

static bool read_whole_cell(const struct folder_table *csv, int row, int column, int64_t most,
                            int64_t *value)
{
    return csv_read_whole(folder_cell(csv, row, column), most, value);
}

/* Grid points stand in their order already; others follow as they were found. */
static struct sweep_point *point_at(struct sweep_table *table, int64_t index,
                                    const char *const *values, enum sweep_origin origin)
{
    if (index < (int64_t)table->point_count) {
        struct sweep_point *point = table->points[index];
        for (int p = 0; p < table->grid.param_count; p++)
            if (strcmp(point->values[p], values[p]) != 0)
                return NULL;
        return point->done ? NULL : point;
    }
    return index == (int64_t)table->point_count ? sweep_table_add(table, values, origin) : NULL;
}

static enum sweep_origin read_origin(const char *text)
{
    return strcmp(text, "refined") == 0    ? SWEEP_REFINED
           : strcmp(text, "searched") == 0 ? SWEEP_SEARCHED
                                           : SWEEP_GRID;
}

static bool read_point(const struct folder_table *csv, int row, struct sweep_table *table)
{
    int64_t index, reps, requests, met;
    int at = 1 + table->grid.param_count;
    const char *values[SWEEP_PARAMS_MAX];
    for (int p = 0; p < table->grid.param_count; p++)
        values[p] = folder_cell(csv, row, 1 + p);
    if (!read_whole_cell(csv, row, 0, SWEEP_POINTS_MAX, &index) ||
        !read_whole_cell(csv, row, at + REPS, 1000000, &reps) || reps < 1 ||
        !read_whole_cell(csv, row, at + REQUESTS, INT64_MAX, &requests) ||
        !read_whole_cell(csv, row, at + MET, 1000000, &met))
        return false;
    struct sweep_point *point =
        point_at(table, index, values, read_origin(folder_cell(csv, row, at + ORIGIN)));
    if (point == NULL)
        return false;
    const char *missed = folder_cell(csv, row, at + MISSED);
    point->done = true;
    point->reps = (int)reps;
    point->requests = (uint64_t)requests;
    point->objective = folder_number(csv, row, at + OBJECTIVE);
    point->interval[0] = folder_number(csv, row, at + LOW);
    point->interval[1] = folder_number(csv, row, at + HIGH);
    point->all = read_figures(csv, row, at + FIGURES);
    point->utilisation = folder_number(csv, row, at + UTILISATION);
    point->slos_met = (int)met;
    point->all.slo_passed = point->slos_met == table->slo_count;
    point->missed = missed[0] == '\0' ? NULL : arena_strdup(table->arena, missed);
    return true;
}

static bool read_points(const char *folder, struct sweep_table *table, struct arena *arena,
                        struct err *err)
{
    struct folder_table csv;
    sweep_table_add_grid(table);
    if (!folder_read_table(&csv, folder, "points.csv", arena, err))
        return false;
    if (csv.column_count != 1 + table->grid.param_count + MISSED + 1)
        return refuse(folder, "points.csv", -1, err);
    for (int row = 0; row < csv.row_count; row++)
        if (!read_point(&csv, row, table))
            return refuse(folder, "points.csv", row, err);
    return true;
}

/* The rows of sweep.csv belong to the points that are done, in order. */
static bool read_rows(const char *folder, struct sweep_table *table, struct arena *arena,
                      struct err *err)
{
    struct folder_table csv;
    int next = 0, at = table->grid.param_count;
    if (!folder_read_table(&csv, folder, "sweep.csv", arena, err))
        return false;
    if (csv.column_count != at + ROW_COLUMNS)
        return refuse(folder, "sweep.csv", -1, err);
    for (size_t i = 0; i < table->point_count; i++) {
        struct sweep_point *point = table->points[i];
        struct sweep_row *rows =
            ARENA_ARRAY(table->arena, struct sweep_row, point->done ? point->reps : 0);
        for (int r = 0; point->done && r < point->reps; r++, next++) {
            bool same = next < csv.row_count;
            for (int p = 0; same && p < at; p++)
                same = strcmp(folder_cell(&csv, next, p), point->values[p]) == 0;
            if (!same)
                return refuse(folder, "sweep.csv", next, err);
            rows[r] = read_figures(&csv, next, at);
            rows[r].slo_passed = strcmp(folder_cell(&csv, next, at + ROW_PASSED), "1") == 0;
            table->seed = strtoull(folder_cell(&csv, next, at + ROW_SEED), NULL, 10);
        }
        point->rows = rows;
    }
    return next == csv.row_count || refuse(folder, "sweep.csv", next, err);
}

struct sweep_table *sweep_files_read(const char *folder, struct err *err)
{
    struct sweep_table *table = sweep_table_new();
    struct arena *arena = arena_new();
    bool ok;
    if (path_kind(folder) != PATH_FOLDER)
        ok = err_file(err, "%s: no such folder", folder);
    else if (!sweep_files_are_there(folder)) {
        ok = err_set(err, "%s is no folder of a sweep", folder);
        err_help(err, "a folder of a sweep is what 'tepid sweep --out DIR' wrote");
    } else {
        ok = read_meta(folder, table, err) && read_points(folder, table, arena, err) &&
             read_rows(folder, table, arena, err);
    }
    arena_free(arena);
    if (ok)
        return table;
    sweep_table_free(table);
    return NULL;
}
