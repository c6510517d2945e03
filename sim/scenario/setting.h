/* setting.h - a setting of a resource, shown as a user would write it.
 *
 * Reads a config through the table of its class (core/param.h). Settings whose value is a structure of
 * the model are not shown here: what matters of them has its own words in `check`.
 */
#ifndef TEPID_SCENARIO_SETTING_H
#define TEPID_SCENARIO_SETTING_H

#include "core/param.h"
#include "core/text.h"

/* Adds the value; false (and nothing added) if it is unset or of a kind that has no short form. */
bool setting_show(const struct param_spec *spec, const void *config, struct text *out);

/* True if the value in `config` is not the one an empty table would have given. */
bool setting_is_changed(const struct param_spec *spec, const void *config);

/* "128MB .. 10240MB", "mru|lru|random", "0 .. 1"; false if there is nothing to say. */
bool setting_show_bounds(const struct param_spec *spec, struct text *out);

/* "time", "size or distribution", "route table": what may be written for it. */
const char *setting_kind(const struct param_spec *spec);

#endif
