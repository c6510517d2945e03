/* azure_trace.c - headers first, so that all files agree on what makes a key; then the rows. */
#include "cli/azure_trace.h"

#include <ctype.h>
#include <string.h>

#include "core/csv_in.h"
#include "core/rng.h"
#include "core/text.h"

#define LINE_MAX_BYTES ((size_t)1 << 20)
#define FILE_MAX_BYTES (INT64_C(4) << 30)
#define MINUTES_A_DAY  1440
#define COUNT_MAX      INT64_C(1000000000)
#define LABEL_CHARS    12

const int azure_percentiles[AZURE_PERCENTILES] = {0, 1, 25, 50, 75, 99, 100};

/* Text keys to consecutive numbers; open addressing, at most half full. */
struct key_map {
    const char **keys; /* by number */
    size_t count, capacity;
    uint32_t *slots; /* number + 1, or 0 */
    size_t slot_count;
};

struct input {
    struct csv_in *csv;
    size_t columns;
    ptrdiff_t owner, app, function;
};

struct reader {
    const struct azure_files *files;
    struct azure_trace *trace;
    struct arena *arena;
    struct input invocations, durations, memory;
    bool by_owner, by_app; /* every file that is read has this hash */
    struct key_map functions, apps;
    double *app_memory_mb; /* by app; -1: unknown */
    size_t app_capacity;
    struct text key;
};

static size_t slot_of(const struct key_map *map, const char *key)
{
    size_t slot = (size_t)rng_hash_text(0, key) & (map->slot_count - 1);
    while (map->slots[slot] != 0 && strcmp(map->keys[map->slots[slot] - 1], key) != 0)
        slot = (slot + 1) & (map->slot_count - 1);
    return slot;
}

static ptrdiff_t key_map_find(const struct key_map *map, const char *key)
{
    return map->slot_count == 0 ? -1 : (ptrdiff_t)map->slots[slot_of(map, key)] - 1;
}

static void key_map_widen(struct key_map *map)
{
    map->slot_count = map->slot_count == 0 ? 1024 : 2 * map->slot_count;
    map->slots = mem_resize(map->slots, map->slot_count * sizeof *map->slots);
    memset(map->slots, 0, map->slot_count * sizeof *map->slots);
    for (size_t i = 0; i < map->count; i++)
        map->slots[slot_of(map, map->keys[i])] = (uint32_t)(i + 1);
}

/* The key's number; `*is_new` if it had none. */
static size_t key_map_add(struct key_map *map, struct arena *arena, const char *key, bool *is_new)
{
    if (2 * (map->count + 1) > map->slot_count)
        key_map_widen(map);
    size_t slot = slot_of(map, key);
    *is_new = map->slots[slot] == 0;
    if (*is_new) {
        map->keys = mem_grow(map->keys, map->count, &map->capacity, sizeof *map->keys);
        map->keys[map->count++] = arena_strdup(arena, key);
        map->slots[slot] = (uint32_t)map->count;
    }
    return map->slots[slot] - 1;
}

static void key_map_free(struct key_map *map)
{
    mem_free(map->keys);
    mem_free(map->slots);
}

/* Opens a file and leaves its header as the current record. */
static bool open_input(struct input *input, const char *path, struct err *err)
{
    struct csv_limits limits = {.line_max = LINE_MAX_BYTES, .bytes_max = FILE_MAX_BYTES};
    input->csv = csv_open(path, path, limits, err);
    if (input->csv == NULL)
        return false;
    enum csv_status status = csv_next(input->csv, err);
    if (status == CSV_END)
        return err_set(err, "'%s' is empty", path);
    if (status == CSV_ERROR)
        return false;
    input->columns = csv_count(input->csv);
    input->owner = csv_find(input->csv, "HashOwner");
    input->app = csv_find(input->csv, "HashApp");
    input->function = csv_find(input->csv, "HashFunction");
    return true;
}

static bool want_column(const struct input *input, bool there, const char *what, struct err *err)
{
    if (there)
        return true;
    csv_fault(input->csv, err, "the header has no column %s", what);
    return err_help(err, "the files are those of the Azure Functions Trace 2019: invocations, "
                         "durations, memory, in this order");
}

