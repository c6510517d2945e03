/* well_formed.c - see the header. */
#include "tests/chart/well_formed.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#include "core/text.h"

#define DEPTH_MAX      64
#define ATTRIBUTES_MAX 24

struct word {
    const char *at;
    size_t length;
};

static struct word name_at(const char *at)
{
    size_t length = 0;
    while (isalnum((unsigned char)at[length]) || (at[length] != '\0' && strchr("-_:.", at[length])))
        length++;
    return (struct word){at, length};
}

static bool same(struct word a, struct word b)
{
    return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

/* Content up to `end`; NULL: it holds what it may not. */
static const char *content(const char *at, char end)
{
    static const char *const entities[] = {"&amp;", "&lt;", "&gt;", "&quot;", "&#39;"};
    for (; *at != end && *at != '\0'; at++) {
        bool known = *at != '&';
        for (size_t i = 0; i < COUNTOF(entities); i++)
            known = known || strncmp(at, entities[i], strlen(entities[i])) == 0;
        if (!known || (end == '"' && *at == '<') || ((unsigned char)*at < 0x20 && *at != '\n'))
            return NULL;
    }
    return at;
}

/* From after the name to after '>'. */
static const char *attributes(const char *at, bool *empty, const char **fault)
{
    struct word seen[ATTRIBUTES_MAX];
    int count = 0;
    *empty = false;
    for (;;) {
        bool space = *at == ' ' || *at == '\n';
        while (*at == ' ' || *at == '\n')
            at++;
        if (*at == '>')
            return at + 1;
        if (at[0] == '/' && at[1] == '>') {
            *empty = true;
            return at + 2;
        }
        struct word name = name_at(at);
        *fault = "attribute";
        if (!space || name.length == 0 || strncmp(name.at + name.length, "=\"", 2) != 0 ||
            count == ATTRIBUTES_MAX)
            return NULL;
        for (int i = 0; i < count; i++)
            if (same(seen[i], name))
                return NULL;
        seen[count++] = name;
        at = content(name.at + name.length + 2, '"');
        if (at == NULL || *at != '"')
            return NULL;
        at++;
    }
}

const char *xml_fault(const char *text, int *elements)
{
    struct word open[DEPTH_MAX];
    const char *fault = NULL, *at = text;
    int depth = 0, count = 0;
    if (!text_is_utf8(text, strlen(text)))
        return "not UTF-8";
    while (*at != '\0') {
        if (*at != '<') {
            bool blank = *at == '\n' || *at == ' ';
            if (depth == 0 && !blank)
                return "text outside";
            at = depth == 0 ? at + 1 : content(at, '<');
            if (at == NULL)
                return "content";
            continue;
        }
        if (at[1] == '/') {
            struct word name = name_at(at + 2);
            if (depth == 0 || !same(open[depth - 1], name) || name.at[name.length] != '>')
                return "end tag";
            depth--;
            at = name.at + name.length + 1;
            continue;
        }
        struct word name = name_at(at + 1);
        bool empty;
        if (name.length == 0 || depth == DEPTH_MAX || (depth == 0 && count > 0))
            return "start tag";
        at = attributes(name.at + name.length, &empty, &fault);
        if (at == NULL)
            return fault;
        if (!empty)
            open[depth++] = name;
        count++;
    }
    if (elements != NULL)
        *elements = count;
    return depth == 0 && count > 0 ? NULL : "not closed";
}
