/* trace.c - fuzz of the readers of data: traces, measured values, the Azure import, the catalog.
 *
 * fuzz-trace [count, default 2000] [seed, default 1] [case]; from the root of the project. Each case changes
 * one file and gives it to its reader, which must read it or say why not. The last line is "N passed, N failed".
 */
#include <inttypes.h>

#include "cli/import_azure.h"
#include "cost/catalog.h"
#include "model/trace.h"
#include "tests/fuzz/cases.h"
#include "tests/fuzz/mutate.h"

/* Small examples of every form a trace may have; the shipped ones are added. */
static const char *const samples[] = {
    "time_s\n0\n0.25\n3\n3\n86400.000000001\n1e1\n",
    "time_s,who\n0,a\n0.25,b\n\"3\",\"c,d\"\n",
    "interval_s,count\n60,12\n60,0\n60,700\n",
    "interval_s,f-1,f-2\r\n1,12,3\r\n1,0,0\r\n1,1000000,9\r\n",
    "ms\n1.5\n20\n3e2\n",
    "12\n15\n1800.25\n0\n",
    "s\n0.001\n2\n",
    "bytes\n1024\n4096\n77\n",
    "HashOwner,HashApp,HashFunction,Trigger,1,2,3,4,5\no,a,f,http,0,3,1,0,9\no,a,g,timer,1,1,1,1,"
    "1\n"
    "o,b,f,queue,0,0,0,0,0\n",
    "HashOwner,HashApp,HashFunction,Average,Count,Minimum,Maximum,percentile_Average_0,"
    "percentile_Average_1,percentile_Average_25,percentile_Average_50,percentile_Average_75,"
    "percentile_Average_99,percentile_Average_100\no,a,f,120,40,3,900,3,4,80,110,150,800,900\n"
    "o,a,g,1,4,1,1,1,1,1,1,1,1,1\n",
    "HashOwner,HashApp,SampleCount,AverageAllocatedMb,AverageAllocatedMb_pct1,"
    "AverageAllocatedMb_pct5,AverageAllocatedMb_pct25,AverageAllocatedMb_pct50,"
    "AverageAllocatedMb_pct75,AverageAllocatedMb_pct95,AverageAllocatedMb_pct99,"
    "AverageAllocatedMb_pct100\no,a,9,140,90,91,120,141,150,160,170,180\n",
};
enum { INVOCATIONS = 8, DURATIONS, MEMORY };

struct bench {
    struct corpus tables;   /* CSV: the samples first */
    struct corpus catalogs; /* JSON */
    char folder[64];        /* assets/catalog and the tables of the case */
};

static const char *in_folder(const struct bench *bench, char path[160], const char *name)
{
    (void)snprintf(path, 160, "%s/%s", bench->folder, name);
    return path;
}

static bool put(const struct bench *bench, const char *name, const struct text *text)
{
    char path[160];
    FILE *file = fopen(in_folder(bench, path, name), "wb");
    bool ok = file != NULL && fwrite(text->data, 1, text->length, file) == text->length;
    return file != NULL && fclose(file) == 0 && ok;
}

static bool agree(const char *reader, bool ok, const struct err *err)
{
    if (ok == (err->kind == ERR_NONE) && (ok || err->what[0] != '\0') &&
        text_is_utf8(err->what, strlen(err->what)))
        return true;
    fprintf(stderr, "%s: result %d and message '%s'\n", reader, ok, err->what);
    return false;
}

static bool read_table(const struct bench *bench)
{
    char path[160];
    static const char *const columns[] = {NULL, "f-2", "count", "who"};
    bool fine = true;
    in_folder(bench, path, "table.csv");
    for (size_t i = 0; i < COUNTOF(columns); i++) {
        struct err err = {0};
        struct rate_shape shape = {0};
        struct arena *arena = arena_new();
        bool ok = trace_read(&shape, arena, path, "table.csv", columns[i], &err);
        fine = agree("trace_read", ok, &err) && fine;
        if (ok && !rate_shape_check(&shape, &err))
            fine = agree("rate_shape_check", false, &err) && fine;
        arena_free(arena);
    }
    for (int size = 0; size < 2; size++) {
        struct err err = {0};
        double *values = NULL;
        size_t count = 0;
        struct arena *arena = arena_new();
        bool ok = trace_read_values(arena, path, "table.csv", size, &values, &count, &err);
        fine = agree("trace_read_values", ok, &err) && fine;
        for (size_t i = 0; ok && i < count; i++)
            fine = fine && values[i] >= 0 && values[i] < 1e30;
        arena_free(arena);
    }
    return fine;
}

