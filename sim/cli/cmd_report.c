/* cmd_report.c - tepid report: a page for a design review, from results folders or from a scenario that is run first. */
#include <string.h>
#include <sys/stat.h>

#include "cli/run_insights.h"
#include "cli/run_make.h"
#include "cli/version.h"
#include "report/brief_charts.h"
#include "report/brief_html.h"
#include "report/brief_markdown.h"
#include "report/folder.h"

static const struct option_spec options_of_report[] = {
    {"out", 0, "DIR", "where the page goes [the first folder]; of a scenario also its results"},
    OPTION_PARAM,
    OPTION_SET,
    {"variant", 0, "NAME|all", "of a scenario: which to run [all]"},
    {"duration", 0, "D", "simulated time, as in 10min; instead of the scenario's"},
    {"warmup", 0, "D", "its beginning that is not measured"},
    {"seed", 0, "N", "another course of chance"},
    {"reps", 0, "N", "independent replications; gives intervals"},
    {"jobs", 0, "N", "threads [as many as cores]; changes no result"},
    {"quiet", 'q', NULL, "nothing on stdout"},
    {"no-fail", 0, NULL, "exit 0 although an SLO of the scenario is missed"},
    {"insights", 0, "full|off", "measure more of them, or look for none"},
    {"all-insights", 0, NULL, "measure the effect of every insight"},
    {"max-wall", 0, "D", "stop after this much real time"},
    {"max-events", 0, "N", "stop each replication after this many events"},
    {"max-memory", 0, "SIZE", "stop when the program holds more than this"},
    OPTION_PRICES,
    OPTION_LOAD_LIMIT,
    OPTION_NO_COLOR,
    {0},
};

/* -- the page ---------------------------------------------------------------------------------------------- */

#define PAGE     "report.html"
#define MARKDOWN "report.md"

static bool add_files(struct folder *folder, const struct brief *brief, struct err *err)
{
    struct text content = {0}, caption = {0};
    brief_write_html(brief, TEPID_VERSION, &content);
    bool ok = folder_add(folder, PAGE, &content, err);
    content.length = 0;
    brief_write_markdown(brief, TEPID_VERSION, &content);
    ok = ok && folder_add(folder, MARKDOWN, &content, err);
    for (int chart = 0; chart < BRIEF_CHARTS && ok; chart++) {
        content.length = 0;
        brief_draw(brief, (enum brief_chart)chart, SVG_FILE, &content, &caption);
        ok = folder_add(folder, brief_chart_files[chart], &content, err);
        caption.length = 0;
    }
    text_free(&content);
    text_free(&caption);
    return ok;
}

static bool write_page(const char *path, const struct brief *brief, struct err *err)
{
    struct folder folder;
    folder_begin(&folder, path);
    bool ok = add_files(&folder, brief, err) && folder_commit(&folder, err);
    if (!ok)
        folder_abandon(&folder);
    return ok;
}

/* Reads the folders and writes the page into `out`. */
static int make_page(const struct cli *cli, const struct options *options,
                     const char *const *folders, int count, const char *out)
{
    struct err err = {0};
    struct brief brief = {0};
    int code = EXIT_DONE;
    if (!brief_read(&brief, folders, count, &err) || !folder_prepare(out, &err) ||
        !write_page(out, &brief, &err))
        code = cli_fail(cli, &err);
    brief_free(&brief);
    if (code != EXIT_DONE || option_is_given(options, "quiet"))
        return code;
    struct text line = {0};
    text_addf(&line, "%s/%s  %s", out, PAGE, MARKDOWN);
    for (int chart = 0; chart < BRIEF_CHARTS; chart++)
        text_addf(&line, "  %s", brief_chart_files[chart]);
    text_add(&line, "\n");
    text_clean(line.data);
    line.data[line.length - 1] = '\n';
    code = cli_print(cli, line.data);
    text_free(&line);
    return code;
}

/* -- from folders --------------------------------------------------------------------------------------------- */

/* What a folder stands for: itself, or the variants of its variants.csv, which lie in it or beside it. */
struct folder_list {
    struct arena *arena;
    const char *paths[BRIEF_RUNS_MAX + 1];
    int count;
};

static bool add_folder(struct folder_list *list, const char *path, struct err *err)
{
    if (list->count < BRIEF_RUNS_MAX) {
        list->paths[list->count++] = path;
        return true;
    }
    err_set(err, "more than %d runs for one page", BRIEF_RUNS_MAX);
    err_place(err, "command line", 0);
    return err_help(err, "name those that matter");
}

/* DIR/<variant>, or beside out/shipping-s7 the folder out/shipping-<variant>-s7. */
static const char *variant_path(struct folder_list *list, const char *path, const char *variant)
{
    struct text inside = {0}, beside = {0};
    text_addf(&inside, "%s/", path);
    folder_add_name(&inside, variant);
    const char *dash = strrchr(path, '-');
    if (dash != NULL) {
        text_add_bytes(&beside, path, (size_t)(dash - path));
        text_add(&beside, "-");
        folder_add_name(&beside, variant);
        text_add(&beside, dash);
    }
    bool is_beside =
        !folder_is_result(inside.data) && beside.data != NULL && folder_is_result(beside.data);
    const char *found = arena_strdup(list->arena, is_beside ? beside.data : inside.data);
    text_free(&inside);
    text_free(&beside);
    return found;
}

static bool add_variants(struct folder_list *list, const char *path, struct err *err)
{
    struct folder_table table;
    if (!folder_read_table(&table, path, "variants.csv", list->arena, err))
        return false;
    int column = folder_column(&table, "variant");
    for (int row = 0; row < table.row_count; row++)
        if (!add_folder(list, variant_path(list, path, folder_cell(&table, row, column)), err))
            return false;
    return true;
}