static bool open_inputs(struct reader *reader, struct err *err)
{
    const struct azure_files *files = reader->files;
    struct input *in = &reader->invocations, *du = &reader->durations, *me = &reader->memory;
    if (!open_input(in, files->invocations, err) ||
        !want_column(in, in->function >= 0, "HashFunction", err))
        return false;
    if (files->durations != NULL && (!open_input(du, files->durations, err) ||
                                     !want_column(du, du->function >= 0, "HashFunction", err)))
        return false;
    if (files->memory != NULL &&
        (!open_input(me, files->memory, err) ||
         !want_column(me, me->function >= 0 || (me->app >= 0 && in->app >= 0),
                      "HashFunction, nor a HashApp that the invocations have, too", err)))
        return false;
    reader->by_owner = in->owner >= 0 && (du->csv == NULL || du->owner >= 0) &&
                       (me->csv == NULL || me->owner >= 0);
    reader->by_app =
        in->app >= 0 && (du->csv == NULL || du->app >= 0) && (me->csv == NULL || me->app >= 0);
    return true;
}

/* The key of the current row's function or, without `function`, of its application. Valid until the
 * next call. */
static const char *key_of(struct reader *reader, const struct input *input, bool function)
{
    reader->key.length = 0;
    if (reader->by_owner)
        text_add(&reader->key, csv_field(input->csv, (size_t)input->owner));
    text_add(&reader->key, "/");
    if (reader->by_app || !function)
        text_add(&reader->key, input->app < 0 ? "" : csv_field(input->csv, (size_t)input->app));
    text_add(&reader->key, "/");
    if (function)
        text_add(&reader->key, csv_field(input->csv, (size_t)input->function));
    return reader->key.data;
}

static bool check_width(const struct input *input, struct err *err)
{
    if (csv_count(input->csv) == input->columns)
        return true;
    csv_fault(input->csv, err, "the header has %zu fields, this line has %zu", input->columns,
              csv_count(input->csv));
    return err_help(err, "every line needs as many fields as the header; was the file cut off?");
}

/* minute_of[column]: 1..1440, or 0 for other columns. */
static bool find_minutes(struct reader *reader, int *minute_of, struct err *err)
{
    const struct csv_in *csv = reader->invocations.csv;
    bool seen[MINUTES_A_DAY + 1] = {false};
    int first = MINUTES_A_DAY + 1, last = 0;
    for (size_t i = 0; i < csv_count(csv); i++) {
        int64_t minute;
        if (!csv_read_whole(csv_field(csv, i), MINUTES_A_DAY, &minute) || minute == 0)
            continue;
        if (seen[minute])
            return csv_fault(csv, err, "there are two columns for minute %d", (int)minute);
        seen[minute] = true;
        minute_of[i] = (int)minute;
        first = minute < first ? (int)minute : first;
        last = minute > last ? (int)minute : last;
    }
    if (!want_column(&reader->invocations, last > 0, "of a minute (1 .. 1440)", err))
        return false;
    reader->trace->first_minute = first;
    reader->trace->minutes = last - first + 1;
    return true;
}

/* Text of a file may hold anything; into our own files go letters and digits only. */
static void add_plain(struct text *text, const char *from)
{
    for (int i = 0; i < LABEL_CHARS && from[i] != '\0'; i++) {
        unsigned char c = (unsigned char)from[i];
        text_add_bytes(text, c < 128 && isalnum(c) ? (const char *)&from[i] : "-", 1);
    }
}

static const char *label_of(struct reader *reader, ptrdiff_t trigger)
{
    const struct input *input = &reader->invocations;
    reader->key.length = 0;
    if (trigger >= 0) {
        add_plain(&reader->key, csv_field(input->csv, (size_t)trigger));
        text_add(&reader->key, " ");
    }
    add_plain(&reader->key, csv_field(input->csv, (size_t)input->function));
    return arena_strdup(reader->arena, reader->key.data);
}

static size_t app_of(struct reader *reader)
{
    bool is_new;
    const char *key = key_of(reader, &reader->invocations, false);
    size_t app = key_map_add(&reader->apps, reader->arena, key, &is_new);
    if (is_new) {
        reader->app_memory_mb = mem_grow(reader->app_memory_mb, app, &reader->app_capacity,
                                         sizeof *reader->app_memory_mb);
        reader->app_memory_mb[app] = -1;
    }
    return app;
}

