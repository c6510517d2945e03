/* script_condition.c - see the header. */
#include "scenario/script_condition.h"

#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/script_recorder.h"

#define RECEIVERS_MAX 64

/* Names of recorders in the lines looked at; `any`: a function takes `...`, so it could be any. */
struct receivers {
    struct token names[RECEIVERS_MAX];
    int count;
    bool any;
};

static bool same_token(const struct token *a, const struct token *b)
{
    return a->kind == b->kind && a->length == b->length &&
           memcmp(a->start, b->start, a->length) == 0;
}

static bool is_receiver(const struct receivers *receivers, const struct token *name)
{
    for (int i = 0; i < receivers->count; i++)
        if (same_token(&receivers->names[i], name))
            return true;
    return receivers->any;
}

static void add_receiver(struct receivers *receivers, const struct token *name)
{
    if (name->kind == TOKEN_NAME && receivers->count < RECEIVERS_MAX &&
        !is_receiver(receivers, name))
        receivers->names[receivers->count++] = *name;
}

/* After `NAME =`: another name of a recorder? */
static void note_alias(struct source after, struct receivers *receivers, const struct token *name)
{
    struct token equals = source_next(&after);
    struct token value = source_next(&after);
    struct token next = source_next(&after);
    bool whole = !token_is(&next, ":") && !token_is(&next, ".") && !token_is(&next, "(");
    if (token_is(&equals, "=") && value.kind == TOKEN_NAME && whole &&
        is_receiver(receivers, &value))
        add_receiver(receivers, name);
}

/* Collects NAME of each `function (NAME` or `function some.name (NAME`, and of `NAME =
 * recorder`. */
static void find_receivers(struct source source, int last_line, struct receivers *receivers)
{
    for (;;) {
        struct token token = source_next(&source);
        if (token.kind == TOKEN_END || token.line > last_line)
            return;
        if (token.kind != TOKEN_NAME)
            continue;
        if (!token_is(&token, "function")) {
            note_alias(source, receivers, &token);
            continue;
        }
        do
            token = source_next(&source);
        while (token.kind == TOKEN_NAME || token_is(&token, ".") || token_is(&token, ":"));
        struct token name = source_next(&source);
        if (token_is(&token, "(") && token_is(&name, "..."))
            receivers->any = true;
        else if (token_is(&token, "("))
            add_receiver(receivers, &name);
    }
}

/* After one of these an expression goes on; after anything else a statement begins. */
static bool wants_value(const struct token *before)
{
    static const char *const words[] = {"if", "elseif", "while", "until", "not", "or", "and", "in"};
    static const char *const signs[] = {"=", "==", "~=", "<", ">", "<=", ">=", "(",  ",",
                                        "{", "[",  "..", "+", "-", "*",  "/",  "//", "%",
                                        "^", "#",  "&",  "|", "~", "<<", ">>"};
    if (before->kind == TOKEN_NAME)
        for (size_t i = 0; i < COUNTOF(words); i++)
            if (token_is(before, words[i]))
                return true;
    if (before->kind == TOKEN_SIGN)
        for (size_t i = 0; i < COUNTOF(signs); i++)
            if (token_is(before, signs[i]))
                return true;
    return false;
}

static bool is_operation(const struct token *name, const char *const *operations)
{
    for (; name->kind == TOKEN_NAME && *operations != NULL; operations++)
        if (token_is(name, *operations))
            return true;
    return false;
}

/* `:OP` follows, and then an argument. */
static bool calls_operation(struct source after, const char *const *operations, struct token *op)
{
    struct token colon = source_next(&after);
    *op = source_next(&after);
    struct token argument = source_next(&after);
    return token_is(&colon, ":") && is_operation(op, operations) &&
           (argument.kind == TOKEN_TEXT || token_is(&argument, "(") || token_is(&argument, "{"));
}

bool condition_find(struct source source, int last_line, const char *const *operations,
                    struct token *op)
{
    struct receivers receivers = {.count = 0};
    find_receivers(source, last_line, &receivers);
    struct token before = {.kind = TOKEN_SIGN, .start = ";", .length = 1};
    for (;;) {
        struct token token = source_next(&source);
        if (token.kind == TOKEN_END || token.line > last_line)
            return false;
        if (token.kind == TOKEN_NAME && wants_value(&before) && is_receiver(&receivers, &token) &&
            calls_operation(source, operations, op))
            return true;
        before = token;
    }
}

void script_fail_absent(struct load *load, const char *op)
{
    err_set(load->err, "the result of r:%.40s() does not exist while the handler is being recorded",
            op);
    err_help(load->err, "this test would be decided once, at load; use r:maybe(p, …), "
                        "r:when(attr …, …) or r:try(…, { on_error = … })");
}

void script_condition_check(struct load *load, int index)
{
    lua_Debug ar;
    lua_pushvalue(load->lua, index);
    lua_getinfo(load->lua, ">S", &ar);
    int number = ar.source[0] == '=' && ar.source[1] >= '0' && ar.source[1] <= '9'
                     ? atoi(ar.source + 1)
                     : -1;
    if (number < 0 || number >= load->sources.count)
        return;
    struct token op;
    const struct source_file *file = &load->sources.items[number];
    struct spot spot = {file->shown, ar.linedefined, number};
    if (!condition_find(script_tokens(load, spot), ar.lastlinedefined, script_operations, &op))
        return;
    script_fail_absent(load, arena_printf(load->arena, "%.*s", (int)op.length, op.start));
    spot.line = op.line;
    script_raise_at(load, spot);
}
