/* json_sweep.h - meta.json of a sweep, written and read back (the door of the JSON library, like json.h).
 *
 * It holds what points.csv and sweep.csv do not: what was swept, of which scenario, under which conditions, and which part of it this folder
 * is. The same for one thread and many, for ranks and for merged shards.
 */
#ifndef TEPID_REPORT_JSON_SWEEP_H
#define TEPID_REPORT_JSON_SWEEP_H

#include "core/text.h"
#include "run/sweep_table.h"

void json_write_sweep(const struct sweep_table *table, struct text *out);

/* Fills everything but the points. `name` is what messages call the text. */
bool json_read_sweep(const char *text, const char *name, struct sweep_table *table,
                     struct err *err);

#endif
