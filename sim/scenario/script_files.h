/* script_files.h - which files a scenario may read, and reading them.
 *
 * require, trace and empirical look beside the scenario, below its folder only: no absolute
 * path, no "..", and after links are followed the file must still lie there. Traces and measured
 * values are also looked for in the shipped traces. Whatever is read enters the scenario's
 * digest. A CSV file is read once, however often it is named (handlers are recorded twice).
 */
#ifndef TEPID_SCENARIO_SCRIPT_FILES_H
#define TEPID_SCENARIO_SCRIPT_FILES_H

#include "scenario/script_state.h"

/* Reads a source file and adds it to load->sources; -1 with load->err filled. */
int script_source(struct load *load, const char *path, const char *shown);

/* Fills load->folder from the path of the scenario. */
bool script_find_folder(struct load *load, const char *path);

/* require: verb of the language. */
int script_require(lua_State *lua);

/* The real path of a file named by the scenario, or NULL with load->err filled. `what` asks:
 * "trace". */
const char *script_find_file(struct load *load, const char *name, bool traces, const char *what);

const struct rate_shape *script_trace(struct load *load, const char *name, const char *column);
const struct dist *script_empirical(struct load *load, const char *name, bool size);

#endif
