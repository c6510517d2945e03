/* folder_in.c - see folder_in.h. */
#include "report/folder_in.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/csv_in.h"
#include "core/text.h"
#include "report/json_meta.h"

#define META_BYTES_MAX  ((size_t)4 * 1024 * 1024)
#define TABLE_BYTES_MAX ((int64_t)1024 * 1024 * 1024)

static const char *path_of(const char *folder, const char *file, struct arena *arena)
{
    bool slash = folder[0] != '\0' && folder[strlen(folder) - 1] == '/';
    return arena_printf(arena, "%s%s%s", folder, slash ? "" : "/", file);
}

static bool is_file(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool folder_is_result(const char *path)
{
    struct arena *arena = arena_new();
    bool both =
        is_file(path_of(path, "meta.json", arena)) && is_file(path_of(path, "summary.csv", arena));
    arena_free(arena);
    return both;
}

/* -- tables ------------------------------------------------------------------------------------------------ */

static void keep_record(struct csv_in *csv, const char ***cells, size_t *count, size_t *capacity,
                        int columns, struct arena *arena)
{
    for (int i = 0; i < columns; i++) {
        *cells = (const char **)mem_grow((void *)*cells, *count, capacity, sizeof(**cells));
        (*cells)[(*count)++] = arena_strdup(arena, csv_field(csv, (size_t)i));
    }
}

static bool read_header(struct folder_table *table, struct csv_in *csv, struct arena *arena,
                        struct err *err)
{
    enum csv_status status = csv_next(csv, err);
    if (status == CSV_END)
        return csv_fault(csv, err, "the file is empty");
    if (status == CSV_ERROR)
        return false;
    table->column_count = (int)csv_count(csv);
    const char **columns = ARENA_ARRAY(arena, const char *, table->column_count);
    for (int i = 0; i < table->column_count; i++)
        columns[i] = arena_strdup(arena, csv_field(csv, (size_t)i));
    table->columns = columns;
    return true;
}

static bool read_records(struct folder_table *table, struct csv_in *csv, struct arena *arena,
                         struct err *err)
{
    const char **cells = NULL;
    size_t count = 0, capacity = 0;
    enum csv_status status;
    bool ok = true;
    while (ok && (status = csv_next(csv, err)) == CSV_ROW) {
        ok = (int)csv_count(csv) == table->column_count;
        if (!ok)
            csv_fault(csv, err, "%zu fields where the header has %d", csv_count(csv),
                      table->column_count);
        else
            keep_record(csv, &cells, &count, &capacity, table->column_count, arena);
    }
    ok = ok && status == CSV_END;
    table->cells = arena_copy(arena, cells, sizeof(*cells) * count);
    table->row_count = (int)(count / (size_t)table->column_count);
    mem_free((void *)cells);
    return ok;
}

bool folder_read_table(struct folder_table *table, const char *folder, const char *file,
                       struct arena *arena, struct err *err)
{
    const char *path = path_of(folder, file, arena);
    *table = (struct folder_table){0};
    struct csv_in *csv =
        csv_open(path, path, (struct csv_limits){CSV_LINE_MAX, TABLE_BYTES_MAX}, err);
    bool ok =
        csv != NULL && read_header(table, csv, arena, err) && read_records(table, csv, arena, err);
    csv_close(csv);
    return ok;
}

int folder_column(const struct folder_table *table, const char *name)
{
    for (int i = 0; i < table->column_count; i++)
        if (strcmp(table->columns[i], name) == 0)
            return i;
    return -1;
}

const char *folder_cell(const struct folder_table *table, int row, int column)
{
    return column < 0 ? ""
                      : table->cells[(size_t)row * (size_t)table->column_count + (size_t)column];
}

double folder_number(const struct folder_table *table, int row, int column)
{
    double value;
    return csv_read_decimal(folder_cell(table, row, column), &value) ? value : NAN;
}

/* -- the tables that become structs --------------------------------------------------------------------------- */

/* The columns a table must have, looked up once. */
static bool find_columns(const struct folder_table *table, const char *folder, const char *file,
                         const char *const *names, int *columns, struct err *err)
{
    for (int i = 0; names[i] != NULL; i++) {
        columns[i] = folder_column(table, names[i]);
        if (columns[i] < 0) {
            err_set(err, "%s/%s:1: no column '%s'", folder, file, names[i]);
            return err_help(err, "a results folder is what 'tepid run' wrote");
        }
    }
    return true;
}

static bool refuse_cell(const char *folder, const char *file, int row, const char *column,
                        const char *cell, struct err *err)
{
    return err_set(err, "%s/%s:%d: %s '%s' is not a number", folder, file, row + 2, column, cell);
}

static bool read_summary(struct folder_in *in, struct arena *arena, struct err *err)
{
    static const char *const names[] = {"resource", "metric", "stat",    "value",
                                        "unit",     "ci_low", "ci_high", NULL};
    int c[COUNTOF(names)];
    struct folder_table table;
    if (!folder_read_table(&table, in->path, "summary.csv", arena, err) ||
        !find_columns(&table, in->path, "summary.csv", names, c, err))
        return false;
    in->rows = ARENA_ARRAY(arena, struct result_row, table.row_count);
    in->row_count = table.row_count;
    for (int i = 0; i < table.row_count; i++) {
        double low = folder_number(&table, i, c[5]), high = folder_number(&table, i, c[6]);
        in->rows[i] = (struct result_row){
            .resource = folder_cell(&table, i, c[0]),
            .metric = folder_cell(&table, i, c[1]),
            .stat = folder_cell(&table, i, c[2]),
            .value = folder_number(&table, i, c[3]),
            .unit = folder_cell(&table, i, c[4]),
            .has_ci = !isnan(low) && !isnan(high),
            .ci_low = low,
            .ci_high = high,
        };
        if (isnan(in->rows[i].value))
            return refuse_cell(in->path, "summary.csv", i, "value", folder_cell(&table, i, c[3]),
                               err);
    }
    return true;
}

static bool read_bill(struct folder_in *in, struct arena *arena, struct err *err)
{
    static const char *const names[] = {"resource", "service",        "line_item",
                                        "quantity", "unit",           "unit_price_usd",
                                        "cost_usd", "cost_month_usd", NULL};
    int c[COUNTOF(names)];
    struct folder_table table;
    if (!folder_read_table(&table, in->path, "cost.csv", arena, err) ||
        !find_columns(&table, in->path, "cost.csv", names, c, err))
        return false;
    in->bill = ARENA_ARRAY(arena, struct bill_line, table.row_count);
    in->bill_count = table.row_count;
    for (int i = 0; i < table.row_count; i++) {
        in->bill[i] = (struct bill_line){
            .resource = folder_cell(&table, i, c[0]),
            .service = folder_cell(&table, i, c[1]),
            .line_item = folder_cell(&table, i, c[2]),
            .quantity = folder_number(&table, i, c[3]),
            .unit = folder_cell(&table, i, c[4]),
            .unit_price_usd = folder_number(&table, i, c[5]),
            .cost_usd = folder_number(&table, i, c[6]),
            .cost_month_usd = folder_number(&table, i, c[7]),
        };
        if (isnan(in->bill[i].cost_month_usd))
            return refuse_cell(in->path, "cost.csv", i, "cost_month_usd",
                               folder_cell(&table, i, c[7]), err);
    }
    return true;
}

static bool read_slos(struct folder_in *in, struct arena *arena, struct err *err)
{
    static const char *const names[] = {"slo",    "actual",       "limit", "unit",
                                        "passed", "margin_ratio", NULL};
    int c[COUNTOF(names)];
    struct folder_table table;
    if (!folder_read_table(&table, in->path, "slo.csv", arena, err) ||
        !find_columns(&table, in->path, "slo.csv", names, c, err))
        return false;
    in->slos = ARENA_ARRAY(arena, struct folder_slo, table.row_count);
    in->slo_count = table.row_count;
    for (int i = 0; i < table.row_count; i++)
        in->slos[i] = (struct folder_slo){
            .slo = folder_cell(&table, i, c[0]),
            .actual = folder_number(&table, i, c[1]),
            .limit = folder_number(&table, i, c[2]),
            .unit = folder_cell(&table, i, c[3]),
            .passed = strcmp(folder_cell(&table, i, c[4]), "1") == 0,
            .margin_ratio = folder_number(&table, i, c[5]),
        };
    return true;
}

static bool read_meta(struct folder_in *in, struct arena *arena, struct err *err)
{
    struct text text = {0};
    const char *path = path_of(in->path, "meta.json", arena);
    bool ok = text_read_file(&text, path, META_BYTES_MAX, err) &&
              json_read_meta(text.data == NULL ? "" : text.data, path, &in->meta, arena, err);
    text_free(&text);
    return ok;
}

bool folder_read(struct folder_in *in, const char *path, struct arena *arena, struct err *err)
{
    *in = (struct folder_in){.path = path};
    if (!folder_is_result(path)) {
        err_file(err, "%s: not a results folder: no meta.json and summary.csv in it", path);
        return err_help(err, "'tepid run FILE --out %s' makes one", path);
    }
    return read_meta(in, arena, err) && read_summary(in, arena, err) && read_bill(in, arena, err) &&
           read_slos(in, arena, err);
}
