/* folder_in.h - a results folder read back: what `tepid run` wrote, as rows.
 *
 * Reads the tables of CONTRACT 5 by their headers, so that columns appended by a later version do no harm, and meta.json. What is
 * read is what the files say; nothing is recomputed. A folder that is none, a table without one of its columns, a cell that is no
 * number: each is an error with file and line. Files may be absent only where said.
 */
#ifndef TEPID_REPORT_FOLDER_IN_H
#define TEPID_REPORT_FOLDER_IN_H

#include "run/result.h"

/* A limit of the run: how much of what a resource may use. */
struct folder_limit {
    const char *resource, *what, *of; /* "hello", "concurrency", "account" */
    double limit;
};

/* A fault of the file. */
struct folder_event {
    double time_s;
    const char *resource, *text; /* "db", "latency x20" */
};

struct folder_meta {
    const char *version, *scenario, *question, *file, *variant; /* NULL: null or absent */
    const char *digest, *price_list, *price_list_date;
    uint64_t seed;
    int reps;
    double duration_s, warmup_s;
    uint64_t requests, events;
    bool partial;
    struct assignment *params; /* values as VALUE_TEXT, VALUE_NUMBER or VALUE_BOOL */
    int param_count;
    struct assignment *settings; /* of --set, "resource.setting" */
    int setting_count;
    const char **warnings;
    int warning_count;
    struct folder_limit *limits; /* none in folders of earlier versions */
    int limit_count;
    struct folder_event *events_at; /* by time as in the file */
    int event_count;
    const char *
        unsettled; /* "late", "never": measured before it had settled (warmup_check.h); NULL: no such finding */
    const char *unsettled_resource, *unsettled_what; /* what had not, or NULL */
};

struct folder_slo {
    const char *slo, *unit;
    double actual, limit, margin_ratio; /* NAN: no data */
    bool passed;
};

struct folder_in {
    const char *path;
    struct folder_meta meta;
    struct result_row *rows; /* summary.csv; values NULL */
    int row_count;
    struct bill_line *bill; /* cost.csv */
    int bill_count;
    struct folder_slo *slos; /* slo.csv */
    int slo_count;
};

/* True if it looks like one: a folder with meta.json and summary.csv. */
bool folder_is_result(const char *path);

/* Reads all of it into `arena`. False with err. */
bool folder_read(struct folder_in *in, const char *path, struct arena *arena, struct err *err);

/* One table of the folder, cell by cell: for what folder_in has no room for (timeseries, latency, edges, insights). */
struct folder_table {
    const char *const *columns; /* of the file's header */
    int column_count;
    const char **cells; /* [row * column_count + column], "" for empty */
    int row_count;
};
/* False with err (ERR_FILE: it cannot be read). */
bool folder_read_table(struct folder_table *table, const char *folder, const char *file,
                       struct arena *arena, struct err *err);
int folder_column(const struct folder_table *table, const char *name); /* -1: none */
/* The cell, or "" where there is no such column. */
const char *folder_cell(const struct folder_table *table, int row, int column);
/* NAN for an empty cell or one that is no number. */
double folder_number(const struct folder_table *table, int row, int column);

#endif
