/* azure_trace.h - the published Azure Functions traces, read and joined.
 *
 * Three CSV files describe one day (Shahrad et al., "Serverless in the Wild", USENIX ATC 2020):
 * invocations per function and minute, durations per function, memory per application, or per
 * function in later samples. Samples on the net leave columns out, so columns are found by name,
 * without regard to case; the hashes that tell rows apart are compared only as far as every given
 * file has them. A function without a row in the other two files keeps `has_...` false.
 */
#ifndef TEPID_CLI_AZURE_TRACE_H
#define TEPID_CLI_AZURE_TRACE_H

#include "core/arena.h"
#include "core/err.h"

#define AZURE_ROWS_MAX    100000
#define AZURE_PERCENTILES 7 /* p0 p1 p25 p50 p75 p99 p100 */

extern const int azure_percentiles[AZURE_PERCENTILES];

struct azure_function {
    const char
        *label; /* trigger and the beginning of the hash, for the reader; letters and digits only */
    uint32_t *counts;                      /* per minute, from the trace's first one */
    double duration_ms[AZURE_PERCENTILES]; /* never falling */
    double memory_mb;
    size_t app;
    bool has_duration, has_memory;
};

struct azure_trace {
    struct azure_function *functions; /* in the order of the file */
    size_t count, capacity;
    int first_minute; /* of the day, from 1 as in the file */
    int minutes;
    int64_t invocations;
    int64_t merged_rows; /* a second row of one function: counts are added up, other values stay */
    int64_t unused_rows; /* durations or memory of functions that are not among the invocations */
};

struct azure_files {
    const char *invocations;
    const char *durations; /* NULL: none */
    const char *memory;    /* NULL: none */
};

/* `trace` starts as {0}; what it points to lives in `arena`, its array until azure_trace_free. */
bool azure_trace_read(struct azure_trace *trace, struct arena *arena,
                      const struct azure_files *files, struct err *err);
void azure_trace_free(struct azure_trace *trace);

#endif
