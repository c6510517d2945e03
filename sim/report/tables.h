/* tables.h - the tables of CONTRACT 5, each defined once.
 *
 * A table names its columns and fills its rows from a result; rows.h decides whether they come out as
 * a file of the results folder or as an array of --json. Everything here is a function of the result alone,
 * so equal results give equal bytes.
 */
#ifndef TEPID_REPORT_TABLES_H
#define TEPID_REPORT_TABLES_H

#include "report/rows.h"
#include "run/result.h"

struct table {
    const char *file;           /* "summary.csv" */
    const char *key;            /* of the array in --json, or NULL: not part of it */
    const char *const *columns; /* NULL-terminated */
    void (*fill)(struct rows *rows, const struct result *result);
};

/* Results hold times in ns; files show them in the unit of summary.csv, ms. All else is the same. */
double table_unit(double value, enum metric_dimension dimension);

/* In the order of CONTRACT 5; ends with file == NULL. */
extern const struct table report_tables[];

void table_write_csv(const struct table *table, const struct result *result, struct text *out);
void table_write_json(const struct table *table, const struct result *result, struct json *json);

/* variants.csv: the parameters, then what sweep.csv has from cost_usd on, then the variant. */
void table_write_variants(struct result *const *results, int count, struct text *out);

#endif
