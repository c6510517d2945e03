/* script_files.c - see the header. */
#define _XOPEN_SOURCE 700 /* realpath */
#include "scenario/script_files.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/unit.h"
#include "model/trace.h"
#include "scenario/file_size.h"

#define SOURCE_BYTES_MAX ((size_t)16 << 20)
#define MODULES          "tepid.modules"

/* What a CSV file was read as. */
struct file_cache {
    const char *name, *column;
    bool values, size; /* empirical: of sizes */
    const struct rate_shape *shape;
    const struct dist *dist;
};

/* -- sources -------------------------------------------------------------------------------- */

static int line_of(const char *text, size_t offset)
{
    int line = 1;
    for (size_t i = 0; i < offset; i++)
        line += text[i] == '\n';
    return line;
}

/* The first byte that is no text: NUL, or not UTF-8. */
static size_t text_end(const char *text, size_t length)
{
    const char *nul = memchr(text, '\0', length);
    size_t end = nul != NULL ? (size_t)(nul - text) : length;
    if (text_is_utf8(text, end))
        return end;
    size_t good = 0; /* bisecting over lines would be faster; broken files are rare and small */
    for (size_t at = 0; at < end; at++) {
        if (text[at] == '\n') {
            if (!text_is_utf8(text + good, at - good))
                break;
            good = at + 1;
        }
    }
    return good;
}

static bool check_text(struct load *load, const struct text *text, const char *shown)
{
    if (text->length > 0 && text->data[0] == '\033') {
        err_set(load->err, "%s is compiled Lua, not a scenario", shown);
        err_help(load->err, "scenarios are source text");
        return err_place(load->err, shown, 0);
    }
    size_t end = text_end(text->data, text->length);
    if (end == text->length)
        return true;
    err_set(load->err, "this is not UTF-8 text");
    err_help(load->err, "a scenario is a text file in UTF-8, without NUL bytes");
    return err_place(load->err, shown, line_of(text->data, end));
}

/* A byte-order mark and a first line `#!…` are passed over, as lua does; lines keep their
 * numbers. */
static void skip_head(struct source_file *file)
{
    if (file->length >= 3 && memcmp(file->text, "\xEF\xBB\xBF", 3) == 0) {
        file->text += 3;
        file->length -= 3;
    }
    if (file->length > 0 && file->text[0] == '#') {
        size_t line = strcspn(file->text, "\n");
        file->text += line;
        file->length -= line;
    }
}

static void index_lines(struct load *load, struct source_file *file)
{
    int lines = line_of(file->text, file->length);
    uint32_t *starts = ARENA_ARRAY(load->arena, uint32_t, lines);
    int line = 0;
    starts[line++] = 0;
    for (size_t i = 0; i < file->length; i++)
        if (file->text[i] == '\n')
            starts[line++] = (uint32_t)i + 1;
    file->line_starts = starts;
    file->line_count = lines;
}

static void note_path(struct load *load, const char *path)
{
    const char **slot = LIST_ADD(load, paths);
    *slot = path;
}

int script_source(struct load *load, const char *path, const char *shown)
{
    struct text text = {0};
    bool ok =
        text_read_file(&text, path, SOURCE_BYTES_MAX, load->err) && check_text(load, &text, shown);
    int source = -1;
    if (ok) {
        load->digest = rng_hash(load->digest, text.data, text.length);
        struct source_file *file = LIST_ADD(load, sources);
        file->shown = arena_strdup(load->arena, shown);
        file->text = arena_copy(load->arena, text.data, text.length + 1);
        file->length = text.length;
        skip_head(file);
        index_lines(load, file);
        source = load->sources.count - 1;
        note_path(load, arena_strdup(load->arena, path));
    }
    text_free(&text);
    return source;
}

/* -- places ----------------------------------------------------------------------------------- */

bool script_find_folder(struct load *load, const char *path)
{
    char *real = realpath(path, NULL);
    if (real == NULL)
        return err_file(load->err, "cannot read %s: %s", path, strerror(errno));
    char *slash = strrchr(real, '/');
    ASSERT(slash != NULL);
    slash[1] = '\0';
    load->folder = arena_strdup(load->arena, real);
    mem_free(real);
    return true;
}

