/* import_azure.h - `tepid import azure-trace`: a published trace becomes a scenario.
 *
 * Writes FILE.lua, which declares one function and one traffic source for each row of the trace,
 * and beside it FILE.csv with the invocations of each minute (FILE-2.csv ... from the 501st
 * function on, so that lines stay short and a column is found quickly). What the trace does not
 * tell is filled in with its own medians and counted in the summary. Files appear whole or not at
 * all.
 */
#ifndef TEPID_CLI_IMPORT_AZURE_H
#define TEPID_CLI_IMPORT_AZURE_H

#include "core/base.h"
#include "core/err.h"

struct import_azure_options {
    const char *invocations;
    const char *durations; /* NULL: none */
    const char *memory;    /* NULL: none */
    const char *out;       /* ends in .lua */
};

struct import_summary {
    int64_t functions;
    int64_t invocations;
    int32_t minutes;
    int32_t csv_files;
    int64_t without_duration; /* functions given the trace's median */
    int64_t without_memory;
    int64_t merged_rows;   /* second rows of one function */
    int64_t unused_rows;   /* durations or memory of functions without invocations */
    int64_t cut_durations; /* functions with runs above 900 s, the longest a function may take */
    int64_t cut_memory;    /* functions above 10240 MB */
};

bool import_azure(const struct import_azure_options *options, struct import_summary *summary,
                  struct err *err);

#endif
