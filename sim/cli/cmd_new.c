/* cmd_new.c - tepid new: a shipped scenario as a file of one's own to start from. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "cli/command.h"
#include "core/text.h"
#include "cost/catalog.h"
#include "report/folder.h"
#include "report/page.h"
#include "scenario/shipped.h"

#define SOURCE_MAX   (16u << 20)
#define NAME_COLUMNS 22

/* Creates the file; one that is there already stays as it is. */
static bool write_new(const char *path, const struct text *content, struct err *err)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0 && errno == EEXIST) {
        err_file(err, "%s is there already", path);
        return err_help(err, "tepid new never overwrites; name another folder");
    }
    bool ok = fd >= 0;
    for (size_t at = 0; ok && at < content->length;) {
        ssize_t count = write(fd, content->data + at, content->length - at);
        ok = count >= 0 || errno == EINTR;
        at += count > 0 ? (size_t)count : 0;
    }
    if (ok && close(fd) == 0)
        return true;
    err_file(err, "cannot write %s: %s", path, strerror(errno));
    if (fd >= 0)
        (void)unlink(path); /* half a file helps nobody */
    return false;
}

/* The file `name` ("lib/steps.lua") from beside a scenario that ships to `folder`. */
static bool copy_beside(const char *shipped, const char *folder, const char *name, struct err *err)
{
    struct text source = {0}, from = {0}, to = {0}, into = {0};
    const char *file = strrchr(shipped, '/');
    text_addf(&from, "%.*s/%s", file == NULL ? 1 : (int)(file - shipped),
              file == NULL ? "." : shipped, name);
    text_addf(&to, "%s/%s", folder, name);
    text_addf(&into, "%.*s", (int)(strrchr(to.data, '/') - to.data), to.data);
    bool ok = text_read_file(&source, from.data, SOURCE_MAX, err) &&
              folder_prepare(into.data, err) && write_new(to.data, &source, err);
    text_free(&source);
    text_free(&from);
    text_free(&to);
    text_free(&into);
    return ok;
}

/* What the scenario requires comes along: require "lib.steps" is lib/steps.lua. Our own files write it just so. */
static bool copy_required(const char *shipped, const char *folder, const char *source,
                          struct err *err)
{
    static const char word[] = "require \"";
    bool ok = true;
    for (const char *at = source; ok && (at = strstr(at, word)) != NULL;) {
        at += sizeof word - 1;
        struct text name = {0};
        for (; *at != '"' && *at != '\0' && *at != '\n'; at++)
            text_addf(&name, "%c", *at == '.' ? '/' : *at);
        text_add(&name, ".lua");
        ok = copy_beside(shipped, folder, name.data, err);
        text_free(&name);
    }
    return ok;
}

static bool copy_scenario(const struct shipped *shipped, const char *folder, struct text *out,
                          struct err *err)
{
    struct text source = {0}, path = {0};
    text_addf(&path, "%s/%s.lua", folder, shipped->name);
    const char *shown = strncmp(path.data, "./", 2) == 0 ? path.data + 2 : path.data;
    bool ok = text_read_file(&source, shipped->path, SOURCE_MAX, err) &&
              folder_prepare(folder, err) && write_new(path.data, &source, err) &&
              copy_required(shipped->path, folder, source.data, err);
    if (ok)
        text_addf(out, "%s\n  next: tepid run %s\n", shown, shown);
    text_free(&source);
    text_free(&path);
    return ok;
}

static void list_patterns(const struct cli *cli, const struct shipped_list *list, struct text *out)
{
    struct page page;
    page_begin(&page, out, cli->width, cli->colour);
    page_put(&page, PAGE_PLAIN, "patterns to start from (tepid new PATTERN [DIR]):");
    page_line(&page);
    for (size_t i = 0; i < list->count; i++) {
        page_to(&page, 2);
        page_cell(&page, PAGE_STRONG, list->items[i].name, NAME_COLUMNS);
        page_to(&page, NAME_COLUMNS + 4);
        page_wrap(&page, PAGE_PLAIN, list->items[i].question == NULL ? "" : list->items[i].question,
                  NAME_COLUMNS + 4);
        page_line(&page);
    }
}

static bool start_pattern(const struct shipped_list *list, const struct options *options,
                          struct arena *arena, struct text *out, struct err *err)
{
    const char *name = options->words[0];
    const struct shipped *shipped = shipped_find(list, name);
    if (shipped != NULL)
        return copy_scenario(shipped, options->word_count > 1 ? options->words[1] : ".", out, err);
    const char *nearest = shipped_nearest(list, name, arena);
    err_set(err, "no such pattern: %s", name);
    err_place(err, "command line", 0);
    if (nearest != NULL)
        return err_help(err, "did you mean '%s'?", nearest);
    return err_help(err, "'tepid new' lists the patterns");
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    struct err err = {0};
    char *assets = catalog_find_assets(cli->program, &err);
    if (assets == NULL)
        return cli_fail(cli, &err);
    struct arena *arena = arena_new();
    struct shipped_list list;
    struct text out = {0};
    bool ok = true;
    shipped_read(&list, assets, arena);
    if (options->word_count == 0)
        list_patterns(cli, &list, &out);
    else
        ok = start_pattern(&list, options, arena, &out, &err);
    int code = ok ? cli_print(cli, out.data) : cli_fail(cli, &err);
    text_free(&out);
    arena_free(arena);
    mem_free(assets);
    return code;
}

static const struct option_spec options_of_new[] = {OPTION_NO_COLOR, {0}};

const struct command command_new = {
    "new",
    "[PATTERN [DIR]]",
    "a starting file from a scenario that ships",
    "Copies a scenario that ships into DIR (default: here) as a file to start from. Never\n"
    "overwrites. Without PATTERN it lists what there is.\n\n"
    "Example:\n  tepid new hello my-app",
    options_of_new,
    0,
    2,
    run,
};
