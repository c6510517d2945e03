/* shipped.c - see the header. */
#include "scenario/shipped.h"

#include <dirent.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/text.h"

#define SOURCE_MAX     (1u << 20) /* bytes of a scenario looked at */
#define SUFFIX         ".lua"
#define NEIGHBOURS_MAX 1000 /* files looked at for "did you mean" */

static bool ends_in_lua(const char *name, size_t *stem)
{
    size_t length = strlen(name);
    if (length <= strlen(SUFFIX) || strcmp(name + length - strlen(SUFFIX), SUFFIX) != 0)
        return false;
    *stem = length - strlen(SUFFIX);
    return true;
}

/* A quoted Lua string: the few escapes a sentence may need. NULL if `at` starts none. */
static const char *read_quoted(const char *at, struct arena *arena)
{
    char quote = *at;
    if (quote != '"' && quote != '\'')
        return NULL;
    char *text = arena_alloc(arena, strlen(at) + 1);
    size_t length = 0;
    for (at++; *at != '\0' && *at != quote; at++) {
        if (*at == '\\' && at[1] != '\0')
            at++;
        text[length++] = *at == '\n' ? ' ' : *at;
    }
    text_clean(text);
    return *at == quote ? text : NULL;
}

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool in_comment(const char *source, const char *at)
{
    while (at > source && at[-1] != '\n')
        if (*--at == '-' && at[1] == '-')
            return true;
    return false;
}

const char *shipped_question(const char *source, struct arena *arena)
{
    static const char word[] = "question";
    const char *at = source;
    for (; (at = strstr(at, word)) != NULL; at += strlen(word)) {
        if ((at > source && is_word_byte(at[-1])) || in_comment(source, at))
            continue;
        const char *value = at + strlen(word);
        value += strspn(value, " \t\r\n");
        if (*value != '=')
            continue;
        value++;
        const char *text = read_quoted(value + strspn(value, " \t\r\n"), arena);
        if (text != NULL)
            return text;
    }
    return NULL;
}

static const char *question_of(const char *path, struct arena *arena)
{
    struct text source = {0};
    struct err ignored = {0}; /* a file that cannot be read has no question */
    const char *question = NULL;
    if (text_read_file(&source, path, SOURCE_MAX, &ignored))
        question = shipped_question(source.data, arena);
    text_free(&source);
    return question;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct shipped *)a)->name, ((const struct shipped *)b)->name);
}

static int by_text(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void read_folder(struct shipped_list *list, DIR *dir, const char *folder,
                        struct arena *arena)
{
    size_t capacity = 0, stem;
    struct shipped *items = NULL;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.' || !ends_in_lua(entry->d_name, &stem))
            continue;
        items = mem_grow(items, list->count, &capacity, sizeof *items);
        char *name = arena_strdup(arena, entry->d_name);
        name[stem] = '\0';
        const char *path = arena_printf(arena, "%s/%s", folder, entry->d_name);
        items[list->count++] = (struct shipped){name, path, question_of(path, arena)};
    }
    if (list->count > 0) {
        qsort(items, list->count, sizeof *items, by_name);
        list->items = arena_copy(arena, items, list->count * sizeof *items);
    }
    mem_free(items);
}

/* Messages show these paths: as short as they can be, seen from where the user stands. */
static const char *folder_beside(const char *assets, struct arena *arena)
{
    char here[PATH_MAX];
    size_t length = strlen(assets);
    while (length > 0 && assets[length - 1] == '/')
        length--;
    while (length > 0 && assets[length - 1] != '/')
        length--;
    const char *folder = arena_printf(arena, "%.*sscenarios", (int)length, assets);
    if (getcwd(here, sizeof here) == NULL)
        return folder;
    size_t root = strlen(here);
    bool below = root > 1 && strncmp(folder, here, root) == 0 && folder[root] == '/';
    return below ? folder + root + 1 : folder;
}

void shipped_read(struct shipped_list *list, const char *assets, struct arena *arena)
{
    *list = (struct shipped_list){0};
    const char *folder = folder_beside(assets, arena);
    DIR *dir = opendir(folder);
    if (dir == NULL) { /* assets is a link: its folder's folder is elsewhere */
        folder = arena_printf(arena, "%s/../scenarios", assets);
        dir = opendir(folder);
    }
    if (dir == NULL)
        return;
    read_folder(list, dir, folder, arena);
    (void)closedir(dir); /* only read from */
}

static bool same_name(const char *a, const char *b, size_t length)
{
    for (size_t i = 0; i < length; i++) {
        char x = a[i] == '-' ? '_' : a[i], y = b[i] == '-' ? '_' : b[i];
        if (x != y)
            return false;
    }
    return a[length] == '\0';
}

const struct shipped *shipped_find(const struct shipped_list *list, const char *name)
{
    size_t length;
    if (!ends_in_lua(name, &length))
        length = strlen(name);
    for (size_t i = 0; i < list->count; i++)
        if (strlen(list->items[i].name) == length && same_name(list->items[i].name, name, length))
            return &list->items[i];
    return NULL;
}

const char *shipped_nearest(const struct shipped_list *list, const char *name, struct arena *arena)
{
    size_t length;
    if (ends_in_lua(name, &length))
        name = arena_printf(arena, "%.*s", (int)length, name);
    const char **names = ARENA_ARRAY(arena, const char *, list->count + 1);
    for (size_t i = 0; i < list->count; i++)
        names[i] = list->items[i].name;
    return text_nearest(name, names);
}

const char *shipped_neighbour(const char *path, struct arena *arena)
{
    const char *slash = strrchr(path, '/');
    int length = slash == NULL ? 0 : (int)(slash - path) + 1;
    const char *names[NEIGHBOURS_MAX + 1] = {0};
    size_t count = 0, stem;
    DIR *dir = opendir(length == 0 ? "." : arena_printf(arena, "%.*s", length, path));
    if (dir == NULL)
        return NULL;
    for (struct dirent *entry; count < NEIGHBOURS_MAX && (entry = readdir(dir)) != NULL;)
        if (ends_in_lua(entry->d_name, &stem))
            names[count++] = arena_strdup(arena, entry->d_name);
    (void)closedir(dir); /* only read from */
    qsort(names, count, sizeof *names, by_text);
    const char *nearest = text_nearest(path + length, names);
    if (nearest == NULL && !ends_in_lua(path, &stem))
        nearest = text_nearest(arena_printf(arena, "%s.lua", path + length), names);
    return nearest == NULL ? NULL : arena_printf(arena, "%.*s%s", length, path, nearest);
}
