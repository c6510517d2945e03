/* csv.h - fields as RFC 4180 wants them, numbers as the contract wants them.
 *
 * A field is quoted only when it has to be (comma, quote, CR or LF inside). Numbers are the
 * shortest text that reads back as the same double, so that equal results give equal bytes; what is
 * not finite is an empty field, since an empty field is how the files say "does not apply".
 * Who writes whole tables uses rows.h.
 */
#ifndef TEPID_REPORT_CSV_H
#define TEPID_REPORT_CSV_H

#include "core/text.h"

/* NULL gives an empty field. */
void csv_add_text(struct text *out, const char *field);
void csv_add_number(struct text *out, double number);

/* The number alone, as CSV and JSON share it: `number` must be finite. */
void csv_add_exact(struct text *out, double number);

#endif
