/* rows.c - see the header. */
#include "report/rows.h"

#include <inttypes.h>

#include "report/csv.h"

static void add_header(struct rows *rows)
{
    for (int i = 0; rows->columns[i] != NULL; i++) {
        text_add(rows->csv, i > 0 ? "," : "");
        csv_add_text(rows->csv, rows->columns[i]);
    }
    text_add(rows->csv, "\n");
}

/* Before a cell: the comma or the opening of the row. Returns the column's name. */
static const char *begin_cell(struct rows *rows)
{
    const char *name = rows->columns[rows->column];
    if (rows->csv != NULL)
        text_add(rows->csv, rows->column > 0 ? "," : "");
    else if (rows->column == 0)
        json_open_object(rows->json, NULL, JSON_INLINE);
    return name;
}

static void end_cell(struct rows *rows)
{
    rows->column++;
    if (rows->columns[rows->column] != NULL)
        return;
    rows->column = 0;
    if (rows->csv != NULL)
        text_add(rows->csv, "\n");
    else
        json_close(rows->json);
}

void rows_begin_csv(struct rows *rows, const char *const *columns, struct text *out)
{
    ASSERT(columns[0] != NULL);
    *rows = (struct rows){.columns = columns, .csv = out};
    add_header(rows);
}

void rows_begin_json(struct rows *rows, const char *const *columns, struct json *json,
                     const char *key)
{
    ASSERT(columns[0] != NULL);
    *rows = (struct rows){.columns = columns, .json = json};
    json_open_array(json, key, JSON_LINES);
}

void rows_end(struct rows *rows)
{
    ASSERT(rows->column == 0);
    if (rows->json != NULL)
        json_close(rows->json);
}

void rows_text(struct rows *rows, const char *value)
{
    const char *name = begin_cell(rows);
    if (rows->csv != NULL)
        csv_add_text(rows->csv, value);
    else
        json_add_text(rows->json, name, value);
    end_cell(rows);
}

void rows_number(struct rows *rows, double value)
{
    const char *name = begin_cell(rows);
    if (rows->csv != NULL)
        csv_add_number(rows->csv, value);
    else
        json_add_number(rows->json, name, value);
    end_cell(rows);
}

void rows_whole(struct rows *rows, uint64_t value)
{
    const char *name = begin_cell(rows);
    if (rows->csv != NULL)
        text_addf(rows->csv, "%" PRIu64, value);
    else
        json_add_whole(rows->json, name, value);
    end_cell(rows);
}

void rows_empty(struct rows *rows)
{
    rows_text(rows, NULL);
}