static bool has_dots(const char *name)
{
    for (const char *at = name; at != NULL;) {
        if (strncmp(at, "..", 2) == 0 && (at[2] == '/' || at[2] == '\0'))
            return true;
        at = strchr(at, '/');
        at = at != NULL ? at + 1 : NULL;
    }
    return false;
}

/* folder/name with links followed, if it exists and still lies below the folder; NULL otherwise. */
static const char *find_below(struct load *load, const char *folder, const char *name,
                              bool *outside)
{
    const char *path = arena_printf(load->arena, "%s%s", folder, name);
    char *real = realpath(path, NULL);
    if (real == NULL)
        return NULL;
    const char *found = NULL;
    if (strncmp(real, folder, strlen(folder)) == 0)
        found = arena_strdup(load->arena, real);
    else
        *outside = true;
    mem_free(real);
    return found;
}

static const char *real_folder(struct load *load, const char *path)
{
    char *real = realpath(path, NULL);
    if (real == NULL)
        return NULL;
    const char *folder = arena_printf(load->arena, "%s/", real);
    mem_free(real);
    return folder;
}

static const char *fail_outside(struct load *load, const char *name, const char *what)
{
    err_set(load->err, "%s \"%.120s\": outside the scenario's folder", what, name);
    (void)err_help(load->err, "name a file beside the scenario or in a folder below it");
    return NULL;
}

const char *script_find_file(struct load *load, const char *name, bool traces, const char *what)
{
    if (name[0] == '/' || name[0] == '\0' || has_dots(name))
        return fail_outside(load, name, what);
    bool outside = false;
    const char *path = find_below(load, load->folder, name, &outside);
    if (path == NULL && traces && load->options->traces_dir != NULL) {
        const char *folder = real_folder(load, load->options->traces_dir);
        if (folder != NULL)
            path = find_below(load, folder, name, &outside);
    }
    if (path != NULL)
        return path;
    if (outside)
        return fail_outside(load, name, what);
    err_file(load->err, "%s \"%.120s\": no such file", what, name);
    (void)err_help(load->err, traces ? "it is looked for beside the scenario, then among the "
                                       "shipped traces"
                                     : "it is looked for beside the scenario");
    return NULL;
}

/* -- require ---------------------------------------------------------------------------------- */

static bool is_module_name(const char *name)
{
    if (name[0] == '.' || name[0] == '\0' || strlen(name) > 200 || name[strlen(name) - 1] == '.')
        return false;
    for (const char *at = name; *at != '\0'; at++) {
        bool word = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z') ||
                    (*at >= '0' && *at <= '9') || *at == '_' || *at == '-';
        if (!word && (*at != '.' || at[1] == '.'))
            return false;
    }
    return true;
}

/* The file as the user would name it: the scenario's own folder as given, then the module's
 * path. */
static const char *shown_path(struct load *load, const char *relative)
{
    const char *main_file = load->sources.items[0].shown;
    const char *slash = strrchr(main_file, '/');
    int folder = slash != NULL ? (int)(slash - main_file) + 1 : 0;
    return arena_printf(load->arena, "%.*s%s", folder, main_file, relative);
}

static const char *module_path(struct load *load, const char *name)
{
    char *relative = arena_printf(load->arena, "%s.lua", name);
    for (char *at = relative; at < relative + strlen(name); at++)
        if (*at == '.')
            *at = '/';
    return relative;
}

/* Leaves the module's value on the stack. */
static void run_module(struct load *load, const char *name)
{
    const char *relative = module_path(load, name);
    const char *path = script_find_file(load, relative, false, "require");
    int source = path != NULL ? script_source(load, path, shown_path(load, relative)) : -1;
    if (source < 0)
        script_raise(load);
    script_run_source(load, source);
    if (lua_isnil(load->lua, -1)) {
        lua_pop(load->lua, 1);
        lua_pushboolean(load->lua, 1);
    }
}

