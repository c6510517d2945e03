/* err.c - see the header. What a message quotes may come from anywhere, so everything is made
 * fit for a terminal when it is stored, and the source line when it is shown. */
#include "core/err.h"

#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#include "core/text.h"

#define SOURCE_COLUMNS_MAX 160         /* of a source line; the rest is cut */
#define SOURCE_BYTES_MAX   (16L << 20) /* how far to look for the line */

/* Formats into buf; what does not fit is cut, at the end of a character. */
static void format_into(char *buf, size_t size, const char *format, va_list args)
{
    if (vsnprintf(buf, size, format, args) < 0)
        buf[0] = '\0';
    size_t length = strlen(buf);
    if (length == size - 1) {
        while (length > 0 && ((unsigned char)buf[length - 1] & 0xC0) == 0x80)
            length--;
        if (length > 0 && (unsigned char)buf[length - 1] >= 0xC0)
            length--;
        if (!text_is_utf8(buf + length, strlen(buf + length)))
            buf[length] = '\0';
    }
    text_clean(buf);
}

static void set_first(struct err *err, enum err_kind kind, const char *format, va_list args)
{
    if (err == NULL || err->kind != ERR_NONE)
        return;
    err->kind = kind;
    format_into(err->what, sizeof err->what, format, args);
}

bool err_set(struct err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_first(err, ERR_USER, format, args);
    va_end(args);
    return false;
}

bool err_file(struct err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_first(err, ERR_FILE, format, args);
    va_end(args);
    return false;
}

bool err_limit(struct err *err, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    set_first(err, ERR_LIMIT, format, args);
    va_end(args);
    return false;
}

/* Copies at most `room` bytes of text, whole characters only; returns how many. */
static size_t copy_cut(char *to, size_t room, const char *text)
{
    size_t length = strlen(text);
    if (length > room)
        for (length = room; length > 0 && ((unsigned char)text[length] & 0xC0) == 0x80;)
            length--;
    memcpy(to, text, length);
    to[length] = '\0';
    return length;
}

bool err_context(struct err *err, const char *format, ...)
{
    if (err == NULL)
        return false;
    struct err context;
    va_list args;
    va_start(args, format);
    format_into(context.what, sizeof context.what, format, args);
    va_end(args);

    char joined[sizeof err->what];
    size_t used = copy_cut(joined, sizeof joined - 1, context.what);
    used += copy_cut(joined + used, sizeof joined - 1 - used, ": ");
    used += copy_cut(joined + used, sizeof joined - 1 - used, err->what);
    memcpy(err->what, joined, used + 1);
    return false;
}

bool err_place(struct err *err, const char *file, int line)
{
    if (err == NULL || err->file[0] != '\0')
        return false;
    copy_cut(err->file, sizeof err->file - 1, file);
    text_clean(err->file);
    err->line = line;
    return false;
}

bool err_help(struct err *err, const char *format, ...)
{
    if (err == NULL || err->help[0] != '\0')
        return false;
    va_list args;
    va_start(args, format);
    format_into(err->help, sizeof err->help, format, args);
    va_end(args);
    return false;
}

/* Moves to the start of line `line`; false if the file ends before. */
static bool skip_to_line(FILE *file, int line)
{
    long bytes = 0;
    for (int at = 1; at < line;) {
        int c = getc(file);
        if (c == EOF || ++bytes > SOURCE_BYTES_MAX)
            return false;
        at += c == '\n';
    }
    return true;
}

static bool read_source_line(const char *path, int line, char *buf, int size)
{
    struct stat info;
    if (stat(path, &info) != 0 || !S_ISREG(info.st_mode))
        return false; /* opening a pipe could wait for ever */
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return false;
    bool found = skip_to_line(file, line) && fgets(buf, size, file) != NULL;
    (void)fclose(file); /* only read from */
    if (found)
        buf[strcspn(buf, "\r\n")] = '\0';
    return found;
}

static void print_source(const struct err *err, FILE *out, const char *dim, const char *plain)
{
    char source[SOURCE_COLUMNS_MAX + 1];
    if (err->line <= 0 || !read_source_line(err->file, err->line, source, sizeof source))
        return;
    text_clean(source);
    if (source[strspn(source, " ")] != '\0')
        fprintf(out, "%s%5d |%s %s\n", dim, err->line, plain, source);
}

void err_print(const struct err *err, const char *label, FILE *out, bool colour)
{
    const char *plain = colour ? "\033[0m" : "";
    const char *dim = colour ? "\033[2m" : "";
    const char *cyan = colour ? "\033[36m" : "";
    const char *strong = !colour ? "" : strcmp(label, "error") == 0 ? "\033[1;31m" : "\033[1;33m";

    fprintf(out, "%s%s:%s %s\n", strong, label, plain, err->what);
    if (err->file[0] != '\0' && err->line > 0)
        fprintf(out, "  %s-->%s %s:%d\n", dim, plain, err->file, err->line);
    else if (err->file[0] != '\0')
        fprintf(out, "  %s-->%s %s\n", dim, plain, err->file);
    if (err->file[0] != '\0')
        print_source(err, out, dim, plain);
    if (err->help[0] != '\0')
        fprintf(out, "  %shelp:%s %s\n", cyan, plain, err->help);
}
