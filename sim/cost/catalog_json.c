/* catalog_json.c - see the header. */
#include "cost/catalog_json.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "core/arena.h"
#include "core/text.h"

static int line_of(const char *text, const char *stop)
{
    int line = 1;
    for (const char *at = text; stop != NULL && at < stop && *at != '\0'; at++)
        line += *at == '\n';
    return line;
}

/* Every value but the first of its container follows one of these; those inside strings count
 * too, which errs on the safe side. */
static bool has_too_many_values(const struct text *text)
{
    size_t count = 0;
    for (size_t i = 0; i < text->length; i++) {
        char c = text->data[i];
        count += c == ',' || c == '[' || c == '{';
    }
    return count > JSON_VALUES_MAX;
}

static struct cJSON *parse(const struct text *text, const char *path, struct err *err)
{
    if (text->length == 0 || strlen(text->data) != text->length ||
        !text_is_utf8(text->data, text->length)) {
        (void)err_set(err, "%s: not valid JSON (%s)", path,
                      text->length == 0 ? "the file is empty" : "it is not UTF-8 text");
        return NULL;
    }
    if (has_too_many_values(text)) {
        (void)err_set(err, "%s: more than %u values", path, JSON_VALUES_MAX);
        return NULL;
    }
    /* The WithOpts form reports where parsing stopped through `stop`; the plain
     * form reports it through a global, which threads would share. */
    const char *stop = NULL;
    cJSON *root = cJSON_ParseWithOpts(text->data, &stop, true);
    if (root == NULL)
        (void)err_set(err, "%s:%d: not valid JSON", path, line_of(text->data, stop));
    return root;
}

struct cJSON *json_read_file(const char *path, struct err *err)
{
    struct text text = {0};
    cJSON *root = NULL;
    if (text_read_file(&text, path, JSON_FILE_BYTES_MAX, err))
        root = parse(&text, path, err);
    text_free(&text);

    if (root != NULL && !cJSON_IsObject(root)) {
        (void)err_set(err, "%s: not a JSON object", path);
        cJSON_Delete(root);
        return NULL;
    }
    return root;
}

static bool is_digits(const char *text, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (text[i] < '0' || text[i] > '9')
            return false;
    return true;
}

/* strlen is known to be 4, 7 or 10 before a part is looked at. */
static bool is_date(const char *text)
{
    size_t length = strlen(text);
    if (strcmp(text, "unverified") == 0)
        return true;
    if (length != 4 && length != 7 && length != 10)
        return false;
    return is_digits(text, 4) && (length < 7 || (text[4] == '-' && is_digits(text + 5, 2))) &&
           (length < 10 || (text[7] == '-' && is_digits(text + 8, 2)));
}

static bool is_plain_text(const char *text)
{
    size_t length = strlen(text);
    for (size_t i = 0; i < length; i++)
        if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
            return false;
    return length >= 1 && length <= JSON_TEXT_MAX;
}

static bool is_amount(const cJSON *item)
{
    return cJSON_IsNumber(item) && isfinite(item->valuedouble) && item->valuedouble >= 0;
}

/* What `item` should have been, or NULL if it is right. */
static const char *wrong_kind(const cJSON *item, enum json_kind kind)
{
    switch (kind) {
    case JSON_TEXT:
        return cJSON_IsString(item) && is_plain_text(item->valuestring) ? NULL : "text, not empty";
    case JSON_DATE:
        return cJSON_IsString(item) && is_date(item->valuestring) ? NULL
                                                                  : "a date like \"2026-10\"";
    case JSON_NUMBER:
        return is_amount(item) ? NULL : "a number, 0 or more";
    case JSON_ARRAY:
        return cJSON_IsArray(item) ? NULL : "an array [...]";
    case JSON_OBJECT:
        return cJSON_IsObject(item) ? NULL : "an object {...}";
    case JSON_ANY:
        return NULL;
    }
    return "something else";
}

bool json_is_key(const char *key)
{
    size_t length =
        strspn(key, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._+-/");
    return length >= 1 && length <= JSON_KEY_MAX && key[length] == '\0';
}

static struct json_field *field_named(struct json_field *fields, int count, const char *name)
{
    for (int i = 0; i < count; i++)
        if (strcmp(fields[i].name, name) == 0)
            return &fields[i];
    return NULL;
}

static bool unknown_field(const char *name, const struct json_field *fields, int count,
                          const char *what, const char *colon, struct err *err)
{
    char known[200] = "";
    for (int i = 0; i < count; i++) {
        size_t used = strlen(known);
        (void)snprintf(known + used, sizeof(known) - used, "%s%s", i == 0 ? "" : ", ",
                       fields[i].name);
    }
    /* A name from the file goes to the terminal only if it cannot hold control characters. */
    if (json_is_key(name))
        (void)err_set(err, "%s%s'%s' is not known here", what, colon, name);
    else
        (void)err_set(err, "%s%sa field has a name that is not known here", what, colon);
    return err_help(err, "fields are %s", known);
}

bool json_fields(const struct cJSON *object, struct json_field *fields, int count, const char *what,
                 struct err *err)
{
    const char *colon = what[0] == '\0' ? "" : ": ";
    if (!cJSON_IsObject(object))
        return err_set(err, "%s%smust be an object {...}", what, colon);
    for (const cJSON *item = object->child; item != NULL; item = item->next) {
        struct json_field *field = field_named(fields, count, item->string);
        if (field == NULL)
            return unknown_field(item->string, fields, count, what, colon, err);
        if (field->item != NULL)
            return err_set(err, "%s%s%s is given twice", what, colon, field->name);
        const char *expected = wrong_kind(item, field->kind);
        if (expected != NULL)
            return err_set(err, "%s%s%s must be %s", what, colon, field->name, expected);
        field->item = item;
    }
    for (int i = 0; i < count; i++)
        if (fields[i].item == NULL && !fields[i].optional)
            return err_set(err, "%s%s%s is missing", what, colon, fields[i].name);
    return true;
}

int json_numbers(const struct cJSON *array, double *out, int max)
{
    int count = 0;
    if (!cJSON_IsArray(array))
        return -1;
    for (const cJSON *item = array->child; item != NULL; item = item->next) {
        if (count == max || !is_amount(item))
            return -1;
        out[count++] = item->valuedouble;
    }
    return count;
}
