/* csv_in.h - rows of a CSV file, one after another, without trusting the file.
 *
 * RFC 4180 as found in the wild: LF or CRLF, a UTF-8 byte order mark, quoted fields with doubled
 * quotes and line breaks inside, a last line without its line break, blank lines (skipped). A
 * record is held in one buffer of at most `line_max` bytes and cut into fields in place, so a file
 * of any size needs no more than that. NUL bytes, a quote that never closes and records that are
 * too long are errors that name file and line.
 *
 * Fields are text; the readers below turn them into numbers exactly and the same way under every
 * locale.
 */
#ifndef TEPID_CORE_CSV_IN_H
#define TEPID_CORE_CSV_IN_H

#include "core/base.h"
#include "core/err.h"

#define CSV_LINE_MAX ((size_t)64 * 1024) /* a good limit for what nobody wants to see longer */

enum csv_status { CSV_ROW, CSV_END, CSV_ERROR };

struct csv_limits {
    size_t line_max;   /* bytes of one record */
    int64_t bytes_max; /* of the whole file */
};

struct csv_in;

/* Opens a regular file; `name` is what messages call it and must outlive the reader. NULL with
 * ERR_FILE if it cannot be read, is no regular file or is larger than allowed. */
struct csv_in *csv_open(const char *path, const char *name, struct csv_limits limits,
                        struct err *err);
void csv_close(struct csv_in *csv); /* accepts NULL */

/* The next record. Its fields are valid until the next call. */
enum csv_status csv_next(struct csv_in *csv, struct err *err);

size_t csv_count(const struct csv_in *csv);                /* fields of this record, at least 1 */
const char *csv_field(const struct csv_in *csv, size_t i); /* NUL-terminated */
const char *const *csv_fields(const struct csv_in *csv);   /* all of them, then NULL */
int csv_line(const struct csv_in *csv);                    /* on which this record begins, from 1 */

/* Says what is wrong with this record, and where. Always false. */
__attribute__((format(printf, 3, 4))) bool csv_fault(const struct csv_in *csv, struct err *err,
                                                     const char *format, ...);

/* Index of the field that reads `word` without regard to case, or -1. */
ptrdiff_t csv_find(const struct csv_in *csv, const char *word);

/* A whole number 0..max; a fraction of zeros ("12.0") is accepted. False for anything else. */
bool csv_read_whole(const char *text, int64_t max, int64_t *value);

/* A decimal number, with or without exponent, finite. */
bool csv_read_decimal(const char *text, double *value);

/* Seconds 0 .. TIME_MAX as nanoseconds: exact as far as nine decimals, the rest is rounded. */
bool csv_read_seconds(const char *text, sim_time *ns);

#endif
