/* run_plan.h - what one `tepid run` is going to simulate, and where the files will be.
 *
 * Everything that can go wrong before the simulation goes wrong here: every variant is loaded, and every folder
 * made and tried, before the first event. Loading forks, so it must also be over before threads exist.
 */
#ifndef TEPID_CLI_RUN_PLAN_H
#define TEPID_CLI_RUN_PLAN_H

#include "cli/input.h"
#include "cli/run_settings.h"

struct run_plan {
    struct run_item *items;
    struct scenario **scenarios; /* owned; items[i].scenario */
    const char **folders;        /* of each item */
    const char *table_folder;    /* of variants.csv; NULL for a single run */
    int count;
    struct arena *arena;
};

/* `variant`: NULL the file as it stands, a name, or "all". To be freed whatever it returns. */
bool run_plan_load(struct run_plan *plan, struct study *study, const char *variant,
                   const struct run_settings *settings, struct err *err);
void run_plan_free(struct run_plan *plan);

/* Chooses the folders and makes them; `out` is --out or NULL. */
bool run_plan_folders(struct run_plan *plan, const char *out, struct err *err);

#endif
