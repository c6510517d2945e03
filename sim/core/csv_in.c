/* csv_in.c - a block buffer, a record buffer and the cutting of one record into fields. */
#include "core/csv_in.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "core/arena.h"
#include "core/unit.h"

#define BLOCK_BYTES ((size_t)64 * 1024)
#define NS_DIGITS   9

struct csv_in {
    FILE *file;
    const char *name;
    struct csv_limits limits;
    int64_t bytes; /* read so far */
    int line;      /* on which this record begins */
    int next_line;
    bool end_of_file;

    char *block; /* what was read but not yet looked at: [at, filled) */
    size_t at, filled;

    char *record; /* NUL-terminated */
    size_t length, capacity;

    const char **fields;
    size_t count, field_capacity;
};

/* The only failures here are those of files, so their kind is ERR_FILE. */
static FILE *open_regular(const char *path, const char *name, int64_t bytes_max, struct err *err)
{
    struct stat info;
    if (stat(path, &info) != 0) {
        err_file(err, "cannot read '%s': %s", name, strerror(errno));
        return NULL;
    }
    if (!S_ISREG(info.st_mode)) {
        err_file(err, "cannot read '%s': it is %s", name,
                 S_ISDIR(info.st_mode) ? "a folder" : "no regular file");
        return NULL;
    }
    if (info.st_size > bytes_max) {
        err_file(err, "'%s' is larger than %lld MB", name, (long long)(bytes_max >> 20));
        err_help(err, "split the file, or put several rows into one");
        return NULL;
    }
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        err_file(err, "cannot read '%s': %s", name, strerror(errno));
    return file;
}

struct csv_in *csv_open(const char *path, const char *name, struct csv_limits limits,
                        struct err *err)
{
    ASSERT(limits.line_max > 0 && limits.bytes_max > 0);
    FILE *file = open_regular(path, name, limits.bytes_max, err);
    if (file == NULL)
        return NULL;
    struct csv_in *csv = mem_resize(NULL, sizeof *csv);
    *csv = (struct csv_in){.file = file, .name = name, .limits = limits, .next_line = 1};
    csv->block = mem_resize(NULL, BLOCK_BYTES);
    return csv;
}

void csv_close(struct csv_in *csv)
{
    if (csv == NULL)
        return;
    (void)fclose(csv->file); /* it was only read */
    mem_free(csv->block);
    mem_free(csv->record);
    mem_free(csv->fields);
    mem_free(csv);
}

bool csv_fault(const struct csv_in *csv, struct err *err, const char *format, ...)
{
    char what[sizeof err->what];
    va_list args;
    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args); /* a cut message is still a message */
    va_end(args);
    err_set(err, "%s", what);
    return err_place(err, csv->name, csv->line);
}

static bool fill_block(struct csv_in *csv, struct err *err)
{
    csv->at = 0;
    csv->filled = fread(csv->block, 1, BLOCK_BYTES, csv->file);
    if (csv->filled < BLOCK_BYTES && ferror(csv->file))
        return err_file(err, "cannot read '%s': %s", csv->name, strerror(errno));
    if (csv->bytes == 0 && csv->filled >= 3 && memcmp(csv->block, "\xEF\xBB\xBF", 3) == 0)
        csv->at = 3;
    csv->bytes += (int64_t)csv->filled;
    if (csv->bytes > csv->limits.bytes_max) /* it grew while we read */
        return err_file(err, "'%s' is larger than %lld MB", csv->name,
                        (long long)(csv->limits.bytes_max >> 20));
    if (memchr(csv->block, '\0', csv->filled) != NULL) {
        csv_fault(csv, err, "'%s' holds a zero byte at or after this line: it is not text",
                  csv->name);
        return err_help(err, "save it as CSV in UTF-8");
    }
    csv->end_of_file = csv->filled == 0;
    return true;
}

static bool append(struct csv_in *csv, const char *bytes, size_t count, struct err *err)
{
    if (count > csv->limits.line_max - csv->length) {
        csv_fault(csv, err, "the line is longer than %zu KB", csv->limits.line_max >> 10);
        return err_help(err,
                        "is this a CSV file? A quote that is never closed swallows lines, too");
    }
    while (csv->length + count + 1 > csv->capacity) {
        csv->capacity = csv->capacity == 0 ? 4096 : 2 * csv->capacity;
        csv->record = mem_resize(csv->record, csv->capacity);
    }
    memcpy(csv->record + csv->length, bytes, count);
    csv->length += count;
    csv->record[csv->length] = '\0';
    return true;
}

/* Appends one line, without its line break, to the record. At the end of the file it may be empty. */
static bool append_line(struct csv_in *csv, struct err *err)
{
    for (;;) {
        if (csv->at == csv->filled) {
            if (!fill_block(csv, err))
                return false;
            if (csv->end_of_file)
                return true;
        }
        const char *from = csv->block + csv->at;
        size_t there = csv->filled - csv->at;
        const char *line_break = memchr(from, '\n', there);
        size_t count = line_break != NULL ? (size_t)(line_break - from) : there;
        if (!append(csv, from, count, err))
            return false;
        csv->at += count + (line_break != NULL);
        if (line_break != NULL) {
            csv->next_line++;
            return true;
        }
    }
}

/* Whether a quote is open after `text`, if it was `open` before. */
static bool open_after(const char *text, bool open)
{
    for (const char *quote = strchr(text, '"'); quote != NULL; quote = strchr(quote + 1, '"'))
        open = !open;
    return open;
}

static void drop_return(struct csv_in *csv)
{
    if (csv->length > 0 && csv->record[csv->length - 1] == '\r')
        csv->record[--csv->length] = '\0';
}

