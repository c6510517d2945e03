/* trace.h - arrival traces and measured values from CSV files.
 *
 * `trace "file.csv"` knows two headers (CONTRACT 2.2): `time_s` (one arrival a line, seconds as a
 * decimal number, in any order: it is sorted) and `interval_s,count` (start of each interval in
 * seconds, ascending, and the requests in it; the last interval is as long as the one before it, or
 * 60 s if alone). A header `interval_s,NAME,NAME...` holds one column per series; `column` picks
 * one ("file.csv" alone needs exactly one). `empirical "file.csv"` is one value a line, in ms
 * unless the header (a line that is not a number) says otherwise: latency_us, duration_s,
 * size_bytes ...
 *
 * Files are untrusted: size <= 512 MB, lines <= 64 KB, at most 50 M rows; NUL bytes, missing or
 * extra fields, negative or non-finite numbers, times beyond TIME_MAX, an empty file are errors
 * that name file and line. Whatever is wrong with a file is the scenario's fault: ERR_USER.
 */
#ifndef TEPID_MODEL_TRACE_H
#define TEPID_MODEL_TRACE_H

#include "core/arena.h"
#include "core/err.h"
#include "model/arrivals.h"

#define TRACE_ROWS_MAX  ((size_t)50000000)
#define TRACE_BYTES_MAX (INT64_C(512) << 20)

/* Fills kind, times, counts, count and source of `shape`. `path` is opened, `name` is what messages
 * call it. */
bool trace_read(struct rate_shape *shape, struct arena *arena, const char *path, const char *name,
                const char *column, struct err *err);

/* Values in nanoseconds (for times) or bytes (for sizes: size == true). */
bool trace_read_values(struct arena *arena, const char *path, const char *name, bool size,
                       double **values, size_t *count, struct err *err);

#endif
