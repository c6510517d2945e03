/* folder.h - a results folder: made, tried, filled, swapped in.
 *
 * Whether a folder can be written is found out before an hour of simulation, not after. Files are first
 * written beside their final names (".summary.csv.part") and renamed when all of them are complete, so
 * who reads the folder meanwhile, or after a full disk, finds the old results whole, never half of the new.
 */
#ifndef TEPID_REPORT_FOLDER_H
#define TEPID_REPORT_FOLDER_H

#include "core/err.h"
#include "core/text.h"

#define FOLDER_FILES_MAX 16

/* Makes the folder and its parents and tries to write in it. ERR_FILE if either fails. */
bool folder_prepare(const char *path, struct err *err);

struct folder {
    const char *path;                    /* not owned */
    const char *names[FOLDER_FILES_MAX]; /* written, not yet renamed; not owned */
    int count;
};

void folder_begin(struct folder *folder, const char *path);
/* Writes beside the final name. */
bool folder_add(struct folder *folder, const char *name, const struct text *content,
                struct err *err);
/* Renames everything added. */
bool folder_commit(struct folder *folder, struct err *err);
/* Removes what was added and not committed. */
void folder_abandon(struct folder *folder);

/* CONTRACT 2.1: every run of bytes other than A-Za-z0-9_- becomes '-'. */
void folder_add_name(struct text *path, const char *name);

#endif
