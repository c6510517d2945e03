/* text.h - strings that grow, whole files, and the nearest right word.
 */
#ifndef TEPID_CORE_TEXT_H
#define TEPID_CORE_TEXT_H

#include "core/base.h"
#include "core/err.h"

/* Owned by the caller: start with {0}, end with text_free. data is NUL-terminated once
 * anything was added, else NULL. */
struct text {
    char *data;
    size_t length;
    size_t capacity;
};

void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t count);
__attribute__((format(printf, 2, 3))) void text_addf(struct text *text, const char *format, ...);
void text_free(struct text *text);

/* Reads a whole file of at most `max_bytes`. False with ERR_FILE if it cannot be read,
 * is a directory or is larger. */
bool text_read_file(struct text *text, const char *path, size_t max_bytes, struct err *err);

/* The word of `words` (NULL-terminated) that a user who typed `word` most likely meant
 * (case-insensitive Damerau-Levenshtein distance <= 2 and <= a third of the length,
 * or a unique prefix), or NULL. */
const char *text_nearest(const char *word, const char *const *words);

/* True if `text` is valid UTF-8. */
bool text_is_utf8(const char *text, size_t length);

/* Makes `string` fit for a terminal, in place: tabs and line ends become spaces, other control
 * characters and bytes that are no UTF-8 become '?'. */
void text_clean(char *string);

/* Width in terminal columns, one per code point. */
size_t text_columns(const char *utf8);

#endif
