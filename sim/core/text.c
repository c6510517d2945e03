/* text.c - see the header. */
#include "core/text.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "core/arena.h"

#define WORD_MAX 64 /* longer words have no nearest one: the table below is square */

/* Room for `more` bytes and the final NUL. */
static void reserve(struct text *text, size_t more)
{
    ASSERT(more < SIZE_MAX / 4 && text->length < SIZE_MAX / 4);
    size_t needed = text->length + more + 1;
    if (needed <= text->capacity)
        return;
    size_t capacity = text->capacity < 64 ? 64 : text->capacity * 2;
    text->capacity = capacity > needed ? capacity : needed;
    text->data = mem_resize(text->data, text->capacity);
}

void text_add_bytes(struct text *text, const char *bytes, size_t count)
{
    reserve(text, count);
    if (count != 0)
        memcpy(text->data + text->length, bytes, count);
    text->length += count;
    text->data[text->length] = '\0';
}

void text_add(struct text *text, const char *string)
{
    text_add_bytes(text, string, strlen(string));
}

void text_addf(struct text *text, const char *format, ...)
{
    reserve(text, 80); /* most lines fit at the first try */
    for (;;) {
        size_t room = text->capacity - text->length;
        va_list args;
        va_start(args, format);
        int length = vsnprintf(text->data + text->length, room, format, args);
        va_end(args);
        ASSERT(length >= 0);
        if ((size_t)length < room) {
            text->length += (size_t)length;
            return;
        }
        reserve(text, (size_t)length);
    }
}

void text_free(struct text *text)
{
    mem_free(text->data);
    *text = (struct text){0};
}

static bool read_stream(struct text *text, FILE *file, const char *path, size_t max_bytes,
                        struct err *err)
{
    size_t start = text->length;
    char chunk[16384];
    size_t got;
    text_add_bytes(text, "", 0); /* an empty file is an empty string */
    while ((got = fread(chunk, 1, sizeof chunk, file)) != 0) {
        if (got > max_bytes - (text->length - start)) {
            err_file(err, "%s is larger than %zu bytes", path, max_bytes);
            return err_help(err, "a file of this kind may have at most %zu bytes", max_bytes);
        }
        text_add_bytes(text, chunk, got);
    }
    if (ferror(file))
        return err_file(err, "cannot read %s: %s", path, strerror(errno));
    return true;
}

/* Devices and pipes are refused before they are opened: they may never end, or never begin. */
static bool check_regular(const char *path, struct err *err)
{
    struct stat info;
    if (stat(path, &info) != 0)
        return err_file(err, "cannot read %s: %s", path, strerror(errno));
    if (S_ISDIR(info.st_mode))
        return err_file(err, "cannot read %s: it is a directory", path);
    if (!S_ISREG(info.st_mode))
        return err_file(err, "cannot read %s: it is not a regular file", path);
    return true;
}

bool text_read_file(struct text *text, const char *path, size_t max_bytes, struct err *err)
{
    if (!check_regular(path, err))
        return false;
    FILE *file = fopen(path, "rb");
    if (file == NULL)
        return err_file(err, "cannot read %s: %s", path, strerror(errno));
    bool ok = read_stream(text, file, path, max_bytes, err);
    (void)fclose(file); /* only read from */
    return ok;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static int min_int(int a, int b)
{
    return a < b ? a : b;
}

/* Edits (insert, delete, replace, swap of neighbours) from one word to the other. */
static int edit_distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int cost[WORD_MAX + 1][WORD_MAX + 1];
    for (size_t i = 0; i <= a_len; i++)
        cost[i][0] = (int)i;
    for (size_t j = 0; j <= b_len; j++)
        cost[0][j] = (int)j;
    for (size_t i = 1; i <= a_len; i++) {
        for (size_t j = 1; j <= b_len; j++) {
            char ca = lower(a[i - 1]), cb = lower(b[j - 1]);
            int best = min_int(cost[i - 1][j], cost[i][j - 1]) + 1;
            best = min_int(best, cost[i - 1][j - 1] + (ca != cb));
            if (i > 1 && j > 1 && ca == lower(b[j - 2]) && lower(a[i - 2]) == cb)
                best = min_int(best, cost[i - 2][j - 2] + 1);
            cost[i][j] = best;
        }
    }
    return cost[a_len][b_len];
}

static bool has_prefix(const char *word, const char *prefix)
{
    for (; *prefix != '\0'; word++, prefix++)
        if (lower(*word) != lower(*prefix))
            return false;
    return true;
}

static const char *only_with_prefix(const char *prefix, const char *const *words)
{
    const char *found = NULL;
    for (; *words != NULL; words++) {
        if (!has_prefix(*words, prefix))
            continue;
        if (found != NULL)
            return NULL;
        found = *words;
    }
    return found;
}

const char *text_nearest(const char *word, const char *const *words)
{
    size_t length = strlen(word);
    if (length == 0 || length > WORD_MAX)
        return NULL;

    const char *best = NULL;
    int best_distance = 3;
    for (const char *const *other = words; *other != NULL; other++) {
        size_t other_length = strlen(*other);
        if (other_length > WORD_MAX)
            continue;
        int longest = (int)(length > other_length ? length : other_length);
        int distance = edit_distance(word, length, *other, other_length);
        if (distance < best_distance && distance * 3 <= longest) {
            best = *other;
            best_distance = distance;
        }
    }
    return best != NULL ? best : only_with_prefix(word, words);
}

/* Bytes of the UTF-8 sequence at `s`, 0 if there is no valid one in `left` bytes. */
static size_t sequence_length(const unsigned char *s, size_t left)
{
    if (s[0] < 0x80)
        return 1;
    size_t length = s[0] >= 0xF0 ? 4 : s[0] >= 0xE0 ? 3 : 2;
    if (s[0] < 0xC2 || s[0] > 0xF4 || length > left)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((s[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (s[0] == 0xE0 && s[1] < 0xA0) || (s[0] == 0xF0 && s[1] < 0x90);
    bool surrogate = s[0] == 0xED && s[1] > 0x9F;
    bool too_high = s[0] == 0xF4 && s[1] > 0x8F;
    return overlong || surrogate || too_high ? 0 : length;
}

bool text_is_utf8(const char *text, size_t length)
{
    const unsigned char *s = (const unsigned char *)text;
    for (size_t at = 0; at < length;) {
        size_t step = sequence_length(s + at, length - at);
        if (step == 0)
            return false;
        at += step;
    }
    return true;
}

void text_clean(char *string)
{
    unsigned char *s = (unsigned char *)string;
    size_t left = strlen(string);
    while (left > 0) {
        size_t step = sequence_length(s, left);
        bool control = s[0] < 0x20 || s[0] == 0x7F || (s[0] == 0xC2 && step == 2 && s[1] < 0xA0);
        if (control || step == 0) {
            bool blank = s[0] == '\t' || s[0] == '\n' || s[0] == '\r';
            s[0] = blank ? ' ' : '?';
            for (size_t i = 1; i < step; i++)
                s[i] = '?';
        }
        step = step != 0 ? step : 1;
        s += step;
        left -= step;
    }
}

size_t text_columns(const char *utf8)
{
    size_t columns = 0;
    for (; *utf8 != '\0'; utf8++)
        columns += ((unsigned char)*utf8 & 0xC0) != 0x80;
    return columns;
}
