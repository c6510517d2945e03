/* cmd_list.c - tepid list: the scenarios that ship, and the question each of them answers. */
#include "cli/command.h"
#include "core/text.h"
#include "cost/catalog.h"
#include "report/page.h"
#include "scenario/shipped.h"

#define NAME_COLUMNS 22

static void write_list(const struct cli *cli, const struct shipped_list *list, bool names_only,
                       struct text *out)
{
    struct page page;
    page_begin(&page, out, cli->width, cli->colour);
    for (size_t i = 0; i < list->count; i++) {
        const struct shipped *item = &list->items[i];
        if (names_only) {
            page_put(&page, PAGE_PLAIN, item->name);
        } else {
            page_to(&page, 2);
            page_cell(&page, PAGE_STRONG, item->name, NAME_COLUMNS);
            page_to(&page, page_column(&page) + 1);
            page_wrap(&page, PAGE_PLAIN, item->question == NULL ? "–" : item->question,
                      NAME_COLUMNS + 3);
        }
        page_line(&page);
    }
    if (!names_only && list->count == 0)
        page_put(&page, PAGE_PLAIN, "no scenarios found beside the assets\n");
    if (!names_only && list->count > 0) {
        page_line(&page);
        page_put(&page, PAGE_DIM,
                 "tepid run NAME runs one, tepid new NAME copies it to start from");
        page_line(&page);
    }
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
    shipped_read(&list, assets, arena);
    write_list(cli, &list, option_is_given(options, "names"), &out);
    int code = cli_print(cli, out.data == NULL ? "" : out.data);
    text_free(&out);
    arena_free(arena);
    mem_free(assets);
    return code;
}

static const struct option_spec options_of_list[] = {
    {"names", 0, NULL, "the names alone, one a line"},
    OPTION_NO_COLOR,
    {0},
};

const struct command command_list = {
    "list",
    "[--names]",
    "the scenarios that ship",
    "Lists the scenarios that ship with the question each of them answers. Every name may stand\n"
    "where a command wants a FILE.\n\n"
    "Example:\n  tepid list",
    options_of_list,
    0,
    0,
    run,
};