/* One record: lines are joined as long as a quote is open. */
static bool read_record(struct csv_in *csv, struct err *err)
{
    csv->line = csv->next_line;
    csv->length = 0;
    if (!append(csv, "", 0, err) || !append_line(csv, err))
        return false;
    bool open = open_after(csv->record, false);
    while (open) {
        size_t looked_at = csv->length;
        if (!append(csv, "\n", 1, err) || !append_line(csv, err))
            return false;
        if (csv->end_of_file)
            return csv_fault(csv, err, "a quote is opened and never closed");
        open = open_after(csv->record + looked_at, open);
    }
    drop_return(csv);
    return true;
}

static void add_field(struct csv_in *csv, const char *text)
{
    csv->fields = mem_grow(csv->fields, csv->count, &csv->field_capacity, sizeof *csv->fields);
    csv->fields[csv->count++] = text;
}

/* Takes the quotes off the field at `from` in place. Returns what follows the closing one: a comma
 * or the end; NULL if there is none or something else follows. */
static char *unquote(char *from)
{
    char *to = from;
    for (char *p = from + 1; *p != '\0'; p++) {
        if (*p == '"' && *++p != '"') {
            *to = '\0'; /* lies before the closing quote, so `p` keeps its character */
            return *p == ',' || *p == '\0' ? p : NULL;
        }
        *to++ = *p;
    }
    return NULL;
}

static bool split_quoted(struct csv_in *csv, struct err *err)
{
    for (char *p = csv->record;; p++) {
        add_field(csv, p);
        char *end = *p == '"' ? unquote(p) : p + strcspn(p, ",");
        if (end == NULL)
            return csv_fault(csv, err, "field %zu does not end with its closing quote", csv->count);
        if (*end == '\0')
            return true;
        *end = '\0';
        p = end;
    }
}

/* The common case. A plain loop: fields of a trace are one or two bytes long. */
static void split_plain(struct csv_in *csv)
{
    char *begin = csv->record;
    for (char *p = begin;; p++) {
        if (*p == ',') {
            *p = '\0';
            add_field(csv, begin);
            begin = p + 1;
        } else if (*p == '\0') {
            add_field(csv, begin);
            return;
        }
    }
}

enum csv_status csv_next(struct csv_in *csv, struct err *err)
{
    csv->count = 0;
    do {
        if (!read_record(csv, err))
            return CSV_ERROR;
        if (csv->length == 0 && csv->end_of_file)
            return CSV_END;
    } while (csv->length == 0);

    if (memchr(csv->record, '"', csv->length) == NULL)
        split_plain(csv);
    else if (!split_quoted(csv, err))
        return CSV_ERROR;
    add_field(csv, NULL);
    csv->count--;
    return CSV_ROW;
}

size_t csv_count(const struct csv_in *csv)
{
    return csv->count;
}

const char *csv_field(const struct csv_in *csv, size_t i)
{
    ASSERT(i < csv->count);
    return csv->fields[i];
}

const char *const *csv_fields(const struct csv_in *csv)
{
    return csv->fields;
}

int csv_line(const struct csv_in *csv)
{
    return csv->line;
}

ptrdiff_t csv_find(const struct csv_in *csv, const char *word)
{
    for (size_t i = 0; i < csv->count; i++)
        if (strcasecmp(csv->fields[i], word) == 0)
            return (ptrdiff_t)i;
    return -1;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static const char *skip_spaces(const char *text)
{
    while (*text == ' ' || *text == '\t')
        text++;
    return text;
}

/* Digits up to `max`; NULL if there are none or the number is larger. */
static const char *read_digits(const char *text, int64_t max, int64_t *value)
{
    const char *p = text;
    for (*value = 0; is_digit(*p); p++) {
        int digit = *p - '0';
        if (digit > max || *value > (max - digit) / 10)
            return NULL;
        *value = *value * 10 + digit;
    }
    return p > text ? p : NULL;
}

bool csv_read_whole(const char *text, int64_t max, int64_t *value)
{
    const char *p = read_digits(skip_spaces(text), max, value);
    if (p == NULL)
        return false;
    if (*p == '.')
        for (p++; *p == '0'; p++)
            ;
    return *skip_spaces(p) == '\0';
}

bool csv_read_decimal(const char *text, double *value)
{
    struct err ignored = {0}; /* the caller knows better what the number was for */
    return unit_read_number(skip_spaces(text), value, &ignored);
}

static bool seconds_with_exponent(const char *text, sim_time *ns)
{
    double s;
    if (!csv_read_decimal(text, &s) || !(s >= 0) || !(s <= (double)(TIME_MAX / SIM_SECOND)))
        return false;
    *ns = (sim_time)(s * 1e9 + 0.5);
    return true;
}

bool csv_read_seconds(const char *text, sim_time *ns)
{
    int64_t seconds;
    const char *p = read_digits(skip_spaces(text), TIME_MAX / SIM_SECOND, &seconds);
    if (p == NULL)
        return seconds_with_exponent(text, ns);

    sim_time fraction = 0;
    if (*p == '.') {
        int digits = 0;
        for (p++; is_digit(*p); p++, digits++) {
            if (digits < NS_DIGITS)
                fraction = fraction * 10 + (*p - '0');
            else if (digits == NS_DIGITS)
                fraction += *p >= '5';
        }
        for (; digits < NS_DIGITS; digits++)
            fraction *= 10;
    }
    if (*skip_spaces(p) != '\0')
        return seconds_with_exponent(text, ns);
    *ns = seconds * SIM_SECOND + fraction;
    return *ns <= TIME_MAX;
}
