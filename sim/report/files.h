/* files.h - fills a results folder (CONTRACT 5).
 *
 * All files of a folder are complete before the first of them gets its name (folder.h).
 */
#ifndef TEPID_REPORT_FILES_H
#define TEPID_REPORT_FILES_H

#include "report/json.h"

/* The folder must exist (folder_prepare). ERR_FILE on failure; the folder is then as it was. */
bool files_write_run(const char *folder, const struct result *result,
                     const struct report_info *info, struct err *err);

/* variants.csv, a row per result. */
bool files_write_variants(const char *folder, struct result *const *results, int count,
                          struct err *err);

/* Names of what files_write_run writes, for the last line of the summary; NULL-terminated. */
extern const char *const files_names[];

#endif