/* The function of the current row of invocations, made if it is new; NULL: there are too many. */
static struct azure_function *function_of(struct reader *reader, ptrdiff_t trigger, struct err *err)
{
    struct azure_trace *trace = reader->trace;
    bool is_new;
    const char *key = key_of(reader, &reader->invocations, true);
    size_t i = key_map_add(&reader->functions, reader->arena, key, &is_new);
    if (!is_new) {
        trace->merged_rows++;
        return &trace->functions[i];
    }
    if (trace->count == AZURE_ROWS_MAX) {
        csv_fault(reader->invocations.csv, err, "more than %d functions", AZURE_ROWS_MAX);
        err_help(err, "cut the file down to the functions of interest");
        return NULL;
    }
    trace->functions =
        mem_grow(trace->functions, trace->count, &trace->capacity, sizeof *trace->functions);
    trace->functions[trace->count++] = (struct azure_function){
        .label = label_of(reader, trigger),
        .counts = ARENA_ARRAY(reader->arena, uint32_t, trace->minutes),
        .app = app_of(reader),
    };
    return &trace->functions[i];
}

static bool add_counts(struct reader *reader, struct azure_function *function, const int *minute_of,
                       struct err *err)
{
    const struct csv_in *csv = reader->invocations.csv;
    for (size_t i = 0; i < csv_count(csv); i++) {
        if (minute_of[i] == 0)
            continue;
        uint32_t *count = &function->counts[minute_of[i] - reader->trace->first_minute];
        int64_t more;
        if (!csv_read_whole(csv_field(csv, i), COUNT_MAX - (int64_t)*count, &more)) {
            csv_fault(csv, err, "minute %d: '%.60s' is not a number of invocations", minute_of[i],
                      csv_field(csv, i));
            return err_help(err, "counts are whole numbers, at most 1000000000 a minute");
        }
        *count += (uint32_t)more;
        reader->trace->invocations += more;
    }
    return true;
}

static bool read_invocations(struct reader *reader, struct err *err)
{
    struct input *input = &reader->invocations;
    int *minute_of = ARENA_ARRAY(reader->arena, int, input->columns);
    if (!find_minutes(reader, minute_of, err))
        return false;
    ptrdiff_t trigger = csv_find(input->csv, "Trigger");
    enum csv_status status;
    while ((status = csv_next(input->csv, err)) == CSV_ROW) {
        if (!check_width(input, err))
            return false;
        struct azure_function *function = function_of(reader, trigger, err);
        if (function == NULL || !add_counts(reader, function, minute_of, err))
            return false;
    }
    if (status == CSV_ERROR)
        return false;
    if (reader->trace->count > 0)
        return true;
    err_set(err, "the file has a header but no rows");
    return err_place(err, reader->files->invocations, 1);
}

/* A measured value; the published files hold a few below 0, which stand for nothing measurable. */
static bool read_measure(const struct csv_in *csv, ptrdiff_t column, double *value, struct err *err)
{
    const char *text = csv_field(csv, (size_t)column);
    if (!csv_read_decimal(text, value))
        return csv_fault(csv, err, "'%.60s' is not a number", text);
    *value = *value > 0 ? *value : 0;
    return true;
}

/* The columns of p0 .. p100: the percentile itself, else the next best. */
static bool find_percentiles(const struct input *input, ptrdiff_t columns[AZURE_PERCENTILES],
                             struct err *err)
{
    ptrdiff_t average = csv_find(input->csv, "Average");
    ptrdiff_t lowest = csv_find(input->csv, "Minimum"), highest = csv_find(input->csv, "Maximum");
    bool any = average >= 0;
    for (int i = 0; i < AZURE_PERCENTILES; i++) {
        char name[40];
        (void)snprintf(name, sizeof name, "percentile_Average_%d", azure_percentiles[i]);
        columns[i] = csv_find(input->csv, name);
        if (columns[i] < 0 && azure_percentiles[i] == 0)
            columns[i] = lowest;
        if (columns[i] < 0 && azure_percentiles[i] == 100)
            columns[i] = highest;
        if (columns[i] < 0)
            columns[i] = average;
        any = any || columns[i] >= 0;
    }
    return want_column(input, any, "Average nor percentile_Average_50", err);
}

