/* source.c - see the header. */
#include "scenario/source.h"

#include <string.h>

struct source source_begin(const char *text, size_t length)
{
    return (struct source){.at = text, .end = text + length, .line = 1};
}

static char peek(const struct source *source, size_t ahead)
{
    return (size_t)(source->end - source->at) > ahead ? source->at[ahead] : '\0';
}

static void step(struct source *source)
{
    if (source->at < source->end && *source->at++ == '\n')
        source->line++;
}

static bool is_name_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The level of a long bracket `[==[` at the reader, or -1. */
static int long_level(const struct source *source)
{
    if (peek(source, 0) != '[')
        return -1;
    size_t equals = 0;
    while (peek(source, 1 + equals) == '=')
        equals++;
    return peek(source, 1 + equals) == '[' ? (int)equals : -1;
}

static bool closes_long(const struct source *source, int level)
{
    if (peek(source, 0) != ']')
        return false;
    for (int i = 0; i < level; i++)
        if (peek(source, 1 + (size_t)i) != '=')
            return false;
    return peek(source, 1 + (size_t)level) == ']';
}

/* Reads a long bracket whose opening stands at the reader. */
static struct token read_long(struct source *source, int level)
{
    struct token token = {.kind = TOKEN_TEXT, .line = source->line};
    source->at += level + 2;
    token.start = source->at;
    while (source->at < source->end && !closes_long(source, level))
        step(source);
    token.length = (size_t)(source->at - token.start);
    if (source->at < source->end)
        source->at += level + 2;
    return token;
}

static struct token read_quoted(struct source *source)
{
    char quote = *source->at++;
    struct token token = {.kind = TOKEN_TEXT, .start = source->at, .line = source->line};
    while (source->at < source->end && *source->at != quote && *source->at != '\n') {
        if (*source->at == '\\')
            step(source);
        step(source);
    }
    token.length = (size_t)(source->at - token.start);
    if (peek(source, 0) == quote)
        source->at++;
    return token;
}

static struct token read_word(struct source *source, enum token_kind kind)
{
    struct token token = {.kind = kind, .start = source->at, .line = source->line};
    while (is_name_char(peek(source, 0)) || (kind == TOKEN_NUMBER && peek(source, 0) == '.'))
        source->at++;
    token.length = (size_t)(source->at - token.start);
    return token;
}

static struct token read_sign(struct source *source)
{
    static const char *const longer[] = {
        "...", "..", "==", "~=", "<=", ">=", "<<", ">>", "//", "::"};
    struct token token = {
        .kind = TOKEN_SIGN, .start = source->at, .length = 1, .line = source->line};
    for (size_t i = 0; i < COUNTOF(longer); i++) {
        size_t length = strlen(longer[i]);
        if ((size_t)(source->end - source->at) >= length &&
            memcmp(source->at, longer[i], length) == 0) {
            token.length = length;
            break;
        }
    }
    source->at += token.length;
    return token;
}

static void skip_comment(struct source *source)
{
    source->at += 2;
    int level = long_level(source);
    if (level >= 0) {
        (void)read_long(source, level); /* its text is of no interest */
        return;
    }
    while (source->at < source->end && *source->at != '\n')
        source->at++;
}

static void skip_blank(struct source *source)
{
    for (;;) {
        char c = peek(source, 0);
        if (c == '-' && peek(source, 1) == '-')
            skip_comment(source);
        else if (source->at < source->end && strchr(" \t\r\n\v\f", c) != NULL)
            step(source);
        else
            return;
    }
}

struct token source_next(struct source *source)
{
    skip_blank(source);
    if (source->at >= source->end)
        return (struct token){.kind = TOKEN_END, .start = source->end, .line = source->line};
    char c = *source->at;
    if (is_digit(c) || (c == '.' && is_digit(peek(source, 1))))
        return read_word(source, TOKEN_NUMBER);
    if (is_name_char(c))
        return read_word(source, TOKEN_NAME);
    if (c == '"' || c == '\'')
        return read_quoted(source);
    int level = long_level(source);
    return level >= 0 ? read_long(source, level) : read_sign(source);
}

bool token_is(const struct token *token, const char *word)
{
    return token->length == strlen(word) && memcmp(token->start, word, token->length) == 0 &&
           token->kind != TOKEN_TEXT;
}

/* True if `token` is the key and what follows makes it one: `key =` or `"key"] =`. */
static bool is_key(const struct token *token, const char *key, struct source after)
{
    if (token->kind == TOKEN_END || token->length != strlen(key) ||
        memcmp(token->start, key, token->length) != 0)
        return false;
    struct token next = source_next(&after);
    if (token->kind == TOKEN_TEXT && token_is(&next, "]"))
        next = source_next(&after);
    else if (token->kind != TOKEN_NAME)
        return false;
    return token_is(&next, "=");
}

/* Looks for the key inside the braces that open next; the reader then stands behind its name. */
static bool find_key(struct source *source, const char *key, int *line)
{
    int depth = 0;
    for (;;) {
        struct token token = source_next(source);
        if (token.kind == TOKEN_END)
            return false;
        if (token_is(&token, "{"))
            depth++;
        else if (token_is(&token, "}") && --depth <= 0)
            return false;
        else if (depth > 0 && is_key(&token, key, *source)) {
            *line = token.line;
            return true;
        }
    }
}

int source_key_line(struct source source, const char *key)
{
    int line = source.line;
    (void)find_key(&source, key, &line); /* not there: the reader's own line */
    return line;
}

static void skip_to_value(struct source *source)
{
    struct token token = source_next(source);
    while (token.kind != TOKEN_END && !token_is(&token, "="))
        token = source_next(source);
}

bool source_after_key(struct source *source, const char *key)
{
    struct source at = *source;
    int line;
    if (!find_key(&at, key, &line))
        return false;
    skip_to_value(&at);
    *source = at;
    return true;
}

/* Past an entry of a table and the comma behind it; false at the table's end. */
static bool skip_entry(struct source *source)
{
    for (int depth = 0;;) {
        struct token token = source_next(source);
        if (token.kind == TOKEN_END)
            return false;
        if (token_is(&token, "{") || token_is(&token, "(") || token_is(&token, "["))
            depth++;
        else if (depth == 0 && (token_is(&token, ",") || token_is(&token, ";")))
            return true;
        else if ((token_is(&token, "}") || token_is(&token, ")") || token_is(&token, "]")) &&
                 --depth < 0)
            return false;
    }
}

/* True if the entry at the reader has this key; any key if it is NULL. */
static bool has_key(struct source source, const char *key)
{
    struct token token = source_next(&source);
    if (token_is(&token, "[")) {
        if (key == NULL)
            return true;
        token = source_next(&source);
    }
    if (key != NULL)
        return is_key(&token, key, source);
    struct token next = source_next(&source);
    return token.kind == TOKEN_NAME && token_is(&next, "=");
}

bool source_enter(struct source *source, const char *key, int item)
{
    struct source at = *source;
    struct token open = source_next(&at);
    if (!token_is(&open, "{"))
        return false;
    do {
        if (key != NULL ? has_key(at, key) : !has_key(at, NULL) && --item == 0) {
            if (key != NULL)
                skip_to_value(&at);
            *source = at;
            return true;
        }
    } while (skip_entry(&at));
    return false;
}
