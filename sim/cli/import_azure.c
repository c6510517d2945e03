/* import_azure.c - writes what azure_trace.c has read. */
#include "cli/import_azure.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/azure_trace.h"
#include "core/text.h"
#include "core/unit.h"

#define COLUMNS_A_FILE 500
#define TIMEOUT_MS     900000.0
#define MEMORY_MIN_MB  128.0
#define MEMORY_MAX_MB  10240.0
/* Medians of the trace's published marginals, which scripts/make_day_trace.lua draws from as well: durations are
 * log-normal(-0.24, 2.25) in seconds, so exp(-0.24) s; half of the applications need 143 MB or less. */
#define MEDIAN_RUN_MS    787.0
#define MEDIAN_MEMORY_MB 143.0
#define NAME_MAX_BYTES   64

struct import {
    const struct import_azure_options *options;
    struct azure_trace trace;
    struct arena *arena;
    const char *stem; /* of the files written: the path without .lua */
    const char *base; /* the same without its folder */
    int digits;       /* of a function's number */
    struct import_summary *summary;
};

static size_t file_count(const struct import *import)
{
    return (import->trace.count + COLUMNS_A_FILE - 1) / COLUMNS_A_FILE;
}

/* FILE.csv, FILE-2.csv, ... */
static const char *csv_name(const struct import *import, const char *stem, size_t file)
{
    return file == 0 ? arena_printf(import->arena, "%s.csv", stem)
                     : arena_printf(import->arena, "%s-%zu.csv", stem, file + 1);
}

static bool is_same_file(const char *a, const char *b)
{
    struct stat info_a, info_b;
    return b != NULL && stat(a, &info_a) == 0 && stat(b, &info_b) == 0 &&
           info_a.st_dev == info_b.st_dev && info_a.st_ino == info_b.st_ino;
}

static bool check_not_input(const struct import *import, const char *path, struct err *err)
{
    const struct import_azure_options *options = import->options;
    if (!is_same_file(path, options->invocations) && !is_same_file(path, options->durations) &&
        !is_same_file(path, options->memory))
        return true;
    err_set(err, "'%s' would be written, but it is one of the files read", path);
    return err_help(err, "choose another name for --out");
}

/* Writes to a neighbour first, so that a full disk leaves no half of a file behind. */
struct output {
    FILE *file;
    const char *path;
    const char *part;
};

static bool output_open(struct output *output, const struct import *import, const char *path,
                        struct err *err)
{
    if (!check_not_input(import, path, err))
        return false;
    output->path = path;
    output->part = arena_printf(import->arena, "%s.part", path);
    output->file = fopen(output->part, "wb");
    if (output->file == NULL)
        return err_file(err, "cannot write '%s': %s", path, strerror(errno));
    return true;
}

static bool output_close(struct output *output, struct err *err)
{
    bool ok = !ferror(output->file);
    ok = fclose(output->file) == 0 && ok;
    if (ok && rename(output->part, output->path) == 0)
        return true;
    err_file(err, "cannot write '%s': %s", output->path, strerror(errno));
    (void)remove(output->part); /* the message above is the one that matters */
    return false;
}

static bool write_csv(const struct import *import, size_t file, struct err *err)
{
    const struct azure_trace *trace = &import->trace;
    size_t from = file * COLUMNS_A_FILE;
    size_t to = from + COLUMNS_A_FILE < trace->count ? from + COLUMNS_A_FILE : trace->count;
    struct output output;
    if (!output_open(&output, import, csv_name(import, import->stem, file), err))
        return false;
    fputs("interval_s", output.file);
    for (size_t i = from; i < to; i++)
        fprintf(output.file, ",fn-%0*zu", import->digits, i + 1);
    for (int minute = 0; minute < trace->minutes; minute++) {
        fprintf(output.file, "\n%d", minute * 60);
        for (size_t i = from; i < to; i++)
            fprintf(output.file, ",%u", (unsigned)trace->functions[i].counts[minute]);
    }
    fputc('\n', output.file);
    return output_close(&output, err);
}

/* A Lua string: a file's name may hold quotes, or anything else. */
static void put_string(FILE *file, const char *text)
{
    fputc('"', file);
    for (; *text != '\0'; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(file, "\\%c", c);
        else if (c < 32 || c == 127)
            fprintf(file, "\\%03d", c);
        else
            fputc(c, file);
    }
    fputc('"', file);
}

/* A name the language accepts: from anything else it makes '-'. */
static void put_scenario_name(FILE *file, const char *base)
{
    fputc('"', file);
    int count = 0;
    for (; base[count] != '\0' && count < NAME_MAX_BYTES; count++) {
        unsigned char c = (unsigned char)base[count];
        fputc((c < 128 && isalnum(c)) || c == '_' ? c : '-', file);
    }
    fputs(count == 0 ? "azure-trace\"" : "\"", file);
}