/* Fills gaps from the neighbour below (or above, at the start) and lets no percentile fall. */
static bool read_percentiles(const struct input *input, const ptrdiff_t *columns,
                             struct azure_function *function, struct err *err)
{
    double *ms = function->duration_ms;
    int first = 0;
    while (columns[first] < 0)
        first++;
    if (!read_measure(input->csv, columns[first], &ms[first], err))
        return false;
    for (int i = 0; i < first; i++)
        ms[i] = ms[first];
    for (int i = first + 1; i < AZURE_PERCENTILES; i++) {
        ms[i] = ms[i - 1];
        double value = 0;
        if (columns[i] >= 0 && !read_measure(input->csv, columns[i], &value, err))
            return false;
        ms[i] = value > ms[i] ? value : ms[i];
    }
    function->has_duration = true;
    return true;
}

static bool read_durations(struct reader *reader, struct err *err)
{
    struct input *input = &reader->durations;
    ptrdiff_t columns[AZURE_PERCENTILES];
    if (!find_percentiles(input, columns, err))
        return false;
    enum csv_status status;
    while ((status = csv_next(input->csv, err)) == CSV_ROW) {
        if (!check_width(input, err))
            return false;
        ptrdiff_t i = key_map_find(&reader->functions, key_of(reader, input, true));
        if (i < 0)
            reader->trace->unused_rows++;
        else if (reader->trace->functions[i].has_duration)
            reader->trace->merged_rows++;
        else if (!read_percentiles(input, columns, &reader->trace->functions[i], err))
            return false;
    }
    return status == CSV_END;
}

static ptrdiff_t memory_column(const struct csv_in *csv)
{
    static const char *const best_first[] = {"AverageAllocatedMb_pct100",
                                             "AverageAllocatedMb_pct99", "AverageAllocatedMb_pct95",
                                             "AverageAllocatedMb"};
    for (size_t i = 0; i < COUNTOF(best_first); i++)
        if (csv_find(csv, best_first[i]) >= 0)
            return csv_find(csv, best_first[i]);
    return -1;
}

/* One value for a function, or for all functions of an application. */
static void set_memory(struct reader *reader, const struct input *input, double mb)
{
    bool function = input->function >= 0;
    const char *key = key_of(reader, input, function);
    ptrdiff_t i = key_map_find(function ? &reader->functions : &reader->apps, key);
    double *known_mb = i < 0      ? NULL
                       : function ? &reader->trace->functions[i].memory_mb
                                  : &reader->app_memory_mb[i];
    if (known_mb == NULL) {
        reader->trace->unused_rows++;
    } else if (function ? reader->trace->functions[i].has_memory : *known_mb >= 0) {
        reader->trace->merged_rows++;
    } else {
        *known_mb = mb;
        if (function)
            reader->trace->functions[i].has_memory = true;
    }
}

static bool read_memory(struct reader *reader, struct err *err)
{
    struct input *input = &reader->memory;
    ptrdiff_t column = memory_column(input->csv);
    if (!want_column(input, column >= 0, "AverageAllocatedMb_pct100", err))
        return false;
    enum csv_status status;
    while ((status = csv_next(input->csv, err)) == CSV_ROW) {
        double mb;
        if (!check_width(input, err) || !read_measure(input->csv, column, &mb, err))
            return false;
        set_memory(reader, input, mb);
    }
    if (status == CSV_ERROR || input->function >= 0)
        return status == CSV_END;
    for (size_t i = 0; i < reader->trace->count; i++) {
        struct azure_function *function = &reader->trace->functions[i];
        function->has_memory = reader->app_memory_mb[function->app] >= 0;
        function->memory_mb = function->has_memory ? reader->app_memory_mb[function->app] : 0;
    }
    return true;
}

bool azure_trace_read(struct azure_trace *trace, struct arena *arena,
                      const struct azure_files *files, struct err *err)
{
    struct reader reader = {.files = files, .trace = trace, .arena = arena};
    bool ok = open_inputs(&reader, err) && read_invocations(&reader, err) &&
              (files->durations == NULL || read_durations(&reader, err)) &&
              (files->memory == NULL || read_memory(&reader, err));
    csv_close(reader.invocations.csv);
    csv_close(reader.durations.csv);
    csv_close(reader.memory.csv);
    key_map_free(&reader.functions);
    key_map_free(&reader.apps);
    mem_free(reader.app_memory_mb);
    text_free(&reader.key);
    return ok;
}

void azure_trace_free(struct azure_trace *trace)
{
    mem_free(trace->functions);
    trace->functions = NULL;
}
