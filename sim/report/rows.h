/* rows.h - one table, written as CSV or as JSON.
 *
 * The contract promises the same columns in a folder's files and in --json. So a table is filled cell
 * by cell, in the order of its columns, and the form is chosen by whoever wants it written: CSV lines
 * under a header, or one JSON object a row whose members are the columns.
 * A row ends by itself with its last cell.
 */
#ifndef TEPID_REPORT_ROWS_H
#define TEPID_REPORT_ROWS_H

#include "report/json_out.h"

struct rows {
    const char *const *columns; /* NULL-terminated */
    int column;                 /* of the next cell */
    struct text *csv;           /* or NULL */
    struct json *json;          /* or NULL */
};

/* Starts the table: the CSV header. */
void rows_begin_csv(struct rows *rows, const char *const *columns, struct text *out);
/* Starts the table: the array `key`. */
void rows_begin_json(struct rows *rows, const char *const *columns, struct json *json,
                     const char *key);
void rows_end(struct rows *rows);

void rows_text(struct rows *rows, const char *value); /* NULL: empty */
void rows_number(struct rows *rows, double value);    /* not finite: empty */
void rows_whole(struct rows *rows, uint64_t value);
void rows_empty(struct rows *rows);

#endif