int script_require(lua_State *lua)
{
    struct load *load = load_of(lua);
    script_check_memory(load);
    const char *name = lua_type(lua, 1) == LUA_TSTRING ? lua_tostring(lua, 1) : "";
    if (!is_module_name(name)) {
        err_set(load->err, "require: '%.80s' is not a module name", name);
        err_help(load->err, "write require \"lib.steps\" for the file lib/steps.lua below the "
                            "scenario's folder");
        script_raise(load);
    }
    luaL_getsubtable(lua, LUA_REGISTRYINDEX, MODULES);
    int modules = lua_gettop(lua);
    if (lua_getfield(lua, modules, name) == LUA_TLIGHTUSERDATA) { /* the mark of one under way */
        err_set(load->err, "require \"%s\": the module requires itself", name);
        err_help(load->err, "move what both need into a third file");
        script_raise(load);
    }
    if (!lua_isnil(lua, -1))
        return 1;
    lua_pushlightuserdata(lua, load);
    lua_setfield(lua, modules, name);
    run_module(load, name);
    lua_pushvalue(lua, -1);
    lua_setfield(lua, modules, name);
    return 1;
}

/* -- CSV files -------------------------------------------------------------------------------- */

static struct file_cache *cached(struct load *load, const char *name, const char *column,
                                 bool values, bool size)
{
    for (int i = 0; i < load->files.count; i++) {
        struct file_cache *file = load->files.items[i];
        bool same_column = column == NULL
                               ? file->column == NULL
                               : file->column != NULL && strcmp(column, file->column) == 0;
        if (strcmp(file->name, name) == 0 && same_column && file->values == values &&
            file->size == size)
            return file;
    }
    return NULL;
}

static struct file_cache *remember(struct load *load, struct file_cache file)
{
    struct file_cache *kept = arena_copy(load->arena, &file, sizeof file);
    struct file_cache **slot = LIST_ADD(load, files);
    *slot = kept;
    return kept;
}

/* The path, if the file is small enough to be worth opening under the memory limit. */
static const char *find_csv(struct load *load, const char *name, const char *what)
{
    char show[UNIT_TEXT_MAX];
    const char *path = script_find_file(load, name, true, what);
    if (path != NULL)
        note_path(load, path);
    if (path == NULL || file_size(path) <= load->options->limits.memory)
        return path;
    err_set(load->err, "%s \"%.120s\": the file is larger than the load's limit of %s", what, name,
            unit_show_size(show, (double)load->options->limits.memory));
    (void)err_help(load->err, "--load-limit 1GB allows more");
    return NULL;
}

const struct rate_shape *script_trace(struct load *load, const char *name, const char *column)
{
    struct file_cache *file = cached(load, name, column, false, false);
    if (file != NULL)
        return file->shape;
    const char *path = find_csv(load, name, "trace");
    struct rate_shape *shape = ARENA_NEW(load->arena, struct rate_shape);
    if (path == NULL || !trace_read(shape, load->arena, path, name, column, load->err))
        return NULL;
    bool counts = shape->kind == RATE_TRACE_COUNTS;
    load->digest =
        rng_hash(load->digest, shape->times, sizeof *shape->times * (shape->count + counts));
    if (counts)
        load->digest = rng_hash(load->digest, shape->counts, sizeof *shape->counts * shape->count);
    (void)remember(load, (struct file_cache){.name = name, .column = column, .shape = shape});
    script_check_memory(load);
    return shape;
}

const struct dist *script_empirical(struct load *load, const char *name, bool size)
{
    struct file_cache *file = cached(load, name, NULL, true, size);
    if (file != NULL)
        return file->dist;
    const char *path = find_csv(load, name, "empirical");
    double *values = NULL;
    size_t count = 0;
    if (path == NULL ||
        !trace_read_values(load->arena, path, name, size, &values, &count, load->err))
        return NULL;
    load->digest = rng_hash(load->digest, values, sizeof *values * count);
    const struct dist *dist = dist_empirical(load->arena, count, values, load->err);
    if (dist == NULL)
        return NULL;
    (void)remember(load,
                   (struct file_cache){.name = name, .values = true, .size = size, .dist = dist});
    script_check_memory(load);
    return dist;
}
