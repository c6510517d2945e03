/* json_out.c - see the header. */
#include "report/json_out.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "report/csv.h"

/* Length of the well-formed UTF-8 sequence at `at`, or 0. */
static size_t sequence_length(const char *at)
{
    unsigned char lead = (unsigned char)*at;
    size_t length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    return strnlen(at, length) == length && text_is_utf8(at, length) ? length : 0;
}

static void add_escaped_byte(struct text *out, char byte)
{
    static const char plain[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *found = strchr(plain, byte);
    if (found != NULL)
        text_addf(out, "\\%c", letters[found - plain]);
    else
        text_addf(out, "\\u%04x", (unsigned)(unsigned char)byte);
}

static void add_quoted(struct text *out, const char *value)
{
    text_add(out, "\"");
    while (*value != '\0') {
        size_t length = sequence_length(value);
        if (length == 0)
            text_add(out, "\xEF\xBF\xBD");
        else if (length == 1 && ((unsigned char)*value < 0x20 || *value == '"' || *value == '\\'))
            add_escaped_byte(out, *value);
        else
            text_add_bytes(out, value, length);
        value += length == 0 ? 1 : length;
    }
    text_add(out, "\"");
}

static bool is_inline(const struct json *json)
{
    return json->inline_from > 0;
}

static void new_line(struct json *json)
{
    text_add(json->out, "\n");
    for (int i = 0; i < json->depth; i++)
        text_add(json->out, "  ");
}

/* What stands before every value: the comma after its predecessor, its line, its name. */
static void lead_in(struct json *json, const char *key)
{
    bool first = !json->any[json->depth];
    json->any[json->depth] = true;
    if (json->depth > 0) {
        if (!first)
            text_add(json->out, is_inline(json) ? ", " : ",");
        if (!is_inline(json))
            new_line(json);
    }
    if (key != NULL) {
        add_quoted(json->out, key);
        text_add(json->out, ": ");
    }
}

static void open_container(struct json *json, const char *key, enum json_layout layout,
                           const char *brackets)
{
    lead_in(json, key);
    ASSERT(json->depth < JSON_DEPTH_MAX);
    text_add_bytes(json->out, brackets, 1);
    json->depth++;
    json->any[json->depth] = false;
    json->closing[json->depth] = brackets[1];
    if (layout == JSON_INLINE && !is_inline(json))
        json->inline_from = json->depth;
}

void json_begin(struct json *json, struct text *out)
{
    *json = (struct json){.out = out};
}

void json_end(struct json *json)
{
    ASSERT(json->depth == 0);
    text_add(json->out, "\n");
}

void json_open_object(struct json *json, const char *key, enum json_layout layout)
{
    open_container(json, key, layout, "{}");
}

void json_open_array(struct json *json, const char *key, enum json_layout layout)
{
    open_container(json, key, layout, "[]");
}

void json_close(struct json *json)
{
    ASSERT(json->depth > 0);
    char bracket = json->closing[json->depth];
    bool was_inline = is_inline(json);
    bool had_members = json->any[json->depth];
    if (json->inline_from == json->depth)
        json->inline_from = 0;
    json->depth--;
    if (!was_inline && had_members)
        new_line(json);
    text_add_bytes(json->out, &bracket, 1);
}

void json_add_text(struct json *json, const char *key, const char *value)
{
    if (value == NULL) {
        json_add_null(json, key);
        return;
    }
    lead_in(json, key);
    add_quoted(json->out, value);
}

void json_add_number(struct json *json, const char *key, double value)
{
    if (!isfinite(value)) {
        json_add_null(json, key);
        return;
    }
    lead_in(json, key);
    csv_add_exact(json->out, value);
}

void json_add_whole(struct json *json, const char *key, uint64_t value)
{
    lead_in(json, key);
    text_addf(json->out, "%" PRIu64, value);
}

void json_add_bool(struct json *json, const char *key, bool value)
{
    lead_in(json, key);
    text_add(json->out, value ? "true" : "false");
}

void json_add_null(struct json *json, const char *key)
{
    lead_in(json, key);
    text_add(json->out, "null");
}
