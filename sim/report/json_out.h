/* json_out.h - writes JSON text, one value after the other.
 *
 * A writer rather than a tree: a day's result is megabytes of rows which need not exist twice, and numbers
 * get the same exact text as in the CSV files. Every other layout question is answered here once:
 * two spaces a level, but a container opened "inline" stays on one line.
 * Text that is not UTF-8 has each bad byte replaced by U+FFFD, so the output is always valid.
 *
 * `key` is NULL inside arrays and at the top, and a member's name inside objects.
 */
#ifndef TEPID_REPORT_JSON_OUT_H
#define TEPID_REPORT_JSON_OUT_H

#include "core/text.h"

#define JSON_DEPTH_MAX 16

struct json {
    struct text *out;
    int depth;
    int inline_from; /* depth of the outermost inline container, 0: none */
    bool any[JSON_DEPTH_MAX + 1];
    char closing[JSON_DEPTH_MAX + 1];
};

enum json_layout { JSON_LINES, JSON_INLINE };

void json_begin(struct json *json, struct text *out);
void json_end(struct json *json); /* adds the last line end; every container must be closed */

void json_open_object(struct json *json, const char *key, enum json_layout layout);
void json_open_array(struct json *json, const char *key, enum json_layout layout);
void json_close(struct json *json);

void json_add_text(struct json *json, const char *key, const char *value); /* NULL: null */
void json_add_number(struct json *json, const char *key, double value);    /* not finite: null */
void json_add_whole(struct json *json, const char *key, uint64_t value);
void json_add_bool(struct json *json, const char *key, bool value);
void json_add_null(struct json *json, const char *key);

#endif
