/* source.h - the text of a scenario file as Lua tokens.
 *
 * Lua itself tells in which line a call began, not where in its table a setting stands, and a
 * recorder never learns that its answer was used as a condition. Both questions are answered by
 * looking at the file again, token by token. Comments and white space are left out; a text Lua
 * has accepted is taken for granted, any other text gives some tokens and then ends.
 */
#ifndef TEPID_SCENARIO_SOURCE_H
#define TEPID_SCENARIO_SOURCE_H

#include "core/base.h"

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_TEXT, TOKEN_NUMBER, TOKEN_SIGN };

/* Points into the source. The bytes of a TOKEN_TEXT are those between its quotes, with escapes
 * as written. */
struct token {
    enum token_kind kind;
    const char *start;
    size_t length;
    int line;
};

/* Where a reader of tokens stands; all of it is its own, so a copy is a bookmark. */
struct source {
    const char *at;
    const char *end;
    int line;
};

struct source source_begin(const char *text, size_t length);
struct token source_next(struct source *source);

bool token_is(const struct token *token, const char *word);

/* The line of `key =` or `["key"] =` inside the braces that open next; the reader's own line if
 * it is not there. */
int source_key_line(struct source source, const char *key);

/* Moves the reader behind the `=` of that key; false, and unmoved, if it is not there. */
bool source_after_key(struct source *source, const char *key);

/* The reader stands before a table constructor. Moves it to the value of `key`, or, if that is NULL, to the item'th entry without a
 * key, counted from 1; false, and unmoved, if it stands elsewhere or has no such entry. */
bool source_enter(struct source *source, const char *key, int item);

#endif