static bool has_variants(const char *path)
{
    struct text file = {0};
    text_addf(&file, "%s/variants.csv", path);
    FILE *there = fopen(file.data, "rb");
    text_free(&file);
    if (there != NULL)
        (void)fclose(there);
    return there != NULL;
}

/* A folder that holds no results is a wrong folder, not a scenario. */
static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* Options that change a simulation have nothing to change in a folder. */
static bool refuse_run_options(const struct options *options, struct err *err)
{
    for (int i = 0; i < options->given_count; i++) {
        const char *name = options->given[i].spec->name;
        if (strcmp(name, "out") == 0 || strcmp(name, "quiet") == 0 ||
            strcmp(name, "no-fail") == 0 || strcmp(name, "no-color") == 0)
            continue;
        err_set(err, "--%s has nothing to change in a results folder", name);
        err_place(err, "command line", 0);
        return err_help(err, "name the scenario instead: 'tepid report FILE --%s ...' runs it",
                        name);
    }
    return true;
}

static int report_folders(const struct cli *cli, const struct options *options)
{
    struct err err = {0};
    struct folder_list list = {.arena = arena_new()};
    bool ok = refuse_run_options(options, &err);
    for (int i = 0; i < options->word_count && ok; i++) {
        const char *path = options->words[i];
        if (!folder_is_result(path) && has_variants(path))
            ok = add_variants(&list, path, &err);
        else
            ok = add_folder(&list, path, &err); /* brief_read says what is wrong with it */
    }
    const char *out = option_value(options, "out");
    int code = !ok ? cli_fail(cli, &err)
                   : make_page(cli, options, list.paths, list.count,
                               out != NULL ? out : options->words[0]);
    arena_free(list.arena);
    return code;
}

/* -- from a scenario ---------------------------------------------------------------------------------------------- */

static int simulate_and_report(const struct cli *cli, const struct options *options,
                               struct study *study, const struct run_plan *plan,
                               const struct run_settings *settings,
                               const struct run_insights *insights)
{
    struct err err = {0};
    struct result **results = ARENA_ARRAY(plan->arena, struct result *, plan->count);
    struct report_info info = {.version = TEPID_VERSION};
    info.overrides = study_overrides(study, &info.override_count);
    bool show = cli->progress && !option_is_given(options, "quiet");
    int code;
    if (!run_simulate(cli, options, plan, settings, results, &err) ||
        !run_insights_find(insights, cli, show, study, plan, settings, results, &err) ||
        !run_write_files(plan, results, &info, &err)) {
        code = cli_fail(cli, &err);
    } else {
        const char *out = plan->table_folder != NULL ? plan->table_folder : plan->folders[0];
        code = make_page(cli, options, plan->folders, plan->count, out);
        if (code == EXIT_DONE)
            code = run_outcome(cli, options, plan, results);
    }
    run_insights_free(results, plan->count);
    for (int i = 0; i < plan->count; i++)
        result_free(results[i]);
    return code;
}

static bool check_count(const struct run_plan *plan, struct err *err)
{
    if (plan->count <= BRIEF_RUNS_MAX)
        return true;
    err_set(err, "%d variants are more than the %d that one page takes", plan->count,
            BRIEF_RUNS_MAX);
    err_place(err, "command line", 0);
    return err_help(
        err, "'tepid run FILE --variant all', then 'tepid report' with the folders that matter");
}

static int report_scenario(const struct cli *cli, const struct options *options)
{
    struct err err = {0};
    struct run_settings settings;
    struct run_insights insights;
    struct run_plan plan = {0};
    int code;
    if (!run_insights_read(&insights, options, &err) ||
        !run_settings_read(&settings, options, &err))
        return cli_fail(cli, &err);
    const char *variant = option_value(options, "variant");
    struct study *study = input_open(cli, options, options->words[0], &err);
    if (study == NULL ||
        !run_plan_load(&plan, study, variant != NULL ? variant : "all", &settings, &err) ||
        !check_count(&plan, &err) || !run_plan_folders(&plan, option_value(options, "out"), &err))
        code = cli_fail(cli, &err);
    else if (*cli->stop)
        code = EXIT_INTERRUPTED; /* while loading: there is nothing to keep */
    else
        code = simulate_and_report(cli, options, study, &plan, &settings, &insights);
    run_plan_free(&plan);
    study_close(study);
    return code;
}

static int run(const struct cli *cli, const struct command *command, const struct options *options)
{
    (void)command;
    if (options->word_count == 1 && !is_folder(options->words[0]))
        return report_scenario(cli, options);
    return report_folders(cli, options);
}

const struct command command_report = {
    "report",
    "DIR...|FILE [options]",
    "one HTML page and a Markdown page with charts",
    "Writes report.html, one page that needs nothing else (no network, no script), and report.md "
    "with\n"
    "four SVG files: question, assumptions, figures side by side, latency, concurrency, where time "
    "goes,\n"
    "cost, SLOs, insights, and the commands that make it again. From results folders it reads "
    "what\n"
    "'tepid run' wrote there, several side by side; the folder of a run of all variants stands for "
    "them\n"
    "all. A scenario FILE is run first, all its variants, with the options of 'tepid run'.\n\n"
    "Exit code: of folders 0; of a scenario as 'tepid run': 1 when an SLO is missed.\n\n"
    "Examples:\n"
    "  tepid report out/hello-s42\n"
    "  tepid report before/ after/ --out review\n"
    "  tepid report shipping --out out/shipping",
    options_of_report,
    1,
    BRIEF_RUNS_MAX,
    run,
};
