/* compare_parts.h - what `tepid compare` was asked to compare, loaded: scenarios of files, their variants, the first
 * file with something changed, results folders.
 *
 *   compare a.lua b.lua                           two files
 *   compare a.lua                                 all variants of one
 *   compare a.lua --variant x --variant y         some of them
 *   compare a.lua --with memory=1GB               the file as it stands, and with that parameter
 *   compare out/a-s42 out/b-s42                   two folders, as they were written
 *
 * Loading forks, so it is over before threads exist.
 */
#ifndef TEPID_CLI_COMPARE_PARTS_H
#define TEPID_CLI_COMPARE_PARTS_H

#include "cli/input.h"
#include "cli/run_settings.h"
#include "report/folder_in.h"

#define COMPARE_PARTS_MAX 26 /* letters */

struct compare_part {
    const char *title;
    const char *variant;       /* or NULL */
    struct scenario *scenario; /* NULL: a folder */
    const struct study *study; /* of the scenario */
    struct folder_in folder;
};

struct compare_parts {
    struct compare_part list[COMPARE_PARTS_MAX];
    int count;
    struct study *studies[COMPARE_PARTS_MAX];
    int study_count;
    struct arena *arena;
};

/* To be freed whatever it returns. */
bool compare_parts_load(struct compare_parts *parts, const struct cli *cli,
                        const struct options *options, const struct run_settings *settings,
                        struct err *err);
void compare_parts_free(struct compare_parts *parts);

#endif
