/* load.c - fuzz of the loader: whatever a scenario file holds, it is loaded or refused with a reason.
 *
 * fuzz-load [count, default 2000] [seed, default 1] [case]; from the root of the project. Mutates the shipped
 * scenarios, files that use every kind, operation and setting (seeds/), and the wrong files of tests/golden. What loads after all is run for a few
 * thousand events and reported, because a strange scenario that is accepted must not fail later either.
 * The last line is "N passed, N failed".
 */
#include "report/json.h"
#include "report/text.h"
#include "run/run.h"
#include "scenario/script.h"
#include "tests/fuzz/cases.h"
#include "tests/fuzz/mutate.h"

#define TRIAL_EVERY 50 /* every so many cases go through the child process as well */
#define EVENTS_MAX  20000

struct bench {
    struct corpus corpus;
    size_t good; /* files of the corpus that load: the first ones */
    struct catalog *catalog;
    char path[64]; /* of the file the cases are written to */
};

static bool write_case(const char *path, const struct text *text)
{
    FILE *file = fopen(path, "wb");
    bool ok = file != NULL && fwrite(text->data, 1, text->length, file) == text->length;
    return file != NULL && fclose(file) == 0 && ok;
}

/* Loops inside Lua's library end only with the child process; those files always go through it. */
static bool needs_trial(const char *name)
{
    return strstr(name, "pattern_bomb") != NULL || strstr(name, "lying_length") != NULL;
}

static bool simulate(const struct scenario *scenario)
{
    struct err err = {0};
    struct result *result = NULL;
    struct text out = {0};
    struct run_item item = {scenario, NULL};
    struct run_options how = {
        .jobs = 1,
        .reps = 1,
        .limits = {2 * SIM_SECOND, EVENTS_MAX, INT64_C(4) << 30},
    };
    if (!run_all(&item, 1, &how, &result, &err))
        return err.kind != ERR_NONE && err.what[0] != '\0';
    struct text_options page = {.width = 80};
    struct report_info info = {.version = "fuzz"};
    text_write_run(result, &page, &out);
    json_write_runs(&result, 1, &info, &out);
    bool ok = out.length > 0 && text_is_utf8(out.data, out.length);
    if (!ok)
        fprintf(stderr, "the report is empty or not UTF-8\n");
    text_free(&out);
    result_free(result);
    return ok;
}

static bool answered(const struct scenario *scenario, const struct err *err)
{
    if ((scenario != NULL) != (err->kind == ERR_NONE) || (scenario == NULL && err->what[0] == '\0'))
        fprintf(stderr, "result and message disagree: '%s'\n", err->what);
    else if (!text_is_utf8(err->what, strlen(err->what)))
        fprintf(stderr, "the message is not UTF-8\n");
    else if (strstr(err->what, "ended with signal") != NULL)
        fprintf(stderr, "%s\n", err->what);
    else
        return true;
    return false;
}

static bool run_case(void *context, uint64_t seed, uint64_t number)
{
    struct bench *bench = context;
    struct fuzz_rng rng = {seed * UINT64_C(0x9E3779B97F4A7C15) + number};
    struct text text = {0};
    struct err err = {0};
    (void)fuzz_below(&rng, 16); /* the first draw of near seeds is alike */
    /* Two of three start from a good file: what is refused before is refused after. */
    size_t from = fuzz_below(&rng, 3) > 0 ? bench->good : bench->corpus.count;
    size_t which = fuzz_below(&rng, from);
    mutate(&text, &bench->corpus, which, &rng);
    bool ok = write_case(bench->path, &text);
    text_free(&text);

    struct load_options options = {
        .limits = {2 * SIM_SECOND, 32 << 20, 2000000},
        .traces_dir = "assets/traces",
        .trusted = number % TRIAL_EVERY != 0,
    };
    if (needs_trial(bench->corpus.names[which])) {
        options.limits.wall = SIM_SECOND / 20;
        options.trusted = false;
    }
    struct scenario *scenario = script_load(bench->path, bench->catalog, &options, &err);
    ok = ok && answered(scenario, &err) && (scenario == NULL || simulate(scenario));
    scenario_free(scenario);
    if (!ok)
        fprintf(stderr, "case %" PRIu64 " of seed %" PRIu64 ", from %s\n", number, seed,
                bench->corpus.names[which]);
    return ok;
}

static bool open_bench(struct bench *bench, char *folder)
{
    struct err err = {0};
    bench->corpus.arena = arena_new();
    corpus_add_folder(&bench->corpus, "scenarios", ".lua");
    corpus_add_folder(&bench->corpus, "tests/golden/runs", ".lua");
    /* Thrice: these hold every kind, operation and setting, the shipped ones mostly the same few. */
    for (int i = 0; i < 3; i++)
        corpus_add_folder(&bench->corpus, "tests/fuzz/seeds", ".lua");
    bench->good = bench->corpus.count;
    corpus_add_folder(&bench->corpus, "tests/golden/errors", ".lua");
    bench->catalog = catalog_load("assets", NULL, &err);
    if (bench->catalog == NULL)
        err_print(&err, "error", stderr, false);
    if (bench->catalog == NULL || bench->corpus.count == 0 || mkdtemp(folder) == NULL)
        return false;
    (void)snprintf(bench->path, sizeof bench->path, "%s/case.lua", folder);
    return true;
}

int main(int argc, char **argv)
{
    struct fuzz_args args;
    static struct bench bench;
    char folder[] = "/tmp/tepid-fuzz-XXXXXX";
    if (!fuzz_args_read(&args, argc, argv)) {
        fprintf(stderr, "usage: fuzz-load [count] [seed] [case]\n");
        return 2;
    }
    if (!open_bench(&bench, folder))
        return EXIT_FAILURE;
    int code = fuzz_cases(run_case, &bench, &args);
    if (args.only == UINT64_MAX) {
        (void)unlink(bench.path); /* nobody's file but ours */
        (void)rmdir(folder);
    } else {
        printf("the file of the case: %s\n", bench.path);
    }
    catalog_free(bench.catalog);
    corpus_free(&bench.corpus);
    return code;
}
