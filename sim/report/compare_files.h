/* compare_files.h - comparisons for programs: compare.csv, settings.csv and --json, with every figure.
 */
#ifndef TEPID_REPORT_COMPARE_FILES_H
#define TEPID_REPORT_COMPARE_FILES_H

#include "report/side.h"

/* One side against the first. */
struct compared {
    const struct side *a, *b;
    const struct comparison *comparison;
};

/* Columns: a, b, resource, metric, stat, unit, a_value, b_value, change, ci_low, ci_high, significant, basis, n. */
void compare_write_csv(const struct compared *pairs, int count, struct text *out);
/* Columns: a, b, sign, setting, a_value, b_value. */
void compare_write_settings_csv(const struct compared *pairs, int count, struct text *out);
/* One object, or {"comparisons": [...]} when there are several. */
void compare_write_json(const struct compared *pairs, int count, struct text *out);

/* Both CSV files into a folder (prepared). */
bool compare_files_write(const char *folder, const struct compared *pairs, int count,
                         struct err *err);
extern const char *const compare_files_names[];

#endif
