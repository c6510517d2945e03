/* catalog_json.h - reading the catalog's JSON files strictly; part of catalog.c, for nobody
 * else.
 *
 * A price list may come from the user, so nothing about a file is taken for granted: its size
 * and the number of values in it are bounded before it is parsed, and every object is read
 * through a table of the fields it may have. A field that is unknown, given twice, missing or
 * of the wrong type is refused by name; afterwards the fields found can be used without looking
 * again.
 */
#ifndef TEPID_COST_CATALOG_JSON_H
#define TEPID_COST_CATALOG_JSON_H

#include "core/err.h"

struct cJSON;

#define JSON_FILE_BYTES_MAX (8u << 20)
#define JSON_VALUES_MAX     200000u /* each costs some 80 bytes when parsed */
#define JSON_KEY_MAX        64
#define JSON_TEXT_MAX       4000

enum json_kind {
    JSON_TEXT,   /* not empty, at most JSON_TEXT_MAX bytes, no control characters */
    JSON_DATE,   /* "2026", "2026-10", "2026-10-06" or "unverified" */
    JSON_NUMBER, /* finite and not negative */
    JSON_ARRAY,
    JSON_OBJECT,
    JSON_ANY, /* may stand there; nobody reads it */
};

/* A field an object may have; `item` is where it was found, or NULL. */
struct json_field {
    const char *name;
    enum json_kind kind;
    bool optional;
    const struct cJSON *item;
};

/* Reads and parses a file whose root is an object; false with a message that begins with the
 * path. */
struct cJSON *json_read_file(const char *path, struct err *err);

/* Finds the fields of `object`; messages begin with `what` ("price 'lambda.request'") unless it
 * is empty. */
bool json_fields(const struct cJSON *object, struct json_field *fields, int count, const char *what,
                 struct err *err);

/* True if `key` may name an entry: 1..JSON_KEY_MAX of A-Za-z0-9._+-/ */
bool json_is_key(const char *key);

/* Reads an array of numbers of at most `max` elements. The count, or -1 if an element is no
 * number that is finite and not negative, or there are more. */
int json_numbers(const struct cJSON *array, double *out, int max);

#endif
