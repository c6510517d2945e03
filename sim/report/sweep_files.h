/* sweep_files.h - the folder of a sweep: written, and read back for --resume and merge.
 *
 * sweep.csv is the contract's: a row per point and replication. points.csv has a row per point, with what all replications say together.
 * meta.json says what was swept. Numbers are written so that they read back as the same, so a table that was read back writes the same
 * bytes again: that is all there is to joining shards.
 */
#ifndef TEPID_REPORT_SWEEP_FILES_H
#define TEPID_REPORT_SWEEP_FILES_H

#include "core/text.h"
#include "run/sweep_table.h"

extern const char *const sweep_file_names[]; /* NULL-terminated */

/* Adds --out, or without it out/<scenario>[-<variant>]-sweep[-<i>of<n>]. */
void sweep_folder_name(const struct sweep_table *table, const char *out, struct text *folder);

/* The folder must exist (folder_prepare). Points that are not done have no rows. ERR_FILE on failure; the folder is then as it was. */
bool sweep_files_write(const char *folder, const struct sweep_table *table, struct err *err);

/* True if a folder holds a sweep's meta.json. */
bool sweep_files_are_there(const char *folder);

/* NULL with err: no such folder, no sweep, damaged. Points of other shards are there, not done. */
struct sweep_table *sweep_files_read(const char *folder, struct err *err);

/* The parts, for their tests. */
void sweep_write_rows(const struct sweep_table *table, struct text *out);
void sweep_write_points(const struct sweep_table *table, struct text *out);
void sweep_write_report(const struct sweep_table *table, struct text *out);

#endif
