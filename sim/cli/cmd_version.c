/* cmd_version.c - tepid version: what this program is made of. */
#include "cli/command.h"
#include "cli/version.h"
#include "core/text.h"
#include "cost/catalog.h"
#include "report/json.h"
#include "run/cluster.h"
#include "run/uv_version.h"
#include "scenario/script_version.h"

static bool add_price_list(const struct cli *cli, struct text *out, struct err *err)
{
    char *assets = catalog_find_assets(cli->program, err);
    struct catalog *catalog = assets == NULL ? NULL : catalog_load(assets, NULL, err);
    if (catalog != NULL)
        text_addf(out, "prices %s (%s)\n", catalog_price_list_id(catalog),
                  catalog_price_list_date(catalog));
    bool ok = catalog != NULL;
    catalog_free(catalog);
    mem_free(assets);
    return ok;
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    (void)options;
    struct err err = {0};
    struct text out = {0};
    text_addf(&out, "tepid %s, commit %s\n", TEPID_VERSION, TEPID_COMMIT);
    text_addf(&out, "Lua %s, cJSON %s, libuv %s\n", script_lua_version(), json_library_version(),
              run_uv_version());
    if (cluster_library() != NULL)
        text_addf(&out, "%s\n", cluster_library());
    bool ok = add_price_list(cli, &out, &err);
    int code = cli_print(cli, out.data);
    if (!ok)
        code = cli_fail(cli, &err);
    text_free(&out);
    return code;
}

static const struct option_spec options_of_version[] = {OPTION_NO_COLOR, {0}};

const struct command command_version = {
    "version",
    "",
    "version, commit, libraries, price list",
    "Prints the version and commit of tepid, the libraries it was built with, and the price list\n"
    "that applies unless a scenario or --prices names another.\n\n"
    "Example:\n  tepid version",
    options_of_version,
    0,
    0,
    run,
};