static void put_head(FILE *file, const struct import *import)
{
    const struct azure_trace *trace = &import->trace;
    int last = trace->first_minute + trace->minutes - 1;
    fprintf(
        file,
        "-- Replays a piece of the Azure Functions Trace 2019: %zu functions, %lld invocations\n"
        "-- in %d minutes (%d to %d of the day; minute %d begins at 0s here).\n"
        "-- Expect many cold starts in few requests: most functions run a few times an hour.\n"
        "-- Try another keep-alive, --set fn-%0*d.keep_alive=10min, or less memory.\n"
        "-- Data: Microsoft, CC-BY 4.0 (Shahrad et al., \"Serverless in the Wild\", USENIX ATC "
        "2020).\n",
        trace->count, (long long)trace->invocations, trace->minutes, trace->first_minute, last,
        trace->first_minute, import->digits, 1);
    fputs("scenario ", file);
    put_scenario_name(file, import->base);
    fputs(
        " {\n  question = \"How often do the users of these functions meet a cold start, and what "
        "do they cost?\",\n}\n\n"
        "-- The trace holds what was served, so no limit of an account may refuse any of it "
        "again.\n"
        "account { concurrency = 100000, scaling = \"100000/10s\" }\n\n",
        file);
    for (size_t i = 0; i < file_count(import); i++) {
        fputs(i == 0 ? "local files = { " : ", ", file);
        put_string(file, csv_name(import, import->base, i));
    }
    fputs(" }\n\n", file);
}

static double memory_of(const struct azure_function *function, struct import_summary *summary)
{
    double mb = function->has_memory ? ceil(function->memory_mb) : MEDIAN_MEMORY_MB;
    summary->without_memory += !function->has_memory;
    summary->cut_memory += mb > MEMORY_MAX_MB;
    return mb < MEMORY_MIN_MB ? MEMORY_MIN_MB : mb > MEMORY_MAX_MB ? MEMORY_MAX_MB : mb;
}

static void put_function(FILE *file, const struct import *import, size_t i)
{
    const struct azure_function *function = &import->trace.functions[i];
    fprintf(file, "  { \"fn-%0*zu\", %.0f", import->digits, i + 1,
            memory_of(function, import->summary));
    import->summary->without_duration += !function->has_duration;
    import->summary->cut_durations += function->duration_ms[AZURE_PERCENTILES - 1] > TIMEOUT_MS;
    for (int k = 0; k < AZURE_PERCENTILES; k++) {
        char number[UNIT_TEXT_MAX];
        double ms = function->has_duration ? function->duration_ms[k] : MEDIAN_RUN_MS;
        fprintf(file, ", %s", unit_exact(number, ms < TIMEOUT_MS ? ms : TIMEOUT_MS));
    }
    fprintf(file, " }, -- %s%s%s\n", function->label,
            function->has_duration ? "" : ", no durations",
            function->has_memory ? "" : ", no memory");
}

static void put_tail(FILE *file, const struct import *import)
{
    fprintf(
        file,
        "}\n\n"
        "local function ms(n) return n .. \"ms\" end\n\n"
        "for i, f in ipairs(functions) do\n"
        "  local run = percentiles {\n"
        "    p0 = ms(f[3]), p1 = ms(f[4]), p25 = ms(f[5]), p50 = ms(f[6]),\n"
        "    p75 = ms(f[7]), p99 = ms(f[8]), p100 = ms(f[9]),\n"
        "  }\n"
        "  local it = fn(f[1]) {\n"
        "    memory = f[2], runtime = \"nodejs22\", timeout = \"900s\",\n"
        "    handler = function(r) r:wait(run) end,\n"
        "  }\n"
        "  traffic(f[1] .. \"-calls\") { to = it, rate = trace(files[(i - 1) // %d + 1], f[1]) }\n"
        "end\n\n"
        "simulate { duration = \"%dmin\", seed = 42 }\n",
        COLUMNS_A_FILE, import->trace.minutes);
}

static bool write_lua(const struct import *import, struct err *err)
{
    struct output output;
    if (!output_open(&output, import, import->options->out, err))
        return false;
    put_head(output.file, import);
    fputs("-- name, memory in MB, then how long a run takes: p0 p1 p25 p50 p75 p99 p100 in ms\n"
          "local functions = {\n",
          output.file);
    for (size_t i = 0; i < import->trace.count; i++)
        put_function(output.file, import, i);
    put_tail(output.file, import);
    return output_close(&output, err);
}

/* The traces first: a scenario that is there can be run. */
static bool write_all(struct import *import, struct err *err)
{
    import->digits = 4;
    for (size_t n = 10000; n <= import->trace.count; n *= 10)
        import->digits++;
    for (size_t file = 0; file < file_count(import); file++)
        if (!write_csv(import, file, err))
            return false;
    return write_lua(import, err);
}

static bool check_out(struct import *import, struct err *err)
{
    const char *out = import->options->out;
    size_t length = strlen(out);
    const char *slash = strrchr(out, '/');
    size_t base = slash != NULL ? (size_t)(slash + 1 - out) : 0;
    if (length < base + 5 || strcmp(out + length - 4, ".lua") != 0) {
        err_set(err, "--out '%s' does not name a .lua file", out);
        return err_help(err, "write --out trace.lua; the counts go to trace.csv beside it");
    }
    char *stem = arena_strdup(import->arena, out);
    stem[length - 4] = '\0';
    import->stem = stem;
    import->base = stem + base;
    return true;
}

bool import_azure(const struct import_azure_options *options, struct import_summary *summary,
                  struct err *err)
{
    *summary = (struct import_summary){0};
    struct import import = {.options = options, .arena = arena_new(), .summary = summary};
    struct azure_files files = {options->invocations, options->durations, options->memory};
    bool ok = check_out(&import, err) &&
              azure_trace_read(&import.trace, import.arena, &files, err) && write_all(&import, err);
    summary->functions = (int64_t)import.trace.count;
    summary->invocations = import.trace.invocations;
    summary->minutes = import.trace.minutes;
    summary->csv_files = (int32_t)file_count(&import);
    summary->merged_rows = import.trace.merged_rows;
    summary->unused_rows = import.trace.unused_rows;
    azure_trace_free(&import.trace);
    arena_free(import.arena);
    return ok;
}