/* What the import writes lies in the folder until the end; a refused import writes nothing. */
static bool import_tables(const struct bench *bench, size_t changed)
{
    char paths[4][160];
    static const char *const names[] = {"inv.csv", "dur.csv", "mem.csv"};
    for (size_t i = 0; i < COUNTOF(names); i++) {
        in_folder(bench, paths[i], names[i]);
        if (!put(bench, names[i], &bench->tables.files[INVOCATIONS + i]))
            return false;
    }
    if (changed >= INVOCATIONS && changed <= MEMORY)
        in_folder(bench, paths[changed - INVOCATIONS], "table.csv");
    else
        in_folder(bench, paths[0], "table.csv");
    struct err err = {0};
    struct import_summary summary = {0};
    struct import_azure_options options = {
        .invocations = paths[0],
        .durations = paths[1],
        .memory = paths[2],
        .out = in_folder(bench, paths[3], "imported.lua"),
    };
    (void)remove(paths[3]); /* the last case may have left it */
    bool ok = import_azure(&options, &summary, &err);
    bool there = access(paths[3], F_OK) == 0;
    if (ok != there)
        fprintf(stderr, "import_azure: %s, but the file is%s there\n", ok ? "done" : "refused",
                there ? "" : " not");
    return agree("import_azure", ok, &err) && ok == there;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash == NULL ? path : slash + 1;
}

static bool load_catalog(const struct bench *bench, struct fuzz_rng *rng)
{
    char name[160];
    struct text text = {0};
    struct err err = {0};
    size_t which = fuzz_below(rng, bench->catalogs.count);
    mutate(&text, &bench->catalogs, which, rng);
    (void)snprintf(name, sizeof name, "catalog/%s", base_name(bench->catalogs.names[which]));
    bool ok = put(bench, name, &text);
    text_free(&text);
    struct catalog *catalog = catalog_load(bench->folder, NULL, &err);
    ok = ok && agree("catalog_load", catalog != NULL, &err);
    for (const char *const *at = catalog ? catalog_runtime_names(catalog) : NULL; at && *at; at++) {
        struct runtime_row row;
        struct err ignored = {0}; /* not every runtime comes in every form */
        (void)catalog_runtime(catalog, *at, CATALOG_ZIP, CATALOG_X86_64, 512, &row, &ignored);
    }
    catalog_free(catalog);
    return ok && put(bench, name, &bench->catalogs.files[which]);
}

static bool run_case(void *context, uint64_t seed, uint64_t number)
{
    struct bench *bench = context;
    struct fuzz_rng rng = {seed * UINT64_C(0x9E3779B97F4A7C15) + number};
    bool ok = true;
    (void)fuzz_below(&rng, 16); /* the first draw of near seeds is alike */
    if (number % 3 == 0) {
        ok = load_catalog(bench, &rng);
    } else {
        struct text text = {0};
        size_t which = fuzz_below(&rng, bench->tables.count);
        mutate(&text, &bench->tables, which, &rng);
        ok = put(bench, "table.csv", &text);
        text_free(&text);
        ok = ok && read_table(bench) && import_tables(bench, which);
    }
    if (!ok)
        fprintf(stderr, "case %" PRIu64 " of seed %" PRIu64 "\n", number, seed);
    return ok;
}

static void open_corpora(struct bench *bench)
{
    bench->tables.arena = arena_new();
    bench->catalogs.arena = arena_new();
    for (size_t i = 0; i < COUNTOF(samples); i++) {
        text_add(&bench->tables.files[i], samples[i]);
        bench->tables.names[i] = "sample";
        bench->tables.count++;
    }
    corpus_add_folder(&bench->tables, "assets/traces", ".csv");
    corpus_add_folder(&bench->tables, "tests/golden/errors", ".csv");
    corpus_add_folder(&bench->catalogs, "assets/catalog", ".json");
}

static bool open_folder(struct bench *bench)
{
    char command[200], name[160];
    (void)snprintf(bench->folder, sizeof bench->folder, "/tmp/tepid-fuzz-XXXXXX");
    if (bench->catalogs.count == 0 || mkdtemp(bench->folder) == NULL)
        return false;
    (void)snprintf(command, sizeof command, "mkdir '%s/catalog'", bench->folder);
    bool ok = system(command) == 0;
    for (size_t i = 0; i < bench->catalogs.count && ok; i++) {
        (void)snprintf(name, sizeof name, "catalog/%s", base_name(bench->catalogs.names[i]));
        ok = put(bench, name, &bench->catalogs.files[i]);
    }
    return ok;
}

int main(int argc, char **argv)
{
    struct fuzz_args args;
    static struct bench bench;
    char command[200];
    if (!fuzz_args_read(&args, argc, argv)) {
        fprintf(stderr, "usage: fuzz-trace [count] [seed] [case]\n");
        return 2;
    }
    open_corpora(&bench);
    if (!open_folder(&bench))
        return EXIT_FAILURE;
    int code = fuzz_cases(run_case, &bench, &args);
    (void)snprintf(command, sizeof command, "rm -rf '%s'", bench.folder);
    if (args.only != UINT64_MAX)
        printf("the files of the case: %s\n", bench.folder);
    else if (system(command) != 0)
        code = EXIT_FAILURE;
    corpus_free(&bench.tables);
    corpus_free(&bench.catalogs);
    return code;
}
